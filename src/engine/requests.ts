// What is asked of the engine, and who asks: below everything that answers it.
import type { Traceparent } from '../events/sampling.ts'
import type { PlanDraft } from '../registry/plan/draft.ts'
import type { Tightening } from '../run/budgets/limits.ts'

/** Who calls: an API key's id, or `local` without keys. */
export type Principal = {
  readonly id: string
  readonly roles: readonly string[]
  /** Absent: everybody's runs. The door holds callers to it; the engine does not look at it. */
  readonly limitedTo?: Reach
}

/** Whose runs a caller may read and act on; null: those of all. */
export type Reach = {
  /** Names, or patterns with one `*` as in the registry. */
  readonly tenants: readonly string[] | null
  readonly profiles: readonly string[] | null
}

/** Exactly one of goal, playbook and plan. */
export type PlanRequest = {
  readonly goal?: string | undefined
  /** The name of one of the registry's. */
  readonly playbook?: string | undefined
  readonly plan?: PlanDraft | undefined
  readonly profile: string
  readonly context: Readonly<Record<string, unknown>>
  /** One of the registry's, or `auto`. */
  readonly planner: string
}

/** For whom a plan is made that a language model may have to be paid for. */
export type PlanCustomer = { readonly by: Principal; readonly tenant: string }

export type RunRequest = PlanRequest & {
  readonly tenant: string
  /** In API units; every one may only tighten the profile's. */
  readonly limits: Tightening
  readonly idempotencyKey: string | null
  /** W3C: the caller's trace, where one came in. */
  readonly traceparent: Traceparent | null
}

export type Accepted = {
  readonly runId: string
  readonly traceId: string
  /** false: the idempotency key had made this run before. */
  readonly created: boolean
  /** Who planned, and why; null: there is no plan yet, because a language model is asked for it. */
  readonly plannedBy: string | null
}

/** `reason` is a person's own words, where there are any. */
export type CancelRequest = { readonly by: Principal; readonly reason: string | null }
