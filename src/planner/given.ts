// What of a context is given at the paths that the tools of a profile may read, as a text of 0 and 1: a path each.
import { NEVER_READ, type World } from './chain.ts'

/** The paths that begin with one name, and the names below it: none for the name alone. */
type Branch = { readonly root: string; readonly below: readonly (readonly string[])[] }

const NO = '0'.charCodeAt(0)
const YES = '1'.charCodeAt(0)

const isThere = (value: unknown): boolean => value !== undefined && value !== null

function reaches(root: unknown, below: readonly string[]): boolean {
  let at: unknown = root
  for (const name of below) {
    if (typeof at !== 'object' || at === null || !Object.hasOwn(at, name)) return false
    at = (at as Readonly<Record<string, unknown>>)[name]
  }
  return isThere(at)
}

/**
 * Looks up dozens of paths at once, for every goal: they are taken apart once, and where the context has nothing of
 * the first name, nothing below it is looked for. Says of each path what `isGiven` does; the order is its own.
 */
export function givenReader(paths: readonly string[]): (context: World['context']) => string {
  const named = Map.groupBy(
    paths.map((path) => path.split('.')).filter((names) => !names.some((name) => NEVER_READ.has(name))),
    ([root = '']) => root,
  )
  const branches = [...named].map(([root, all]): Branch => ({
    root,
    below: all.map(([, ...below]) => below),
  }))
  const all = branches.reduce((sum, { below }) => sum + below.length, 0)
  // Written over by each reading: a text that is joined from so many pieces is as much garbage again.
  const signs = Buffer.alloc(all)
  return (context) => {
    signs.fill(NO)
    let at = 0
    for (const { root, below } of branches) {
      const value = Object.hasOwn(context, root) ? context[root] : undefined
      if (isThere(value)) markReached(signs, at, { value, below })
      at += below.length
    }
    return signs.toString('latin1')
  }
}

type Given = { readonly value: unknown; readonly below: Branch['below'] }

function markReached(signs: Buffer, from: number, { value, below }: Given): void {
  let at = from
  for (const names of below) {
    if (reaches(value, names)) signs[at] = YES
    at += 1
  }
}
