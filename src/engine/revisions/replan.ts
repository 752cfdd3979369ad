// A rule has the planner make another plan for what is left. It is asked as at the start, and told what has happened;
// what was done is not done again, and a plan that would cost more than the certificate allows is not adopted.
import type { Fact } from '../../events/event.ts'
import type { ProposedParts, ProposedStep, Replan } from '../../events/plan.ts'
import type { Happened, PlanResult } from '../../planner/planner.ts'
import { firedRule, ruleOf, type Ruling } from '../../run/plan/rules.ts'
import { renameParts } from '../../run/plan/items.ts'
import { nameIn, presentSteps } from '../../run/plan/version.ts'
import { approvalsOf, dearestWay } from '../../run/plan/ways.ts'
import { PLANNING } from '../../run/next.ts'
import { NO_QUESTIONS, type Most } from '../../run/calls/question-most.ts'
import type { RunState, StepState } from '../../run/state.ts'
import { withRoots } from '../../registry/expressions/grammar.ts'
import { toMicro } from '../../registry/registry.ts'
import type { Planned, Turn } from '../active-run.ts'
import { settleAsks } from '../calls/model-calls.ts'
import type { EngineParts } from '../parts.ts'
import { recordPlan, recordRevision } from '../plan-record.ts'
import { askingNobody, plannerAgain, plannerOf, planRun } from '../planning.ts'
import { recordDropped, ruleOutcome } from './revise.ts'
import { prepare, record } from '../turn.ts'

/** Nothing of it has been called: it is dropped. What has been called comes to its end. */
const isUntouched = ({ status, attempt }: StepState): boolean =>
  (status === 'pending' || status === 'awaiting_approval') && attempt === 0

/** Done, or on the way to it. */
const isThere = ({ status, plan }: StepState): boolean =>
  plan.items === undefined && status !== 'failed' && status !== 'skipped'

const toolsOf = (steps: readonly StepState[]): string[] => [...new Set(steps.map(({ plan }) => plan.tool))]

/** What the planner is told: tools alone, no value and no text. */
export function happenedIn(state: RunState): Happened {
  const steps = presentSteps(state)
  const about = firedRule(state)?.about ?? []
  const isAbout = ({ plan }: StepState): boolean => about.includes(plan.step_id)
  return {
    done: toolsOf(steps.filter((step) => isThere(step) && !isUntouched(step) && !isAbout(step))),
    failed: toolsOf(steps.filter(({ status }) => status === 'failed')),
    denied: toolsOf(steps.filter(({ skipReason }) => skipReason === 'approval_denied')),
  }
}

/** Asks whoever plans for the run; one who has to ask somebody else has its own flight. */
export async function replan(parts: EngineParts, turn: Turn): Promise<void> {
  const { run, state } = turn
  const planner = plannerOf(parts, plannerAgain(state), run.registry.profiles[state.profile])
  if (planner?.asks === true) return prepare(turn, { kind: 'plan', callId: PLANNING })
  recordReplan(turn, await planRun(parts, run, { ...askingNobody(), happened: happenedIn(state) }))
}

/** By the ids of the new plan, those of the run: what is there already stands in the place of a step of the same tool. */
function renamed({ state }: Turn, { steps, blocks }: ProposedParts) {
  const about = firedRule(state)?.about ?? []
  const there = new Map(
    presentSteps(state)
      .filter((step) => isThere(step) && !isUntouched(step) && !about.includes(step.plan.step_id))
      .map(({ plan }) => [plan.tool, plan.step_id]),
  )
  const names = new Map<string, string>()
  const taken = new Set([
    ...Object.keys(state.steps),
    ...(state.plan?.blocks ?? []).map(({ block }) => block),
  ])
  const newName = (id: string): string => {
    let name = `p${(state.plan?.revision ?? 0) + 1}_${id}`
    while (taken.has(name)) name = `p_${name}`
    return name
  }
  const isKept = ({ tool, guards, items }: ProposedStep): boolean =>
    guards === undefined && items === undefined && there.has(tool)
  for (const step of steps)
    names.set(step.step_id, isKept(step) ? (there.get(step.tool) ?? '') : newName(step.step_id))
  for (const { block } of blocks) names.set(block, newName(block))
  const text = (expression: string): string =>
    withRoots(expression, (root) => nameIn(names.get(root) ?? root).name)
  const parts = {
    steps: steps
      .filter((step) => !isKept(step))
      .map((step) => (step.when === undefined ? step : { ...step, when: text(step.when) })),
    blocks: blocks.map((block) =>
      block.kind === 'branch'
        ? {
            ...block,
            cases: block.cases.map((one) => ({ ...one, when: one.when === null ? null : text(one.when) })),
          }
        : block,
    ),
  }
  return renameParts(parts, { id: (id) => names.get(id) ?? id, path: (path) => path })
}

