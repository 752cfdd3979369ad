// A draft as flat steps and the blocks beside them, and everything that is wrong with it: names that lead nowhere,
// values of another type, inputs without a source, expressions that cannot be worked out. Used when a registry is read
// and before a plan is adopted.
import type { ToolSpec } from '../registry.ts'
import type { Path } from '../yaml.ts'
import { conditionAt, knownAnswer, type Condition } from './conditions.ts'
import {
  idOf,
  isStep,
  ITEM,
  nameOf,
  namesIn,
  type BranchDraft,
  type ForEachDraft,
  type NodeDraft,
  type PlanDraft,
  type StepDraft,
} from './draft.ts'
import { inputsOf, type ResolvedInputs } from './inputs.ts'
import { listOf, type KnownList } from './lists.ts'
import { resolveReplan, type ResolvedReplan } from './replan.ts'
import {
  earlierCalled,
  refuse,
  suffixOf,
  whyNotBefore,
  type Ground,
  type ItemScope,
  type ListSource,
  type Place,
  type PlanFault,
  type Walk,
} from './walk.ts'

type Placed = Pick<Place, 'guards' | 'items' | 'groups'>

export type ResolvedStep = Placed & {
  readonly id: string
  readonly tool: ToolSpec
  /** Best first; none is empty. */
  readonly inputs: ResolvedInputs
  /** Steps and blocks. */
  readonly after: readonly string[]
  readonly when: Condition | null
}

/** A branch: the first case whose condition holds; `else` has none. */
export type ResolvedBranch = Placed & {
  readonly kind: 'branch'
  readonly block: string
  readonly cases: readonly { readonly case: string; readonly when: Condition | null }[]
}
export type ResolvedParallel = Placed & {
  readonly kind: 'parallel'
  readonly block: string
  readonly at_most: number
}
export type ResolvedForEach = Placed & {
  readonly kind: 'for_each'
  readonly block: string
  readonly list: ListSource
  readonly as: string
  readonly at_most: number
  /** null: not known yet. */
  readonly count: number | null
  /** For any one item; null: its steps stand in the plan, once for each. */
  readonly body: ResolvedParts | null
}
export type ResolvedBlock = ResolvedBranch | ResolvedParallel | ResolvedForEach

export type ResolvedParts = {
  readonly steps: readonly ResolvedStep[]
  readonly blocks: readonly ResolvedBlock[]
}

export type Resolved = ResolvedParts & {
  /** null: it has no rules for changing it. */
  readonly replan: ResolvedReplan | null
  readonly faults: readonly PlanFault[]
}

const NOTHING: ResolvedParts = { steps: [], blocks: [] }

const together = (parts: readonly ResolvedParts[]): ResolvedParts => ({
  steps: parts.flatMap(({ steps }) => steps),
  blocks: parts.flatMap(({ blocks }) => blocks),
})

const placedAt = ({ guards, items, groups }: Place): Placed => ({ guards, items, groups })

/** The id of a step or a block at its place. Two may not be called alike, whichever items they are for. */
function takeName(name: string, key: string, { walk, path, items }: Place): string {
  const place = path.join('.')
  const other = walk.taken.get(name)
  if (other !== undefined && other !== place)
    refuse({ walk, path: [...path, key] }, `${name} is there twice; give each step its own id`)
  walk.taken.set(name, other ?? place)
  return `${name}${suffixOf(items)}`
}

function afterOf(step: StepDraft, place: Place): string[] {
  const ids = step.after.map((name, index) => {
    const known = earlierCalled(name, place)
    if (known === undefined)
      refuse({ ...place, path: [...place.path, 'after', index] }, whyNotBefore(place, name))
    return known?.id ?? name
  })
  return [...new Set(ids)]
}

function resolveStep(step: StepDraft, place: Place): ResolvedParts {
  const { walk, path } = place
  const name = idOf(step)
  const id = takeName(name, 'id', place)
  const after = afterOf(step, place)
  const tool = walk.ground.toolOf(step.tool)
  const usable = typeof tool === 'string' ? null : tool
  if (typeof tool === 'string') refuse({ walk, path: [...path, 'tool'] }, tool)
  const atWhen = { ...place, path: [...path, 'when'] }
  const when = step.when === undefined ? null : conditionAt(step.when, atWhen)
  const isDead = place.isDead || (when !== null && knownAnswer(when, atWhen) === false)
  const inputs = usable === null ? {} : inputsOf(step, usable, { ...place, isDead })
  walk.before.push({ name, id, tool: usable, guards: place.guards, items: place.items })
  if (usable === null) return NOTHING
  return { steps: [{ id, tool: usable, inputs, after, when, ...placedAt(place) }], blocks: [] }
}

