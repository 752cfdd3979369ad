// A rule changes the plan of a run: steps are done again with all that hangs on them, or the plan goes on without those
// that failed. What was done stays done; what had not come to its end is dropped, and the approvals of it end with it.
import type { Fact } from '../../events/event.ts'
import type {
  InputSource,
  PlanBlock,
  PlanStep,
  ProposedBlock,
  ProposedInput,
  ProposedParts,
  ProposedSource,
  ProposedStep,
  ReplanRule,
  StepInput,
} from '../../events/plan.ts'
import { sourcesOf } from '../../events/plan.ts'
import { readPath } from '../../registry/path.ts'
import { endApproval } from '../../run/decide.ts'
import { counted } from '../../run/figures.ts'
import { lastApproval } from '../../run/approval.ts'
import type { Affected } from '../../run/plan/affected.ts'
import { withListsAnew } from '../../run/plan/made-anew.ts'
import { freeVersion, remade, withInputs } from '../../run/plan/remake.ts'
import { affectedIn, isTold, ruleOf, type Ruling } from '../../run/plan/rules.ts'
import { nameIn, presentSteps, stepNamed, versioned } from '../../run/plan/version.ts'
import { isOver } from '../../run/waiting.ts'
import type { Turn } from '../active-run.ts'
import type { EngineParts } from '../parts.ts'
import { withLiterals, withTexts } from '../plan-payloads.ts'
import { recordRevision } from '../plan-record.ts'
import { record } from '../turn.ts'
import { valueOf } from '../values.ts'

/** Nothing came of the rule: it is not followed for these steps. */
export const ruleOutcome = (
  { rule, about }: Ruling,
  outcome: Extract<Fact, { type: 'rule_checked' }>['data']['outcome'],
  why?: string,
): Fact => ({
  type: 'rule_checked',
  data: { rule, about: [...about], outcome, ...(why === undefined ? {} : { why }) },
})

/** An approval that waits, or that was given and is not used yet, ends with its step. */
function endOfApproval({ state, now }: Turn, id: string): Fact[] {
  const step = state.steps[id]
  const approval = step && lastApproval(state, step)
  if (approval === undefined || approval.used) return []
  if (approval.status !== 'pending' && approval.status !== 'approved') return []
  return [endApproval(state, approval.approvalId, { cause: 'cancelled', now })]
}

/** Steps that have not come to their end are left out. */
export function recordDropped(turn: Turn, dropped: Affected): void {
  for (const id of turn.state.plan?.order ?? []) {
    const step = turn.state.steps[id]
    if (step === undefined || !dropped.has(id) || isOver(step)) continue
    record(turn, [
      ...endOfApproval(turn, id),
      { type: 'step_skipped', data: { step_id: id, reason: 'replanned' } },
    ])
  }
}

type Texts = { readonly steps: readonly PlanStep[]; readonly blocks: readonly PlanBlock[] }

/** With the values and expressions themselves; null: one of them was erased. */
async function proposed(
  parts: EngineParts,
  { run }: Turn,
  { steps, blocks }: Texts,
): Promise<ProposedParts | null> {
  const read: ProposedStep[] = []
  for (const step of steps) {
    const one = await withLiterals(parts, run.runId, step)
    if (one === null) return null
    read.push(one)
  }
  const others: ProposedBlock[] = []
  for (const block of blocks) {
    const one = await withTexts(parts, run.runId, block)
    if (one === null) return null
    others.push(one)
  }
  return { steps: read, blocks: others }
}

function textsOf({ state }: Turn, affected: Affected): Texts {
  const { steps, blocks } = withListsAnew(
    { steps: presentSteps(state).map(({ plan }) => plan), blocks: state.plan?.blocks ?? [] },
    ({ block }) => affected.has(block),
  )
  return {
    steps: steps.filter(({ step_id }) => affected.has(step_id)),
    blocks: blocks.filter(({ block }) => affected.has(block)),
  }
}

/** A value of a step as it is now, which may be a judge's whose word is not released. */
async function withSource(
  { journal }: EngineParts,
  turn: Turn,
  { source, items }: { readonly source: InputSource; readonly items: string },
): Promise<ProposedSource[]> {
  const { run, state } = turn
  if ('value' in source) return [{ value: await valueOf(journal, run, source.value) }]
  if ('context' in source) {
    const given = readPath(await valueOf(journal, run, state.context), source.context)
    return given === undefined || given === null ? [] : [source]
  }
  const step = stepNamed(state, source.step, items)
  if (step === undefined || !isTold(step) || step.output === null) return []
  const value = readPath(await valueOf(journal, run, step.output), source.output)
  return value === undefined || value === null ? [] : [{ value }]
}

