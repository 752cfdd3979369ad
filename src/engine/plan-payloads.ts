// What of a plan stands in payloads and in no event: values that it gives by itself, expressions, what an earlier run
// made, and the steps of a list whose items are not known yet.
import {
  sourcesOf,
  type BranchBlock,
  type ForEachBlock,
  type InputSource,
  type PlanBlock,
  type PlanStep,
  type ProposedBlock,
  type ProposedInput,
  type ProposedParts,
  type ProposedReplan,
  type ProposedRule,
  type ProposedSource,
  type ProposedStep,
  type Replan,
  type StepInput,
} from '../events/plan.ts'
import type { Turn } from './active-run.ts'
import type { EngineParts } from './parts.ts'
import { addPayload } from './turn.ts'
import { payloadValue } from './values.ts'

/** What an earlier run made becomes a payload of this one, under its own name: it is needed after a restart too. */
export function keepCarried(turn: Turn, step: ProposedStep): ProposedStep {
  if (step.carried === null) return step
  return { ...step, carried: addPayload(turn, turn.run.values.get(step.carried)).digest }
}

/** Every input comes from elsewhere, as in nearly every step. */
const givesNothing = (step: ProposedStep): step is PlanStep =>
  step.when === undefined && Object.values(step.inputs).every(comesFromElsewhere)

const comesFromElsewhere = (input: ProposedInput): boolean =>
  isSeveral(input) ? input.every((source) => !('value' in source)) : !('value' in input)

const isSeveral = (input: ProposedInput): input is readonly ProposedSource[] => Array.isArray(input)

/** What a plan gives by itself becomes a payload: values, and expressions, which may name somebody. */
export function keepLiterals(turn: Turn, step: ProposedStep): PlanStep {
  if (givesNothing(step)) return step
  const { when } = step
  const inputs: PlanStep['inputs'] = {}
  for (const [name, input] of Object.entries(step.inputs))
    if (sourcesOf<ProposedSource>(input).length > 0) inputs[name] = keepInput(turn, input)
  return { ...step, inputs, ...(when === undefined ? {} : { when: addPayload(turn, when).digest }) }
}

/** With its expressions, and the steps for one item, as payloads. */
export function keepTexts(turn: Turn, block: ProposedBlock): PlanBlock {
  if (block.kind === 'parallel') return block
  if (block.kind === 'for_each') {
    const { body, template, ...list } = block
    return {
      ...list,
      body: body === null ? null : addPayload(turn, body).digest,
      ...(template && { template: addPayload(turn, template).digest }),
    }
  }
  const cases = block.cases.map((one) => ({
    ...one,
    when: one.when === null ? null : addPayload(turn, one.when).digest,
  }))
  return { ...block, cases }
}

function keepInput(turn: Turn, input: ProposedInput): StepInput {
  const [only, ...others] = sourcesOf<ProposedSource>(input).map((source) =>
    'value' in source ? { value: addPayload(turn, source.value).digest } : source,
  )
  if (only === undefined) return []
  return others.length === 0 ? only : [only, ...others]
}

/** The rules of a plan with their conditions and values as payloads. */
export const keepRules = (turn: Turn, { rules, ...replan }: ProposedReplan): Replan => ({
  ...replan,
  rules: rules.map(({ when, ...rule }) => ({
    ...rule,
    with: Object.fromEntries(
      Object.entries(rule.with).map(([name, input]) => [name, keepInput(turn, input)]),
    ),
    ...(when === undefined ? {} : { when: addPayload(turn, when).digest }),
  })),
})

/** The rules of an earlier run with what stood in payloads; null: that was erased. */
export async function withRules(
  parts: EngineParts,
  runId: string,
  { rules, ...replan }: Replan,
): Promise<ProposedReplan | null> {
  const read: ProposedRule[] = []
  for (const { when, with: inputs, ...rule } of rules) {
    const text = when === undefined ? undefined : await readText(parts, runId, when)
    const given = await readInputs(parts, runId, inputs)
    if (text === null || given === null) return null
    read.push({ ...rule, with: given, ...(text === undefined ? {} : { when: text }) })
  }
  return { ...replan, rules: read }
}

/** The expression of a payload; null: it was erased. */
async function readText({ journal }: EngineParts, runId: string, digest: string): Promise<string | null> {
  const text = await payloadValue(journal, runId, digest)
  return typeof text === 'string' ? text : null
}

/** A branch of an earlier run with its expressions; null: one of them was erased. */
async function withExpressions(
  parts: EngineParts,
  runId: string,
  block: BranchBlock,
): Promise<ProposedBlock | null> {
  const cases: { case: string; when: string | null }[] = []
  for (const one of block.cases) {
    const when = one.when === null ? null : await readText(parts, runId, one.when)
    if (one.when !== null && when === null) return null
    cases.push({ ...one, when })
  }
  return { ...block, cases }
}

/** A block of an earlier run with what stood in payloads; null: that was erased. */
export async function withTexts(
  parts: EngineParts,
  runId: string,
  block: PlanBlock,
): Promise<ProposedBlock | null> {
  if (block.kind === 'parallel') return block
  if (block.kind === 'branch') return withExpressions(parts, runId, block)
  return withBody(parts, runId, block)
}

/** A list of an earlier run with its steps for any one item; null: they were erased. */
async function withBody(
  parts: EngineParts,
  runId: string,
  { body, template, ...list }: ForEachBlock,
): Promise<ProposedBlock | null> {
  const read = async (digest: string | null | undefined): Promise<ProposedParts | null> =>
    digest == null ? null : ((await payloadValue(parts.journal, runId, digest)) as ProposedParts | null)
  const [steps, kept] = await Promise.all([read(body), read(template)])
  if ((steps === null && body !== null) || (kept === null && template !== undefined)) return null
  return { ...list, body: steps, ...(kept && { template: kept }) }
}

/** Inputs with the values that a plan gave by itself, as they are; null: one was erased. */
async function readInputs(
  parts: EngineParts,
  runId: string,
  given: PlanStep['inputs'],
): Promise<Record<string, ProposedInput> | null> {
  const inputs: Record<string, ProposedInput> = {}
  for (const [name, input] of Object.entries(given)) {
    const sources = await Promise.all(
      sourcesOf<InputSource>(input).map((source) => readLiteral(parts, runId, source)),
    )
    const there = sources.filter((source) => source !== null)
    if (there.length < sources.length) return null
    const [only, another] = there
    inputs[name] = only !== undefined && another === undefined ? only : there
  }
  return inputs
}

/** Steps of an earlier run with what its plan gave by itself, as it is; null: that was erased. */
export async function withLiterals(
  parts: EngineParts,
  runId: string,
  step: PlanStep,
): Promise<ProposedStep | null> {
  const inputs = await readInputs(parts, runId, step.inputs)
  if (inputs === null) return null
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
