// The steps and blocks of a plan as a tree, in the order of the plan: what stands in which block, and in which case.
// Read from what the steps say of the blocks around them; a list without a step that is known says it itself.
import type { z } from 'zod'
import type { planPreview } from '../http/plan-answers.ts'

export type Preview = z.output<typeof planPreview>
export type DrawnStep = Preview['steps'][number]
export type DrawnBlock = Preview['blocks'][number]

/** A step, or a block with what stands in it; of a branch by its cases, in their order. */
export type PlanNode =
  | { readonly kind: 'step'; readonly step: DrawnStep }
  | { readonly kind: 'branch'; readonly block: DrawnBlock; readonly cases: readonly CaseNode[] }
  | { readonly kind: 'block'; readonly block: DrawnBlock; readonly nodes: readonly PlanNode[] }
export type CaseNode = { readonly when: string | null; readonly nodes: readonly PlanNode[] }

type Placed = {
  readonly guards: DrawnBlock['guards']
  /** In the order of the plan. */
  readonly position: number
  /** The block that it stands in; undefined: none. */
  readonly parent: DrawnBlock | undefined
  readonly node: DrawnStep | DrawnBlock
}

const blocksAround = ({ guards, groups, items }: DrawnStep): string[] => [
  ...guards.map(({ block }) => block),
  ...groups,
  ...items.map(({ block }) => block),
]

/** Of each block the places of its steps, the first first. */
function stepsByBlock({ steps, blocks }: Preview): ReadonlyMap<string, readonly number[]> {
  const found = new Map(blocks.map(({ block }) => [block, [] as number[]]))
  for (const [at, step] of steps.entries()) for (const block of blocksAround(step)) found.get(block)?.push(at)
  return found
}

/** Two blocks that share a step stand one in the other: the larger, or the one that comes first, is around it. */
function insideOf(plan: Preview): (inner: DrawnBlock, outer: DrawnBlock) => boolean {
  const steps = stepsByBlock(plan)
  const order = new Map(plan.blocks.map(({ block }, at) => [block, at]))
  return (inner, outer) => {
    const [mine, others] = [steps.get(inner.block) ?? [], steps.get(outer.block) ?? []]
    const [first] = mine
    if (first === undefined)
      return inner.guards.some(({ block }) => block === outer.block) || inner.groups.includes(outer.block)
    if (inner.block === outer.block || !others.includes(first)) return false
    const isLater = (order.get(inner.block) ?? 0) > (order.get(outer.block) ?? 0)
    return mine.length < others.length || (mine.length === others.length && isLater)
  }
}

/** Of a block without a step that is known: behind what it waits for. */
function positionOf(one: DrawnBlock, { steps, blocks }: Pick<Preview, 'steps' | 'blocks'>): number {
  const inside = blocks.filter(({ groups }) => groups.includes(one.block))
  if (inside.length > 0) return Math.min(...inside.map((list) => positionOf(list, { steps, blocks })))
  const { after, list } = one
  const sources = [...after, ...(list === null ? [] : [list.split('.', 1)[0] ?? ''])]
  return Math.max(-1, ...sources.map((id) => steps.findIndex(({ step_id }) => step_id === id))) + 0.5
}

function placedIn(plan: Preview): Placed[] {
  const { steps, blocks } = plan
  const isInside = insideOf(plan)
  const starts = stepsByBlock(plan)
  const depths = new Map(
    blocks.map((one) => [one.block, blocks.filter((outer) => isInside(one, outer)).length]),
  )
  const deepest = (around: readonly DrawnBlock[]): DrawnBlock | undefined =>
    around.toSorted((one, other) => (depths.get(other.block) ?? 0) - (depths.get(one.block) ?? 0))[0]
  const stepOf = (step: DrawnStep, position: number): Placed => {
    const around = new Set(blocksAround(step))
    const parent = deepest(blocks.filter(({ block }) => around.has(block)))
    return { guards: step.guards, position, parent, node: step }
  }
  const blockOf = (block: DrawnBlock): Placed => ({
    guards: block.guards,
    position: starts.get(block.block)?.[0] ?? positionOf(block, plan),
    parent: deepest(blocks.filter((outer) => isInside(block, outer))),
    node: block,
  })
  return [...blocks.map(blockOf), ...steps.map(stepOf)].toSorted(
    (one, other) => one.position - other.position,
  )
}

function nodesIn(placed: readonly Placed[], parent: DrawnBlock | undefined, name?: string): PlanNode[] {
  const isHere = (one: Placed): boolean =>
    one.parent === parent &&
    (name === undefined || one.guards.some((guard) => guard.block === parent?.block && guard.case === name))
  return placed.filter(isHere).map(({ node }): PlanNode => {
    if ('tool' in node) return { kind: 'step', step: node }
    if (node.kind !== 'branch') return { kind: 'block', block: node, nodes: nodesIn(placed, node) }
    const cases = node.cases.map((one) => ({ when: one.when, nodes: nodesIn(placed, node, one.case) }))
    return { kind: 'branch', block: node, cases }
  })
}

/** What stands in no block, with all that stands in it. */
export const planTree = (plan: Preview): PlanNode[] => nodesIn(placedIn(plan), undefined)