/** What the new steps may cost at most is within what a revision may add, less what the planning itself might ask. */
function fits(parts: ProposedParts, { each }: Replan, planning: Most): boolean {
  const most = (of: (step: ProposedStep) => number): number => dearestWay(parts, of)
  const asks = (of: (questions: Most) => number): number =>
    most((step) => step.retry.attempts * of(step.asks ?? NO_QUESTIONS))
  const left = (added: number, asked: number): number => Math.max(0, added - asked)
  return (
    most(({ retry }) => retry.attempts) <= each.calls &&
    most(({ retry, cost }) => retry.attempts * cost) <= toMicro(each.cost) &&
    most(approvalsOf) <= each.approvals &&
    asks(({ llm_tokens }) => llm_tokens) <= left(each.llm_tokens ?? 0, planning.llm_tokens) &&
    asks(({ llm_usd }) => llm_usd) <= left(toMicro(each.llm_usd ?? 0), planning.llm_usd)
  )
}

type Adopting = {
  readonly ruling: Ruling
  readonly planned: Planned
  readonly result: PlanResult & { ok: true }
}

/** null: it is adopted. */
function adopt(turn: Turn, { ruling, planned, result }: Adopting): Fact | null {
  const { state } = turn
  const rule = ruleOf(state, ruling)
  const rules = state.plan?.replan
  if (rule === undefined || rules === undefined) return ruleOutcome(ruling, 'no_plan')
  const parts = renamed(turn, { steps: result.steps, blocks: result.blocks ?? [] })
  if (result.overBudget.length > 0 || !fits(parts, rules, planned.mayAsk ?? NO_QUESTIONS))
    return ruleOutcome(ruling, 'over_budget')
  const steps = presentSteps(state)
  const open = steps.filter(isUntouched).map(({ plan }) => plan.step_id)
  const lists = (state.plan?.blocks ?? []).filter(
    (block) => block.kind === 'for_each' && block.items === null,
  )
  const dropped = new Set([...open, ...lists.map(({ block }) => block)])
  recordDropped(turn, dropped)
  recordRevision(turn, parts, {
    cause: 'planner',
    rule: ruling.rule,
    about: [...ruling.about],
    trigger: rule.on,
    action: rule.action,
    planner: result.planner,
    ...(result.model === undefined ? {} : { model: result.model }),
    fallback_reason: result.fallbackReason,
    duration_ms: planned.durationMs,
    dropped,
    why: `Rule ${ruling.rule}: the planner was asked again. ${result.explanation}`,
  })
  return null
}

/** Adopts what the planner says now, or notes that nothing came of it. */
function recordReplan(turn: Turn, planned: Planned): void {
  const ruling = firedRule(turn.state)
  // What it was asked for is past: the run was cancelled, say, or somebody settled what was open.
  if (ruling === null || ruleOf(turn.state, ruling)?.action !== 'ask') return
  settleAsks(turn, null)
  const { result } = planned
  const refused = result.ok ? adopt(turn, { ruling, planned, result }) : ruleOutcome(ruling, 'no_plan')
  if (refused !== null) record(turn, [refused])
}

/** Records what a planner says: the first plan of the run, or another one. */
export function recordPlanning(turn: Turn, planned: Planned): void {
  turn.busy.delete(PLANNING)
  if (turn.state.plan === null) return recordPlan(turn, planned)
  if (turn.state.finished === null) recordReplan(turn, planned)
}
