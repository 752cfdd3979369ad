// The conditions of a plan are worked out here, once each, on the values of the steps that are over; what they said
// goes into the journal, with the values for those who ask why.
import type { Fact } from '../events/event.ts'
import type { BranchBlock, ForEachBlock, PlanItem } from '../events/plan.ts'
import { evaluateExpression, usedValues, type ExpressionValues } from '../registry/expressions/evaluate.ts'
import { readExpression } from '../registry/expressions/grammar.ts'
import { ITEM } from '../registry/plan/draft.ts'
import { readPath } from '../registry/path.ts'
import { FAILURES } from '../events/taxonomy.ts'
import { stepsWithin } from '../run/plan/blocks.ts'
import { isTold, ruleOf, type Ruling } from '../run/plan/rules.ts'
import { currentStep, hasVersions } from '../run/plan/version.ts'
import type { StepState } from '../run/state.ts'
import { isOver } from '../run/waiting.ts'
import type { Turn } from './active-run.ts'
import type { EngineParts } from './parts.ts'
import { addPayload, record, stepOf } from './turn.ts'
import { valueOf } from './values.ts'

/** What one expression said, for people who ask why; names and values, so it is kept as a payload. */
type Asked = {
  readonly case?: string
  readonly when: string
  readonly said: boolean | string
  readonly values: Readonly<Record<string, unknown>>
}

/** Where an expression stands: for these items, from the outside in. */
type Place = {
  readonly items: readonly PlanItem[]
  /** A rule looks at what a judge has said before that is released: it gives it to nobody. */
  readonly isOfRule?: true
}

/** The step that is called so there, as it was done last: for the same items, or for those around them. */
function stepCalled({ state }: Turn, name: string, { items }: Place): StepState | undefined {
  for (let depth = items.length; depth >= 0; depth -= 1) {
    const suffix = items.slice(0, depth).map(({ index }) => `[${index}]`)
    const id = `${name}${suffix.join('')}`
    const step = hasVersions(state) ? currentStep(state, name, suffix.join('')) : state.steps[id]
    if (step !== undefined) return step
  }
  return undefined
}

/** The item that is called so there; undefined: none is. */
async function itemCalled(parts: EngineParts, turn: Turn, { name, items }: Place & { name: string }) {
  for (const { block, index } of items.toReversed()) {
    const list = turn.state.plan?.blocks?.find((one) => one.block === block)
    if (list?.kind === 'for_each' && (name === ITEM || name === list.as))
      return { value: await listItem(parts, turn, { list: list.list, index }) }
  }
  return undefined
}

async function listItem(
  { journal }: EngineParts,
  { run, state }: Turn,
  { list, index }: { readonly list: ForEachBlock['list']; readonly index: number },
): Promise<unknown> {
  const digest = 'context' in list ? state.context : state.steps[list.step]?.output
  const path = 'context' in list ? list.context : list.output
  return digest == null ? undefined : readPath(await valueOf(journal, run, digest), `${path}.${index}`)
}

/** Of a step that gave nothing every output is absent. */
async function namedValue(parts: EngineParts, turn: Turn, at: Place & { name: string }): Promise<unknown> {
  const { run, state } = turn
  if (at.name === 'context') return valueOf(parts.journal, run, state.context)
  const item = await itemCalled(parts, turn, at)
  if (item !== undefined) return item.value
  const step = stepCalled(turn, at.name, at)
  const isThere = step?.status === 'completed' || (at.isOfRule === true && step !== undefined && isTold(step))
  return isThere && step.output !== null ? valueOf(parts.journal, run, step.output) : {}
}

async function valuesFor(
  parts: EngineParts,
  turn: Turn,
  { text, ...place }: Place & { readonly text: string },
): Promise<ExpressionValues> {
  const read = readExpression(text)
  const roots = read.ok ? [...new Set(read.references.map(({ root }) => root))] : []
  const values: Record<string, unknown> = {}
  for (const name of roots) values[name] = await namedValue(parts, turn, { name, ...place })
  return values
}

