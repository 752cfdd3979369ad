// Who does it: the commands that a run understands. Used by http, cli and the library; promises that what it
// answered is durable, and that nothing acts but through the journal.
import type { DataOf } from '../events/event.ts'
import type { Alert, FreezeSubject, Standing } from '../run/freeze.ts'
import type { RankedTool } from '../planner/planner.ts'
import type { RunState } from '../run/state.ts'
import type { RegistryDiff } from '../registry/diff.ts'
import type { Tool } from '../tools/tool.ts'
import type { OwnTexts } from '../tools/text-file.ts'
import type { Registry } from '../registry/registry.ts'
import type { Batches } from './batches/contract.ts'
import type { ProposedBlock, ProposedReplan, ProposedStep, WorstCase } from '../events/plan.ts'
import type { Adapters } from './vendors.ts'
import type { InForce, Libraries } from './parts.ts'
import type { Access } from './commands/access.ts'
import type { Accepted, CancelRequest, PlanCustomer, PlanRequest, Principal, RunRequest } from './requests.ts'

export type {
  Accepted,
  CancelRequest,
  PlanCustomer,
  PlanRequest,
  Principal,
  Reach,
  RunRequest,
} from './requests.ts'

export type PlanPreview = {
  /** Name of the planner that made it. */
  readonly planner: string
  /** How it was made. */
  readonly made?: PlanMaking
  readonly steps: readonly ProposedStep[]
  /** What stands beside them; absent: they stand in nothing. */
  readonly blocks?: readonly ProposedBlock[]
  /** How it may be changed because of what happens; absent: not at all. */
  readonly replan?: ProposedReplan
  readonly explanation: string
  /** What the goal asks for and no step does. */
  readonly unserved: readonly string[]
  /** Every allowed tool, best first. */
  readonly ranking: readonly RankedTool[]
  /** Cost units. */
  readonly estimatedCost: number
  readonly worstCase: WorstCase
  readonly fitsBudget: boolean
  /** Sentences that name each limit that the plan would break. */
  readonly overBudget: readonly string[]
}

export type PlanMaking = {
  /** The language model that proposed it; null: none did. */
  readonly model: string | null
  /** Why the planner that asks nobody made it; null: nothing stood in the way of the one that was asked for. */
  readonly fallbackReason: DataOf<'plan_created'>['fallback_reason']
  readonly use: PlanningUse
}

export type PlanningUse = {
  /** The run that asked the model, and was charged for it; null: nobody was asked. */
  readonly runId: string | null
  readonly durationMs: number
  readonly llmCalls: number
  readonly llmTokens: number
  readonly llmUsd: number
}

export type DecisionRequest = {
  readonly decision: 'approve' | 'deny' | 'request_changes'
  readonly reason: string | null
  readonly changes: { readonly inputs?: unknown; readonly output?: unknown } | null
}

/** Fields that replace those of the inputs that a reviewer saw. */
export type Revision = { readonly inputs: Readonly<Record<string, unknown>>; readonly by: Principal }

export type Reconciliation = {
  readonly outcome: 'happened' | 'did_not_happen'
  readonly output: unknown
  readonly reason: string
}

/** `reason` is a person's own words. */
export type FreezeRequest = FreezeSubject & { readonly reason: string }

export type AlertsApplied = {
  /** What these alerts hold frozen, whether since now or before. */
  readonly frozen: readonly FreezeSubject[]
  /** Alerts that hold nothing frozen. */
  readonly ignored: number
}

