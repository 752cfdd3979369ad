// What is not in the journal: the process's own measurements, and gauges read from state at each scrape.
import type { StoredEvent } from '../../events/event.ts'
import type { Journal } from '../../journal/journal.ts'
import type { Risk } from '../../events/policy.ts'
import type { Registry } from '../../registry/registry.ts'
import type { OpenBatches } from '../lists/batches.ts'
import type { Waiting } from '../lists/pending.ts'
import type { Disk } from './disk.ts'
import type { BudgetBooks } from './budgets/books.ts'
import { refreshBudgets } from './budgets/gauges.ts'
import { refreshFrozenBy, type FreezeSeen } from './frozen.ts'
import { OTHER } from '../../events/names.ts'
import { CLOSED, SEPARATOR, type ValueOf } from '../labels.ts'
import { createSeries, type Series } from './series.ts'

export type Build = { readonly version: string; readonly revision: string }

/** What http reports of itself: these are not events. */
export type HttpStats = {
  /** A route, and the server errors that it can answer with: each is a series from the start, at 0. */
  readonly expect: (route: { method: string; route: string; codes: readonly number[] }) => void
  readonly request: (sample: { method: string; route: string; code: number; seconds: number }) => void
  readonly streamClients: (count: number) => void
}

/** One operation of an adapter ended. */
export type AdapterCall = {
  readonly adapter: string
  readonly status: ValueOf<'adapter_call'>
  readonly seconds: number
}

/** How busy an adapter is, as shares of its limits; null: it has no such limit. */
export type AdapterLoad = {
  readonly adapter: string
  readonly waiting: number
  readonly shares: Readonly<Record<ValueOf<'adapter_limit'>, number | null>>
  /** What its vendor has said of its own limits. */
  readonly quotas: readonly {
    readonly window: ValueOf<'quota_window'>
    readonly remaining: number
    readonly limit: number | null
  }[]
}

export type Live = {
  readonly series: Series
  readonly adapterCalled: (call: AdapterCall) => void
  readonly http: HttpStats
  /** A projection has folded these events: its lag is observed once for each append, if it is one that is shown. */
  readonly folded: (projection: string, events: readonly StoredEvent[], now: number) => void
  /** The registry was loaded, or refused; `at` in epoch milliseconds. */
  readonly reloaded: (isLoaded: boolean, at: number) => void
  /** The last scrape took so long and has so many series. */
  readonly rendered: (seconds: number, series: number) => void
}

/** Number of appends by the time of their commit, in their order: what was committed together has the same lag. */
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
    adapterCalled: ({ adapter, status, seconds }) => {
      series.add('cugar_adapter_calls_total', { adapter, status })
      if (status === 'success')
        series.observe('cugar_adapter_call_duration_seconds', { adapter }, { value: seconds })
    },
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
    folded: (name, events, now) => {
      const projection = CLOSED.projection.find((shown) => shown === name)
      if (projection === undefined) return
      for (const [at, times] of appendsByTime(events)) {
        const value = Math.max(0, now - at) / 1000
        series.observe('cugar_projection_lag_seconds', { projection }, { value, times })
      }
    },
    reloaded: (isLoaded, at) => {
      series.set('cugar_registry_reload_success', {}, isLoaded ? 1 : 0)
      if (isLoaded) series.set('cugar_registry_reload_timestamp_seconds', {}, at / 1000)
    },
    rendered: (seconds, count) => {
      series.set('cugar_metrics_render_seconds', {}, seconds)
      series.set('cugar_metrics_series', {}, count)
    },
  }
}

/** What is read at a scrape. */
export type Snapshot = {
  readonly journalPosition: number
  /** Of each projection, by its name. */
  readonly positions: ReadonlyMap<string, number>
  readonly workers: { readonly busy: number; readonly idle: number }
  /** Approvals that wait for a person. */
  readonly pending: (risk: Risk) => Waiting
  /** Runs that wait for a person, by profile. */
  readonly waitingRuns: ReadonlyMap<string, number>
  /** Batches that are not over. */
  readonly batches: OpenBatches
  /** What is frozen, and since when (epoch milliseconds). */
  readonly freezes: readonly FreezeSeen[]
  readonly adapterLoads: readonly AdapterLoad[]
  /** null: nothing is kept in files, or they cannot be read now. */
  readonly disk: Disk | null
  /** What has become of the spans of this process. */
  readonly spanCounts: Readonly<Record<ValueOf<'span_status'>, number>>
  readonly books: BudgetBooks
  /** In force. */
  readonly registry: Registry
  readonly profiles: readonly string[]
  /** Epoch milliseconds. */
  readonly now: number
  /** Collapsed label values of the folded series. */
  readonly foldedOverflow: ReadonlyMap<string, number>
}