/** What the expression of a payload says now; a text: why it says nothing. */
async function ask(
  parts: EngineParts,
  turn: Turn,
  { digest, ...place }: Place & { readonly digest: string },
): Promise<Asked> {
  const text = await valueOf(parts.journal, turn.run, digest)
  if (typeof text !== 'string') return { when: '', said: 'it was erased', values: {} }
  const values = await valuesFor(parts, turn, { text, ...place })
  const answer = evaluateExpression(text, values)
  return { when: text, said: answer.ok ? answer.holds : answer.message, values: usedValues(text, values) }
}

const failedFact = ({ plan }: StepState, why: string): Fact => ({
  type: 'step_failed',
  data: {
    step_id: plan.step_id,
    tool: plan.tool,
    domain: plan.domain,
    mode: 'agent_condition',
    category: FAILURES.agent_condition.category,
    message: `Its condition has no answer: ${why}.`.slice(0, 300),
  },
})

/** Whether a step is carried out. */
export async function askCondition(parts: EngineParts, turn: Turn, stepId: string): Promise<void> {
  const step = stepOf(turn, stepId)
  const asked = await ask(parts, turn, { digest: step.plan.when ?? '', items: step.plan.items ?? [] })
  if (typeof asked.said === 'string') return record(turn, [failedFact(step, asked.said)])
  const why = addPayload(turn, [asked]).digest
  record(turn, [
    asked.said
      ? { type: 'condition_met', data: { step_id: stepId, why } }
      : { type: 'step_skipped', data: { step_id: stepId, reason: 'condition_false', why } },
  ])
}

/** Whether the condition of a rule holds; without an answer it does not, and that stands in the journal. */
export async function askRule(parts: EngineParts, turn: Turn, ruling: Ruling): Promise<void> {
  const { state } = turn
  const items = state.steps[ruling.target ?? '']?.plan.items ?? []
  const digest = ruleOf(state, ruling)?.when ?? ''
  const asked = await ask(parts, turn, { digest, items, isOfRule: true })
  const outcome = typeof asked.said === 'string' ? 'no_answer' : asked.said ? 'met' : 'not_met'
  const { rule, about } = ruling
  const why = addPayload(turn, [asked]).digest
  record(turn, [{ type: 'rule_checked', data: { rule, about: [...about], outcome, why } }])
}

/** The first case that holds; `none` where there is no such case. null: one before it has no answer. */
async function firstCase(parts: EngineParts, turn: Turn, { cases, items_of }: BranchBlock) {
  const asked: Asked[] = []
  for (const one of cases) {
    if (one.when === null) return { taken: one.case, asked, why: '' }
    const answer = await ask(parts, turn, { digest: one.when, items: items_of ?? [] })
    asked.push({ case: one.case, ...answer })
    if (typeof answer.said === 'string') return { taken: null, asked, why: answer.said }
    if (answer.said) return { taken: one.case, asked, why: '' }
  }
  return { taken: 'none', asked, why: '' }
}

/** Which case of a branch is carried out; where a condition has no answer, all its steps fail. */
export async function chooseCase(parts: EngineParts, turn: Turn, name: string): Promise<void> {
  const block = turn.state.plan?.blocks?.find((one) => one.block === name)
  if (block?.kind !== 'branch') return
  const { taken, asked, why } = await firstCase(parts, turn, block)
  if (taken === null) {
    const open = stepsWithin(turn.state, name).filter((step) => !isOver(step))
    return record(
      turn,
      open.map((step) => failedFact(step, why)),
    )
  }
  const reason = addPayload(turn, asked).digest
  const { playbook } = turn.state
  const whose = playbook === undefined ? {} : { playbook }
  record(turn, [{ type: 'branch_taken', data: { ...whose, block: name, case: taken, why: reason } }])
}
