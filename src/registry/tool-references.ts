// What a tool says about itself and about others: every name must lead somewhere, every value must fit.
import { approvalFaults, approvalOf } from './stance.ts'
import type { ConditionSource, FieldSource, ToolSource } from './schema.ts'
import type { Sources } from './sources.ts'
import { isOfType } from './fields.ts'
import type { Fault, Path } from './yaml.ts'

const enumHas = (field: FieldSource, value: unknown): boolean =>
  field.type !== 'enum' || (field.values ?? []).some((allowed) => allowed === value)

function fieldFaults(field: FieldSource, path: Path, side: 'inputs' | 'outputs'): Fault[] {
  const faults: Fault[] = []
  const refuse = (key: string, message: string): void => {
    faults.push({ path: [...path, key], message })
  }
  if (field.type === 'enum' && !field.values) refuse('values', 'is required for an enum')
  if (field.type !== 'enum' && field.values) refuse('values', 'belongs to an enum only')
  if (!Object.hasOwn(field, 'default')) return faults
  if (side === 'outputs') refuse('default', 'an output has no default')
  else if (field.required) refuse('default', 'a required input has no default')
  else if (!isOfType(field.type, field.default)) refuse('default', `must be of type ${field.type}`)
  else if (field.values && !enumHas(field, field.default)) refuse('default', 'must be one of values')
  return faults
}

/** An exception that no value can meet would be believed in for nothing. */
const exceptFaults = ({ approval, inputs }: ToolSource, path: Path): Fault[] =>
  Object.entries(approval.except ?? {}).flatMap(([input, values]) => {
    const field = Object.hasOwn(inputs, input) ? inputs[input] : undefined
    const at = [...path, 'approval', 'except', input]
    if (field?.type !== 'enum') return [{ path: at, message: 'must name an input of type enum' }]
    return values
      .filter((value) => !enumHas(field, value))
      .map((value) => ({ path: at, message: `${value} is none of the values of ${input}` }))
  })

const fits = (from: FieldSource, to: FieldSource): boolean => {
  const kind = (field: FieldSource): string => (field.type === 'integer' ? 'number' : field.type)
  const open = [from.type, to.type].some((type) => type === 'any' || type === 'enum')
  return open || kind(from) === kind(to)
}

type BindAt = {
  readonly source: string
  readonly path: Path
  readonly tool: string
  readonly input: FieldSource
}

function bindFaults(bind: BindAt, sources: Sources): Fault[] {
  const [from = '', output = ''] = bind.source.split('.')
  if (from === 'context') return []
  if (from === bind.tool) return [{ path: bind.path, message: 'a tool cannot feed itself' }]
  if (!sources.tools.has(from)) return [{ path: bind.path, message: `no tool is called ${from}` }]
  const other = sources.tools.get(from)
  if (!other) return []
  const field = Object.hasOwn(other.outputs, output) ? other.outputs[output] : undefined
  if (!field) return [{ path: bind.path, message: `tool ${from} declares no output ${output}` }]
  if (fits(field, bind.input)) return []
  return [{ path: bind.path, message: `${from}.${output} is ${field.type}, the input is ${bind.input.type}` }]
}

function bindsFaults(tool: ToolSource, name: string, sources: Sources): Fault[] {
  return Object.entries(tool.binds).flatMap(([input, list]) => {
    const path: Path = ['tools', name, 'binds', input]
    const field = Object.hasOwn(tool.inputs, input) ? tool.inputs[input] : undefined
    if (!field) return [{ path, message: `the tool declares no input ${input}` }]
    return list.flatMap((source, index) =>
      bindFaults({ source, path: [...path, index], tool: name, input: field }, sources),
    )
  })
}

