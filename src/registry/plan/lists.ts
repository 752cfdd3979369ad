// The list of a for_each: where it comes from, and how many items it has as far as that is known before the run.
import { readPath } from '../path.ts'
import { referenceOf, type ForEachDraft } from './draft.ts'
import { below, itemCalled, refuse, usableBefore, whyNotBefore, type ListSource, type Place } from './walk.ts'

/** `count` null: a step gives it, or nobody starts the plan yet. */
export type KnownList = { readonly source: ListSource; readonly count: number | null }

function contextList(context: string, draft: ForEachDraft, place: Place): KnownList | null {
  const { ground } = place.walk
  const isOpen = ground.context === null || context.includes('*')
  if (!ground.isGiven(context.split('.*', 1)[0] ?? '')) {
    if (!place.isDead) return refuse(place, `context.${context} is not given`)
    return { source: { context }, count: 0 }
  }
  if (isOpen || ground.context === null) return { source: { context }, count: null }
  const list = readPath(ground.context, context)
  if (!Array.isArray(list)) return refuse(place, `context.${context} is not a list`)
  if (list.length > draft.at_most)
    return refuse(place, `context.${context} has ${list.length} items; ${draft.at_most} are allowed`)
  return { source: { context }, count: list.length }
}

function outputList(from: { step: string; output: string }, place: Place): KnownList | null {
  const step = usableBefore(place).find(({ name }) => name === from.step)
  if (step === undefined) return refuse(place, whyNotBefore(place, from.step))
  const [name = '', ...inside] = from.output.split('.')
  const { tool } = step
  if (tool === null) return null
  const output = Object.hasOwn(tool.outputs, name) ? tool.outputs[name] : undefined
  if (output === undefined)
    return refuse(place, `${tool.name} gives no ${name}; it gives ${Object.keys(tool.outputs).join(', ')}`)
  const mayBe =
    output.type === 'any' || (inside.length > 0 ? output.type === 'object' : output.type === 'array')
  if (!mayBe) return refuse(place, `${from.step}.${from.output} is ${output.type}, and no list`)
  return { source: { step: step.id, output: from.output }, count: null }
}

/** null: it is no list, and why is told. */
export function listOf(draft: ForEachDraft, place: Place): KnownList | null {
  const at = { ...place, path: [...place.path, 'for_each'] }
  const from = referenceOf(draft.for_each)
  if ('context' in from) return contextList(from.context, draft, at)
  const item = itemCalled(from.step, place.items)
  if (item === undefined) return outputList(from, at)
  const source = below(item, from.output)
  return 'context' in source ? contextList(source.context, draft, at) : { source, count: null }
}
