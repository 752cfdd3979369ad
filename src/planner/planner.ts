// How a plan is made: the contract of every planner. Used by the engine and by POST /v1/plans; promises steps in
// an order in which each can run after those before it, with every required input bound to a source that exists.
import type { Limits } from '../events/policy.ts'
import type { DataOf } from '../events/event.ts'
import type { ProblemItem } from '../events/problem.ts'
import type { ProposedBlock, ProposedReplan, ProposedStep, WorstCase } from '../events/plan.ts'
import type { ModelSpec, Profile, Registry } from '../registry/registry.ts'
import type { AskModel } from '../run/question.ts'

export type PlannerInput = {
  readonly goal: string
  readonly context: Readonly<Record<string, unknown>>
  readonly profile: Profile
  /** The run's own, never looser than the profile's. */
  readonly limits: Limits
  readonly registry: Registry
  /** The language model that is set up for the profile; absent: none is, and nobody is asked. */
  readonly askable?: ModelSpec
  /** Nothing of the plan is carried out: it is only looked at. */
  readonly isPreview?: boolean
  /** Of a run that needs another plan; absent: there was none before. */
  readonly happened?: Happened
}

/** What became of the steps before, by their tools. */
export type Happened = {
  /** What they gave is there: they are not done again. */
  readonly done: readonly string[]
  readonly failed: readonly string[]
  readonly denied: readonly string[]
}

export type RankedTool = {
  readonly tool: string
  /** 0 to 1, the best tool has 1; 0: no word of the goal speaks for it. */
  readonly score: number
  /** Words of the registry's text that the goal's words matched. */
  readonly matched: readonly string[]
}

export type MissingInput = {
  readonly tool: string
  readonly input: string
  readonly sources: readonly string[]
  /** What to do about it, for people; names nothing that the caller gave. */
  readonly why: string
}

/** A plan of a language model that is looked at and never used, against the one that is. */
export type ShadowPlan = Pick<DataOf<'plan_compared'>, 'model' | 'result' | 'overlap' | 'reason'> & {
  readonly steps: readonly ProposedStep[]
}

export type PlanResult =
  | {
      readonly ok: true
      /** Name of the planner that made it. */
      readonly planner: string
      /** The language model that proposed it; absent: none did. */
      readonly model?: string
      readonly fallbackReason: DataOf<'plan_created'>['fallback_reason']
      readonly steps: readonly ProposedStep[]
      /** What stands beside them; absent: they stand in nothing. */
      readonly blocks?: readonly ProposedBlock[]
      /** How it may be changed because of what happens; absent: not at all. */
      readonly replan?: ProposedReplan
      /** In the registry's words, never in the caller's: it goes into the journal. */
      readonly explanation: string
      readonly ranking: readonly RankedTool[]
      /** Tools that the goal forbids; absent: none. */
      readonly excluded?: readonly string[]
      /** What the goal asks for and no step does, in closed words and never in the caller's. */
      readonly unserved: readonly string[]
      /** Cost units, each step called once. */
      readonly estimatedCost: number
      readonly worstCase: WorstCase
      /** Sentences that name each limit that even one call of each step would break; empty: it fits. */
      readonly overBudget: readonly string[]
      /** Absent: nobody made another one. */
      readonly shadow?: ShadowPlan
    }
  | {
      readonly ok: false
      /** One sentence for people. */
      readonly why: string
      readonly missing: readonly MissingInput[]
      readonly ranking: readonly RankedTool[]
      /** Tools that the goal forbids; absent: none. */
      readonly excluded?: readonly string[]
      /** Of a plan that was given: each with its path in it. */
      readonly problems?: readonly ProblemItem[]
    }

export interface Planner {
  /** As in the registry's list of planners. */
  readonly name: string
  /** It may have to ask somebody else: a run is then accepted before it has a plan. */
  readonly asks: boolean
  /** Whether it is there for runs of this profile; absent: for those of every one. */
  readonly serves?: (profile: Profile) => boolean
  /** `ask` reaches language models; each question is recorded and paid for. */
  plan(input: PlannerInput, signal: AbortSignal, ask: AskModel): Promise<PlanResult>
  /** The same at once, of a planner that waits for nothing; absent: it may have to wait. */
  readonly planNow?: (input: PlannerInput) => PlanResult
}

/** A planner that asks nobody. */
export interface OfflinePlanner extends Planner {
  plan(input: PlannerInput, signal: AbortSignal): Promise<PlanResult>
}
