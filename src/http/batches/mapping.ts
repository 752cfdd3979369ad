// Which column of a file becomes which fact of an item: `account.name:Company,account.seats:Seats:number`.
import type { ProblemItem } from '../../events/problem.ts'
import { invalid } from '../validation.ts'

export const CELL_TYPES = ['text', 'number', 'boolean', 'json'] as const
export type CellType = (typeof CELL_TYPES)[number]

type Target = { readonly path: string; readonly heading: string; readonly type: CellType }

/** A column of the file, and where its cells go. */
export type Column = Target & { readonly index: number }

/** A path into the context. What a prototype is named by is no name of a fact. */
const PATH = /^(?!(?:.*\.)?__proto__(?:\.|$))[A-Za-z_]\w*(?:\.[A-Za-z_]\w*){0,9}$/
/** The next entry begins where a path is followed by a colon: headings may have commas. */
const BETWEEN = /,(?=\s*[A-Za-z_][\w.]*:)/
const ENTRY = /^\s*(?<path>[\w.]+):(?<heading>.*)$/s
const TYPED = new RegExp(`^(?<heading>.+):(?<type>${CELL_TYPES.join('|')})$`, 's')

const problem = (message: string): ProblemItem => ({ path: 'query.map', message })

function targetOf(entry: string): Target | string {
  const { path = '', heading: rest = '' } = ENTRY.exec(entry)?.groups ?? {}
  if (!PATH.test(path)) return 'must be path:Heading, such as account.name:Company'
  const typed = TYPED.exec(rest)?.groups
  const heading = (typed?.['heading'] ?? rest).trim()
  const type = CELL_TYPES.find((each) => each === typed?.['type']) ?? 'text'
  return heading === '' ? `${path} needs a heading` : { path, heading, type }
}

const isBelow = (path: string, other: string): boolean => path === other || path.startsWith(`${other}.`)

function clashes(targets: readonly Target[]): string[] {
  return targets.flatMap(({ path }, index) =>
    targets.slice(0, index).some((other) => isBelow(path, other.path) || isBelow(other.path, path))
      ? [`${path} is given twice`]
      : [],
  )
}

/** Errors: INVALID_REQUEST with every entry that is wrong. */
export function parseMap(map: string): readonly Target[] {
  const read = map.split(BETWEEN).map(targetOf)
  const targets = read.filter((each) => typeof each !== 'string')
  const wrong = [...read.filter((each) => typeof each === 'string'), ...clashes(targets)]
  if (wrong.length > 0) throw invalid(wrong.map(problem))
  return targets
}

const shown = (headings: readonly string[]): string => headings.slice(0, 20).join(', ').slice(0, 200)

function columnOf(target: Target, headings: readonly string[]): Column | string {
  const index = headings.indexOf(target.heading)
  if (index < 0) return `there is no heading ${target.heading}: the file has ${shown(headings)}`
  if (headings.includes(target.heading, index + 1)) return `the heading ${target.heading} is there twice`
  return { ...target, index }
}

/** Without a map each heading that is a path is one. */
function ownTargets(headings: readonly string[]): Target[] {
  const wrong = headings.filter((heading) => !PATH.test(heading))
  if (wrong.length > 0) throw invalid([problem(`is needed: ${shown(wrong)} are no paths into the context`)])
  const targets = headings.map((heading): Target => ({ path: heading, heading, type: 'text' }))
  const twice = clashes(targets)
  if (twice.length > 0) throw invalid(twice.map(problem))
  return targets
}

/** `map` undefined: the headings are paths themselves. Errors: INVALID_REQUEST. */
export function columnsOf(map: string | undefined, row: readonly string[]): readonly Column[] {
  const headings = row.map((heading) => heading.trim())
  if (map === undefined) return ownTargets(headings).map((target, index) => ({ ...target, index }))
  const found = parseMap(map).map((target) => columnOf(target, headings))
  const wrong = found.filter((each) => typeof each === 'string')
  if (wrong.length > 0) throw invalid(wrong.map(problem))
  return found.filter((each) => typeof each !== 'string')
}

const BOOLEANS: Readonly<Record<string, boolean>> = {
  true: true,
  yes: true,
  '1': true,
  false: false,
  no: false,
  '0': false,
}

type Value = { readonly value: unknown } | { readonly wrong: string }

function jsonOf(cell: string): Value {
  try {
    return { value: JSON.parse(cell) as unknown }
  } catch {
    return { wrong: 'must be JSON' }
  }
}

function valueOf(cell: string, type: CellType): Value {
  if (type === 'text') return { value: cell }
  const text = cell.trim()
  if (type === 'json') return jsonOf(text)
  if (type === 'number')
    return /^[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d{1,3})?$/i.test(text) && Number.isFinite(Number(text))
      ? { value: Number(text) }
      : { wrong: 'must be a number' }
  const value = Object.hasOwn(BOOLEANS, text.toLowerCase()) ? BOOLEANS[text.toLowerCase()] : undefined
  return value === undefined ? { wrong: 'must be true or false' } : { value }
}

type Facts = { [name: string]: unknown }

function put(facts: Facts, path: readonly string[], value: unknown): void {
  let into = facts
  for (const name of path.slice(0, -1)) {
    // What every object has, such as `constructor`, is no fact.
    const below = Object.hasOwn(into, name) ? (into[name] as Facts) : {}
    into[name] = below
    into = below
  }
  into[path.at(-1) ?? ''] = value
}

/** What a row says, or everything that is wrong with it. An empty cell says nothing. */
export function factsOf(
  cells: readonly string[],
  columns: readonly Column[],
): { readonly context: Readonly<Record<string, unknown>> } | { readonly errors: readonly ProblemItem[] } {
  const context: Facts = {}
  const errors: ProblemItem[] = []
  for (const { index, path, heading, type } of columns) {
    const cell = cells[index] ?? ''
    if (cell.trim() === '') continue
    const read = valueOf(cell, type)
    if ('wrong' in read) errors.push({ path, message: `${heading}: ${read.wrong}` })
    else put(context, path.split('.'), read.value)
  }
  if (errors.length > 0) return { errors }
  if (Object.keys(context).length === 0)
    return { errors: [{ path: '', message: 'says nothing in these columns' }] }
  return { context }
}
