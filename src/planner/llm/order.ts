// The order of what a model proposes: each step after what it takes from and what decides about it.
import type { PlannerInput } from '../planner.ts'
import { namesOf } from './blocks.ts'
import { allNodes, isProposedStep, type ProposedNode } from './node.ts'

/** Words of an expression that may be names. */
const wordsIn = (expression: string): string[] => expression.match(/[a-z_]\w*/g) ?? []

/** What a node takes from, and what decides about it, by the first word of each. */
const usedBy = (node: ProposedNode): string[] =>
  allNodes([node]).flatMap((one) => {
    const sources = isProposedStep(one) ? one.inputs.map(({ source }) => source) : []
    const list = 'for_each' in one ? [one.for_each] : []
    const conditions = 'cases' in one ? one.cases.map(({ when }) => when) : 'when' in one ? [one.when] : []
    return [
      ...[...sources, ...list].flatMap((source) => source?.split('.')[0] ?? []),
      ...conditions.flatMap((when) => wordsIn(when ?? '')),
    ]
  })

/** Each node after those it hangs on, otherwise as proposed; null: they wait for each other. */
export function inOrder(nodes: readonly ProposedNode[], input: PlannerInput): ProposedNode[] | null {
  const owners = new Map(nodes.flatMap((node) => namesOf(node, input).map((name) => [name, node] as const)))
  const waitsFor = (node: ProposedNode): ProposedNode[] =>
    usedBy(node).flatMap((name) => {
      const owner = owners.get(name)
      // What a block takes from itself is looked at where it is proved.
      return owner === undefined || (owner === node && !isProposedStep(node)) ? [] : [owner]
    })
  const ordered: ProposedNode[] = []
  let left = [...nodes]
  while (left.length > 0) {
    const ready = left.find((node) => waitsFor(node).every((other) => ordered.includes(other)))
    if (ready === undefined) return null
    ordered.push(ready)
    left = left.filter((node) => node !== ready)
  }
  return ordered
}
