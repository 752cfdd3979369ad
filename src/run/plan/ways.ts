// What the ways through a plan add up to: of each branch one case is carried out, of each list at most so many items.
import type { Guard, ProposedBlock, ProposedParts, ProposedStep } from '../../events/plan.ts'

type Amount = { readonly guards: readonly Guard[]; readonly amount: number }
type Choice = 'dearest' | 'cheapest'

const grouped = <T>(items: readonly T[], keyOf: (item: T) => string): ReadonlyMap<string, readonly T[]> => {
  const groups = new Map<string, T[]>()
  for (const item of items) {
    const group = groups.get(keyOf(item))
    if (group) group.push(item)
    else groups.set(keyOf(item), [item])
  }
  return groups
}

/** Of the steps in one branch: the case that is chosen. Without an `else` it may be none of them. */
function ofCases(amounts: readonly Amount[], depth: number, choice: Choice): number {
  const cases = grouped(amounts, ({ guards }) => guards[depth]?.case ?? '')
  const sums = [...cases.values()].map((inside) => added(inside, depth + 1, choice))
  if (choice === 'dearest') return Math.max(...sums)
  return cases.has('else') ? Math.min(...sums) : 0
}

function added(amounts: readonly Amount[], depth: number, choice: Choice): number {
  const here = amounts.filter(({ guards }) => guards.length <= depth)
  const inside = amounts.filter(({ guards }) => guards.length > depth)
  const branches = grouped(inside, ({ guards }) => guards[depth]?.block ?? '')
  return (
    here.reduce((sum, { amount }) => sum + amount, 0) +
    [...branches.values()].reduce((sum, branch) => sum + ofCases(branch, depth, choice), 0)
  )
}

type AmountOf = (step: ProposedStep) => number

const dearestOf = ({ steps, blocks }: ProposedParts, amountOf: AmountOf, depth: number): number =>
  added(
    [
      ...steps.map((step) => ({ guards: step.guards ?? [], amount: amountOf(step) })),
      ...blocks.flatMap((block) => ofList(block, amountOf)),
    ],
    depth,
    'dearest',
  )

/** The items that are not known yet. */
function ofList(block: ProposedBlock, amountOf: AmountOf): Amount[] {
  if (block.kind !== 'for_each' || block.body === null) return []
  const guards = block.guards ?? []
  return [{ guards, amount: block.at_most * dearestOf(block.body, amountOf, guards.length) }]
}

/** A call that a person allows is asked for anew with every attempt; an output once. */
export const approvalsOf = ({ review, retry }: ProposedStep): number =>
  review === 'call' ? retry.attempts : review === 'output' ? 1 : 0

/** At most: the dearest case of each branch, and every item that a list may have. */
export const dearestWay = (parts: ProposedParts, amountOf: AmountOf): number => dearestOf(parts, amountOf, 0)

/** At least: the cheapest case of each branch, no step that has a condition, no item of a list that is not known. */
export const cheapestWay = (steps: readonly ProposedStep[], amountOf: AmountOf): number =>
  added(
    steps.map((step) => ({
      guards: step.guards ?? [],
      amount: step.when === undefined ? amountOf(step) : 0,
    })),
    0,
    'cheapest',
  )
