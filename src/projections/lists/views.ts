// What the views answer: lists, signals and scrapes. Used by http and cli; promises to cover every event that was
// committed before the call.
import type { RowOrder } from '../../events/row-order.ts'
import type { BATCH_STATUSES, ItemStatus } from '../../run/batch.ts'
import type { BudgetLineNow } from '../metrics/budgets/lines.ts'
import type { ApprovalStatus, RunStatus } from '../../run/state.ts'
import type { Risk, SideEffects } from '../../events/policy.ts'

export type RunSummary = {
  readonly run_id: string
  readonly trace_id: string
  readonly status: RunStatus
  readonly profile: string
  readonly tenant: string
  readonly requester: string
  /** Payload of the run; null in rows of older versions. */
  readonly goal: string | null
  /** Epoch milliseconds. */
  readonly started_at: number
  readonly finished_at: number | null
  readonly steps: number
  readonly steps_completed: number
  readonly approvals_pending: number
  /** Cost units; known when the run is over. */
  readonly cost: number | null
  /** Who planned, and why, in words; null: there is no plan yet, and in rows of older versions. */
  readonly planned_by: string | null
  /** The batch that it is an item of, and which one, from 0; null: of none. */
  readonly batch_id: string | null
  readonly item: number | null
}

export type ApprovalSummary = {
  readonly approval_id: string
  readonly run_id: string
  readonly step_id: string
  readonly revision: number
  readonly tool: string
  readonly domain: string
  readonly side_effects: SideEffects
  readonly review: 'call' | 'output'
  readonly risk: Risk
  readonly status: ApprovalStatus
  readonly profile: string
  readonly tenant: string
  readonly consequences: readonly string[]
  readonly requested_at: number
  readonly expires_at: number
  readonly required: number
  readonly approved_by: readonly string[]
}

/** What a list tells of an approval besides; the digests are payloads of its run, null in rows of older versions. */
export type ApprovalRow = ApprovalSummary & {
  readonly requester: string | null
  readonly goal: string | null
  /** Of what is under review. */
  readonly subject: string | null
  /** What was said of it before a person was asked. */
  readonly judgements: readonly Judgement[]
  /** In the order of their decisions. */
  readonly decided_by: readonly string[]
}

export type Judgement = { readonly tool: string; readonly output: string }

export type PageQuery = {
  readonly status?: string | undefined
  readonly profile?: string | undefined
  readonly tenant?: string | undefined
  /** newest where it is absent. */
  readonly order?: RowOrder | undefined
  /** `next_cursor` of the page before; opaque. */
  readonly cursor?: string | undefined
  readonly limit: number
}

export type Page<T> = { readonly items: readonly T[]; readonly next_cursor: string | null }

/** Golden signals of a window, in all or of one profile; null where nothing happened. */
export type Signals = {
  readonly runs: number
  readonly success_rate: number | null
  /** Seconds of active run time. */
  readonly latency: { readonly p50: number | null; readonly p95: number | null; readonly p99: number | null }
  readonly tool_error_rate: number | null
  readonly mean_steps: number | null
  /** Seconds. */
  readonly approval_wait: {
    readonly count: number
    readonly mean: number | null
    readonly p95: number | null
  }
  /** Highest share of a tenant budget of the profile, 0 to 1. */
  readonly budget_utilisation: number | null
}

/** What tools of a domain did; null where none was called. */
export type DomainSignals = { readonly calls: number; readonly tool_error_rate: number | null }

export type SignalsReport = {
  readonly window_seconds: number
  readonly all: Signals
  readonly by_profile: Readonly<Record<string, Signals>>
  /** Domains that were called, under all profiles. */
  readonly by_domain: Readonly<Record<string, DomainSignals>>
}

/** The signals of one step; budgets have no past here. `at`: epoch milliseconds, when its first minute began. */
export type SignalsPoint = Omit<Signals, 'budget_utilisation'> & { readonly at: number }

export type SignalsSeries = { readonly stepSeconds: number; readonly points: readonly SignalsPoint[] }

export type SeriesQuery = {
  /**
   * Seconds back from now, at most a week, and seconds of each point, rounded up to whole minutes, or to whole hours
   * beyond a day.
   */
  readonly window: number
  readonly step: number
  readonly profile?: string | undefined
}

export type BatchSummary = {
  readonly batch_id: string
  /** waiting: only people can move what is left of it. */
  readonly status: (typeof BATCH_STATUSES)[number]
  readonly profile: string
  readonly tenant: string
  readonly requester: string
  readonly playbook: string | null
  /** Epoch milliseconds. */
  readonly started_at: number
  readonly updated_at: number
  readonly finished_at: number | null
  readonly items: number
  /** Rows that could not become items. */
  readonly rejected: number
  readonly counts: Readonly<Record<ItemStatus, number>>
  readonly approvals_pending: number
  /** Cost units, settled. */
  readonly cost: number
  /** What all will have cost, when those that are left cost what the others did; null: none has begun. */
  readonly forecast_cost: number | null
  /** Of runs that did not succeed in the present round, the most frequent first. */
  readonly causes: readonly { readonly cause: string; readonly count: number }[]
  /** The first of them. */
  readonly problems: readonly {
    readonly item: number
    readonly run_id: string
    readonly status: string
    readonly cause: string | null
    readonly message: string | null
  }[]
}

export type ItemsQuery = {
  readonly batchId: string
  readonly status: ItemStatus
  /** The first number that is looked at. */
  readonly from: number
  readonly limit: number
}

export type Views = {
  readonly runs: (query: PageQuery) => Promise<Page<RunSummary>>
  readonly approvals: (query: PageQuery) => Promise<Page<ApprovalRow>>
  readonly batches: (query: PageQuery) => Promise<Page<BatchSummary>>
  /** null: there is none. */
  readonly batch: (batchId: string) => Promise<BatchSummary | null>
  /** Numbers of items of one status, in their order. */
  readonly itemsOfBatch: (query: ItemsQuery) => Promise<readonly number[]>
  readonly signals: (windowSeconds: number) => Promise<SignalsReport>
  readonly series: (query: SeriesQuery) => Promise<SignalsSeries>
  /** How the budgets of tenants stand under the registry in force, those that something was spent of. */
  readonly budgetLines: () => Promise<readonly BudgetLineNow[]>
  /** Text exposition; the format is chosen by the caller's Accept header. */
  readonly metrics: (
    format: 'text' | 'openmetrics',
  ) => Promise<{ readonly contentType: string; readonly body: string }>
  /** The same as protocol buffers, with native histograms beside the classic ones. */
  readonly nativeMetrics: () => Promise<{ readonly contentType: string; readonly body: Buffer }>
  /** Events that the slowest projection behind these answers has not folded yet. */
  readonly lag: () => number
  readonly stop: () => Promise<void>
}
