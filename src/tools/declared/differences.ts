// What the registry says of a tool against what the tool's own schemas say: plans, forms and documents are made by the
// first, calls are checked by the second, so that a difference would be found by a caller in the middle of a run.
import { canonicalJson } from '../../events/digest.ts'
import type { Field, FieldType, ToolSpec } from '../../registry/registry.ts'
import type { Tool } from '../tool.ts'
import { inputSchemaOf, objectShapeOf, outputSchemaOf, type FieldShape, type JsonSchema } from './shape.ts'

/** `path` is below the tool's entry: `['inputs', 'name', 'type']`. */
export type Difference = { readonly path: readonly string[]; readonly message: string }

type Side = 'inputs' | 'outputs'

/** As registry.yaml writes it. */
const written = (value: unknown): string => (typeof value === 'string' ? value : JSON.stringify(value))

const listed = (values: readonly unknown[]): string => `[${values.map(written).join(', ')}]`

/** How the registry names what a schema takes. */
function typeOf({ types, values }: FieldShape): FieldType {
  if (values !== null && values.length > 1) return 'enum'
  if (types === null || types.size !== 1) return 'any'
  const [only = 'any'] = types
  return only as FieldType
}

/** A list of one value may be declared as its type, or as an enum of one. */
const isSameType = (field: Field, shape: FieldShape): boolean =>
  field.type === typeOf(shape) || (field.type === 'enum' && shape.values !== null)

function typeDifference(field: Field, shape: FieldShape): string | null {
  // A schema that takes anything reads it by itself; an entry that says `any` leaves it to the schema.
  if (shape.types === null || field.type === 'any' || isSameType(field, shape)) return null
  const type = typeOf(shape)
  const values = type === 'enum' ? `, values: ${listed(shape.values ?? [])}` : ''
  return `is ${field.type} here, and the tool's schema says type: ${type}${values}`
}

function valuesDifference(field: Field, { values }: FieldShape): string | null {
  if (field.type !== 'enum' || values === null) return null
  const declared: readonly unknown[] = field.values
  const isSame = values.length === declared.length && values.every((value) => declared.includes(value))
  return isSame ? null : `are ${listed(declared)} here, and the tool's schema says values: ${listed(values)}`
}

/** A registry may ask for more than the tool does and promise less; the other way round a call would fail. */
function requiredDifference(side: Side, field: Field, shape: FieldShape): string | null {
  if (shape.types === null || field.required === shape.required) return null
  if (field.required === (side === 'inputs')) return null
  return `is ${String(field.required)} here, and the tool's schema says ${String(shape.required)}`
}

/** One that the registry does not name is the tool's own; one that it names is what the tool does. */
function defaultDifference(side: Side, field: Field, shape: FieldShape): string | null {
  if (side === 'outputs' || !Object.hasOwn(field, 'default')) return null
  const isKnown = Object.hasOwn(shape, 'default')
  if (isKnown && canonicalJson(field.default) === canonicalJson(shape.default)) return null
  const told = isKnown ? `says default: ${written(shape.default)}` : 'has none'
  return `is ${written(field.default)} here, and the tool's schema ${told}`
}

function fieldDifferences(side: Side, field: Field, shape: FieldShape): Difference[] {
  const found = {
    type: typeDifference(field, shape),
    values: valuesDifference(field, shape),
    required: requiredDifference(side, field, shape),
    default: defaultDifference(side, field, shape),
  }
  return Object.entries(found).flatMap(([key, message]) =>
    message === null ? [] : [{ path: [key], message }],
  )
}

function sideDifferences(side: Side, declared: ToolSpec[Side], schema: JsonSchema): Difference[] {
  const shape = objectShapeOf(schema)
  if (shape === null) return []
  const noun = side === 'inputs' ? 'input' : 'output'
  const missing = [...shape.fields.keys()]
    .filter((name) => !Object.hasOwn(declared, name))
    .map((name) => ({ path: [], message: `does not declare the tool's ${noun} ${name}` }))
  const present = Object.entries(declared).flatMap(([name, field]): Difference[] => {
    const there = shape.fields.get(name)
    if (there !== undefined)
      return fieldDifferences(side, field, there).map(({ path, message }) => ({
        path: [name, ...path],
        message,
      }))
    return shape.isOpen ? [] : [{ path: [name], message: `is no ${noun} of the tool` }]
  })
  return [...missing, ...present].map(({ path, message }) => ({ path: [side, ...path], message }))
}

/** Every difference between a tool's entry in the registry and its schemas; what a schema leaves open is not one. */
export const differencesOf = (tool: Tool, spec: ToolSpec): Difference[] => [
  ...sideDifferences('inputs', spec.inputs, inputSchemaOf(tool)),
  ...sideDifferences('outputs', spec.outputs, outputSchemaOf(tool)),
]
