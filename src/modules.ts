// Code that is found by its name while the process runs: tools and adapters. A file that has changed since it was loaded
// is loaded anew; one that it imports cannot be, so that a change of it is told instead of being overlooked.
import { createHash } from 'node:crypto'
import { readFileSync, statSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { inModule } from './containment.ts'
import { AppError } from './errors.ts'

/** What is loaded, and where a problem with it is told. */
export type ModuleRequest = {
  readonly url: URL
  /** As people know the file. */
  readonly file: string
  /** Of the registry or of the settings. */
  readonly path: string
}

type Exports = Readonly<Record<string, unknown>>
type Loaded = { readonly text: string; readonly at: number }

const loaded = new Map<string, Loaded>()
/** The text under which a file was first loaded has the plain address, which is the one that Node keeps compiled. */
const firstDigests = new Map<string, string>()

const digestOf = (text: string): string => createHash('sha256').update(text).digest('hex').slice(0, 16)

const refused = ({ file, path }: ModuleRequest, message: string, cause?: unknown): AppError => {
  const problems = [{ path, message: `${file} ${message}` }]
  return new AppError('REGISTRY_INVALID', {}, { problems, ...(cause === undefined ? {} : { cause }) })
}

/** Relative ones alone: packages are the same for as long as the process lives. */
const importsOf = (text: string, from: URL): URL[] =>
  [...text.matchAll(/(?:\bfrom|\bimport)\s*\(?\s*['"](\.{1,2}\/[^'"]+)['"]/g)].map(
    ([, specifier = '']) => new URL(specifier, from),
  )

const isFile = (url: URL): boolean => statSync(url, { throwIfNoEntry: false })?.isFile() === true

/** The first file below `text` that is another than when it was loaded. */
function changedBelow(
  text: string,
  from: URL,
  { since, seen }: { since: number; seen: Set<string> },
): URL | null {
  for (const url of importsOf(text, from)) {
    if (seen.has(url.href) || !isFile(url)) continue
    seen.add(url.href)
    if (statSync(url).ctimeMs > since) return url
    const below = changedBelow(readFileSync(url, 'utf8'), url, { since, seen })
    if (below !== null) return below
  }
  return null
}

/** Where in a file a syntax error is: only the first line of the stack says it. */
function placeOf(error: Error): string {
  const [, line] = /^file:\S+?:(\d+)\n/.exec(error.stack ?? '') ?? []
  return line === undefined ? '' : ` (line ${line})`
}

const told = (error: unknown): string =>
  error instanceof Error ? `${error.name}: ${error.message}${placeOf(error)}` : `a thrown ${typeof error}`

/** What the file exports now. Errors: REGISTRY_INVALID, which names the file and why it cannot be loaded. */
export async function loadModule(request: ModuleRequest): Promise<Exports> {
  const { url } = request
  const at = Date.now()
  const text = readFileSync(url, 'utf8')
  const before = loaded.get(url.href)
  const changed = before && changedBelow(before.text, url, { since: before.at, seen: new Set() })
  if (changed) {
    const why = `imports ${fileURLToPath(changed)}, which has changed: only a restart takes that`
    throw refused(request, why)
  }
  const digest = digestOf(text)
  const first = firstDigests.get(url.href) ?? digest
  firstDigests.set(url.href, first)
  const address = digest === first ? url.href : `${url.href}?${digest}`
  const exports = (await inModule(request.file, () => import(address)).catch((error: unknown) => {
    throw refused(request, `cannot be loaded: ${told(error)}`, error)
  })) as Exports
  loaded.set(url.href, { text, at })
  return exports
}
