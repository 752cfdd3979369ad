// The README as its reader takes it: what to type, in which files, and what comes out.
export type Command = {
  /** Without its comment, on one line or as it is quoted. */
  readonly text: string
  /** What the README shows of its output; null: nothing. */
  readonly shown: string | null
}

const BLOCK = /```(sh|console)\n(.*?)```/gs
const COMMENT = /\s{2,}#\s.*$/

const isOpen = (text: string): boolean => text.endsWith('\\') || (text.match(/'/g)?.length ?? 0) % 2 === 1

/** Lines that belong together: those that end with a backslash, or within quotes. */
function typed(block: string): Command[] {
  const commands: string[] = []
  let text = ''
  for (const line of block.split('\n')) {
    const said = line.replace(COMMENT, '')
    text = text === '' ? said : `${text}\n${said}`
    if (isOpen(text)) continue
    if (text.trim() !== '') commands.push(text.replaceAll('\\\n', ' '))
    text = ''
  }
  return commands.flatMap((one) => one.split(' && ')).map((one) => ({ text: one.trim(), shown: null }))
}

/** Commands after a `$`, each with what it prints. */
const transcribed = (block: string): Command[] =>
  block
    .split(/^(?=\$ )/m)
    .filter((scene) => scene.trim() !== '')
    .map((scene) => {
      const [first = '', ...shown] = scene.split('\n')
      return { text: first.slice(2), shown: shown.join('\n') }
    })

/** In the order of the document. */
export const commandsOf = (readme: string): Command[] =>
  [...readme.matchAll(BLOCK)].flatMap(([, kind, block = '']) =>
    kind === 'sh' ? typed(block) : transcribed(block),
  )

/** Blocks that begin with the name of their file, `# my-registry.yaml`: the name and the whole block. */
export const filesOf = (readme: string): (readonly [name: string, text: string])[] =>
  [...readme.matchAll(/```(?:ts|yaml)\n((?:#|\/\/) (\S+\.(?:ts|yaml))\n.*?)```/gs)].map(
    ([, text = '', name = '']) => [name, text],
  )
