// A schema as a plain yes or no, several times quicker than asking for every problem: a run's events are checked at
// the journal's door, and nearly all of them are right. A yes is never given where the schema says no; a no may be one
// too many, and then the schema itself has the word.
import { z } from 'zod'
import { isRecord } from '../json.ts'

type Check = (value: unknown) => boolean
type JsonSchema = z.core.JSONSchema.JSONSchema

const KEYWORDS: ReadonlySet<string> = new Set(
  (
    '$schema type properties required additionalProperties propertyNames pattern minLength maxLength ' +
    'enum const minimum maximum exclusiveMinimum anyOf items minItems maxItems'
  ).split(' '),
)

const partOf = (part: JsonSchema | boolean | undefined): Check | null => {
  if (part === undefined || part === false) return null
  return part === true ? () => true : checkOf(part)
}

/** How many names a record has; no list of them is made, as a run's events have some hundred objects in them. */
function countOf(value: Readonly<Record<string, unknown>>): number {
  let count = 0
  for (const name in value) if (name !== undefined) count += 1
  return count
}

function objectCheck({
  properties = {},
  required = [],
  additionalProperties,
  propertyNames,
}: JsonSchema): Check {
  const known = new Set(Object.keys(properties))
  const fields = Object.entries(properties).flatMap(([name, part]) => {
    const check = partOf(part)
    return check ? [{ name, check, isRequired: required.includes(name) }] : []
  })
  const others = partOf(additionalProperties)
  const isName = partOf(propertyNames)
  const mayHave = (name: string, value: unknown): boolean =>
    others !== null && (isName === null || isName(name)) && others(value)
  return (value) => {
    if (!isRecord(value)) return false
    let present = 0
    for (const { name, check, isRequired } of fields) {
      const field = value[name]
      if (field === undefined ? isRequired : !check(field)) return false
      if (field !== undefined) present += 1
    }
    // Nearly always: nothing but what the schema knows.
    if (countOf(value) === present) return true
    for (const name of Object.keys(value)) if (!known.has(name) && !mayHave(name, value[name])) return false
    return true
  }
}

function arrayCheck({ items, minItems = 0, maxItems = Infinity }: JsonSchema): Check {
  const check = Array.isArray(items) ? null : partOf(items)
  return (value) =>
    check !== null &&
    Array.isArray(value) &&
    value.length >= minItems &&
    value.length <= maxItems &&
    value.every(check)
}

function stringCheck({ pattern, minLength = 0, maxLength = Infinity }: JsonSchema): Check {
  const regex = pattern === undefined ? null : new RegExp(pattern)
  return (value) =>
    typeof value === 'string' &&
    value.length >= minLength &&
    value.length <= maxLength &&
    (regex === null || regex.test(value))
}

function numberCheck(schema: JsonSchema, isWhole: boolean): Check {
  const { minimum = -Infinity, maximum = Infinity, exclusiveMinimum } = schema
  const above = typeof exclusiveMinimum === 'number' ? exclusiveMinimum : -Infinity
  return (value) =>
    typeof value === 'number' &&
    (isWhole ? Number.isSafeInteger(value) : Number.isFinite(value)) &&
    value >= minimum &&
    value <= maximum &&
    value > above
}

const anyCheck = (checks: readonly Check[]): Check =>
  checks.length === 1 && checks[0] ? checks[0] : (value) => checks.some((check) => check(value))

function typeCheck(schema: JsonSchema, type: unknown): Check {
  switch (type) {
    case 'object':
      return objectCheck(schema)
    case 'array':
      return arrayCheck(schema)
    case 'string':
      return stringCheck(schema)
    case 'number':
      return numberCheck(schema, false)
    case 'integer':
      return numberCheck(schema, true)
    case 'boolean':
      return (value) => typeof value === 'boolean'
    case 'null':
      return (value) => value === null
    default:
      throw new TypeError(`no quick check knows type ${String(type)}`)
  }
}

function checkOf(schema: JsonSchema): Check {
  const strange = Object.keys(schema).find((keyword) => !KEYWORDS.has(keyword))
  if (strange !== undefined) throw new TypeError(`no quick check knows ${strange}`)
  const { anyOf, enum: values, const: only, type } = schema
  if (anyOf) return anyCheck(anyOf.map(partOf).filter((check) => check !== null))
  if (only !== undefined) return (value) => value === only
  if (values) {
    const allowed = new Set<unknown>(values)
    return (value) => allowed.has(value)
  }
  const types: unknown[] = Array.isArray(type) ? type : [type]
  return anyCheck(types.map((one) => typeCheck(schema, one)))
}

/** Throws a TypeError, once, for a schema that says more than it understands. */
export const quickCheck = (schema: z.ZodType): Check => checkOf(z.toJSONSchema(schema))
