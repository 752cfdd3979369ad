import { join } from 'node:path'
import { expect, test } from 'vitest'
import { found, read } from '../docs/read.ts'
import { cugar, server } from './hand.ts'

const ROOT = join(import.meta.dirname, '../..')
const [, TRANSCRIPT = ''] = /<!-- transcript: .*? -->\n```console\n(.*?)```/s.exec(read('README.md')) ?? []

/** Each command of the transcript with what it prints. */
const SCENES = TRANSCRIPT.split(/^(?=\$ )/m).map((scene) => {
  const [command = '', ...printed] = scene.split('\n')
  return { command, printed: printed.join('\n') }
})

/** Words as a shell reads them. */
const wordsOf = (command: string): string[] =>
  [...command.matchAll(/"([^"]*)"|(\S+)/g)].map(([, quoted, bare]) => quoted ?? bare ?? '')

/** What is another one each time: ids and moments. */
const withoutIds = (text: string): string =>
  text.replaceAll(/\b(run|apr)_[0-9a-f]{10,}(_\d+)?/g, '$1_…').replaceAll(/\b\d{4}-\d\d-\d\dT[\d:.]+Z/g, '…')

test('the README shows what the command line prints', { timeout: 240_000 }, async () => {
  const { url } = await server()
  const ids = new Map<string, string>()
  expect(SCENES.length).toBeGreaterThan(3)
  for (const { command, printed } of SCENES) {
    const [, program, ...args] = wordsOf(command)
    expect(program).toBe('cugar')
    const given = args.map((arg) => ids.get(arg) ?? (arg.startsWith('examples/') ? join(ROOT, arg) : arg))
    const { code, out } = await cugar(given, { CUGAR_URL: url })
    expect([command, code, withoutIds(out)]).toEqual([command, 0, printed])
    for (const id of found(out, /\b((?:run|apr)_[0-9a-f]{10,}(?:_\d+)?)/g)) ids.set(withoutIds(id), id)
  }
})
