// A draft as flat steps and the blocks beside them, and everything that is wrong with it: names that lead nowhere,
// values of another type, inputs without a source, expressions that cannot be worked out. Used when a registry is read
// and before a plan is adopted.
import type { ToolSpec } from '../registry.ts'
import type { Path } from '../yaml.ts'
import { conditionAt, knownAnswer, type Condition } from './conditions.ts'
import {
  idOf,
  isStep,
  MOST_ITEMS,
  namesIn,
  type BranchDraft,
  type NodeDraft,
  type PlanDraft,
  type StepDraft,
} from './draft.ts'
import { inputsOf, type ResolvedInputs } from './inputs.ts'
import {
  refuse,
  whyNotBefore,
  mayMeet,
  type Ground,
  type Guard,
  type Place,
  type PlanFault,
  type Walk,
} from './walk.ts'

export type ResolvedStep = {
  readonly id: string
  readonly tool: ToolSpec
  /** Best first; none is empty. */
  readonly inputs: ResolvedInputs
  readonly after: readonly string[]
  readonly when: Condition | null
  /** From the outside in. */
  readonly guards: readonly Guard[]
}

/** A branch: the first case whose condition holds; `else` has none. */
export type ResolvedBranch = {
  readonly block: string
  readonly guards: readonly Guard[]
  readonly cases: readonly { readonly case: string; readonly when: Condition | null }[]
}

export type Resolved = {
  readonly steps: readonly ResolvedStep[]
  readonly blocks: readonly ResolvedBranch[]
  readonly faults: readonly PlanFault[]
}

type Pieces = Pick<Resolved, 'steps' | 'blocks'>

function takeName(id: string, key: string, { walk, path }: Place): void {
  if (walk.taken.has(id))
    refuse({ walk, path: [...path, key] }, `${id} is there twice; give each step its own id`)
  walk.taken.add(id)
}

function afterOf(step: StepDraft, place: Place): string[] {
  for (const [index, other] of step.after.entries()) {
    const known = place.walk.before.get(other)
    if (known === undefined || !mayMeet(known.guards, place.guards))
      refuse({ ...place, path: [...place.path, 'after', index] }, whyNotBefore(place, other))
  }
  return [...new Set(step.after)]
}

function resolveStep(step: StepDraft, place: Place): ResolvedStep | null {
  const { walk, path, guards } = place
  const id = idOf(step)
  takeName(id, 'id', place)
  const after = afterOf(step, place)
  const tool = walk.ground.toolOf(step.tool)
  const usable = typeof tool === 'string' ? null : tool
  if (typeof tool === 'string') refuse({ walk, path: [...path, 'tool'] }, tool)
  const atWhen = { ...place, path: [...path, 'when'] }
  const when = step.when === undefined ? null : conditionAt(step.when, atWhen)
  const isDead = place.isDead || (when !== null && knownAnswer(when, atWhen) === false)
  const inputs = usable === null ? {} : inputsOf(step, usable, { ...place, isDead })
  walk.before.set(id, { tool: usable, guards })
  return usable === null ? null : { id, tool: usable, inputs, after, when, guards }
}

function resolveBranch({ branch, cases }: BranchDraft, place: Place): Pieces {
  takeName(branch, 'branch', place)
  const resolved: ResolvedBranch['cases'][number][] = []
  const inner: Pieces[] = []
  // A case before it is certain to be taken.
  let isDecided = false
  for (const [index, one] of cases.entries()) {
    const path = [...place.path, 'cases', index]
    const atWhen = { ...place, path: [...path, 'when'] }
    const name = 'when' in one ? String(index + 1) : 'else'
    const when = 'when' in one ? conditionAt(one.when, atWhen) : null
    const isPassed: boolean = place.isDead || isDecided
    const answer: boolean | null = when === null ? null : knownAnswer(when, { ...atWhen, isDead: isPassed })
    const isDead = isPassed || answer === false
    isDecided ||= answer === true
    resolved.push({ case: name, when })
    const guards = [...place.guards, { block: branch, case: name }]
    inner.push(resolveNodes(one.steps, { ...place, path: [...path, 'steps'], guards, isDead }))
  }
  const block = { block: branch, guards: place.guards, cases: resolved }
  return {
    steps: inner.flatMap(({ steps }) => steps),
    blocks: [block, ...inner.flatMap(({ blocks }) => blocks)],
  }
}

function resolveNodes(nodes: readonly NodeDraft[], place: Place): Pieces {
  const pieces = nodes.map((node, index): Pieces => {
    const at = { ...place, path: [...place.path, index] }
    if (!isStep(node)) return resolveBranch(node, at)
    const step = resolveStep(node, at)
    return { steps: step === null ? [] : [step], blocks: [] }
  })
  return { steps: pieces.flatMap(({ steps }) => steps), blocks: pieces.flatMap(({ blocks }) => blocks) }
}

/** Steps as they can be carried out, and every fault; each may rely only on those before it, so there is no circle. */
export function resolveDraft(draft: PlanDraft, ground: Ground, at: Path = []): Resolved {
  const ids = new Set(namesIn(draft.steps))
  const walk: Walk = { ground, ids, taken: new Set(), before: new Map(), faults: [] }
  const place: Place = { path: [...at, 'steps'], walk, guards: [], isDead: false }
  const { steps, blocks } = resolveNodes(draft.steps, place)
  if (steps.length > MOST_ITEMS) refuse(place, `has ${steps.length} steps; ${MOST_ITEMS} are allowed`)
  return { steps, blocks, faults: walk.faults }
}
