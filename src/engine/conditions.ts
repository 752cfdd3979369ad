// The conditions of a plan are worked out here, once each, on the values of the steps that are over; what they said
// goes into the journal, with the values for those who ask why.
import type { Fact } from '../events/event.ts'
import type { PlanBlock } from '../events/plan.ts'
import { evaluateExpression, usedValues, type ExpressionValues } from '../registry/expressions/evaluate.ts'
import { readExpression } from '../registry/expressions/grammar.ts'
import { FAILURES } from '../events/taxonomy.ts'
import { stepsWithin } from '../run/plan/branches.ts'
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

/** Of a step that gave nothing every output is absent. */
async function namedValue({ journal }: EngineParts, { run, state }: Turn, name: string): Promise<unknown> {
  if (name === 'context') return valueOf(journal, run, state.context)
  const step = state.steps[name]
  return step?.status === 'completed' && step.output !== null ? valueOf(journal, run, step.output) : {}
}

async function valuesFor(parts: EngineParts, turn: Turn, text: string): Promise<ExpressionValues> {
  const read = readExpression(text)
  const roots = read.ok ? [...new Set(read.references.map(({ root }) => root))] : []
  const values: Record<string, unknown> = {}
  for (const root of roots) values[root] = await namedValue(parts, turn, root)
  return values
}

/** What the expression of a payload says now; a text: why it says nothing. */
async function ask(parts: EngineParts, turn: Turn, digest: string): Promise<Asked> {
  const text = await valueOf(parts.journal, turn.run, digest)
  if (typeof text !== 'string') return { when: '', said: 'it was erased', values: {} }
  const values = await valuesFor(parts, turn, text)
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
  const asked = await ask(parts, turn, step.plan.when ?? '')
  if (typeof asked.said === 'string') return record(turn, [failedFact(step, asked.said)])
  const why = addPayload(turn, [asked]).digest
  record(turn, [
    asked.said
      ? { type: 'condition_met', data: { step_id: stepId, why } }
      : { type: 'step_skipped', data: { step_id: stepId, reason: 'condition_false', why } },
  ])
}

/** The first case that holds; `none` where there is no such case. null: one before it has no answer. */
async function firstCase(parts: EngineParts, turn: Turn, { cases }: PlanBlock) {
  const asked: Asked[] = []
  for (const one of cases) {
    if (one.when === null) return { taken: one.case, asked }
    const answer = await ask(parts, turn, one.when)
    asked.push({ case: one.case, ...answer })
    if (typeof answer.said === 'string') return { taken: null, asked, why: answer.said }
    if (answer.said) return { taken: one.case, asked }
  }
  return { taken: 'none', asked }
}

/** Which case of a branch is carried out; where a condition has no answer, all its steps fail. */
export async function chooseCase(parts: EngineParts, turn: Turn, name: string): Promise<void> {
  const block = turn.state.plan?.blocks?.find((one) => one.block === name)
  if (block === undefined) return
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