function enter(name: string, key: string, place: Place): string {
  const id = takeName(name, key, place)
  place.walk.blocks.push({ name, id, guards: place.guards, items: place.items })
  return id
}

function resolveBranch({ branch, cases }: BranchDraft, place: Place): ResolvedParts {
  const block = enter(branch, 'branch', place)
  const resolved: ResolvedBranch['cases'][number][] = []
  const inner: ResolvedParts[] = []
  // A case before it is certain to be taken.
  let isDecided = false
  for (const [index, one] of cases.entries()) {
    const path = [...place.path, 'cases', index]
    const atWhen = { ...place, path: [...path, 'when'] }
    const name = 'when' in one ? String(index + 1) : 'else'
    const when = 'when' in one ? conditionAt(one.when, atWhen) : null
    const isPassed: boolean = place.isDead || isDecided
    const answer: boolean | null = when === null ? null : knownAnswer(when, { ...atWhen, isDead: isPassed })
    isDecided ||= answer === true
    resolved.push({ case: name, when })
    const guards = [...place.guards, { block, case: name }]
    const isDead = isPassed || answer === false
    inner.push(resolveNodes(one.steps, { ...place, path: [...path, 'steps'], guards, isDead }))
  }
  const { steps, blocks } = together(inner)
  return { steps, blocks: [{ kind: 'branch', block, cases: resolved, ...placedAt(place) }, ...blocks] }
}

/** Once for each item that is known; where the list is not known yet, for any one. */
function resolveForEach(draft: ForEachDraft, place: Place): ResolvedParts {
  const block = enter(nameOf(draft), 'for_each', place)
  const list: KnownList | null = listOf(draft, place)
  if (list === null) return NOTHING
  const as = draft.as ?? ITEM
  // Its steps could not tell which of the two is meant.
  if (place.walk.ids.has(as))
    refuse(
      { ...place, path: [...place.path, 'as'] },
      `${as} is the name of a step or a block; choose another`,
    )
  const bodyFor = (index: number | null): ResolvedParts => {
    const scope: ItemScope = { block, names: [...new Set([ITEM, as])], list: list.source, index }
    const inside = { ...place, path: [...place.path, 'steps'], items: [...place.items, scope] }
    return resolveNodes(draft.steps, inside)
  }
  const { source, count } = list
  const self = { kind: 'for_each' as const, block, list: source, as, at_most: draft.at_most, count }
  if (count === null) return { steps: [], blocks: [{ ...self, body: bodyFor(null), ...placedAt(place) }] }
  const { steps, blocks } = together(Array.from({ length: count }, (_, index) => bodyFor(index)))
  return { steps, blocks: [{ ...self, body: null, ...placedAt(place) }, ...blocks] }
}

function resolveNode(node: NodeDraft, place: Place): ResolvedParts {
  if (isStep(node)) return resolveStep(node, place)
  if ('branch' in node) return resolveBranch(node, place)
  if ('for_each' in node) return resolveForEach(node, place)
  const block = enter(node.parallel, 'parallel', place)
  const inside = { ...place, path: [...place.path, 'steps'], groups: [...place.groups, block] }
  const { steps, blocks } = resolveNodes(node.steps, inside)
  const self = { kind: 'parallel' as const, block, at_most: node.at_most, ...placedAt(place) }
  return { steps, blocks: [self, ...blocks] }
}

const resolveNodes = (nodes: readonly NodeDraft[], place: Place): ResolvedParts =>
  together(nodes.map((node, index) => resolveNode(node, { ...place, path: [...place.path, index] })))

/** The same is told once, however many items it is wrong for. */
const distinct = (faults: readonly PlanFault[]): PlanFault[] => [
  ...new Map(faults.map((fault) => [`${fault.path.join('.')} ${fault.message}`, fault])).values(),
]

/** Steps as they can be carried out, and every fault; each may rely only on those before it, so there is no circle. */
export function resolveDraft(draft: PlanDraft, ground: Ground, at: Path = []): Resolved {
  const ids = new Set(namesIn(draft.steps))
  const walk: Walk = { ground, ids, taken: new Map(), before: [], blocks: [], faults: [] }
  const place: Place = { path: [...at, 'steps'], walk, guards: [], items: [], groups: [], isDead: false }
  const parts = resolveNodes(draft.steps, place)
  const replan = resolveReplan(draft.replan, walk, [...at, 'replan'])
  return { ...parts, replan, faults: distinct(walk.faults) }
}
