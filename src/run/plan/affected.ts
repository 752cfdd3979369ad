// What hangs on a step: all that is done anew when it is. Pure; the certificate and a run's revisions ask the same.
import {
  sourcesOf,
  type Guard,
  type InputSource,
  type PlanItem,
  type ProposedSource,
} from '../../events/plan.ts'

type AnySource = InputSource | ProposedSource
type Placed = { readonly guards?: readonly Guard[] | undefined }
type Step = Placed & {
  readonly step_id: string
  readonly depends_on: readonly string[]
  readonly after?: readonly string[] | undefined
  readonly when?: string | undefined
  readonly judges?: string | undefined
  readonly inputs: Readonly<Record<string, AnySource | readonly AnySource[]>>
  readonly items?: readonly PlanItem[] | undefined
}
type Block = Placed & {
  readonly block: string
  readonly items_of?: readonly PlanItem[] | undefined
} & (
    | { readonly kind: 'branch'; readonly after: readonly string[] }
    | { readonly kind: 'parallel' }
    | {
        readonly kind: 'for_each'
        readonly list: { readonly context: string } | { readonly step: string; readonly output: string }
      }
  )
export type PlanShape = { readonly steps: readonly Step[]; readonly blocks: readonly Block[] }

/** Ids of steps and of blocks. */
export type Affected = ReadonlySet<string>

const sourceSteps = ({ inputs }: Step): string[] =>
  Object.values(inputs).flatMap((input) =>
    sourcesOf<AnySource>(input).flatMap((source) => ('step' in source ? [source.step] : [])),
  )

/** Its own result would be another one. */
const takesFrom = (step: Step, affected: Affected): boolean =>
  step.depends_on.some((id) => affected.has(id)) ||
  (step.judges !== undefined && affected.has(step.judges)) ||
  (step.when !== undefined && step.after?.some((id) => affected.has(id)) === true) ||
  sourceSteps(step).some((id) => affected.has(id))

const standsIn = (
  guards: readonly Guard[] = [],
  items: readonly PlanItem[] = [],
  affected: Affected,
): boolean =>
  guards.some(({ block }) => affected.has(block)) || items.some(({ block }) => affected.has(block))

function isBlockAffected(block: Block, affected: Affected): boolean {
  if (standsIn(block.guards, block.items_of, affected)) return true
  if (block.kind === 'branch') return block.after.some((id) => affected.has(id))
  return block.kind === 'for_each' && 'step' in block.list && affected.has(block.list.step)
}

/**
 * The steps, and all that takes from one of them, however far. What only waits for one of them is among it while it is
 * `isOpen`: it waits for the new one then.
 */
export function affectedBy(
  { steps, blocks }: PlanShape,
  ids: readonly string[],
  isOpen: (id: string) => boolean,
): Affected {
  const affected = new Set(ids)
  for (let before = -1; before < affected.size;) {
    before = affected.size
    for (const block of blocks) if (isBlockAffected(block, affected)) affected.add(block.block)
    for (const step of steps) {
      const waits = isOpen(step.step_id) && step.after?.some((id) => affected.has(id)) === true
      if (waits || takesFrom(step, affected) || standsIn(step.guards, step.items, affected))
        affected.add(step.step_id)
    }
  }
  return affected
}
