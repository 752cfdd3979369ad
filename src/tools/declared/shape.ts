// What a tool takes and gives, as JSON Schema made from its zod schemas: for the people who call it, and for the
// comparison with its entry in the registry.
import { z } from 'zod'
import { memoize } from '../../cache.ts'
import { isRecord } from '../../events/json.ts'
import type { Tool } from '../tool.ts'

export type JsonSchema = Readonly<Record<string, unknown>>

/** One field of an object, as far as its schema says it. */
export type FieldShape = {
  /** Names of JSON Schema without `null`; null: anything may be there. */
  readonly types: ReadonlySet<string> | null
  /** null: not a closed list. */
  readonly values: readonly unknown[] | null
  /** It must be there, and not as null. */
  readonly required: boolean
  /** Left out where there is none. */
  readonly default?: unknown
}

/** The fields that are named; `isOpen` where others may be there too. */
export type ObjectShape = {
  readonly fields: ReadonlyMap<string, FieldShape>
  readonly isOpen: boolean
}

/** What JSON cannot say, such as a rule over several fields, is left out. */
function schemaOf(schema: z.ZodType, io: 'input' | 'output'): JsonSchema {
  const { $schema: _dialect, ...rest } = z.toJSONSchema(schema, { io, unrepresentable: 'any' })
  return rest
}

export const inputSchemaOf = memoize(({ input }: Tool): JsonSchema => schemaOf(input, 'input'))
export const outputSchemaOf = memoize(({ output }: Tool): JsonSchema => schemaOf(output, 'output'))

/** How many references and choices are followed before a schema counts as one that says nothing. */
const MOST_DEPTH = 20

function resolved(schema: JsonSchema, root: JsonSchema): JsonSchema {
  let at = schema
  for (let depth = 0; depth < MOST_DEPTH && typeof at['$ref'] === 'string'; depth += 1) {
    const steps = at['$ref'].split('/').slice(1)
    const target = steps.reduce<unknown>((value, key) => (isRecord(value) ? value[key] : undefined), root)
    at = isRecord(target) ? target : {}
  }
  return at
}

const schemasIn = (value: unknown): JsonSchema[] => (Array.isArray(value) ? value.filter(isRecord) : [])

/** The schemas of which one must fit; the schema itself where there is no choice. */
function choicesOf(schema: JsonSchema, root: JsonSchema, depth = 0): JsonSchema[] {
  const at = resolved(schema, root)
  const choices = schemasIn(at['anyOf'] ?? at['oneOf'])
  if (choices.length === 0 || depth > MOST_DEPTH) return [at]
  return choices.flatMap((choice) => choicesOf(choice, root, depth + 1))
}

const TYPE_OF: Readonly<Record<string, string>> = { string: 'string', number: 'number', boolean: 'boolean' }

const typesOf = ({ type, enum: values, const: only }: JsonSchema): readonly string[] | null => {
  if (Array.isArray(type)) return type.map(String)
  if (typeof type === 'string') return [type]
  const listed = Array.isArray(values) ? values : only === undefined ? [] : [only]
  return listed.length === 0 ? null : listed.map((value) => TYPE_OF[typeof value] ?? 'null')
}

const valuesOf = ({ enum: values, const: only }: JsonSchema): readonly unknown[] | null => {
  if (Array.isArray(values)) return values
  return only === undefined ? null : [only]
}

const isNull = (schema: JsonSchema): boolean => schema['type'] === 'null'

function fieldOf(schema: JsonSchema, root: JsonSchema, isListed: boolean): FieldShape {
  const choices = choicesOf(schema, root)
  const types = choices.map(typesOf)
  const values = choices.filter((choice) => !isNull(choice)).map(valuesOf)
  const all = types.flatMap((each) => each ?? [])
  const isAny = types.includes(null)
  const isClosed = values.length > 0 && !values.includes(null)
  return {
    types: isAny ? null : new Set(all.filter((type) => type !== 'null')),
    values: isClosed ? values.flatMap((each) => each ?? []).filter((value) => value !== null) : null,
    required: isListed && !isAny && !all.includes('null'),
    ...(Object.hasOwn(schema, 'default') ? { default: schema['default'] } : {}),
  }
}

function objectOf(schema: JsonSchema, root: JsonSchema): ObjectShape | null {
  if (!isRecord(schema['properties'])) return null
  const required = Array.isArray(schema['required']) ? schema['required'] : []
  const fields = Object.entries(schema['properties']).map(
    ([name, field]) => [name, fieldOf(isRecord(field) ? field : {}, root, required.includes(name))] as const,
  )
  const others = schema['additionalProperties']
  return { fields: new Map(fields), isOpen: others !== undefined && others !== false }
}

const both = <T>(a: ReadonlySet<T> | null, b: ReadonlySet<T> | null): ReadonlySet<T> | null =>
  a === null || b === null ? null : new Set([...a, ...b])

function eitherField(a: FieldShape, b: FieldShape): FieldShape {
  const values = a.values === null || b.values === null ? null : [...new Set([...a.values, ...b.values])]
  return { ...b, ...a, types: both(a.types, b.types), values, required: a.required && b.required }
}

/** What holds whichever of the two a value is: a field that one of them does not have may be absent. */
function either(a: ObjectShape, b: ObjectShape): ObjectShape {
  const names = new Set([...a.fields.keys(), ...b.fields.keys()])
  const fields = [...names].flatMap((name) => {
    const [left, right] = [a.fields.get(name), b.fields.get(name)]
    if (left !== undefined && right !== undefined) return [[name, eitherField(left, right)] as const]
    const one = left ?? right
    return one === undefined ? [] : [[name, { ...one, required: false }] as const]
  })
  return { fields: new Map(fields), isOpen: a.isOpen || b.isOpen }
}

/** The fields of an object, or of a choice between objects; null: the schema does not say which there are. */
export function objectShapeOf(schema: JsonSchema): ObjectShape | null {
  const shapes = choicesOf(schema, schema).map((choice) => objectOf(choice, schema))
  const [first, ...rest] = shapes
  return rest.reduce<ObjectShape | null>(
    (merged, next) => (merged === null || next === null ? null : either(merged, next)),
    first ?? null,
  )
}