export type Engine = {
  /** Accepts a run durably. Errors: UNKNOWN_PROFILE, UNKNOWN_TENANT, PROFILE_NOT_ALLOWED, LIMIT_LOOSENED, PLANNER_UNAVAILABLE, UNKNOWN_PLAYBOOK, PLAN_INVALID, INPUT_INVALID, IDEMPOTENCY_CONFLICT, FROZEN, TOO_BUSY. */
  readonly start: (request: RunRequest, by: Principal) => Promise<Accepted>
  /**
   * The plan without running it. Where a language model has to be asked, by a run of the customer's tenant that ends as
   * soon as it has its plan: without a customer nobody is asked.
   * Errors: UNKNOWN_PROFILE, PLANNER_UNAVAILABLE, UNKNOWN_PLAYBOOK, PLAN_INVALID, PLAN_IMPOSSIBLE, INPUT_INVALID, and those of `start`.
   */
  readonly preview: (request: PlanRequest, customer?: PlanCustomer) => Promise<PlanPreview>
  /** Errors: RUN_NOT_FOUND. */
  readonly state: (runId: string) => Promise<RunState>
  /** The run when it is over, or as it stands after `timeoutMs` or at the signal. Errors: RUN_NOT_FOUND. */
  readonly settled: (runId: string, timeoutMs: number, signal: AbortSignal) => Promise<RunState>
  /** The same, also when only a person can move it. Errors: RUN_NOT_FOUND. */
  readonly paused: (runId: string, timeoutMs: number, signal: AbortSignal) => Promise<RunState>
  /** The run when it has its plan or is over without one, or as it stands after `timeoutMs` or at the signal. Errors: RUN_NOT_FOUND. */
  readonly planned: (runId: string, timeoutMs: number, signal: AbortSignal) => Promise<RunState>
  /** Errors: RUN_NOT_FOUND, RUN_FINISHED. */
  readonly cancel: (runId: string, request: CancelRequest) => Promise<RunState>
  /** A new run of what is missing; `corrected`: fields that replace those of its context. Errors: RUN_NOT_FOUND, RUN_NOT_FINISHED, NOTHING_TO_RESUME, and those of `start`. */
  readonly resume: (
    runId: string,
    by: Principal,
    corrected?: Readonly<Record<string, unknown>>,
  ) => Promise<Accepted>
  /** Errors: RUN_NOT_FOUND, STEP_NOT_FOUND, STEP_NOT_UNKNOWN, CHANGES_INVALID. */
  readonly reconcile: (
    runId: string,
    stepId: string,
    request: Reconciliation & { by: Principal },
  ) => Promise<RunState>
  /**
   * Without `changes`, request_changes sends the step back to the requester.
   * Errors: APPROVAL_NOT_FOUND, APPROVAL_DECIDED, ALREADY_VOTED, APPROVER_IS_REQUESTER, FORBIDDEN, CHANGES_INVALID.
   */
  readonly decide: (approvalId: string, request: DecisionRequest, by: Principal) => Promise<RunState>
  /** Other inputs for a step that was sent back. Errors: RUN_NOT_FOUND, STEP_NOT_FOUND, NOTHING_TO_REVISE, NOT_THE_REQUESTER, CHANGES_INVALID. */
  readonly revise: (runId: string, stepId: string, revision: Revision) => Promise<RunState>
  /** Body of a payload of a run as JSON value; null when erased. */
  readonly payload: (runId: string, digest: string) => Promise<unknown>
  /** An output in words for people: those of its tool as it is installed now, or else field by field. */
  readonly words: (tool: string, output: unknown) => Promise<readonly string[]>
  /** A tool as it is installed now; undefined: it is not. Left out where no tools are at hand. */
  readonly toolOf?: (name: string) => Tool | undefined
  /** What the operator's own folders have; left out: there are none. */
  readonly texts?: () => OwnTexts | undefined
  /** What a tenant's runs have stored in one of its libraries, the oldest first. */
  readonly stored: Libraries['stored']
  /** The registry in force. */
  readonly registry: () => Registry
  /**
   * Puts a checked registry, and what is installed for it, into force for new runs, as an event. `onWritten` is called
   * when the journal has it, before the first run starts under it.
   */
  readonly adopt: (next: InForce, by: Principal, onWritten: () => void) => Promise<RegistryDiff>
  /** The vendors: how they stand, and what people change of them. */
  readonly adapters: Adapters
  /** Every profile and tenant that accepts no new runs, the oldest freeze first; `reason` is a payload of the control stream. */
  readonly freezes: () => readonly Standing[]
  /** Refuses new runs of it from now on; runs under way go on. Frozen already: as it stands. Errors: UNKNOWN_PROFILE. */
  readonly freeze: (request: FreezeRequest, by: Principal) => Promise<Standing>
  /** Lets it accept new runs again; false: it was not frozen. Errors: UNKNOWN_PROFILE. */
  readonly lift: (request: FreezeRequest, by: Principal) => Promise<boolean>
  /** Freezes what the registry says these alerts freeze. The same alerts once more change nothing. */
  readonly applyAlerts: (alerts: readonly Alert[], by: Principal) => Promise<AlertsApplied>
  /** What the journal is told of the door. */
  readonly access: Access
  /** Lists of items, one run each. */
  readonly batches: Batches
  /** Workers of this process now. */
  readonly workers: () => { readonly busy: number; readonly idle: number }
  /** Continues every open run. Call it once, at the start. */
  readonly recover: () => Promise<{ readonly open: number }>
  /** Accepts no new work, lets calls under way end (at most `graceMs`), and returns. */
  readonly stop: (graceMs: number) => Promise<void>
}
