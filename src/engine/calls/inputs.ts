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
  for (const name of Object.keys(step.plan.inputs)) {
    // Of several sources the first that has a value.
    for (const source of sourcesOf<InputSource>(step.plan.inputs[name] ?? [])) {
      const place = placeOf({ turn, step }, source)
      if (place === null) continue
      const { digest, path } = place
      // Nearly always at hand: to wait for what is known takes longer than to read it.
      const whole = run.values.has(digest) ? run.values.get(digest) : await valueOf(journal, run, digest)
      const value = path === null ? whole : readPath(whole, path)
      if (value === undefined || value === null) continue
      inputs[name] = value
      break
    }
  }
  return inputs
}

/** A step of this turn, which is given a value. */
type Receiver = { readonly turn: Turn; readonly step: StepState }

/** In which payload a value is, and where below it; null: it is all of it. */
type Place = { readonly digest: string; readonly path: string | null }

/** null: the source has nothing to give, or not to this step. */
function placeOf({ turn, step }: Receiver, source: InputSource): Place | null {
  const { state } = turn
  if ('value' in source) return { digest: source.value, path: null }
  if ('context' in source) return { digest: state.context, path: source.context }
  const from = state.steps[source.step]
  if (from === undefined || from.output === null || !maySee(state, step, source.step)) return null
  return { digest: from.output, path: source.output }
}
