// The steps of a for_each for one of its items, from those that stand for any of them. Pure.
import {
  sourcesOf,
  type ForEachBlock,
  type Guard,
  type PlanItem,
  type ProposedBlock,
  type ProposedInput,
  type ProposedParts,
  type ProposedSource,
  type ProposedStep,
} from '../../events/plan.ts'

/** What ids, and paths in the context or an output, are called instead. */
export type Renaming = { readonly id: (id: string) => string; readonly path: (path: string) => string }

/** `[*1]` in ids and `*1` in paths, of a list that stands in `depth - 1` others. */
const renamingOf = (depth: number, index: number): Renaming => ({
  id: (id) => id.replaceAll(`[*${depth}]`, `[${index}]`),
  path: (path) =>
    path
      .split('.')
      .map((part) => (part === `*${depth}` ? String(index) : part))
      .join('.'),
})

function renameSource(source: ProposedSource, { id, path }: Renaming): ProposedSource {
  if ('value' in source) return source
  if ('context' in source) return { context: path(source.context) }
  return { step: id(source.step), output: path(source.output) }
}

function renameInput(input: ProposedInput, renaming: Renaming): ProposedInput {
  const [only, ...others] = sourcesOf<ProposedSource>(input).map((source) => renameSource(source, renaming))
  return only !== undefined && others.length === 0 ? only : [...(only ? [only] : []), ...others]
}

const renameGuards = (guards: readonly Guard[] | undefined, { id }: Renaming) =>
  guards === undefined
    ? {}
    : { guards: guards.map(({ block, case: name }) => ({ block: id(block), case: name })) }

const renameItems = (items: readonly PlanItem[] | undefined, { id }: Renaming): PlanItem[] =>
  (items ?? []).map(({ block, index }) => ({ block: id(block), index }))

const renameStep = (step: ProposedStep, renaming: Renaming): ProposedStep => ({
  ...step,
  step_id: renaming.id(step.step_id),
  inputs: Object.fromEntries(
    Object.entries(step.inputs).map(([name, input]) => [name, renameInput(input, renaming)]),
  ),
  depends_on: step.depends_on.map(renaming.id),
  ...(step.after && { after: step.after.map(renaming.id) }),
  ...renameGuards(step.guards, renaming),
  ...(step.groups && { groups: step.groups.map(renaming.id) }),
  ...(step.items && { items: renameItems(step.items, renaming) }),
})

function renameBlock(block: ProposedBlock, renaming: Renaming): ProposedBlock {
  const own = {
    block: renaming.id(block.block),
    ...renameGuards(block.guards, renaming),
    ...(block.items_of && { items_of: renameItems(block.items_of, renaming) }),
  }
  if (block.kind === 'parallel') return { ...block, ...own }
  if (block.kind === 'branch') return { ...block, ...own, after: block.after.map(renaming.id) }
  const list =
    'context' in block.list
      ? { context: renaming.path(block.list.context) }
      : { step: renaming.id(block.list.step), output: renaming.path(block.list.output) }
  const { body, template } = block
  return {
    ...block,
    ...own,
    list,
    body: body && renameParts(body, renaming),
    ...(template && { template: renameParts(template, renaming) }),
  }
}

export const renameParts = ({ steps, blocks }: ProposedParts, renaming: Renaming): ProposedParts => ({
  steps: steps.map((step) => renameStep(step, renaming)),
  blocks: blocks.map((block) => renameBlock(block, renaming)),
})

function forItem(body: ProposedParts, list: ForEachBlock, index: number): ProposedParts {
  const around = list.items_of ?? []
  const item = { block: list.block, index }
  const { steps, blocks } = renameParts(body, renamingOf(around.length + 1, index))
  return {
    steps: steps.map((step) => ({ ...step, items: [...around, item, ...(step.items ?? [])] })),
    blocks: blocks.map((block) => ({ ...block, items_of: [...around, item, ...(block.items_of ?? [])] })),
  }
}

/** Once for each item, in the order of the list. */
export function expanded(body: ProposedParts, list: ForEachBlock, count: number): ProposedParts {
  const parts = Array.from({ length: count }, (_, index) => forItem(body, list, index))
  return {
    steps: parts.flatMap(({ steps }) => steps),
    blocks: parts.flatMap(({ blocks }) => blocks),
  }
}
