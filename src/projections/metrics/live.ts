// What is not in the journal: the process's own measurements, and gauges read from state at each scrape.
import type { StoredEvent } from '../../events/event.ts'
import type { Journal } from '../../journal/journal.ts'
import { UNITS } from '../../events/policy.ts'
import { fromMicro } from '../../registry/registry.ts'
import { highestUse, shareOf, type BudgetBooks } from './budget-books.ts'
import { RESOURCE_OF } from './fold-budgets.ts'
import { CLOSED, SEPARATOR, type ValueOf } from '../labels.ts'
import { createSeries, type Series } from './series.ts'
import type { HttpStats } from '../lists/views.ts'
import type { PendingApprovals } from '../lists/pending.ts'

export type Build = { readonly version: string; readonly revision: string }

export type Live = {
  readonly series: Series
  readonly http: HttpStats
  /** Spans handed to the exporter. */
  readonly spans: (status: ValueOf<'span_status'>, count: number) => void
  /** Takes in when a projection got to events: one observation of its lag for each append. */
  readonly folded: (projection: ValueOf<'projection'>, events: readonly StoredEvent[], now: number) => void
  readonly rendered: (seconds: number, series: number) => void
}

/** Appends by when they were committed, in their order: what was committed together is late together. */
export function appendsByTime(events: readonly StoredEvent[]): Map<number, number> {
  const appends = new Map<number, number>()
  let before: StoredEvent | undefined
  for (const event of events) {
    if (before?.at !== event.at || before.run_id !== event.run_id)
      appends.set(event.at, (appends.get(event.at) ?? 0) + 1)
    before = event
  }
  return appends
}

export function createLive(journal: Journal, build: Build): Live {
  const series = createSeries(['process', 'state'])
  series.set(
    'cugar_build_info',
    { version: build.version, revision: build.revision, node_version: process.version },
    1,
  )
  journal.onCommit(({ appendSeconds, batchEvents }) => {
    series.observe('cugar_journal_append_duration_seconds', {}, { value: appendSeconds })
    series.observe('cugar_journal_batch_events', {}, { value: batchEvents })
  })
  return {
    series,
    http: {
      expect: ({ method, route, codes }) => {
        for (const code of codes)
          series.add('cugar_http_requests_total', { method, route, code: String(code) }, 0)
      },
      request: ({ method, route, code, seconds }) => {
        series.add('cugar_http_requests_total', { method, route, code: String(code) })
        series.observe('cugar_http_request_duration_seconds', { method, route }, { value: seconds })
      },
      streamClients: (count) => series.set('cugar_stream_clients', {}, count),
    },
    spans: (status, count) => series.add('cugar_trace_spans_total', { status }, count),
    folded: (projection, events, now) => {
      for (const [at, times] of appendsByTime(events)) {
        const value = Math.max(0, now - at) / 1000
        series.observe('cugar_projection_lag_seconds', { projection }, { value, times })
      }
    },
    rendered: (seconds, count) => {
      series.set('cugar_metrics_render_seconds', {}, seconds)
      series.set('cugar_metrics_series', {}, count)
    },
  }
}

/** State at a scrape. */
export type Snapshot = {
  readonly journalPosition: number
  readonly positions: Readonly<Partial<Record<ValueOf<'projection'>, number>>>
  readonly workers: { readonly busy: number; readonly idle: number }
  readonly pending: PendingApprovals
  readonly books: BudgetBooks
  readonly profiles: readonly string[]
  /** Epoch milliseconds. */
  readonly now: number
  /** Collapsed label values of the folded series. */
  readonly foldedOverflow: ReadonlyMap<string, number>
}

/** Takes the state of this moment into the gauges. */
export function refresh({ series }: Live, state: Snapshot): void {
  series.set('cugar_journal_position', {}, state.journalPosition)
  for (const projection of ['metrics', 'views', 'spans'] as const) {
    const position = state.positions[projection]
    if (position !== undefined) series.set('cugar_projection_position', { projection }, position)
  }
  series.set('cugar_workers', { state: 'busy' }, state.workers.busy)
  series.set('cugar_workers', { state: 'idle' }, state.workers.idle)
  for (const risk of CLOSED.risk) {
    const oldest = state.pending.oldest(risk)
    series.set('cugar_approvals_pending', { risk }, state.pending.count(risk))
    series.set('cugar_approval_oldest_pending_timestamp_seconds', { risk }, (oldest ?? 0) / 1000)
  }
  for (const profile of state.profiles) refreshBudget(series, profile, state)
  refreshOverflow(series, state.foldedOverflow)
}

function refreshBudget(series: Series, budget: string, { books, now }: Snapshot): void {
  const shares = { cost: 0, tokens: 0, calls: 0 }
  let windowEnd = 0
  for (const unit of UNITS) {
    const use = highestUse(books, { profile: budget, unit }, now)
    if (use === null) continue
    shares[RESOURCE_OF[unit]] = Math.max(shares[RESOURCE_OF[unit]], shareOf(use))
    windowEnd = Math.max(windowEnd, use.windowEnd)
  }
  for (const resource of CLOSED.resource) {
    series.set('cugar_budget_utilization_ratio', { budget, resource }, shares[resource])
  }
  const dollars = highestUse(books, { profile: budget, unit: 'llm_usd' }, now)
  series.set('cugar_budget_used_usd', { budget }, fromMicro(dollars?.spent ?? 0))
  series.set('cugar_budget_limit_usd', { budget }, fromMicro(dollars?.limit ?? 0))
  series.set('cugar_budget_window_end_timestamp_seconds', { budget }, windowEnd / 1000)
}

function refreshOverflow(series: Series, folded: ReadonlyMap<string, number>): void {
  for (const key of new Set([...folded.keys(), ...series.overflow.keys()])) {
    const cell = series.cell('cugar_metrics_label_overflow_total', key.split(SEPARATOR))
    cell.value = (folded.get(key) ?? 0) + (series.overflow.get(key) ?? 0)
  }
}
