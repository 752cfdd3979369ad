// The metrics' state as text and back: exact, so that a restart continues where the last checkpoint stood.
import { METRIC_NAMES, specOf, type MetricName } from './catalogue.ts'
import { restoreLines, type BudgetBooks, type TenantUse } from './budgets/books.ts'
import { CLOSED, SEPARATOR, completeValues, isClosed, type KnownValues } from '../labels.ts'
import { createMetricsState, learn, type Accepted, type Epoch, type MetricsState } from './metrics-state.ts'
import type { Cell, Exemplar } from './families.ts'

/** A value; of a histogram its sum (`s`), its counts (`c`), the exemplars of its buckets (`e`) and its native counts (`n`). */
type SavedCell = number | { s: number; c: number[]; e: [number, Exemplar][]; n?: [number, number][] }

/** Version 0.1.0 knew fewer sets. */
type SavedEpoch = Omit<Epoch, 'values'> & { readonly values: Partial<KnownValues> }

/** With another catalogue's buckets or labels, or what a fold did not remember, metrics are folded anew. */
const VERSION = 5

type Saved = {
  readonly version: number
  readonly cells: Readonly<Record<string, Readonly<Record<string, SavedCell>>>>
  readonly overflow: readonly (readonly [string, number])[]
  readonly books: readonly (readonly [string, readonly (readonly [string, TenantUse])[]])[]
  readonly quorums: readonly (readonly [string, number])[]
  /** Not in version 1. */
  readonly accepted?: readonly (readonly [string, Accepted])[]
  /** Not before version 4. */
  readonly since?: number | null
  readonly epochs: readonly SavedEpoch[]
}

const savedCell = (cell: Cell): SavedCell => {
  if (cell.counts.length === 0) return cell.value
  const exemplars: [number, Exemplar][] = []
  for (const [index, exemplar] of cell.exemplars.entries()) {
    if (exemplar !== undefined) exemplars.push([index, exemplar])
  }
  return { s: cell.value, c: cell.counts, e: exemplars, n: [...cell.native] }
}

export function serialise(state: MetricsState): string {
  const cells: Record<string, Record<string, SavedCell>> = {}
  for (const [name, family] of state.series.families) {
    cells[name] = Object.fromEntries([...family.cells].map(([key, cell]) => [key, savedCell(cell)]))
  }
  const saved: Saved = {
    version: VERSION,
    cells,
    overflow: [...state.series.overflow],
    books: [...state.books].map(([key, tenants]) => [key, [...tenants]]),
    quorums: [...state.quorums],
    accepted: [...state.accepted],
    since: state.since,
    epochs: state.epochs,
  }
  return JSON.stringify(saved)
}

function restoreCell(cell: Cell, saved: SavedCell): void {
  if (typeof saved === 'number') {
    cell.value = saved
    return
  }
  cell.value = saved.s
  for (const [index, count] of saved.c.entries()) cell.counts[index] = count
  for (const [index, exemplar] of saved.e) cell.exemplars[index] = exemplar
  for (const [index, count] of saved.n ?? []) cell.native.set(index, count)
}

/** A histogram with other buckets cannot be continued. */
function fits(cell: Cell, saved: SavedCell): boolean {
  return typeof saved === 'number' ? cell.counts.length === 0 : saved.c.length === cell.counts.length
}

/** A label, or a value of a closed set, that the catalogue no longer has: no event makes it any more. */
function isCurrent(name: MetricName, values: readonly string[]): boolean {
  const sets = Object.values(specOf(name).labels)
  return (
    sets.length === values.length &&
    sets.every((set, index) => !isClosed(set) || CLOSED[set].some((value) => value === values[index]))
  )
}

function restoreFamily(state: MetricsState, name: MetricName, saved: Saved): void {
  if (!state.series.families.has(name)) return
  for (const [key, value] of Object.entries(saved.cells[name] ?? {})) {
    const values = key === '' ? [] : key.split(SEPARATOR)
    if (!isCurrent(name, values)) continue
    const cell = state.series.cell(name, values)
    if (fits(cell, value)) restoreCell(cell, value)
  }
}

/** `isCurrent`: it can be continued; otherwise its epochs alone are of use, and the journal is folded anew. */
export type Restored = { readonly state: MetricsState; readonly isCurrent: boolean }

/** The state that `serialise` wrote, of this version or an older one; throws when the text is not of this form. */
export function restore(text: string): Restored {
  const saved = JSON.parse(text) as Saved
  const state = createMetricsState()
  for (const { position, values } of saved.epochs) learn(state, position, completeValues(values))
  for (const name of METRIC_NAMES) restoreFamily(state, name, saved)
  for (const [key, count] of saved.overflow) state.series.overflow.set(key, count)
  restoreBooks(state.books, saved)
  for (const [id, missing] of saved.quorums) state.quorums.set(id, missing)
  for (const [id, run] of saved.accepted ?? []) state.accepted.set(id, run)
  state.since = saved.since ?? null
  return { state, isCurrent: saved.version === VERSION }
}

function restoreBooks(books: BudgetBooks, saved: Saved): void {
  for (const [key, tenants] of saved.books) books.set(key, new Map(tenants))
  restoreLines(books)
}
