// A schema as a plain yes or no, several times quicker than asking for every problem: a run's events are checked at
// the journal's door, and nearly all of them are right. A yes is never given where the schema says no; a no may be one
// too many, and then the schema itself has the word. It is a function made as text and compiled, since one walk through
// a schema that serves for all of them knows no object's shape, and took twice as long. The text comes from our
// own schemas alone, every name and value in it as JSON. `node:vm` compiles also where a process may not use `eval`.
import { compileFunction } from 'node:vm'
import { z } from 'zod'

type Check = (value: unknown) => boolean
type JsonSchema = z.core.JSONSchema.JSONSchema
type Part = JsonSchema | boolean | undefined
/** The statements so far: a constant, or a function for each object and list in the schema. */
type Program = string[]

const KEYWORDS: ReadonlySet<string> = new Set(
  (
    '$schema type properties required additionalProperties propertyNames pattern minLength maxLength ' +
    'enum const minimum maximum exclusiveMinimum anyOf items minItems maxItems'
  ).split(' '),
)

const json = (value: unknown): string => JSON.stringify(value)

/** Its name. */
function define(program: Program, textOf: (name: string) => string): string {
  const name = `c${program.length}`
  program.push(textOf(name))
  return name
}

const every = (conditions: readonly string[]): string => `(${conditions.join(' && ')})`
const some = (conditions: readonly string[]): string =>
  conditions.length === 0 ? 'false' : `(${conditions.join(' || ')})`

const bound = (left: string, sign: string, value: unknown): string[] =>
  typeof value === 'number' ? [`${left} ${sign} ${json(value)}`] : []

const partOf = (program: Program, part: Part, x: string): string =>
  typeof part === 'object' ? conditionOf(program, part, x) : json(part ?? false)

function fieldOf(program: Program, name: string, { properties = {}, required = [] }: JsonSchema): string {
  const check = partOf(program, properties[name], 'x')
  const absent = required.includes(name) ? 'return false;' : ''
  return `x = v[${json(name)}]; if (x === undefined) { ${absent} } else { if (!${check}) return false; n += 1; }`
}

function objectCondition(program: Program, schema: JsonSchema, x: string): string {
  const { properties = {}, additionalProperties, propertyNames } = schema
  const names = Object.keys(properties)
  const fields = names.map((name) => fieldOf(program, name, schema))
  const others = partOf(program, additionalProperties, 'v[k]')
  const isName = propertyNames === undefined ? 'true' : partOf(program, propertyNames, 'k')
  const mayHave = every([isName, others])
  const known = define(program, (name) => `const ${name} = new Set(${json(names)});`)
  // No list of the names is made, as a run's events have some hundred objects in them; nearly always they are all known.
  const check = define(
    program,
    (name) => `function ${name}(v) {
      if (typeof v !== 'object' || v === null || Array.isArray(v)) return false;
      let n = 0, x;
      ${fields.join('\n')}
      for (const k in v) n -= 1;
      if (n === 0) return true;
      for (const k in v) if (!${known}.has(k) && !${mayHave}) return false;
      return true;
    }`,
  )
  return `${check}(${x})`
}

function arrayCondition(program: Program, { items, minItems, maxItems }: JsonSchema, x: string): string {
  const check = Array.isArray(items) ? 'false' : partOf(program, items, 'v[i]')
  const fits = every([
    'Array.isArray(v)',
    ...bound('v.length', '>=', minItems),
    ...bound('v.length', '<=', maxItems),
  ])
  const name = define(
    program,
    (name) => `function ${name}(v) {
      if (!${fits}) return false;
      for (let i = 0; i < v.length; i += 1) if (!${check}) return false;
      return true;
    }`,
  )
  return `${name}(${x})`
}

function stringCondition(program: Program, { pattern, minLength, maxLength }: JsonSchema, x: string): string {
  const conditions = [`typeof ${x} === 'string'`, ...bound(`${x}.length`, '>=', minLength)]
  conditions.push(...bound(`${x}.length`, '<=', maxLength))
  if (pattern !== undefined) {
    const regex = define(program, (name) => `const ${name} = new RegExp(${json(pattern)});`)
    conditions.push(`${regex}.test(${x})`)
  }
  return every(conditions)
}

function numberCondition(
  { minimum, maximum, exclusiveMinimum }: JsonSchema,
  isNumber: string,
  x: string,
): string {
  const least = [...bound(x, '>=', minimum), ...bound(x, '>', exclusiveMinimum)]
  return every([`Number.${isNumber}(${x})`, ...least, ...bound(x, '<=', maximum)])
}

function typeCondition(
  program: Program,
  { type, schema }: { type: unknown; schema: JsonSchema },
  x: string,
): string {
  switch (type) {
    case 'object':
      return objectCondition(program, schema, x)
    case 'array':
      return arrayCondition(program, schema, x)
    case 'string':
      return stringCondition(program, schema, x)
    case 'number':
      return numberCondition(schema, 'isFinite', x)
    case 'integer':
      return numberCondition(schema, 'isSafeInteger', x)
    case 'boolean':
      return `(typeof ${x} === 'boolean')`
    case 'null':
      return `(${x} === null)`
    default:
      throw new TypeError(`no quick check knows type ${String(type)}`)
  }
}

/** Whether `x` is right, as an expression that can stand anywhere. */
function conditionOf(program: Program, schema: JsonSchema, x: string): string {
  const strange = Object.keys(schema).find((keyword) => !KEYWORDS.has(keyword))
  if (strange !== undefined) throw new TypeError(`no quick check knows ${strange}`)
  const { anyOf, enum: values, const: only, type } = schema
  if (anyOf) return some(anyOf.map((part) => partOf(program, part, x)))
  if (only !== undefined) return `(${x} === ${json(only)})`
  if (values) return some(values.map((value) => `${x} === ${json(value)}`))
  const types: unknown[] = Array.isArray(type) ? type : [type]
  return some(types.map((one) => typeCondition(program, { type: one, schema }, x)))
}

/** Throws a TypeError, once, for a schema that says more than it understands. */
export function quickCheck(schema: z.ZodType): Check {
  const program: Program = []
  const isRight = conditionOf(program, z.toJSONSchema(schema), 'value')
  return compileFunction(`${program.join('\n')}\nreturn (value) => ${isRight};`)() as Check
}
