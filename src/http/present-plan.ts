// The steps of a plan in the shape of the API: where each input comes from, and what the step costs and risks.
import type { z } from 'zod'
import {
  sourcesOf,
  type InputSource,
  type PlanStep,
  type ProposedInput,
  type ProposedSource,
  type ProposedStep,
} from '../events/plan.ts'
import { fromMicro } from '../registry/registry.ts'
import type { planStep } from './plan-answers.ts'

/** Body of a payload by its digest; null when erased. */
export type ReadPayload = (digest: string) => Promise<unknown>

type ShownInputs = z.input<typeof planStep>['inputs']

/** Several sources as a list. */
const presentInput = (input: ProposedInput): ShownInputs[string] => {
  const [only, another] = sourcesOf<ProposedSource>(input)
  return only !== undefined && another === undefined ? only : [...sourcesOf<ProposedSource>(input)]
}

export function presentPlanStep(step: ProposedStep): z.input<typeof planStep> {
  return {
    step_id: step.step_id,
    tool: step.tool,
    domain: step.domain,
    side_effects: step.side_effects,
    review: step.review,
    risk: step.risk,
    inputs: Object.fromEntries(
      Object.entries(step.inputs).map(([name, input]) => [name, presentInput(input)]),
    ),
    depends_on: step.depends_on,
    after: step.after ?? [],
    interface: step.interface,
    cost: fromMicro(step.cost),
    timeout_ms: step.timeout_ms,
    idempotent: step.idempotent,
    reason: step.reason,
  }
}

const readSource = async (source: InputSource, read: ReadPayload): Promise<ProposedSource> =>
  'value' in source ? { value: await read(source.value) } : source

/** The inputs of an adopted step, with the values that its plan gives by itself. */
export async function presentInputs({ inputs }: PlanStep, read: ReadPayload): Promise<ShownInputs> {
  const shown: ShownInputs = {}
  for (const [name, input] of Object.entries(inputs)) {
    const sources = sourcesOf<InputSource>(input).map((source) => readSource(source, read))
    shown[name] = presentInput(await Promise.all(sources))
  }
  return shown
}
