// Steps of a plan from chosen tools and sources. What a step costs, risks and needs a person for is taken from the
// registry and the profile here, whoever chose the tool.
import type { PlanStep } from '../events/plan.ts'
import type { RetryPolicy } from '../events/policy.ts'
import type { Profile, Registry, ToolSpec } from '../registry/registry.ts'
import { reviewOf } from '../run/approval-policy.ts'
import type { FilledLink } from './chain.ts'

/** As in the event that a plan is recorded with. */
export const MOST_STEPS = 100

export type Policy = { readonly profile: Profile; readonly registry: Registry }

/** Allowed by the profile, and enabled. */
export function usableTools({ profile, registry }: Policy): ReadonlyMap<string, ToolSpec> {
  const usable = new Map<string, ToolSpec>()
  for (const name of profile.allowed_tools) {
    const tool = Object.hasOwn(registry.tools, name) ? registry.tools[name] : undefined
    if (tool?.enabled) usable.set(name, tool)
  }
  return usable
}

/** What was chosen; the rest of a step follows from it. */
export type Choice = Pick<PlanStep, 'step_id' | 'inputs' | 'reason'> & { readonly tool: ToolSpec }

const numberOf = (stepId: string): number => Number(stepId.slice(1))

/** The keys as in the event, so that equal registries give equal bytes. */
const inFixedOrder = ({ strategy, base_ms, factor, cap_ms, jitter, attempts }: RetryPolicy): RetryPolicy => ({
  strategy,
  base_ms,
  factor,
  cap_ms,
  jitter,
  attempts,
})

/** Step ids are `s1`, `s2`, ... */
export function planStep({ step_id, tool, inputs, reason }: Choice, policy: Policy): PlanStep {
  const producers = Object.values(inputs).flatMap((source) => ('step' in source ? [source.step] : []))
  return {
    step_id,
    tool: tool.name,
    domain: tool.domain,
    side_effects: tool.side_effects,
    review: reviewOf(tool, policy.profile),
    risk: tool.approval.risk,
    inputs,
    depends_on: [...new Set(producers)].sort((a, b) => numberOf(a) - numberOf(b)),
    interface: tool.adapter,
    cost: tool.cost,
    timeout_ms: tool.timeout_ms,
    retry: inFixedOrder(tool.retry),
    idempotent: tool.idempotent,
    reason,
    carried: null,
  }
}

/** Of links in an order in which each can run after those before it. */
export function stepsOf(
  links: readonly FilledLink[],
  reasonFor: (link: FilledLink) => string,
  policy: Policy,
): PlanStep[] {
  const idOf = new Map(links.map(({ tool }, at) => [tool.name, `s${at + 1}`]))
  return links.map((link) => {
    const inputs: PlanStep['inputs'] = {}
    for (const [input, bind] of Object.entries(link.sources)) {
      inputs[input] =
        'context' in bind || 'value' in bind
          ? bind
          : { step: idOf.get(bind.tool) ?? bind.tool, output: bind.output }
    }
    const step_id = idOf.get(link.tool.name) ?? link.tool.name
    return planStep({ step_id, tool: link.tool, inputs, reason: reasonFor(link) }, policy)
  })
}
