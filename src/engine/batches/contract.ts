// What can be asked of lists of items, one run each, and what is answered.
import type { ProblemItem } from '../../events/problem.ts'
import type { PlanDraft } from '../../registry/plan/draft.ts'
import type { BatchState } from '../../run/batch.ts'
import type { Tightening } from '../../run/budgets/limits.ts'
import type { RunState } from '../../run/state.ts'
import type { CancelRequest, PlanRequest, Principal, RunRequest } from '../requests.ts'

/** What one run is for, and where that stood: the line of a file, or the place in a list, from 1. */
export type BatchItem = { readonly line: number; readonly context: Readonly<Record<string, unknown>> }

/** A row that is no item, and everything that is wrong with it. */
export type RejectedRow = { readonly line: number; readonly errors: readonly ProblemItem[] }

/** What all items have in common. */
export type BatchOrder = {
  readonly goal: string
  readonly plan: PlanDraft | null
  readonly playbook: string | null
  readonly planner: string
  readonly limits: Tightening
  /** Facts of every item, where it has none of its own by that name. */
  readonly context: Readonly<Record<string, unknown>>
  /** Paths into an item's context, as they head the results. */
  readonly columns: readonly string[]
}

/** `context`: facts of every item. */
export type BatchRequest = PlanRequest &
  Pick<RunRequest, 'tenant' | 'limits' | 'idempotencyKey'> & {
    readonly items: readonly BatchItem[]
    readonly rejected: readonly RejectedRow[]
    /** Paths into an item's context, as they head the results. */
    readonly columns: readonly string[]
  }

export type AcceptedBatch = {
  readonly batchId: string
  readonly items: number
  readonly rejected: number
  /** false: the idempotency key had made this batch before. */
  readonly created: boolean
}

/** An item with what has become of it. */
export type ItemState = {
  /** From 0. */
  readonly index: number
  /** null: erased. */
  readonly item: BatchItem | null
  /** Its last run; null: it has not begun. */
  readonly run: RunState | null
}

export type Batches = {
  /** Accepts a batch durably. Errors: those of `start`, for what holds for every item; an item alone fails. */
  readonly start: (request: BatchRequest, by: Principal) => Promise<AcceptedBatch>
  /** Errors: BATCH_NOT_FOUND. */
  readonly state: (batchId: string) => Promise<BatchState>
  /** Why no item can begin now, an error's code; null: they can, or none is left. */
  readonly held: (batchId: string) => string | null
  /** What all its items have in common; null: erased. Errors: BATCH_NOT_FOUND. */
  readonly order: (batchId: string) => Promise<BatchOrder | null>
  /** Rows that could not become items. Errors: BATCH_NOT_FOUND. */
  readonly rejected: (batchId: string) => Promise<readonly RejectedRow[]>
  /** Items in their order. Errors: BATCH_NOT_FOUND. */
  readonly items: (
    batchId: string,
    range: { readonly from: number; readonly limit: number },
  ) => Promise<ItemState[]>
  /** Its runs that are not over, by id, after one; with the id of the last one that was looked at, null at the end. */
  readonly openRuns: (
    batchId: string,
    range: { readonly after: string; readonly limit: number },
  ) => Promise<{ readonly runs: readonly RunState[]; readonly last: string | null }>
  /** Errors: BATCH_NOT_FOUND, BATCH_FINISHED. */
  readonly cancel: (batchId: string, request: CancelRequest) => Promise<BatchState>
  /** Begins what never began, and resumes what did not succeed. Errors: BATCH_NOT_FOUND, BATCH_NOT_FINISHED, BATCH_COMPLETE. */
  readonly resume: (batchId: string, by: Principal) => Promise<BatchState>
}