/** Sets the gauges, and the counters that are kept elsewhere, to the state at a scrape. */
export function refresh({ series }: Live, state: Snapshot): void {
  series.set('cugar_journal_position', {}, state.journalPosition)
  for (const projection of CLOSED.projection) {
    const position = state.positions.get(projection)
    if (position === undefined) continue
    series.set('cugar_projection_position', { projection }, position)
    series.cell('cugar_projection_lag_seconds', [projection])
  }
  series.set('cugar_workers', { state: 'busy' }, state.workers.busy)
  series.set('cugar_workers', { state: 'idle' }, state.workers.idle)
  for (const risk of CLOSED.risk) {
    const { count, oldestAt, expiresAt } = state.pending(risk)
    series.set('cugar_approvals_pending', { risk }, count)
    series.set('cugar_approval_oldest_pending_timestamp_seconds', { risk }, (oldestAt ?? 0) / 1000)
    series.set('cugar_approval_next_expiry_timestamp_seconds', { risk }, (expiresAt ?? 0) / 1000)
  }
  for (const status of CLOSED.span_status) {
    series.cell('cugar_trace_spans_total', [status]).value = state.spanCounts[status]
  }
  refreshAdapters(series, state)
  refreshBudgets(series, state)
  refreshWaiting(series, state)
  refreshBatches(series, state.batches)
  refreshFreezes(series, state)
  refreshFrozenBy(series, state)
  refreshDisk(series, state)
  refreshOverflow(series, state.foldedOverflow)
}

function refreshAdapters(series: Series, { adapterLoads }: Snapshot): void {
  for (const { adapter, waiting, shares, quotas } of adapterLoads) {
    series.set('cugar_adapter_calls_waiting', { adapter }, waiting)
    for (const limit of CLOSED.adapter_limit) {
      const share = shares[limit]
      if (share !== null) series.set('cugar_adapter_limit_ratio', { adapter, limit }, share)
    }
    for (const { window, remaining, limit } of quotas) {
      series.set('cugar_adapter_quota_remaining', { adapter, window }, remaining)
      if (limit !== null && limit > 0)
        series.set('cugar_adapter_quota_ratio', { adapter, window }, 1 - Math.min(1, remaining / limit))
    }
  }
}

function refreshWaiting(series: Series, { waitingRuns, profiles }: Snapshot): void {
  let others = 0
  for (const [profile, count] of waitingRuns) if (!profiles.includes(profile)) others += count
  for (const profile of profiles) series.set('cugar_runs_waiting', { profile }, waitingRuns.get(profile) ?? 0)
  const other = series.families.get('cugar_runs_waiting')?.cells.get(OTHER)
  if (other !== undefined || others > 0) series.cell('cugar_runs_waiting', [OTHER]).value = others
}

function refreshBatches(series: Series, { running, notBegun, oldest }: OpenBatches): void {
  series.set('cugar_batches_running', {}, running)
  series.set('cugar_batch_items_waiting', {}, notBegun)
  series.set('cugar_batch_oldest_timestamp_seconds', {}, (oldest ?? 0) / 1000)
}

function refreshFreezes(series: Series, { freezes }: Snapshot): void {
  for (const scope of CLOSED.freeze_scope) {
    const times = freezes.filter((freeze) => freeze.scope === scope).map(({ at }) => at)
    const oldest = times.length === 0 ? 0 : Math.min(...times)
    series.set('cugar_freeze_oldest_timestamp_seconds', { scope }, oldest / 1000)
  }
}

function refreshDisk(series: Series, { disk }: Snapshot): void {
  if (disk === null) return
  series.set('cugar_journal_bytes', {}, disk.journal)
  series.set('cugar_data_dir_free_bytes', {}, disk.free)
  series.set('cugar_data_dir_size_bytes', {}, disk.size)
}

function refreshOverflow(series: Series, folded: ReadonlyMap<string, number>): void {
  for (const key of new Set([...folded.keys(), ...series.overflow.keys()])) {
    const cell = series.cell('cugar_metrics_label_overflow_total', key.split(SEPARATOR))
    cell.value = (folded.get(key) ?? 0) + (series.overflow.get(key) ?? 0)
  }
}
