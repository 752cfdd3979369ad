// Values flow from step to step by the plan's bindings: from the run's context, or from a released output.
import { sourcesOf, type InputSource } from '../../events/plan.ts'
import type { Journal } from '../../journal/journal.ts'
import { readPath } from '../../registry/path.ts'
import { maySee } from '../../run/judge.ts'
import type { StepState } from '../../run/state.ts'
import type { Turn } from '../active-run.ts'
import { valueOf } from '../values.ts'

/** The inputs of a step's next call. Inputs whose source has nothing to give are left out. */
export async function inputsOf(journal: Journal, turn: Turn, step: StepState): Promise<unknown> {
  const { run } = turn
  if (step.editedInputs !== null) return valueOf(journal, run, step.editedInputs)
  const inputs: Record<string, unknown> = {}
  for (const [name, input] of Object.entries(step.plan.inputs)) {
    const value = await firstValue(journal, { turn, step }, sourcesOf<InputSource>(input))
    if (value !== undefined && value !== null) inputs[name] = value
  }
  return inputs
}

/** A step of this turn, which is given a value. */
type Receiver = { readonly turn: Turn; readonly step: StepState }

/** Of several sources the first that has one. */
async function firstValue(journal: Journal, to: Receiver, sources: readonly InputSource[]): Promise<unknown> {
  for (const source of sources) {
    const value = await sourceValue(journal, to, source)
    if (value !== undefined && value !== null) return value
  }
  return undefined
}

async function sourceValue(journal: Journal, to: Receiver, source: InputSource): Promise<unknown> {
  const { run, state } = to.turn
  if ('value' in source) return valueOf(journal, run, source.value)
  if ('step' in source) return outputOf(journal, to, source)
  return readPath(await valueOf(journal, run, state.context), source.context)
}

async function outputOf(
  journal: Journal,
  { turn, step }: Receiver,
  source: { readonly step: string; readonly output: string },
): Promise<unknown> {
  const from = turn.state.steps[source.step]
  if (from === undefined || from.output === null || !maySee(turn.state, step, source.step)) return undefined
  return readPath(await valueOf(journal, turn.run, from.output), source.output)
}
