// Resolved steps and blocks as a plan proposes them, with what registry and profile say of each.
import type {
  PlanItem,
  ProposedBlock,
  ProposedInput,
  ProposedParts,
  ProposedReplan,
  ProposedRule,
  ProposedSource,
  ProposedStep,
} from '../events/plan.ts'
import type { ResolvedBlock, ResolvedParts, ResolvedStep } from '../registry/plan/resolve.ts'
import type { ResolvedReplan } from '../registry/plan/replan.ts'
import type { Policy } from './steps.ts'
import { planningOf } from '../run/calls/question-most.ts'
import { planStep } from './steps.ts'
import { ofRevision } from './worst-case.ts'

const inputOf = (sources: readonly ProposedSource[]): ProposedInput => {
  const [only, another] = sources
  return only !== undefined && another === undefined ? only : sources
}

type Placed = Pick<ResolvedStep, 'guards' | 'items'>

/** Items that are known; the others are added when they are. */
const itemsOf = ({ items }: Placed): PlanItem[] =>
  items.flatMap(({ block, index }) => (index === null ? [] : [{ block, index }]))

const placeOf = (placed: Placed) => {
  const items = itemsOf(placed)
  return {
    ...(placed.guards.length === 0 ? {} : { guards: [...placed.guards] }),
    ...(items.length === 0 ? {} : { items_of: items }),
  }
}

type Making = { readonly policy: Policy; readonly reason: string; readonly order: readonly string[] }

function stepOf(step: ResolvedStep, { policy, reason, order }: Making): ProposedStep {
  const inputs = Object.entries(step.inputs).map(([name, sources]): [string, ProposedInput] => [
    name,
    inputOf(sources),
  ])
  const items = itemsOf(step)
  const chosen = {
    step_id: step.id,
    tool: step.tool,
    inputs: Object.fromEntries(inputs),
    after: [...step.after],
    when: step.when,
    guards: [...step.guards],
    reason,
    order,
  }
  return {
    ...planStep(chosen, policy),
    ...(step.groups.length === 0 ? {} : { groups: [...step.groups] }),
    ...(items.length === 0 ? {} : { items }),
  }
}

function blockOf(block: ResolvedBlock, making: Making): ProposedBlock {
  const place = placeOf(block)
  switch (block.kind) {
    case 'parallel':
      return { block: block.block, kind: 'parallel', ...place, at_most: block.at_most }
    case 'branch':
      return {
        block: block.block,
        kind: 'branch',
        ...place,
        after: [...new Set(block.cases.flatMap(({ when }) => when?.steps ?? []))],
        cases: block.cases.map((one) => ({ case: one.case, when: one.when?.text ?? null })),
      }
    case 'for_each':
      return {
        block: block.block,
        kind: 'for_each',
        ...place,
        list: block.list,
        as: block.as,
        at_most: block.at_most,
        items: block.count,
        body: block.body && partsWith(block.body, making),
      }
  }
}

const partsWith = ({ steps, blocks }: ResolvedParts, making: Making): ProposedParts => ({
  steps: steps.map((step) => stepOf(step, making)),
  blocks: blocks.map((block) => blockOf(block, making)),
})

const idsOf = ({ steps, blocks }: ResolvedParts): string[] => [
  ...steps.map(({ id }) => id),
  ...blocks.flatMap((block) => (block.kind === 'for_each' && block.body !== null ? idsOf(block.body) : [])),
]

/** `reason`: why each step is there. */
export const proposedParts = (parts: ResolvedParts, reason: string, policy: Policy): ProposedParts =>
  partsWith(parts, { policy, reason, order: idsOf(parts) })

/** The rules of a plan as it proposes them, and what each revision may add. */
export function proposedReplan(
  replan: ResolvedReplan | null,
  parts: ProposedParts,
  policy: Policy,
): { readonly replan?: ProposedReplan } {
  if (replan === null) return {}
  const rules = replan.rules.map(({ when, ...rule }): ProposedRule => ({
    ...rule,
    steps: [...rule.steps],
    with: Object.fromEntries(Object.entries(rule.with).map(([name, sources]) => [name, inputOf(sources)])),
    ...(when === null ? {} : { when }),
  }))
  return { replan: { at_most: replan.at_most, rules, each: ofRevision(parts, rules, planningOf(policy)) } }
}
