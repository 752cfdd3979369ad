// Steps of a plan from chosen tools and sources. What a step costs, risks and needs a person for is taken from the
// registry and the profile here, whoever chose the tool.
import { sourcesOf, type ProposedInput, type ProposedStep } from '../events/plan.ts'
import type { RetryPolicy } from '../events/policy.ts'
import type { ModelSpec, Profile, Registry, ToolSpec } from '../registry/registry.ts'
import { reviewOf } from '../run/approval-policy.ts'
import { ofToolCall } from '../run/calls/question-most.ts'
import type { FilledLink } from './chain.ts'

/** As in the event that a plan is recorded with. */
export const MOST_STEPS = 100

/** `askable`: the language model that is set up; absent: none. */
export type Policy = {
  readonly profile: Profile
  readonly registry: Registry
  readonly askable?: ModelSpec
}

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
export type Choice = Pick<ProposedStep, 'step_id' | 'inputs' | 'reason' | 'after' | 'guards'> & {
  readonly tool: ToolSpec
  /** Its condition, and the steps that this uses. */
  readonly when?: { readonly text: string; readonly steps: readonly string[] } | null
  /** The ids of the plan's steps, in its order. */
  readonly order: readonly string[]
}

/** Steps that must be completed first: those that alone can give an input. */
const producersOf = (inputs: ProposedStep['inputs']): string[] =>
  Object.values(inputs).flatMap((input) => {
    const [only, another] = sourcesOf(input)
    return only !== undefined && another === undefined && 'step' in only ? [only.step] : []
  })

/** Steps that must be over first: one of several sources may be lacking. */
const alternativesOf = (inputs: ProposedStep['inputs']): string[] =>
  Object.values(inputs).flatMap((input) => {
    const sources = sourcesOf(input)
    return sources.length < 2 ? [] : sources.flatMap((source) => ('step' in source ? [source.step] : []))
  })

const inPlace = (ids: readonly string[], order: readonly string[]): string[] =>
  [...new Set(ids)].sort((a, b) => order.indexOf(a) - order.indexOf(b))

/** The keys as in the event, so that equal registries give equal bytes. */
const inFixedOrder = ({ strategy, base_ms, factor, cap_ms, jitter, attempts }: RetryPolicy): RetryPolicy => ({
  strategy,
  base_ms,
  factor,
  cap_ms,
  jitter,
  attempts,
})

/** A tool works with values alone, so that it asks nobody where those may not leave. */
function asksOf(tool: ToolSpec, { profile: { llm }, askable }: Policy): Pick<ProposedStep, 'asks'> {
  const mayAsk = tool.model === true && llm?.share === 'values' && askable !== undefined
  return mayAsk ? { asks: ofToolCall(askable, llm.attempts) } : {}
}

/** What a step costs, risks and needs a person for, by registry and profile. */
export const policyOf = (tool: ToolSpec, policy: Policy) => ({
  domain: tool.domain,
  side_effects: tool.side_effects,
  review: reviewOf(tool, policy.profile),
  risk: tool.approval.risk,
  interface: tool.adapter,
  cost: tool.cost,
  timeout_ms: tool.timeout_ms,
  retry: inFixedOrder(tool.retry),
  idempotent: tool.idempotent,
  ...(tool.reconcile === undefined ? {} : { reconcile: tool.reconcile }),
  ...asksOf(tool, policy),
})

export function planStep(choice: Choice, policy: Policy): ProposedStep {
  const { step_id, tool, inputs, reason, order, when = null, guards = [] } = choice
  const due = policyOf(tool, policy)
  const after = inPlace([...(choice.after ?? []), ...alternativesOf(inputs), ...(when?.steps ?? [])], order)
  return {
    step_id,
    tool: tool.name,
    domain: due.domain,
    side_effects: due.side_effects,
    review: due.review,
    risk: due.risk,
    inputs,
    depends_on: inPlace(producersOf(inputs), order),
    ...(after.length > 0 ? { after } : {}),
    interface: due.interface,
    cost: due.cost,
    timeout_ms: due.timeout_ms,
    retry: due.retry,
    idempotent: due.idempotent,
    ...(due.reconcile === undefined ? {} : { reconcile: due.reconcile }),
    ...(due.asks === undefined ? {} : { asks: due.asks }),
    reason,
    carried: null,
    ...(when === null ? {} : { when: when.text }),
    ...(guards.length === 0 ? {} : { guards: [...guards] }),
  }
}

export type Sequence = {
  /** In an order in which each can run after those before it. */
  readonly links: readonly FilledLink[]
  /** By tool, those that must be over first, whatever they give it. */
  readonly awaited: ReadonlyMap<string, readonly string[]>
}

/** `s1`, `s2`, ... of links. */
export function stepsOf(
  { links, awaited }: Sequence,
  reasonFor: (link: FilledLink) => string,
  policy: Policy,
): ProposedStep[] {
  const idOf = new Map(links.map(({ tool }, at) => [tool.name, `s${at + 1}`]))
  const order = [...idOf.values()]
  return links.map((link, at) => {
    const before = new Set(order.slice(0, at))
    const after = (awaited.get(link.tool.name) ?? []).flatMap((name) => idOf.get(name) ?? [])
    const inputs: Record<string, ProposedInput> = {}
    for (const [input, bind] of Object.entries(link.sources)) {
      inputs[input] =
        'context' in bind || 'value' in bind
          ? bind
          : { step: idOf.get(bind.tool) ?? bind.tool, output: bind.output }
    }
    const step_id = idOf.get(link.tool.name) ?? link.tool.name
    const choice = { step_id, tool: link.tool, inputs, reason: reasonFor(link), order }
    return planStep({ ...choice, after: after.filter((id) => before.has(id)) }, policy)
  })
}
