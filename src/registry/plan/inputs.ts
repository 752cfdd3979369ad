// Where each input of a step comes from: as the draft says, or as the registry binds it; and what is wrong with that.
import type { ProposedSource } from '../../events/plan.ts'
import { isOfType } from '../fields.ts'
import type { Bind, Field, ToolSpec } from '../registry.ts'
import { referenceOf, type SourceDraft, type StepDraft } from './draft.ts'
import { below, itemCalled, refuse, usableBefore, whyNotBefore, type Place } from './walk.ts'

export type ResolvedInputs = Readonly<Record<string, readonly ProposedSource[]>>

type InputAt = Place & { readonly field: Field; readonly name: string }

const isOpen = ({ type }: Field): boolean => ['object', 'array', 'any'].includes(type)
const kindOf = ({ type }: Field): string => (type === 'integer' ? 'number' : type)
const isLoose = ({ type }: Field): boolean => type === 'any' || type === 'enum'

/** null: it leads nowhere; what is wrong with it is told. */
function stepSource(at: InputAt, from: { readonly step: string; readonly output: string }) {
  const step = usableBefore(at).find(({ name }) => name === from.step)
  if (step === undefined) return refuse(at, whyNotBefore(at, from.step))
  return outputSource(at, { step: step.id, output: from.output, tool: step.tool })
}

/** What a tool says that it gives. */
function outputSource(
  at: InputAt,
  {
    tool: producer,
    ...from
  }: { readonly step: string; readonly output: string; readonly tool: ToolSpec | null },
) {
  // What is wrong with its tool is told there.
  if (producer === null) return null
  if (from.output === '') return refuse(at, `say which value of ${from.step} is meant: ${from.step}.<output>`)
  const [name = '', ...below] = from.output.split('.')
  const output = Object.hasOwn(producer.outputs, name) ? producer.outputs[name] : undefined
  if (output === undefined) {
    const known = Object.keys(producer.outputs).join(', ')
    return refuse(at, `${producer.name} gives no ${name}; it gives ${known === '' ? 'nothing' : known}`)
  }
  if (below.length > 0)
    return isOpen(output) ? from : refuse(at, `${from.step}.${name} is ${output.type}, nothing is inside it`)
  const isFit = [at.field, output].some(isLoose) || kindOf(output) === kindOf(at.field)
  return isFit ? from : refuse(at, `${from.step}.${name} is ${output.type}, the input is ${at.field.type}`)
}

function literalSource(at: InputAt, { value }: { readonly value: unknown }) {
  if (!isOfType(at.field.type, value)) return refuse(at, `the value must be of type ${at.field.type}`)
  const isListed = at.field.values.length === 0 || at.field.values.some((allowed) => allowed === value)
  return isListed ? { value } : refuse(at, `the value is none of ${at.field.values.join(', ')}`)
}

/** Of an item: a place in its list; `tool`: the step gives it under its id. */
function sourceOf(draft: string, at: InputAt) {
  const from = referenceOf(draft)
  if (!('step' in from)) return from
  const item = itemCalled(from.step, at.items)
  if (item === undefined) return from
  const inside = from.output === '' ? item : below(item, from.output)
  if ('context' in inside) return inside
  const tool = at.walk.before.find(({ id }) => id === inside.step)?.tool ?? null
  return { ...inside, tool }
}

/** What can give the input of those that were written; a path of the context that is not given gives nothing. */
function writtenSources(at: InputAt, written: readonly SourceDraft[]): ProposedSource[] {
  const { walk } = at
  const lacking: string[] = []
  const before = walk.faults.length
  const found = written.flatMap((draft): ProposedSource | readonly ProposedSource[] => {
    if (typeof draft !== 'string') return literalSource(at, draft) ?? []
    const from = sourceOf(draft, at)
    if ('step' in from) return ('tool' in from ? outputSource(at, from) : stepSource(at, from)) ?? []
    if (walk.ground.isGiven(from.context)) return from
    const mayLack = at.isDead || (walk.ground.mayLack(from.context) && !at.field.required)
    if (!mayLack) lacking.push(`context.${from.context}`)
    return []
  })
  if (found.length === 0 && lacking.length > 0 && walk.faults.length === before)
    refuse(at, `${lacking.join(' and ')} ${lacking.length === 1 ? 'is' : 'are'} not given`)
  return found
}

