// How a plan is adopted: its literals become payloads, what an earlier run made is kept under this one's name.
import type { Draft } from '../events/event.ts'
import {
  sourcesOf,
  type InputSource,
  type PlanBlock,
  type PlanStep,
  type ProposedBlock,
  type ProposedSource,
  type ProposedStep,
} from '../events/plan.ts'
import type { PlanResult } from '../planner/planner.ts'
import { withJudges } from '../run/judge.ts'
import { cancelLines } from '../run/cancel.ts'
import { PLANNING } from '../run/next.ts'
import { finish } from '../run/outcome.ts'
import { brokenLimits, type Excess } from '../run/budgets/plan-budget.ts'
import { spanIdOf } from '../run/line.ts'
import type { Turn } from './active-run.ts'
import { settlePlanning } from './calls/model-calls.ts'
import type { EngineParts } from './parts.ts'
import { addPayload, record } from './turn.ts'
import { payloadValue } from './values.ts'

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
      ...(result.blocks && { blocks: result.blocks.map((block) => keepCases(turn, block)) }),
      explanation: result.explanation,
      estimated_cost: result.estimatedCost,
      worst_case: result.worstCase,
      ...(result.unserved.length > 0 ? { unserved: [...result.unserved] } : {}),
      duration_ms: durationMs,
    },
  }
}

/** What an earlier run made becomes a payload of this one, under its own name: it is needed after a restart too. */
function keepCarried(turn: Turn, step: ProposedStep): ProposedStep {
  if (step.carried === null) return step
  return { ...step, carried: addPayload(turn, turn.run.values.get(step.carried)).digest }
}

/** Every input comes from elsewhere, as in nearly every step. */
const givesNothing = (step: ProposedStep): step is PlanStep =>
  step.when === undefined &&
  Object.values(step.inputs).every((input) =>
    sourcesOf<ProposedSource>(input).every((source) => !('value' in source)),
  )

/** What a plan gives by itself becomes a payload: values, and expressions, which may name somebody. */
function keepLiterals(turn: Turn, step: ProposedStep): PlanStep {
  if (givesNothing(step)) return step
  const { when } = step
  const inputs: PlanStep['inputs'] = {}
  for (const [name, input] of Object.entries(step.inputs)) {
    const [only, ...others] = sourcesOf<ProposedSource>(input).map((source) =>
      'value' in source ? { value: addPayload(turn, source.value).digest } : source,
    )
    if (only !== undefined) inputs[name] = others.length === 0 ? only : [only, ...others]
  }
  return { ...step, inputs, ...(when === undefined ? {} : { when: addPayload(turn, when).digest }) }
}

const keepCases = (turn: Turn, block: ProposedBlock): PlanBlock => ({
  ...block,
  cases: block.cases.map((one) => ({
    ...one,
    when: one.when === null ? null : addPayload(turn, one.when).digest,
  })),
})

/** The expression of a payload; null: it was erased. */
async function readText({ journal }: EngineParts, runId: string, digest: string): Promise<string | null> {
  const text = await payloadValue(journal, runId, digest)
  return typeof text === 'string' ? text : null
}

/** A branch of an earlier run with its expressions; null: one of them was erased. */
export async function withExpressions(
  parts: EngineParts,
  runId: string,
  block: PlanBlock,
): Promise<ProposedBlock | null> {
  const cases: ProposedBlock['cases'][number][] = []
  for (const one of block.cases) {
    const when = one.when === null ? null : await readText(parts, runId, one.when)
    if (one.when !== null && when === null) return null
    cases.push({ ...one, when })
  }
  return { ...block, cases }
}

/** Steps of an earlier run with what its plan gave by itself, as it is; null: that was erased. */
export async function withLiterals(
  parts: EngineParts,
  runId: string,
  step: PlanStep,
): Promise<ProposedStep | null> {
  const inputs: Record<string, readonly ProposedSource[] | ProposedSource> = {}
  for (const [name, input] of Object.entries(step.inputs)) {
    const sources = await Promise.all(
      sourcesOf<InputSource>(input).map((source) => readLiteral(parts, runId, source)),
    )
    const there = sources.filter((source) => source !== null)
    if (there.length < sources.length) return null
    const [only, another] = there
    inputs[name] = only !== undefined && another === undefined ? only : there
  }
  if (step.when === undefined) return { ...step, inputs }
  const when = await readText(parts, runId, step.when)
  return when === null ? null : { ...step, inputs, when }
}

/** null: its value was erased. */
async function readLiteral(
  parts: EngineParts,
  runId: string,
  source: InputSource,
): Promise<ProposedSource | null> {
  if (!('value' in source)) return source
  const value = await payloadValue(parts.journal, runId, source.value)
  return value === null ? null : { value }
}

const brokenByPlan = ({ state, run }: Turn, steps: readonly ProposedStep[]): readonly Excess[] =>
  brokenLimits(
    steps.filter(({ carried }) => carried === null),
    state.limits,
    run.registry.domains,
  )

/** Adopts a plan, or ends the run when there is none that may be carried out. */
export function recordPlan(turn: Turn, result: PlanResult, durationMs: number): void {
  turn.busy.delete(PLANNING)
  if (turn.state.plan !== null || turn.state.finished !== null) return
  settlePlanning(turn)
  if (!result.ok) {
    record(turn, [finish(turn.state, turn.now, { cause: 'agent_planning', message: result.why })])
  } else if (result.overBudget.length > 0) {
    const message = result.overBudget.join(' ')
    const broken = brokenByPlan(turn, result.steps)
    record(turn, [finish(turn.state, turn.now, { cause: 'policy_budget', message, broken })])
  } else {
    record(turn, [planCreated(turn, result, durationMs)])
    if (turn.state.planOnly)
      record(turn, cancelLines(turn.state, turn.now, { by: turn.state.requester, reason: null }))
  }
}
