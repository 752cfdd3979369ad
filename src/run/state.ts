// What a run is at any moment: everything that can be known of it from its events. Data only; replay builds it,
// next and decide read it, http shows it.
import type { Approvers, Limits, Risk, Scope, Unit } from '../events/policy.ts'
import type { LimitName } from './budgets/tenant-account.ts'
import type { PlanStep } from '../events/plan.ts'
import type { DataOf } from '../events/event.ts'
import type { Chain, PlanBounds, Rule } from '../events/run.ts'
import type { SkipReason } from '../events/step.ts'
import type { Category, FailureMode } from '../events/taxonomy.ts'

/** How one becomes another is drawn in src/README.md. */
export const STEP_STATUSES = [
  'pending',
  'awaiting_approval',
  'running',
  'retrying',
  'reviewing',
  'changes_requested',
  'completed',
  'failed',
  'skipped',
  'unknown',
] as const
export type StepStatus = (typeof STEP_STATUSES)[number]

/** `waiting`: only a person can move it. */
export const RUN_STATUSES = [
  'accepted',
  'running',
  'waiting',
  'succeeded',
  'partial',
  'failed',
  'cancelled',
] as const
export type RunStatus = (typeof RUN_STATUSES)[number]

export type StepState = {
  readonly plan: PlanStep
  readonly status: StepStatus
  /** Calls started so far. */
  readonly attempt: number
  /** Calls started in the present revision: what the retry policy counts. */
  readonly tries: number
  /** Calls that a process died during, and that were made again. */
  readonly cuts: number
  /** Of what a person is asked to approve. */
  readonly revision: number
  readonly adapter: string | null
  /** Payload of inputs that a person edited; they replace the bound ones. */
  readonly editedInputs: string | null
  /** Payload of the inputs of the last call. */
  readonly inputs: string | null
  /** Payload; released to other steps only when `completed`. */
  readonly output: string | null
  readonly idempotencyKey: string | null
  /** Payload: the receipt of an effect that happened; absent: it gave none. */
  readonly receipt?: string
  /** For whom its adapter stands in, and why; absent or null: for nobody. */
  readonly degraded?: { readonly from: string; readonly reason: string } | null
  /** How the look-ups of its last call stand; absent or null: its vendor is not asked. */
  readonly lookUp?: LookUp | null
  readonly retryAt: number | null
  /** First call, present call, last outcome. */
  readonly startedAt: number | null
  readonly calledAt: number | null
  readonly endedAt: number | null
  /** Micro cost units spent by every attempt. */
  readonly spent: number
  readonly error: {
    readonly mode: FailureMode
    readonly category: Category
    readonly message: string
    /** Payload of what was wrong with the input. */
    readonly problems?: string
  } | null
  readonly skipReason: SkipReason | null
  /** What its condition said, and the payload of why; absent: it has none, or was not asked. */
  readonly condition?: { readonly holds: boolean; readonly why: string }
  /** Every approval asked for, oldest first. */
  readonly approvalIds: readonly string[]
}

/** `nextAt`: when the vendor is asked next, epoch milliseconds; null: not again. */
export type LookUp = { readonly made: number; readonly nextAt: number | null }

export const APPROVAL_STATUSES = [
  'pending',
  'approved',
  'denied',
  'changes_requested',
  'expired',
  'cancelled',
] as const
export type ApprovalStatus = (typeof APPROVAL_STATUSES)[number]

export type ApprovalState = {
  readonly approvalId: string
  readonly stepId: string
  readonly revision: number
  readonly review: 'call' | 'output'
  readonly risk: Risk
  readonly status: ApprovalStatus
  readonly digest: string
  /** Payload: what the person is shown. */
  readonly subject: string
  /** What serves the call, and a digest of how it is set up; absent: no vendor does, or an output is reviewed. */
  readonly adapter?: string | undefined
  readonly configuration?: string | undefined
  readonly consequences: readonly string[]
  readonly required: number
  readonly requestedAt: number
  readonly expiresAt: number
  readonly decidedAt: number | null
  readonly votes: readonly {
    readonly by: string
    readonly decision: DataOf<'approval_received'>['decision']
    readonly reason: string | null
    readonly changes: string | null
    readonly at: number
  }[]
  /** A call or a release has used it up. */
  readonly used: boolean
  /** What the judges had said when the person was asked: their step, and the payload of their output. */
  readonly judgements?: readonly { readonly stepId: string; readonly output: string }[]
}

/** A tool for a step, a language model, or a look-up of what became of an earlier call. */
export type CallKind = 'tool' | 'model' | 'lookup'

/** What the ledger holds of one account for a call. */
export type Hold = LimitName & {
  readonly scope: Scope
  readonly key: string
  readonly unit: Unit
  readonly amount: number
  readonly limit: number
  readonly window_end: number | null
}

/** What is asked of a model, and by whom. */
export type ModelAsk = Omit<DataOf<'llm_call_start'>, 'call_id' | 'request'>

export type OpenCall = {
  readonly callId: string
  readonly kind: CallKind
  /** The step it is made for; null: for the run itself. */
  readonly stepId: string | null
  /** When its intent was recorded, epoch milliseconds; null: only its reservation stands so far. */
  readonly startedAt: number | null
  /** It has its outcome, and waits for its settlement. */
  readonly hasEnded: boolean
  readonly holds: readonly Hold[]
  /** Of a model's call, once its intent is recorded. */
  readonly ask: ModelAsk | null
}

