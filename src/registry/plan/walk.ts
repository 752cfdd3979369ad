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

export type Walk = {
  readonly ground: Ground
  /** Every name of the draft. */
  readonly ids: ReadonlySet<string>
  /** Names of the steps and blocks so far. */
  readonly taken: Set<string>
  /** The steps before the present one, by id, in their order; null: its tool cannot be used. */
  readonly before: Map<string, { readonly tool: ToolSpec | null; readonly guards: readonly Guard[] }>
  readonly faults: PlanFault[]
}

/** Where a step or a block stands. */
export type Place = {
  readonly path: Path
  readonly walk: Walk
  /** From the outside in. */
  readonly guards: readonly Guard[]
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

/** Why the present place cannot use what a step of this name gives. */
export function whyNotBefore({ walk, guards }: Pick<Place, 'walk' | 'guards'>, id: string): string {
  const known = walk.before.get(id)
  if (known !== undefined && !mayMeet(known.guards, guards)) return `${id} stands in another case`
  return walk.ids.has(id) ? `${id} does not come before it` : `there is no step ${id}`
}

/** The steps that the present place may use, by id. */
export const usableBefore = ({ walk, guards }: Pick<Place, 'walk' | 'guards'>): [string, ToolSpec | null][] =>
  [...walk.before].flatMap(([id, step]): [string, ToolSpec | null][] =>
    mayMeet(step.guards, guards) ? [[id, step.tool]] : [],
  )