/** The inputs that a rule gives: of each the first source that has something now. */
async function givenBy(
  parts: EngineParts,
  turn: Turn,
  { rule, items }: { readonly rule: ReplanRule; readonly items: string },
): Promise<Record<string, ProposedInput>> {
  const inputs: Record<string, ProposedInput> = {}
  for (const [name, input] of Object.entries(rule.with)) {
    for (const source of sourcesOf<InputSource>(input)) {
      const [found] = await withSource(parts, turn, { source, items })
      if (found === undefined) continue
      inputs[name] = found
      break
    }
  }
  return inputs
}

const idsIn = ({ state }: Turn): string[] => [
  ...Object.keys(state.steps),
  ...(state.plan?.blocks ?? []).map(({ block }) => block),
]

/** Copies of what is affected; null: something of it was erased. */
async function copiesOf(parts: EngineParts, turn: Turn, affected: Affected) {
  const now = await proposed(parts, turn, textsOf(turn, affected))
  if (now === null) return null
  const version = freeVersion(idsIn(turn), affected, (turn.state.plan?.revision ?? 0) + 1)
  return { copies: remade(now, affected, version), version }
}

type Revising = { readonly ruling: Ruling; readonly rule: ReplanRule }

const aboutOf = ({ ruling, rule }: Revising) => ({
  cause: 'rule' as const,
  rule: ruling.rule,
  about: [...ruling.about],
  trigger: rule.on,
  action: rule.action,
})

const WHY = { condition: 'its condition holds', failed: 'it failed', denied: 'it was denied' } as const

const causeText = ({ ruling, rule }: Revising): string =>
  `Rule ${ruling.rule}, after ${ruling.about.join(' and ')}: ${WHY[rule.on]}`

async function redo(parts: EngineParts, turn: Turn, revising: Revising): Promise<void> {
  const { ruling, rule } = revising
  const { target } = ruling
  if (target === null) return
  const affected = affectedIn(turn.state, [target])
  const made = await copiesOf(parts, turn, affected)
  if (made === null) return record(turn, [ruleOutcome(ruling, 'erased')])
  const inputs = await givenBy(parts, turn, { rule, items: nameIn(target).items })
  const anew = withInputs(made.copies, versioned(target, made.version), inputs)
  recordDropped(turn, affected)
  recordRevision(turn, anew, {
    ...aboutOf(revising),
    dropped: affected,
    why: `${causeText(revising)}; ${counted(anew.steps.length, 'step')} done anew: ${anew.steps.map(({ step_id }) => step_id).join(', ')}.`,
  })
}

/** Without the sources that gave nothing; null: it needs one of them. */
function without(turn: Turn, step: PlanStep, gone: readonly string[]): PlanStep | null {
  const fields = turn.run.registry.tools[step.tool]?.inputs ?? {}
  const inputs: PlanStep['inputs'] = {}
  for (const [name, input] of Object.entries(step.inputs)) {
    const left = sourcesOf<InputSource>(input).filter(
      (source) => !('step' in source && gone.includes(source.step)),
    )
    const [only, ...others] = left
    if (only !== undefined)
      inputs[name] = others.length === 0 ? only : ([only, ...others] satisfies StepInput)
    else if (fields[name]?.required === true) return null
  }
  const { after, ...plain } = step
  const waits = after?.filter((id) => !gone.includes(id)) ?? []
  return {
    ...plain,
    inputs,
    depends_on: step.depends_on.filter((id) => !gone.includes(id)),
    ...(waits.length > 0 ? { after: waits } : {}),
  }
}

/** Open steps that only wait for what failed, and can do without. */
function freed(turn: Turn, gone: readonly string[]): PlanStep[] {
  return presentSteps(turn.state).flatMap((step) => {
    const needs = step.plan.depends_on.some((source) => gone.includes(source))
    if (step.status !== 'pending' || !needs) return []
    return without(turn, step.plan, gone) ?? []
  })
}

async function goOn(parts: EngineParts, turn: Turn, revising: Revising): Promise<void> {
  const { ruling } = revising
  const able = new Map(freed(turn, ruling.about).map((step) => [step.step_id, step]))
  const affected = able.size === 0 ? new Set<string>() : affectedIn(turn.state, [...able.keys()])
  const texts = textsOf(turn, affected)
  const now = await proposed(parts, turn, {
    ...texts,
    steps: texts.steps.map((step) => able.get(step.step_id) ?? step),
  })
  if (now === null) return record(turn, [ruleOutcome(ruling, 'erased')])
  const version = freeVersion(idsIn(turn), affected, (turn.state.plan?.revision ?? 0) + 1)
  recordDropped(turn, affected)
  recordRevision(turn, remade(now, affected, version), {
    ...aboutOf(revising),
    dropped: affected,
    why: `${causeText(revising)}; the plan goes on without it.`,
  })
}

/** Changes the plan as the rule says. */
export async function revise(parts: EngineParts, turn: Turn, ruling: Ruling): Promise<void> {
  const rule = ruleOf(turn.state, ruling)
  if (rule === undefined) return
  await (rule.action === 'redo' ? redo : goOn)(parts, turn, { ruling, rule })
}
