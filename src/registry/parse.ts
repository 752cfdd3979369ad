// registry.yaml's text becomes the registry, or the list of everything that is wrong with it. Used at start, at a
// reload and by `registry check`; promises to return on any text and to find every fault at once.
import type { ProblemItem } from '../events/problem.ts'
import { buildRegistry } from './build.ts'
import { references } from './references.ts'
import { playbookFaults } from './plan/playbook.ts'
import type { Registry } from './registry.ts'
import { readSources } from './sources.ts'
import { toolReferences } from './tool-references.ts'
import { lineAt, readYaml, type Fault, type Located, type Path } from './yaml.ts'

export type ParsedRegistry =
  | { readonly ok: true; readonly registry: Registry }
  | { readonly ok: false; readonly problems: ProblemItem[] }

const key = (path: Path): string => JSON.stringify(path)

/** In the order of the file, each once; `path` is `line N: dotted.path`. */
function problemsOf(faults: readonly Fault[], root: Located | null): ProblemItem[] {
  const placed = faults.map((fault) => ({
    ...fault,
    line: fault.line ?? (root ? lineAt(root, fault.path) : 1),
  }))
  const items = placed
    .sort((a, b) => a.line - b.line)
    .map(({ line, path, message }) => ({
      path: path.length > 0 ? `line ${line}: ${path.join('.')}` : `line ${line}`,
      message,
    }))
  return [...new Map(items.map((item) => [`${item.path} ${item.message}`, item])).values()]
}

/** What a program hands over may be no text at all. */
const isText = (given: unknown): given is string => typeof given === 'string'

/** Text of registry.yaml to the registry, or every problem with its line. Never throws. */
export function parseRegistry(text: string): ParsedRegistry {
  if (!isText(text))
    return { ok: false, problems: [{ path: 'registry', message: 'must be the text of registry.yaml' }] }
  const { root, faults: unreadable } = readYaml(text)
  if (!root) return { ok: false, problems: problemsOf(unreadable, null) }
  const { sources, faults } = readSources(root.value)
  const unread = new Set(unreadable.filter((fault) => fault.unread).map((fault) => key(fault.path)))
  // What could not be read stands in the tree as null: a second fault at its place says nothing new.
  const found = [...faults, ...toolReferences(sources), ...references(sources)].filter(
    (fault) => !unread.has(key(fault.path)),
  )
  const all = [...unreadable, ...found]
  if (all.length > 0 || !sources.top) return { ok: false, problems: problemsOf(all, root) }
  const registry = buildRegistry(sources, sources.top)
  const wrong = playbookFaults(registry)
  if (wrong.length > 0) return { ok: false, problems: problemsOf(wrong, root) }
  return { ok: true, registry }
}

/** Problems with names of the registry, whose text was read, as those of the text itself: with the line of each. */
export function withLines(text: string, problems: readonly ProblemItem[]): ProblemItem[] {
  const { root } = readYaml(text)
  return problemsOf(
    problems.map(({ path, message }) => ({ path: path.split('.'), message })),
    root,
  )
}