/** What speaks against a tool that judges: it may do nothing else, and must see what it judges before a person does. */
function judgesFaults(tool: ToolSource, name: string, sources: Sources): Fault[] {
  const { judges } = tool
  if (judges === undefined) return []
  const messages: string[] = []
  const [other = '', output = ''] = judges.split('.')
  const effectsOf = ({ side_effects }: ToolSource) => side_effects ?? sources.defaults.side_effects
  if (effectsOf(tool) !== 'read-only') messages.push('a tool that judges must be read-only')
  if (approvalOf(tool.approval, effectsOf(tool)).required)
    messages.push('a tool that judges must not need an approval of its own')
  if (!Object.values(tool.binds).some((list) => list.includes(judges)))
    messages.push(`no input is bound to ${judges}`)
  const judged = sources.tools.get(other)
  if (other === name) messages.push('a tool cannot judge itself')
  else if (!sources.tools.has(other)) messages.push(`no tool is called ${other}`)
  else if (judged && !Object.hasOwn(judged.outputs, output))
    messages.push(`tool ${other} declares no output ${output}`)
  else if (judged && approvalOf(judged.approval, effectsOf(judged)).review === 'call')
    messages.push(`${other} is reviewed before its call: there is no output to judge`)
  return messages.map((message) => ({ path: ['tools', name, 'judges'], message }))
}

function conditionFaults(condition: ConditionSource, field: FieldSource, deeper: boolean): string[] {
  const bounds = condition.min !== undefined || condition.max !== undefined
  const ofObject = ['object', 'array', 'any'].includes(field.type)
  const wanted = [...(condition.in ?? []), ...(condition.equals === undefined ? [] : [condition.equals])]
  if (deeper) return ofObject ? [] : [`the field is ${field.type}, nothing is inside it`]
  return [
    ...(bounds && !['number', 'integer', 'any'].includes(field.type) ? ['min and max need a number'] : []),
    ...(wanted.every((value) => enumHas(field, value)) ? [] : ['names a value that the enum does not have']),
  ]
}

function guardrailFaults(tool: ToolSource, name: string): Fault[] {
  return tool.guardrails.flatMap((guardrail, index) =>
    Object.entries(guardrail).flatMap(([at, condition]) => {
      const path: Path = ['tools', name, 'guardrails', index, at]
      const [side = '', first = '', ...deeper] = at.split('.')
      const fields = side === 'input' ? tool.inputs : tool.outputs
      const field = Object.hasOwn(fields, first) ? fields[first] : undefined
      if (!field) return [{ path, message: `the tool declares no ${side} ${first}` }]
      const { min, max } = condition
      const crossed = min !== undefined && max !== undefined && min > max ? ['min is above max'] : []
      const messages = [...crossed, ...conditionFaults(condition, field, deeper.length > 0)]
      return messages.map((message) => ({ path, message }))
    }),
  )
}

function toolFaults(tool: ToolSource, name: string, sources: Sources): Fault[] {
  const path: Path = ['tools', name]
  const faults: Fault[] = []
  const domains = sources.domains ?? [tool.domain]
  if (!domains.includes(tool.domain))
    faults.push({ path: [...path, 'domain'], message: `must be one of ${domains.join(', ')}` })
  const interfaces = [...sources.adapters.values()].map((adapter) => adapter?.interface)
  // An adapter that is not valid may have declared it.
  if (tool.adapter !== null && !interfaces.includes(tool.adapter) && !interfaces.includes(undefined))
    faults.push({ path: [...path, 'adapter'], message: `no adapter has the interface ${tool.adapter}` })
  if (tool.retry !== undefined && !sources.retry.has(tool.retry))
    faults.push({ path: [...path, 'retry'], message: `no retry policy is called ${tool.retry}` })
  const effects = tool.side_effects ?? sources.defaults.side_effects
  if (tool.model && tool.isolate)
    faults.push({
      path: [...path, 'model'],
      message: 'a tool with isolate: true cannot ask a model: leave one of them out',
    })
  for (const { key, message } of approvalFaults(tool.approval, effects))
    faults.push({ path: [...path, 'approval', key], message })
  faults.push(...exceptFaults(tool, path))
  for (const side of ['inputs', 'outputs'] as const) {
    for (const [field, source] of Object.entries(tool[side]))
      faults.push(...fieldFaults(source, [...path, side, field], side))
  }
  return [
    ...faults,
    ...bindsFaults(tool, name, sources),
    ...judgesFaults(tool, name, sources),
    ...guardrailFaults(tool, name),
  ]
}

/** Every fault between tools, and between tools and the rest of the file. */
export function toolReferences(sources: Sources): Fault[] {
  return [...sources.tools].flatMap(([name, tool]) => [
    ...(name === 'context'
      ? [{ path: ['tools', name], message: 'context is the name of what the caller gives; choose another' }]
      : []),
    ...(tool ? toolFaults(tool, name, sources) : []),
  ])
}
