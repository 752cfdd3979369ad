// Everything the metrics know of the journal: the folded series and what the folds need to remember beside
// them. It is saved with the position that it covers; the same events from the same state give the same state.
import type { StoredEvent } from '../../events/event.ts'
import type { BudgetBooks } from './budgets/books.ts'
import type { KnownValues } from '../labels.ts'
import type { Exemplar } from './families.ts'
import { createSeries, type Series } from './series.ts'

/** From this position on, these label values are known: a recomputation follows the same steps. */
export type Epoch = { readonly position: number; readonly values: KnownValues }

export type MetricsState = {
  readonly series: Series
  readonly books: BudgetBooks
  /** Votes still missing on open approvals that need more than one, by approval id. */
  readonly quorums: Map<string, number>
  /** Runs that were accepted and have not begun with a step, by run id. */
  readonly accepted: Map<string, Accepted>
  readonly epochs: Epoch[]
  /** When the first event happened, epoch milliseconds: every count was 0 then. null: there is none yet. */
  since: number | null
}

/** `at`: epoch milliseconds. JSON. */
export type Accepted = { readonly profile: string; readonly at: number }

export const createMetricsState = (): MetricsState => ({
  series: createSeries(['journal']),
  books: new Map(),
  quorums: new Map(),
  accepted: new Map(),
  epochs: [],
  since: null,
})

const names = (values: KnownValues): string[] =>
  Object.entries(values).flatMap(([set, of]) => of.map((value) => `${set}\t${value}`))

/** Makes label values known from `position` on. */
export function learn(state: MetricsState, position: number, values: KnownValues): void {
  state.series.know(values)
  const before = new Set(state.epochs.flatMap((epoch) => names(epoch.values)))
  const isNew = names(values).some((name) => !before.has(name))
  // What was collapsed before may have its values again.
  const isFiner = (state.epochs.at(-1)?.values.collapsed.length ?? 0) > values.collapsed.length
  if (isNew || isFiner) state.epochs.push({ position, values })
}

/** The trace that an observation belongs to: ids only, 63 characters with their names, the limit being 128. */
export const exemplarOf = (event: StoredEvent, value: number): Exemplar => ({
  traceId: event.trace_id,
  spanId: event.span_id,
  value,
  at: event.at / 1000,
})