const bindsOf = ({ binds }: ToolSpec, input: string): readonly Bind[] => {
  const own = Object.hasOwn(binds, input) ? binds[input] : undefined
  return own === undefined || own.length === 0 ? [{ context: input }] : own
}

/** By the registry: from the context where it is given, from every step of a tool before it, the nearest first. */
function boundSources(at: InputAt, tool: ToolSpec): ProposedSource[] {
  const { field, name, walk } = at
  const before = usableBefore(at)
  const binds = bindsOf(tool, name)
  const found = binds.flatMap((bind): ProposedSource[] => {
    if ('context' in bind) return walk.ground.isGiven(bind.context) ? [{ context: bind.context }] : []
    const steps = before.filter(({ tool: producer }) => producer?.name === bind.tool).reverse()
    return steps.map(({ id }) => ({ step: id, output: bind.output }))
  })
  const mayLack =
    at.isDead ||
    binds.some((bind) => 'tool' in bind && before.some(({ tool: producer }) => producer === null))
  if (found.length === 0 && field.required && !mayLack) {
    const ways = binds.map((bind) =>
      'context' in bind ? `context.${bind.context}` : `a step of ${bind.tool} before it`,
    )
    refuse(at, `has no source: give ${ways.join(' or ')}`)
  }
  return found
}

/** What is always there ends the list: nothing behind it is ever taken. */
function upToCertain(sources: readonly ProposedSource[]): readonly ProposedSource[] {
  const certain = sources.findIndex((source) => !('step' in source))
  return certain < 0 ? sources : sources.slice(0, certain + 1)
}

/** Those that the tool does not take. */
function checkNames(inputs: StepDraft['inputs'], tool: ToolSpec, place: Place): void {
  const known = Object.keys(tool.inputs)
  for (const name of Object.keys(inputs)) {
    if (known.includes(name)) continue
    refuse(
      { ...place, path: [...place.path, name] },
      `${tool.name} takes no ${name}; it takes ${known.join(', ')}`,
    )
  }
}

/** Inputs in place of those that a step has; what nothing gives is left out, and stays as it was. */
export function overridesOf(inputs: StepDraft['inputs'], tool: ToolSpec, place: Place): ResolvedInputs {
  checkNames(inputs, tool, place)
  const found: Record<string, readonly ProposedSource[]> = {}
  for (const [name, written] of Object.entries(inputs)) {
    const field = Object.hasOwn(tool.inputs, name) ? tool.inputs[name] : undefined
    if (field === undefined) continue
    const at: InputAt = { ...place, field, name, path: [...place.path, name] }
    const sources = upToCertain(writtenSources(at, [written].flat()))
    if (sources.length > 0) found[name] = sources
  }
  return found
}

/** The inputs of a step with their sources, best first; those that nothing gives are left out. */
export function inputsOf(step: StepDraft, tool: ToolSpec, place: Place): ResolvedInputs {
  checkNames(step.inputs, tool, { ...place, path: [...place.path, 'inputs'] })
  const known = Object.keys(tool.inputs)
  const inputs: Record<string, readonly ProposedSource[]> = {}
  for (const name of known.toSorted()) {
    const field = tool.inputs[name]
    if (field === undefined) continue
    const at: InputAt = { ...place, field, name, path: [...place.path, 'inputs', name] }
    const written = Object.hasOwn(step.inputs, name) ? step.inputs[name] : undefined
    const list: readonly SourceDraft[] = written === undefined ? [] : [written].flat()
    const sources = upToCertain(written === undefined ? boundSources(at, tool) : writtenSources(at, list))
    if (sources.length > 0) inputs[name] = sources
  }
  return inputs
}
