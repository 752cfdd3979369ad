// Bundles the source for the package: few files, and the small libraries that every start needs in them, so that a
// process is at work sooner. What is found by its name while it runs keeps a file of its own: threads, tools, adapters,
// and what the pages load.
import { cpSync, existsSync, globSync, readFileSync, writeFileSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { rolldown } from 'rolldown'
import { NODE_MAJOR } from '../src/version.ts'

/** Used by every start, and by nobody who brings a copy of their own. Others stay dependencies, loaded when used. */
const BUNDLED = [
  '@marcbachmann/cel-js',
  'commander',
  'minisearch',
  'safe-stable-stringify',
  'stemmer',
  'yaml',
  'zod',
]

const THREADS = ['worker', 'thread', 'watch-thread']

const TOOL = /^export const tool = /m
const ADAPTER = /^export const adapter\b/m

const filesWith = (root: string, pattern: string, declaration: RegExp): string[] =>
  globSync(pattern, { cwd: root }).filter((file) => declaration.test(readFileSync(join(root, file), 'utf8')))

/** Names of files in the package, without `.js`, and their sources. Chunks lie in `src`, beside what they look for. */
function entriesOf(root: string): Record<string, string> {
  const entries: Record<string, string> = {
    library: 'src/runtime.ts',
    worker: 'src/journal/sqlite/worker.ts',
    thread: 'src/tools/isolation/thread.ts',
    'watch-thread': 'src/loop-watch/watch-thread.ts',
    'cli/cugar': 'src/cli/cugar.ts',
  }
  for (const file of filesWith(root, 'src/tools/*/*.ts', TOOL))
    entries[file.slice('src/tools/'.length, -'.ts'.length)] = file
  for (const file of filesWith(root, 'src/adapters/*.ts', ADAPTER)) entries[basename(file, '.ts')] = file
  for (const file of filesWith(root, 'src/adapters/*/adapter.ts', ADAPTER))
    entries[basename(dirname(file))] = file
  return entries
}

/**
 * The library's entry, in words that an old Node reads, which is told what is needed. Code that a program loads again is
 * kept compiled by Node where the machine allows that; a program may `require` it, too.
 */
const door = (exports: readonly string[]): string => `import module from 'node:module'
if (Number.parseInt(process.versions.node, 10) < ${NODE_MAJOR}) {
  console.error('cugar-sales: needs Node ${NODE_MAJOR} or newer, and this is ' + process.version + ': install it from https://nodejs.org')
  process.exit(1)
}
module.enableCompileCache()
export const { ${exports.join(', ')} } = module.createRequire(import.meta.url)('./library.js')
`

type Modules = { getModuleInfo: (id: string) => { readonly importedIds: readonly string[] } | null }

/** What is loaded with `ids`: what their code imports, and what that imports. */
function loadedWith(ids: readonly string[], modules: Modules): ReadonlySet<string> {
  const found = new Set<string>()
  const waiting = [...ids]
  for (let id = waiting.pop(); id !== undefined; id = waiting.pop()) {
    if (found.has(id)) continue
    found.add(id)
    waiting.push(...(modules.getModuleInfo(id)?.importedIds ?? []))
  }
  return found
}

/**
 * Says which file a module goes to. A start loads the library and every tool; what they share would be a hundred files,
 * each looked up, read and compiled. What a thread needs as well stays apart, so that the thread loads no more than it
 * needs. null: the bundler's own choice.
 */
function fileOf(root: string, entries: Readonly<Record<string, string>>) {
  const pathsOf = (names: readonly string[]): string[] =>
    names.map((name) => join(root, entries[name] ?? name))
  const tools = Object.keys(entries).filter((name) => name.includes('/') && !name.startsWith('cli/'))
  let parts: readonly (readonly [string, ReadonlySet<string>])[] | null = null
  return (id: string, modules: Modules): string | null => {
    parts ??= [
      ['start', loadedWith(pathsOf(['library', ...tools]), modules)],
      ...THREADS.map((name) => [name, loadedWith(pathsOf([name]), modules)] as const),
    ]
    const used = parts.filter(([, ids]) => ids.has(id)).map(([name]) => name)
    return used[0] === 'start' ? used.join('-') : null
  }
}

/** The licences of what is in the bundle, as they ask for. */
const licencesOf = (root: string): string =>
  BUNDLED.map((name) => {
    const folder = join(root, 'node_modules', name)
    const file = ['LICENSE', 'license', 'LICENSE.md', 'LICENSE.txt'].find((one) =>
      existsSync(join(folder, one)),
    )
    if (file === undefined) throw new TypeError(`no licence of ${name}`)
    return `# ${name}\n\n${readFileSync(join(folder, file), 'utf8').trim()}\n`
  }).join('\n')

/** Writes `<out>/src` and `<out>/LICENCES.md`. */
export async function bundle(root: string, out: string): Promise<void> {
  const isLeft = (id: string): boolean =>
    !/^[./]/.test(id) && !BUNDLED.some((name) => id === name || id.startsWith(`${name}/`))
  const input = entriesOf(root)
  const built = await rolldown({
    cwd: root,
    platform: 'node',
    input,
    external: isLeft,
    preserveEntrySignatures: 'allow-extension',
  })
  const { output } = await built.write({
    dir: join(out, 'src'),
    format: 'esm',
    entryFileNames: '[name].js',
    chunkFileNames: 'chunk-[hash].js',
    codeSplitting: {
      groups: [{ debugName: 'start', name: fileOf(root, input) }],
      includeDependenciesRecursively: false,
    },
  })
  await built.close()
  const library = output.find(({ name }) => name === 'library')
  if (library?.type !== 'chunk') throw new TypeError('the bundle has no library')
  writeFileSync(join(out, 'src', 'runtime.js'), door(library.exports))
  cpSync(join(root, 'src/console/assets'), join(out, 'src/assets'), { recursive: true })
  writeFileSync(join(out, 'LICENCES.md'), licencesOf(root))
}
