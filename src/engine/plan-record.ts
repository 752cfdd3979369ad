// How a plan is adopted, and changed.
import type { Draft } from '../events/event.ts'
import type { DataOf } from '../events/event.ts'
import type { PlanBlock, PlanStep, ProposedParts, ProposedStep } from '../events/plan.ts'
import type { PlanResult } from '../planner/planner.ts'
import { withJudges } from '../run/judge.ts'
import { cancelLines } from '../run/cancel.ts'
import { finish } from '../run/outcome.ts'
import { isOver } from '../run/waiting.ts'
import { brokenLimits, type Excess } from '../run/budgets/plan-budget.ts'
import { spanIdOf } from '../run/line.ts'
import type { Planned, Turn } from './active-run.ts'
import { settleAsks } from './calls/model-calls.ts'
import { keepCarried, keepLiterals, keepRules, keepTexts } from './plan-payloads.ts'
import { addPayload, record } from './turn.ts'

/** With what is judged before a person sees it, which is the registry's to say and not the planner's. */
const judgedSteps = ({ state, run }: Turn, steps: PlanStep[]): PlanStep[] =>
  state.rules.includes('judged_before_review') ? withJudges(steps, run.registry) : steps

function planCreated(turn: Turn, result: PlanResult & { ok: true }, durationMs: number): Draft {
  return {
    type: 'plan_created',
    span_id: spanIdOf(`${turn.state.runId}/plan/1`),
    data: {
      plan_id: `${turn.state.runId}-p1`,
      profile: turn.state.profile,
      revision: 1,
      planner: result.planner,
      ...(result.model === undefined ? {} : { model: result.model }),
      fallback_reason: result.fallbackReason,
      steps: judgedSteps(
        turn,
        result.steps.map((step) => keepLiterals(turn, keepCarried(turn, step))),
      ),
      ...(result.blocks && { blocks: result.blocks.map((block) => keepTexts(turn, block)) }),
      ...(result.replan && { replan: keepRules(turn, result.replan) }),
      explanation: result.explanation,
      estimated_cost: result.estimatedCost,
      worst_case: result.worstCase,
      ...(result.unserved.length > 0 ? { unserved: [...result.unserved] } : {}),
      duration_ms: durationMs,
    },
  }
}

/** What a model would have done instead, for those who decide whether it may. */
function planCompared(turn: Turn, { planner, shadow }: PlanResult & { ok: true }): Draft[] {
  if (shadow === undefined) return []
  const { steps, ...compared } = shadow
  const kept = steps.map(({ step_id, tool, inputs, when = null }) => ({ step_id, tool, inputs, when }))
  const digest = steps.length === 0 ? null : addPayload(turn, kept).digest
  return [
    { type: 'plan_compared', data: { profile: turn.state.profile, planner, ...compared, steps: digest } },
  ]
}

/** What a later revision says of itself; its steps are added to those that are kept. */
export type RevisionOf = Pick<
  DataOf<'plan_created'>,
  'rule' | 'about' | 'trigger' | 'action' | 'planner' | 'model' | 'fallback_reason' | 'duration_ms'
> & {
  readonly cause: NonNullable<DataOf<'plan_created'>['cause']>
  /** Blocks that are others now. */
  readonly changed?: readonly PlanBlock[]
  /** Steps and blocks that are no part of the plan any more. */
  readonly dropped?: ReadonlySet<string>
  /** Stands in the explanation. */
  readonly why: string
}

const NONE: ReadonlySet<string> = new Set()

/** A later revision: what there was stays, but for what is dropped, and what is new is added. */
export function recordRevision(
  turn: Turn,
  { steps, blocks }: ProposedParts,
  { changed = [], dropped = NONE, why, ...about }: Partial<RevisionOf> & Pick<RevisionOf, 'cause' | 'why'>,
): void {
  const { plan } = turn.state
  if (plan === null) return
  const { at: _at, order, blocks: before = [], cause: _cause, kept: _kept, ...same } = plan
  const revision = plan.revision + 1
  const others = new Map(changed.map((block) => [block.block, block]))
  const all = [
    ...before.filter(({ block }) => !dropped.has(block)).map((block) => others.get(block.block) ?? block),
    ...blocks.map((block) => keepTexts(turn, block)),
  ]
  const isDone = (id: string): boolean => {
    const step = turn.state.steps[id]
    return step !== undefined && isOver(step) && step.skipReason !== 'replanned'
  }
  const gone = order.filter((id) => dropped.has(id) && !isDone(id))
  const redone = order.filter(
    (id) => dropped.has(id) && isDone(id) && turn.state.redone?.includes(id) !== true,
  )
  record(turn, [
    {
      type: 'plan_created',
      span_id: spanIdOf(`${turn.state.runId}/plan/${revision}`),
      data: {
        ...same,
        duration_ms: 0,
        ...about,
        plan_id: `${turn.state.runId}-p${revision}`,
        revision,
        kept: order.filter((id) => !gone.includes(id)),
        ...(gone.length > 0 ? { dropped: gone } : {}),
        ...(redone.length > 0 ? { redone } : {}),
        steps: judgedSteps(
          turn,
          steps.map((step) => keepLiterals(turn, step)),
        ),
        ...(all.length > 0 ? { blocks: all } : {}),
        explanation: why,
      },
    },
  ])
}

const brokenByPlan = ({ state, run }: Turn, steps: readonly ProposedStep[]): readonly Excess[] =>
  brokenLimits(
    steps.filter(({ carried }) => carried === null),
    state.limits,
    run.registry.domains,
  )

/** Adopts a plan, or ends the run when there is none that may be carried out. */
export function recordPlan(turn: Turn, { result, durationMs }: Planned): void {
  if (turn.state.plan !== null || turn.state.finished !== null) return
  // A planner that took too long may have a question under way.
  settleAsks(turn, null)
  if (!result.ok) {
    record(turn, [finish(turn.state, turn.now, { cause: 'agent_planning', message: result.why })])
  } else if (result.overBudget.length > 0) {
    const message = result.overBudget.join(' ')
    const broken = brokenByPlan(turn, result.steps)
    record(turn, [finish(turn.state, turn.now, { cause: 'policy_budget', message, broken })])
  } else {
    record(turn, [planCreated(turn, result, durationMs), ...planCompared(turn, result)])
    if (turn.state.planOnly)
      record(turn, cancelLines(turn.state, turn.now, { by: turn.state.requester, reason: null }))
  }
}
