// Two plans for one goal, compared: what is carried out, and what a model proposes that is only looked at.
import type { DataOf } from '../../events/event.ts'
import { sourcesOf, type ProposedSource, type ProposedStep } from '../../events/plan.ts'
import { canonicalJson } from '../../events/digest.ts'

type Compared = Pick<DataOf<'plan_compared'>, 'result' | 'overlap'>

/** A step by its tool, where its inputs come from and what it hangs on, whatever its id. */
function signature(step: ProposedStep, steps: readonly ProposedStep[]): string {
  const toolOf = new Map(steps.map(({ step_id, tool }) => [step_id, tool]))
  const named = Object.entries(step.inputs).map(([name, input]) => [
    name,
    sourcesOf<ProposedSource>(input).map((source) =>
      'step' in source ? { ...source, step: toolOf.get(source.step) } : source,
    ),
  ])
  return canonicalJson({
    tool: step.tool,
    inputs: Object.fromEntries(named),
    when: step.when ?? null,
    cases: (step.guards ?? []).map((guard) => guard.case),
    together: (step.groups ?? []).length,
  })
}

/** How many of each there are. */
function counts(names: readonly string[]): Map<string, number> {
  const counted = new Map<string, number>()
  for (const name of names) counted.set(name, (counted.get(name) ?? 0) + 1)
  return counted
}

/** Steps that both have, of all that either has: 0 to 1. */
function overlapOf(one: readonly string[], other: readonly string[]): number {
  const [left, right] = [counts(one), counts(other)]
  let shared = 0
  let all = 0
  for (const name of new Set([...one, ...other])) {
    shared += Math.min(left.get(name) ?? 0, right.get(name) ?? 0)
    all += Math.max(left.get(name) ?? 0, right.get(name) ?? 0)
  }
  return all === 0 ? 1 : shared / all
}

/** `same`: the same tools in the same order with the same sources; `reordered`: the same steps in another order. */
export function comparePlans(one: readonly ProposedStep[], other: readonly ProposedStep[]): Compared {
  const overlap = overlapOf(
    one.map(({ tool }) => tool),
    other.map(({ tool }) => tool),
  )
  const [left, right] = [one, other].map((steps) => steps.map((step) => signature(step, steps)))
  const isSame = canonicalJson(left) === canonicalJson(right)
  const isReordered = canonicalJson(left?.toSorted()) === canonicalJson(right?.toSorted())
  return { result: isSame ? 'same' : isReordered ? 'reordered' : 'different', overlap }
}