/** By their id. */
export type OpenCalls = Readonly<Record<string, OpenCall>>

export type BudgetLine = LimitName & {
  readonly scope: Scope
  readonly key: string
  readonly unit: Unit
  readonly spent: number
  readonly reserved: number
  readonly limit: number
  readonly window_end: number | null
}

export type Plan = Omit<
  DataOf<'plan_created'>,
  'steps' | 'rule' | 'about' | 'trigger' | 'action' | 'dropped' | 'redone'
> & {
  readonly at: number
  readonly order: readonly string[]
}

/** How the plan was changed, and why. */
export type PlanRevision = Pick<
  DataOf<'plan_created'>,
  'revision' | 'cause' | 'rule' | 'about' | 'trigger' | 'action' | 'dropped' | 'redone' | 'explanation'
> & {
  readonly at: number
  /** Steps that were added. */
  readonly added: readonly string[]
}

/** At most what was reserved for each call, whatever a server reports. */
export type ModelUse = { readonly calls: number; readonly tokens: number; readonly microUsd: number }

export type RunState = {
  readonly runId: string
  readonly version: number
  readonly traceId: string
  readonly spanId: string
  readonly tenant: string
  readonly profile: string
  /** Who asked for it; of a resumed run, for the first one of its chain. */
  readonly requester: string
  /** Absent: it resumes none, or 0.1.0 wrote it, where the requester is who resumed. */
  readonly resumedBy?: string
  /** What the runs before it leave to it; absent: nothing. */
  readonly chain?: Chain
  readonly goal: string
  readonly context: string
  /** Payload: the plan that the caller gave; absent: none. */
  readonly givenPlan?: string
  /** The playbook of the registry that is carried out; absent: none. */
  readonly playbook?: string
  /** One of the registry's, or `auto`. */
  readonly planner: string
  readonly limits: Limits
  readonly approvers: Approvers
  readonly registry: string
  readonly resumes: string | null
  /** false: whoever called does not export its trace. Absent: it does, or nobody called. */
  readonly parentSampled?: boolean
  /** What is decided for it as today; in everything else it is held to the rules of 0.1.0. */
  readonly rules: readonly Rule[]
  /** Of its plan, as its profile says; absent: those of the engine. */
  readonly bounds?: PlanBounds
  /** Nothing of its plan is carried out; absent: it is. */
  readonly planOnly?: true
  /** The batch that it is an item of, and which one, from 0; absent: none. */
  readonly batch?: { readonly id: string; readonly item: number }
  /** Which other runs its tools may read: absent, those of its tenant; `profile`, of those the ones of its profile. */
  readonly reach?: 'profile'
  readonly status: RunStatus
  readonly startedAt: number
  /** `at` of the last event, and the process that wrote it. */
  readonly updatedAt: number
  readonly writer: string
  readonly plan: Plan | null
  readonly steps: Readonly<Record<string, StepState>>
  /** By branch, the case that was chosen, and the payload of why; absent: none was. */
  readonly branches?: Readonly<Record<string, { readonly case: string; readonly why: string }>>
  /** What became of rules for changing the plan, by rule and steps; absent: none was looked at. */
  readonly rulings?: Readonly<Record<string, DataOf<'rule_checked'>['outcome'] | 'followed'>>
  /** How often a rule has changed the plan; absent: never. */
  readonly replans?: number
  /** Steps that were done again: others stand in their place; absent: none. */
  readonly redone?: readonly string[]
  /** Failed steps that a rule goes on without; absent: none. */
  readonly tolerated?: readonly string[]
  /** Every change of the plan, oldest first; absent: there was none. */
  readonly revisions?: readonly PlanRevision[]
  /** Lists that could not be carried out, and why; absent: none. */
  readonly failedBlocks?: Readonly<Record<string, string>>
  readonly approvals: Readonly<Record<string, ApprovalState>>
  /** Calls that are reserved or under way, or not yet settled, by their id. */
  readonly openCalls: OpenCalls
  /** One line an account, as last seen by this run. */
  readonly budget: readonly BudgetLine[]
  /** Micro cost units and tool calls of this run so far. */
  readonly spentCost: number
  readonly calls: number
  /** The highest number of a model call so far. */
  readonly modelCalls: number
  /** What its language models were charged so far; absent: none was asked. */
  readonly modelUse?: ModelUse
  /** Time in which only people could move it, closed stretches. */
  readonly waitedMs: number
  /** Start of the present such stretch. */
  readonly waitingSince: number | null
  /** The first failure that matters for the outcome. */
  readonly cause: FailureMode | null
  /** Somebody cancelled it: nothing that has not started may start. */
  readonly cancelled: boolean
  /** A refused reservation stops the run (`on_exceeded: stop`). */
  readonly stopped: boolean
  /** Reservations for steps that did not fit, each account that refused, oldest first. */
  readonly refusals: readonly DataOf<'budget_exceeded'>[]
  readonly finished: DataOf<'run_finished'> | null
}

/** A step of the run by the name that a caller gives; what every object has, such as `constructor`, is no step. */
export const stepNamed = ({ steps }: Pick<RunState, 'steps'>, stepId: string): StepState | undefined =>
  Object.hasOwn(steps, stepId) ? steps[stepId] : undefined

/** The same of an approval. */
export const approvalNamed = (
  { approvals }: Pick<RunState, 'approvals'>,
  approvalId: string,
): ApprovalState | undefined => (Object.hasOwn(approvals, approvalId) ? approvals[approvalId] : undefined)
