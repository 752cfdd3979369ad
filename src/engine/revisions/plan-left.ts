// The plan of a run that resumes another: what that one has left to do, with what it has done, proved as every plan that
// no planner just made.
import { isRecord } from '../../events/json.ts'
import type { PlanBlock, PlanStep, ProposedBlock, ProposedParts, ProposedStep } from '../../events/plan.ts'
import type { PlanResult } from '../../planner/planner.ts'
import type { ProposedPlan } from '../../planner/proof/parts.ts'
import { withListsAnew } from '../../run/plan/made-anew.ts'
import { presentSteps } from '../../run/plan/version.ts'
import { replay } from '../../run/replay.ts'
import type { RunState, StepState } from '../../run/state.ts'
import type { ActiveRun } from '../active-run.ts'
import type { EngineParts } from '../parts.ts'
import { askable } from '../calls/set-up-models.ts'
import { withLiterals, withRules, withTexts } from '../plan-payloads.ts'
import { payloadValue, valueOf } from '../values.ts'

const noPlan = (why: string): PlanResult => ({ ok: false, why, missing: [], ranking: [] })

type Left = { readonly steps: readonly PlanStep[]; readonly blocks: readonly PlanBlock[] }

/** What was done with the output that it had, and all that was not. */
function leftBy(before: RunState): Left {
  const steps = presentSteps(before).map(({ plan, status, output }: StepState) => ({
    ...plan,
    carried: status === 'completed' ? output : null,
  }))
  const isDue = new Set(steps.filter(({ carried }) => carried === null).map(({ step_id }) => step_id))
  const parts = { steps, blocks: before.plan?.blocks ?? [] }
  // A list that was empty because its step gave nothing is not known yet.
  return withListsAnew(parts, ({ list }) => 'step' in list && isDue.has(list.step))
}

type Erased = { readonly erased: string }

async function readParts(parts: EngineParts, runId: string, left: Left): Promise<ProposedParts | Erased> {
  const steps: ProposedStep[] = []
  for (const step of left.steps) {
    const read = await withLiterals(parts, runId, step)
    if (read === null) return { erased: 'What the plan of the run to resume gave was erased.' }
    steps.push(read)
  }
  const blocks: ProposedBlock[] = []
  for (const block of left.blocks) {
    const read = await withTexts(parts, runId, block)
    if (read === null) return { erased: 'The conditions of the run to resume were erased.' }
    blocks.push(read)
  }
  return { steps, blocks }
}

async function readPlan(
  parts: EngineParts,
  before: RunState & { readonly plan: NonNullable<RunState['plan']> },
): Promise<ProposedPlan | Erased> {
  const read = await readParts(parts, before.runId, leftBy(before))
  const { replan } = before.plan
  if ('erased' in read || replan === undefined) return read
  const rules = await withRules(parts, before.runId, replan)
  return rules === null
    ? { erased: 'The rules of the run to resume were erased.' }
    : { ...read, replan: rules }
}

/** What was made before is a value of this run, too; `false`: some of it was erased. */
async function takeOver(
  { journal }: EngineParts,
  run: ActiveRun,
  { steps, from }: { readonly steps: readonly ProposedStep[]; readonly from: string },
): Promise<boolean> {
  for (const { carried } of steps) {
    if (carried === null) continue
    const value = await payloadValue(journal, from, carried)
    if (value === null) return false
    run.values.set(carried, value)
  }
  return true
}

const planOf = (before: RunState) => (before.plan === null ? null : { ...before, plan: before.plan })

/** `resumes`: the run before. */
export async function planLeft(parts: EngineParts, run: ActiveRun, resumes: string): Promise<PlanResult> {
  const state = replay(await parts.journal.read(resumes))
  const before = state && planOf(state)
  if (before === null) return noPlan('The run to resume has no plan.')
  const left = await readPlan(parts, before)
  if ('erased' in left) return noPlan(left.erased)
  if (!(await takeOver(parts, run, { steps: left.steps, from: resumes })))
    return noPlan('What the run to resume has made was erased.')
  const profile = run.registry.profiles[run.state.profile]
  if (profile === undefined) return noPlan('The profile of the run is not in its registry.')
  const given = await valueOf(parts.journal, run, run.state.context)
  const input = {
    goal: '',
    context: isRecord(given) ? given : {},
    profile,
    limits: run.state.limits,
    registry: run.registry,
    ...askable(parts, run.registry, profile),
  }
  const { planner, model, fallback_reason: fallbackReason, unserved = [] } = before.plan
  const proof = parts.provePlan({ parts: left, giver: planner }, input)
  if (!proof.ok)
    return noPlan(
      `The rest of the plan cannot be carried out: ${proof.problems.map(({ path, message }) => `${path} ${message}`).join('; ')}.`,
    )
  const due = proof.plan.steps.filter(({ carried }) => carried === null).map(({ tool }) => tool)
  return {
    ...proof.plan,
    ...(model === undefined ? {} : { model }),
    fallbackReason,
    unserved,
    explanation: `Resumes an earlier run: ${due.join(', ')} are still to be done.`,
  }
}
