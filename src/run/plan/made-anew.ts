// Lists that are carried out anew, because what they come from is: their steps stand for any one item again, and those of
// the items that were known are gone. Pure.
import type { PlanBlock, PlanItem, PlanStep } from '../../events/plan.ts'

type PlanContent = { readonly steps: readonly PlanStep[]; readonly blocks: readonly PlanBlock[] }

type Expanded = Extract<PlanBlock, { kind: 'for_each' }> & { readonly template: string }

const isExpanded = (block: PlanBlock): block is Expanded =>
  block.kind === 'for_each' && block.template !== undefined

/** `isAnew`: of the lists whose items became known while the plan was carried out. */
export function withListsAnew(
  { steps, blocks }: PlanContent,
  isAnew: (list: Expanded) => boolean,
): PlanContent {
  const lists = new Set(
    blocks
      .filter(isExpanded)
      .filter(isAnew)
      .map(({ block }) => block),
  )
  const isOfOne = (items: readonly PlanItem[] = []): boolean => items.some(({ block }) => lists.has(block))
  return {
    steps: steps.filter(({ items }) => !isOfOne(items)),
    blocks: blocks
      .filter(({ items_of }) => !isOfOne(items_of))
      .map((block) => {
        if (!isExpanded(block) || !lists.has(block.block)) return block
        const { template, ...list } = block
        return { ...list, items: null, body: template }
      }),
  }
}
