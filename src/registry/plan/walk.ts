// What is known while a draft is gone through: what stands before the present place, in which cases of which branches.
import type { ToolSpec } from '../registry.ts'
import type { Path } from '../yaml.ts'

export type PlanFault = { readonly path: Path; readonly message: string }

/** A step stands in this case of this branch. */
export type Guard = { readonly block: string; readonly case: string }

/** What a draft may stand on. */
export type Ground = {
  /** The tool, or why it cannot be used. */
  readonly toolOf: (name: string) => ToolSpec | string
  /** What the caller has given, by its path; a playbook that nobody starts yet is given everything. */
  readonly isGiven: (path: string) => boolean
  /** What may be missing without being wrong. */
  readonly mayLack: (path: string) => boolean
  /** What the context may have at its top; null: anything. */
  readonly contextFields: Readonly<Record<string, ToolSpec['inputs'][string]>> | null
  /** Of the run that is to be; null: nobody starts it yet. */
  readonly context: Readonly<Record<string, unknown>> | null
}

/** The steps of a for_each, for one item. */
export type ItemScope = {
  readonly block: string
  /** What the item is called inside. */
  readonly names: readonly string[]
  /** Where the list comes from. */
  readonly list: ListSource
  /** null: how many there are is not known, and the steps stand for any one. */
  readonly index: number | null
}
export type ListSource = { readonly context: string } | { readonly step: string; readonly output: string }

/** What stands before the present place. */
type Earlier = Pick<Place, 'guards' | 'items'> & {
  /** As the draft calls it, and as the plan does. */
  readonly name: string
  readonly id: string
}
/** `tool` null: it cannot be used. */
export type EarlierStep = Earlier & { readonly tool: ToolSpec | null }

export type Walk = {
  readonly ground: Ground
  /** Every name of the draft. */
  readonly ids: ReadonlySet<string>
  /** Names of the steps and blocks so far, with the place of each. */
  readonly taken: Map<string, string>
  /** In their order. */
  readonly before: EarlierStep[]
  readonly blocks: Earlier[]
  readonly faults: PlanFault[]
}

/** Where a step or a block stands. */
export type Place = {
  readonly path: Path
  readonly walk: Walk
  /** From the outside in. */
  readonly guards: readonly Guard[]
  /** Items that it is for, from the outside in. */
  readonly items: readonly ItemScope[]
  /** Parallel groups, from the outside in. */
  readonly groups: readonly string[]
  /** The context that is given says already that it will not be carried out. */
  readonly isDead: boolean
}

export const refuse = ({ walk, path }: Pick<Place, 'walk' | 'path'>, message: string): null => {
  walk.faults.push({ path, message })
  return null
}

/** Both may be carried out in one run: they stand in no two cases of one branch. */
export const mayMeet = (some: readonly Guard[], others: readonly Guard[]): boolean =>
  some.every((guard) => others.every((other) => other.block !== guard.block || other.case === guard.case))

/** In an id `[3]`, or `[*1]` for any item of the outermost list; in a path `3`, or `*1`. */
export const segmentOf = (index: number | null, depth: number): string =>
  index === null ? `*${depth}` : String(index)

/** What ids end with for these items. */
export const suffixOf = (items: readonly Pick<ItemScope, 'index'>[]): string =>
  items.map(({ index }, at) => `[${segmentOf(index, at + 1)}]`).join('')

/** For the same items, or for items around them. */
const isAround = (outer: readonly ItemScope[], inner: readonly ItemScope[]): boolean =>
  outer.every(({ block, index }, at) => inner[at]?.block === block && inner[at].index === index)

const isUsable = (earlier: Earlier, place: Pick<Place, 'guards' | 'items'>): boolean =>
  isAround(earlier.items, place.items) && mayMeet(earlier.guards, place.guards)

/** The steps that the present place may use. */
export const usableBefore = (place: Pick<Place, 'walk' | 'guards' | 'items'>): EarlierStep[] =>
  place.walk.before.filter((step) => isUsable(step, place))

/** The step or block before it that is called so. */
export const earlierCalled = (
  name: string,
  place: Pick<Place, 'walk' | 'guards' | 'items'>,
): Earlier | undefined =>
  [...place.walk.before, ...place.walk.blocks].find((one) => one.name === name && isUsable(one, place))

/** Why the present place cannot use what a step of this name gives. */
export function whyNotBefore(place: Pick<Place, 'walk' | 'guards' | 'items'>, name: string): string {
  const known = place.walk.before.find((step) => step.name === name)
  if (known !== undefined && !isAround(known.items, place.items))
    return `${name} is done once for each item: only steps beside it can use one`
  if (known !== undefined && !mayMeet(known.guards, place.guards)) return `${name} stands in another case`
  return place.walk.ids.has(name) ? `${name} does not come before it` : `there is no step ${name}`
}

/** The item that is called so inside: where its value comes from. */
export function itemCalled(name: string, items: readonly ItemScope[]): ListSource | undefined {
  const depth = items.findLastIndex(({ names }) => names.includes(name))
  const scope = items[depth]
  return scope && below(scope.list, segmentOf(scope.index, depth + 1))
}

/** Further down in what a source gives. */
export const below = (source: ListSource, path: string): ListSource =>
  'context' in source
    ? { context: `${source.context}.${path}` }
    : { step: source.step, output: `${source.output}.${path}` }
