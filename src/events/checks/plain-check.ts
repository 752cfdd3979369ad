// A schema of plain values as a quick yes or no: what a tool answers is checked by it, and is nearly always right. A
// yes means that the schema takes the value and gives back the same; after a no the schema itself has the word. Unlike
// `quickCheck` it reads the schema and not its JSON Schema, which leaves out rules of one's own and flags of patterns.
import type { z } from 'zod'
import { isRecord } from '../json.ts'

type Check = (value: unknown) => boolean
/** A rule that a schema lists beside its type: the most, the least, a pattern. */
type Rule = z.core.$ZodCheck

/** Formats that are a pattern and nothing more. */
const PATTERNS: ReadonlySet<string> = new Set(['regex', 'datetime', 'email'])

function patternCheck({ format, pattern }: { format: string; pattern?: RegExp | undefined }): Check | null {
  if (!PATTERNS.has(format) || pattern === undefined || pattern.global || pattern.sticky) return null
  return (value) => typeof value === 'string' && pattern.test(value)
}

const sizeOf = (value: unknown): number =>
  typeof value === 'string' || Array.isArray(value) ? value.length : -1

function boundCheck(value: unknown, isInclusive: boolean, sign: 1 | -1): Check | null {
  if (typeof value !== 'number') return null
  return (one) =>
    typeof one === 'number' && (isInclusive ? one * sign >= value * sign : one * sign > value * sign)
}

/** null: it is another kind of rule. One that holds only at times is checked always: a no is the schema's to say. */
export function ruleCheck(rule: Rule): Check | null {
  const {
    _zod: { def },
  } = rule as z.core.$ZodChecks
  if (def.check === 'min_length') return (value) => sizeOf(value) >= def.minimum
  if (def.check === 'max_length') return (value) => sizeOf(value) >= 0 && sizeOf(value) <= def.maximum
  if (def.check === 'greater_than') return boundCheck(def.value, def.inclusive, 1)
  if (def.check === 'less_than') return boundCheck(def.value, def.inclusive, -1)
  return def.check === 'string_format' ? patternCheck(def) : null
}

/** One that says no where any does; null where one is not known. */
function all(checks: readonly (Check | null)[]): Check | null {
  const known = checks.filter((check) => check !== null)
  if (known.length < checks.length) return null
  const [only, other] = known
  if (only !== undefined && other === undefined) return only
  return (value) => known.every((check) => check(value))
}

const isNever = (schema: z.core.$ZodType | undefined): boolean =>
  schema !== undefined && 'type' in schema && schema.type === 'never'

/** Objects that take no other names: from others a schema takes away what it does not know. */
function objectCheck({ shape, catchall }: z.core.$ZodObjectDef, depth: number): Check | null {
  if (!isNever(catchall)) return null
  const names = Object.keys(shape)
  const checks: Check[] = []
  for (const name of names) {
    const part = shape[name]
    const check = part === undefined ? null : checkOf(part, depth)
    if (check === null) return null
    checks.push(check)
  }
  return (value) => {
    if (!isRecord(value)) return false
    let present = 0
    for (let index = 0; index < names.length; index += 1) {
      const field = Object.hasOwn(value, names[index] ?? '') ? value[names[index] ?? ''] : undefined
      if (checks[index]?.(field) !== true) return false
      if (field !== undefined) present += 1
    }
    return Object.keys(value).length === present
  }
}

function arrayCheck({ element }: z.core.$ZodArrayDef, depth: number): Check | null {
  const check = checkOf(element, depth)
  return check && ((value) => Array.isArray(value) && value.every(check))
}

function unionCheck({ options }: z.core.$ZodUnionDef, depth: number): Check | null {
  const checks: Check[] = []
  for (const option of options) {
    const check = checkOf(option, depth)
    if (check === null) return null
    checks.push(check)
  }
  return (value) => checks.some((check) => check(value))
}

const oneOf = (values: Iterable<unknown>): Check => {
  const allowed = new Set(values)
  return (value) => allowed.has(value)
}

type Def = z.core.$ZodTypes['_zod']['def']

/** null: no single value, or one that is changed. */
function scalarCheck(def: Def): Check | null {
  if ('coerce' in def && def.coerce) return null
  if (def.type === 'string')
    return 'format' in def
      ? patternCheck(def as z.core.$ZodStringFormatDef)
      : (value) => typeof value === 'string'
  if (def.type === 'number') {
    if (!('format' in def)) return Number.isFinite
    return def.format === 'safeint' ? Number.isSafeInteger : null
  }
  if (def.type === 'boolean') return (value) => typeof value === 'boolean'
  if (def.type === 'null') return (value) => value === null
  if (def.type === 'unknown') return (value) => value !== undefined
  if (def.type === 'literal') return oneOf(def.values)
  return def.type === 'enum' ? oneOf(enumValues(def.entries)) : null
}

/** An enum of numbers has the names of its numbers, too, by which they are no values of it. */
function enumValues(entries: z.core.util.EnumLike): unknown[] {
  const numbers = new Set(Object.values(entries).filter((value) => typeof value === 'number'))
  return Object.entries(entries).flatMap(([name, value]) => (numbers.has(Number(name)) ? [] : [value]))
}

/** A schema that goes on deeper is one that contains itself. */
const DEEPEST = 20

/** The type without its rules; null as for `plainCheck`. */
export function typeCheck(def: Def, depth = 0): Check | null {
  if (depth > DEEPEST) return null
  if (def.type === 'object') return objectCheck(def, depth + 1)
  if (def.type === 'array') return arrayCheck(def, depth + 1)
  if (def.type === 'union') return unionCheck(def, depth + 1)
  return scalarCheck(def) ?? aroundCheck(def, depth + 1)
}

/** A schema around another: a value that is there is the other's to check. */
function aroundCheck(def: Def, depth: number): Check | null {
  if (def.type !== 'nullable' && def.type !== 'optional' && def.type !== 'default') return null
  const inner = checkOf(def.innerType, depth)
  // What is absent gets its default, and is not the same any more.
  if (inner === null || def.type === 'default')
    return inner && ((value) => value !== undefined && inner(value))
  const none = def.type === 'nullable' ? null : undefined
  return (value) => value === none || inner(value)
}

function checkOf(schema: z.core.$ZodType, depth: number): Check | null {
  const {
    _zod: { def },
  } = schema as z.core.$ZodTypes
  return all([typeCheck(def, depth), ...(def.checks ?? []).map(ruleCheck)])
}

/** null: the schema has rules that only it knows, or changes what it is given. For values of JSON only. */
export const plainCheck = (schema: z.core.$ZodType): Check | null => checkOf(schema, 0)
