// Where each input of a draft's steps comes from, and everything that is wrong with the draft: names that lead nowhere,
// values of another type, inputs without a source. Used when a registry is read and before a plan is adopted.
import type { ProposedSource } from '../../events/plan.ts'
import { isOfType } from '../fields.ts'
import type { Bind, Field, ToolSpec } from '../registry.ts'
import type { Path } from '../yaml.ts'
import { idOf, referenceOf, type PlanDraft, type SourceDraft, type StepDraft } from './draft.ts'

export type PlanFault = { readonly path: Path; readonly message: string }

/** What a draft may stand on. */
export type Ground = {
  /** The tool, or why it cannot be used. */
  readonly toolOf: (name: string) => ToolSpec | string
  /** What the caller has given, by its path; a playbook that nobody starts yet is given everything. */
  readonly isGiven: (path: string) => boolean
  /** What may be missing without being wrong. */
  readonly mayLack: (path: string) => boolean
}

export type ResolvedStep = {
  readonly id: string
  readonly tool: ToolSpec
  /** Best first; none is empty. */
  readonly inputs: Readonly<Record<string, readonly ProposedSource[]>>
  readonly after: readonly string[]
}

export type Resolved = { readonly steps: readonly ResolvedStep[]; readonly faults: readonly PlanFault[] }

type Walk = {
  readonly ground: Ground
  /** Every id of the draft. */
  readonly ids: ReadonlySet<string>
  /** The steps before the present one, by id, in their order; null: its tool cannot be used. */
  readonly before: Map<string, ToolSpec | null>
  readonly faults: PlanFault[]
}

type InputAt = { readonly field: Field; readonly name: string; readonly path: Path; readonly walk: Walk }

const refuse = ({ walk, path }: Pick<InputAt, 'walk' | 'path'>, message: string): null => {
  walk.faults.push({ path, message })
  return null
}

const isOpen = ({ type }: Field): boolean => ['object', 'array', 'any'].includes(type)
const kindOf = ({ type }: Field): string => (type === 'integer' ? 'number' : type)
const isLoose = ({ type }: Field): boolean => type === 'any' || type === 'enum'

const whyNotBefore = ({ ids }: Walk, id: string): string =>
  ids.has(id) ? `${id} does not come before it` : `there is no step ${id}`

/** null: it leads nowhere; what is wrong with it is told. */
function stepSource(at: InputAt, from: { readonly step: string; readonly output: string }) {
  const producer = at.walk.before.get(from.step)
  if (producer === undefined) return refuse(at, whyNotBefore(at.walk, from.step))
  // What is wrong with its tool is told there.
  if (producer === null) return null
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

/** What can give the input of those that were written; a path of the context that is not given gives nothing. */
function writtenSources(at: InputAt, written: readonly SourceDraft[]): ProposedSource[] {
  const { walk } = at
  const lacking: string[] = []
  const before = walk.faults.length
  const found = written.flatMap((draft): ProposedSource | readonly ProposedSource[] => {
    if (typeof draft !== 'string') return literalSource(at, draft) ?? []
    const from = referenceOf(draft)
    if ('step' in from) return stepSource(at, from) ?? []
    if (walk.ground.isGiven(from.context)) return from
    if (!(walk.ground.mayLack(from.context) && !at.field.required)) lacking.push(draft)
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
function boundSources({ field, name, path, walk }: InputAt, tool: ToolSpec): ProposedSource[] {
  const binds = bindsOf(tool, name)
  const found = binds.flatMap((bind): ProposedSource[] => {
    if ('context' in bind) return walk.ground.isGiven(bind.context) ? [{ context: bind.context }] : []
    const steps = [...walk.before].filter(([, producer]) => producer?.name === bind.tool).reverse()
    return steps.map(([step]) => ({ step, output: bind.output }))
  })
  const mayLack = binds.some((bind) => 'tool' in bind && [...walk.before.values()].includes(null))
  if (found.length === 0 && field.required && !mayLack) {
    const ways = binds.map((bind) =>
      'context' in bind ? `context.${bind.context}` : `a step of ${bind.tool} before it`,
    )
    refuse({ walk, path }, `has no source: give ${ways.join(' or ')}`)
  }
  return found
}

/** What is always there ends the list: nothing behind it is ever taken. */
function upToCertain(sources: readonly ProposedSource[]): readonly ProposedSource[] {
  const certain = sources.findIndex((source) => !('step' in source))
  return certain < 0 ? sources : sources.slice(0, certain + 1)
}

function inputsOf(step: StepDraft, tool: ToolSpec, { walk, path }: { walk: Walk; path: Path }) {
  const known = Object.keys(tool.inputs)
  for (const name of Object.keys(step.inputs)) {
    if (known.includes(name)) continue
    refuse(
      { walk, path: [...path, 'inputs', name] },
      `${tool.name} takes no ${name}; it takes ${known.join(', ')}`,
    )
  }
  const inputs: Record<string, readonly ProposedSource[]> = {}
  for (const name of known.toSorted()) {
    const field = tool.inputs[name]
    if (field === undefined) continue
    const at: InputAt = { field, name, path: [...path, 'inputs', name], walk }
    const written = Object.hasOwn(step.inputs, name) ? step.inputs[name] : undefined
    const list: readonly SourceDraft[] = written === undefined ? [] : [written].flat()
    const sources = upToCertain(written === undefined ? boundSources(at, tool) : writtenSources(at, list))
    if (sources.length > 0) inputs[name] = sources
  }
  return inputs
}

function resolveStep(step: StepDraft, path: Path, walk: Walk): ResolvedStep | null {
  const id = idOf(step)
  if (walk.before.has(id))
    refuse({ walk, path: [...path, 'id'] }, `${id} is there twice; give each step its own id`)
  for (const [index, other] of step.after.entries())
    if (!walk.before.has(other)) refuse({ walk, path: [...path, 'after', index] }, whyNotBefore(walk, other))
  const tool = walk.ground.toolOf(step.tool)
  const usable = typeof tool === 'string' ? null : tool
  if (typeof tool === 'string') refuse({ walk, path: [...path, 'tool'] }, tool)
  const inputs = usable === null ? {} : inputsOf(step, usable, { walk, path })
  walk.before.set(id, usable)
  return usable === null ? null : { id, tool: usable, inputs, after: [...new Set(step.after)] }
}

/** Steps as they can be carried out, and every fault; each may rely only on those before it, so there is no circle. */
export function resolveDraft(draft: PlanDraft, ground: Ground, at: Path = []): Resolved {
  const walk: Walk = { ground, ids: new Set(draft.steps.map(idOf)), before: new Map(), faults: [] }
  const steps = draft.steps.flatMap((step, index) => resolveStep(step, [...at, 'steps', index], walk) ?? [])
  return { steps, faults: walk.faults }
}
