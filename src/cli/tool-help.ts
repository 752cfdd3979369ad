// What `cugar tool NAME --help` says of a tool: what it takes, field by field, what it gives, and a command that runs.
import { isRecord } from '../events/json.ts'
import type { Field, ToolSpec } from '../registry/registry.ts'
import { inputSchemaOf, type JsonSchema } from '../tools/declared/shape.ts'
import type { Tool } from '../tools/tool.ts'
import type { Output } from './output.ts'
import { sheet, type Cell } from './table.ts'

const written = (value: unknown): string => (typeof value === 'string' ? value : JSON.stringify(value))

const typeOf = ({ type, values }: Field): string => (type === 'enum' ? values.map(String).join(' | ') : type)

const needOf = (field: Field, schema: JsonSchema): string => {
  if (field.required) return 'required'
  const value = field.default ?? schema['default']
  return value === undefined ? 'optional' : `default ${written(value)}`
}

const propertiesOf = (schema: unknown): [string, JsonSchema][] => {
  const properties = isRecord(schema) ? schema['properties'] : undefined
  if (!isRecord(properties)) return []
  return Object.entries(properties).map(([name, inner]) => [name, isRecord(inner) ? inner : {}])
}

/** What a field inside an object takes, as its schema says it. */
function takenBy({ type, enum: values, description, anyOf }: JsonSchema): string {
  const choices = Array.isArray(anyOf) ? anyOf.filter(isRecord).map(takenBy).join(' | ') : ''
  if (Array.isArray(values)) return values.map(String).join(' | ')
  return [type, choices, description]
    .flatMap((part) =>
      Array.isArray(part) ? part.map(String).join(' | ') : typeof part === 'string' ? part : [],
    )
    .filter((part) => part !== '')
    .join('; ')
}

function inputRows({ inputs }: ToolSpec, tool: Tool): Cell[][] {
  const schemas = new Map(propertiesOf(inputSchemaOf(tool)))
  return Object.entries(inputs).flatMap(([name, field]) => {
    const schema = schemas.get(name) ?? {}
    const below = propertiesOf(schema).map(([inner, of]) => [`${name}.${inner}`, '', '', takenBy(of)])
    return [[name, typeOf(field), needOf(field, schema), field.description || takenBy(schema)], ...below]
  })
}

/** For a POSIX shell. */
const quoted = (text: string): string => `'${text.replaceAll("'", String.raw`'\''`)}'`

const exampleCommand = (name: string, example: unknown): string =>
  `echo ${quoted(JSON.stringify(example))} | cugar tool ${name} --input -`

/** What only a run may call is a plan of one step. */
const exampleRun = ({ name, example = {} }: ToolSpec, profile: string): string => {
  const inputs = Object.fromEntries(Object.entries(example).map(([input, value]) => [input, { value }]))
  const plan = JSON.stringify({ steps: [{ id: 's1', tool: name, inputs }] })
  return `echo ${quoted(plan)} | cugar run --plan - --profile ${profile} --wait 30`
}

/** `profile`: one that may use it; undefined: there is none. */
export function showToolHelp(
  out: Output,
  { spec, tool, profile }: { spec: ToolSpec; tool: Tool; profile: string | undefined },
): void {
  const isRunOnly = tool.readsRuns === true || spec.side_effects === 'execute'
  const usage = isRunOnly ? 'only inside a run' : `cugar tool ${spec.name} --input <file>`
  out.line(`Usage: ${usage}\n\n${spec.description}\n\nInputs:`)
  sheet(out, ['name', 'type', 'needed', 'what is taken'], inputRows(spec, tool))
  const outputs = Object.entries(spec.outputs).map(([name, field]) => [
    name,
    typeOf(field),
    field.description,
  ])
  out.line('\nOutputs:')
  sheet(out, ['name', 'type', 'what it is'], outputs)
  const example = !isRunOnly
    ? spec.example && exampleCommand(spec.name, spec.example)
    : profile && spec.example && exampleRun(spec, profile)
  if (example !== undefined) out.line(`\nExample:\n  ${example}`)
}
