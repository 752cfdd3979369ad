// A schema of plain values as what it gives back, in one walk: what a request or a tool is given is read by it, and is
// nearly always right. What it gives is what the schema gives, defaults and the order of keys included; where it gives
// NOT_PLAIN, the schema itself has the word. Unlike `plainCheck` it knows rules of one's own, and values that change.
import type { z } from 'zod'
import { isRecord } from '../json.ts'
import { isPlainObject, NOT_PLAIN, plainCopy } from '../plain-copy.ts'
import { ruleCheck, typeCheck } from './plain-check.ts'

/** NOT_PLAIN: the schema has to be asked. */
export type Reader = (value: unknown) => unknown

/**
 * Whose the values are: ours, so that they are JSON and what no schema looks into is given back as it is; or somebody
 * else's, whose values may be anything and are copied, with at most so many lists and objects within others.
 */
export type ValueOrigin = { readonly deepest: number } | 'ours'

type Around = { readonly from: ValueOrigin; readonly depth: number; readonly made: { parts: number } }
type Def = z.core.$ZodTypes['_zod']['def']
type Fields = Record<string, unknown>

/** A schema that goes on deeper, or has more parts, is one that contains itself. */
const DEEPEST_SCHEMA = 20
const MOST_PARTS = 1000

const within = (around: Around): Around => ({ ...around, depth: around.depth + 1 })

const innerOf = ({ _zod: inner }: z.core.$ZodType) => inner
const defOf = (schema: z.core.$ZodType): Def => innerOf(schema).def as Def

const VALUES: ReadonlySet<string> = new Set(['string', 'number', 'boolean', 'null', 'literal', 'enum'])

/** Whether it takes single values only, whatever its rules are. */
const takesValues = (def: Def): boolean =>
  VALUES.has(def.type) || (def.type === 'union' && def.options.map(defOf).every(takesValues))

function valueReader(def: Def, { from }: Around): Reader | null {
  const check = typeCheck(def)
  if (check === null) return null
  if (from === 'ours') return (value) => (check(value) ? value : NOT_PLAIN)
  // JSON knows no -0.
  return (value) => (check(value) ? (typeof value === 'number' ? value + 0 : value) : NOT_PLAIN)
}

/** What no schema looks into. */
function anyReader({ from, depth }: Around): Reader {
  if (from === 'ours') return (value) => (value === undefined ? NOT_PLAIN : value)
  const deep = from.deepest - depth
  return (value) => plainCopy(value, deep)
}

const opens = ({ from }: Around): ((value: unknown) => value is Fields) =>
  from === 'ours' ? isRecord : isPlainObject

/** Names that every object seems to have. */
const isStrange = (name: string): boolean => name in Object.prototype

/** One part of a schema that only the part itself can read. */
const askingReader =
  ({ _zod: inner }: z.core.$ZodType): Reader =>
  (value) => {
    const read = inner.run({ value, issues: [] }, { async: false })
    return 'issues' in read && read.issues.length === 0 ? read.value : NOT_PLAIN
  }

/** A field, and what stands there when there is none: undefined for nothing, NOT_PLAIN where the schema has to say. */
type Field = { readonly name: string; readonly read: Reader; readonly absent: () => unknown }

function absentOf(schema: z.core.$ZodType, { from }: Around): Field['absent'] {
  const def = defOf(schema)
  const isPlain = !def.checks?.length
  if (isPlain && def.type === 'default') return () => def.defaultValue
  if (isPlain && def.type === 'optional' && innerOf(def.innerType).optin !== 'defaulted')
    return () => undefined
  return from === 'ours' ? askedAbsence(schema) : () => NOT_PLAIN
}

/** What a part makes of nothing, as the object around it takes that. */
function askedAbsence(schema: z.core.$ZodType): Field['absent'] {
  const { optin, optout } = innerOf(schema)
  if (optin === undefined || (optin === 'defaulted' && optout === 'optional')) return () => NOT_PLAIN
  const read = askingReader(schema)
  const nothing = optin === 'defaulted' ? NOT_PLAIN : undefined
  return () => {
    const one = read(undefined)
    return one === undefined || optout === 'optional' ? nothing : one
  }
}

/** null: one of them can only be read by its schema. */
function fieldsOf({ shape }: z.core.$ZodObjectDef, around: Around): Field[] | null {
  if (Object.getOwnPropertySymbols(shape).length > 0) return null
  const fields: Field[] = []
  for (const name of Object.keys(shape)) {
    const schema = shape[name]
    const read = schema === undefined || isStrange(name) ? null : readerOf(schema, within(around))
    if (schema === undefined || read === null) return null
    fields.push({ name, read, absent: absentOf(schema, around) })
  }
  return fields
}

/** The known fields of an object, in the order of the schema; null: it has to be asked. */
function readFields(fields: readonly Field[], value: Readonly<Fields>): Fields | null {
  const read: Fields = {}
  for (const field of fields) {
    const given = value[field.name]
    const one = given === undefined ? field.absent() : field.read(given)
    if (one === NOT_PLAIN) return null
    if (one !== undefined) read[field.name] = one
  }
  return read
}

/** How names are read that the schema does not know; null: they are taken away. undefined: only it can tell. */
function otherReader({ catchall }: z.core.$ZodObjectDef, around: Around): Reader | null | undefined {
  // What is taken away of somebody else's may still be what JSON does not have.
  if (catchall === undefined) return around.from === 'ours' ? null : () => NOT_PLAIN
  const def = defOf(catchall)
  if (def.type === 'never') return () => NOT_PLAIN
  return def.type === 'unknown' && !def.checks?.length ? anyReader(within(around)) : undefined
}

/** Adds the names that are not known; whether all of them could be read. */
function addOthers(
  read: Fields,
  value: Readonly<Fields>,
  other: { known: ReadonlySet<string>; read: Reader },
) {
  for (const name of Object.keys(value)) {
    if (other.known.has(name)) continue
    const one = name === '__proto__' ? NOT_PLAIN : other.read(value[name])
    if (one === NOT_PLAIN) return false
    read[name] = one
  }
  return true
}

function objectReader(def: z.core.$ZodObjectDef, around: Around): Reader | null {
  const fields = fieldsOf(def, around)
  const other = otherReader(def, around)
  if (fields === null || other === undefined) return null
  const isOpen = opens(around)
  const others = other && { known: new Set(fields.map(({ name }) => name)), read: other }
  return (value) => {
    if (!isOpen(value)) return NOT_PLAIN
    const read = readFields(fields, value)
    return read !== null && (others === null || addOthers(read, value, others)) ? read : NOT_PLAIN
  }
}

const NO_NAMES: ReadonlySet<string> = new Set()

function recordReader({ keyType, valueType }: z.core.$ZodRecordDef, around: Around): Reader | null {
  const key = defOf(keyType)
  const read = readerOf(valueType, within(around))
  if (read === null || key.type !== 'string' || 'format' in key || key.checks?.length) return null
  const isOpen = opens(around)
  const others = { known: NO_NAMES, read }
  return (value) => {
    const copy: Fields = {}
    return isOpen(value) && addOthers(copy, value, others) ? copy : NOT_PLAIN
  }
}

function arrayReader({ element }: z.core.$ZodArrayDef, around: Around): Reader | null {
  const read = readerOf(element, within(around))
  return (
    read &&
    ((value) => {
      if (!Array.isArray(value) || 'toJSON' in value) return NOT_PLAIN
      const copy: unknown[] = []
      // By index: a hole is no value.
      for (let index = 0; index < value.length; index += 1) {
        const one = read(value[index])
        if (one === NOT_PLAIN) return NOT_PLAIN
        copy.push(one)
      }
      return copy
    })
  )
}

/** Of several objects that one of their fields tells apart. */
function choiceReader(def: z.core.$ZodDiscriminatedUnionDef, around: Around): Reader | null {
  const readers = new Map<unknown, Reader>()
  for (const option of def.options) {
    const { _zod: inner } = option
    const read = readerOf(option, around)
    for (const value of inner.propValues?.[def.discriminator] ?? []) {
      // What tells nothing apart is the schema's to say.
      readers.set(value, readers.has(value) || read === null ? () => NOT_PLAIN : read)
    }
  }
  const isOpen = opens(around)
  return (value) => {
    const read = isOpen(value) ? readers.get(value[def.discriminator]) : undefined
    return read === undefined ? NOT_PLAIN : read(value)
  }
}

/** A schema around another: a value that is there is the other's to read, and its absence the object's. */
function aroundReader(
  def: z.core.$ZodOptionalDef | z.core.$ZodNullableDef | z.core.$ZodDefaultDef,
  around: Around,
): Reader | null {
  const inner = readerOf(def.innerType, around)
  if (def.type === 'nullable') return inner && ((value) => (value === null ? null : inner(value)))
  // One that may be left out nearly always is.
  return inner ?? (() => NOT_PLAIN)
}

function typeReader(def: Def, around: Around): Reader | null {
  if (takesValues(def)) return valueReader(def, around)
  if (def.type === 'object') return objectReader(def, around)
  if (def.type === 'record') return recordReader(def, around)
  if (def.type === 'array') return arrayReader(def, around)
  if (def.type === 'union' && 'discriminator' in def)
    return choiceReader(def as z.core.$ZodDiscriminatedUnionDef, around)
  if (def.type === 'unknown') return anyReader(around)
  if (def.type === 'optional' || def.type === 'nullable' || def.type === 'default')
    return aroundReader(def, around)
  return null
}

/** Whether a rule has nothing to say of a value, which it may not change either. */
function isKept(rule: z.core.$ZodCheck, value: unknown): boolean {
  const payload: z.core.ParsePayload = { value, issues: [] }
  const { _zod: inner } = rule as z.core.$ZodCheck<unknown>
  if (inner.def.when?.(payload) === false) return true
  const answer: unknown = inner.check(payload)
  return !(answer instanceof Promise) && payload.issues.length === 0 && Object.is(payload.value, value)
}

/** Rules are asked in their order, as the schema asks them. */
function ruledReader(read: Reader, rules: readonly z.core.$ZodCheck[]): Reader {
  const checks = rules.map((rule) => ruleCheck(rule) ?? ((value: unknown) => isKept(rule, value)))
  return (value) => {
    const one = read(value)
    if (one === NOT_PLAIN) return NOT_PLAIN
    for (const check of checks) if (!check(one)) return NOT_PLAIN
    return one
  }
}

function knownReader(schema: z.core.$ZodType, around: Around): Reader | null {
  const { made, depth } = around
  made.parts += 1
  if (depth > DEEPEST_SCHEMA || made.parts > MOST_PARTS) return null
  const def = defOf(schema)
  const read = typeReader(def, around)
  return read && def.checks?.length ? ruledReader(read, def.checks) : read
}

/** null: only the schema can read its values; a part of one reads values of ours by itself then. */
const readerOf = (schema: z.core.$ZodType, around: Around): Reader | null =>
  knownReader(schema, around) ?? (around.from === 'ours' && around.depth > 0 ? askingReader(schema) : null)

/**
 * What a schema reads, or NOT_PLAIN: always, where only the schema can read its values. Throws what getters of the value
 * and rules of the schema throw.
 */
export const plainReader = (schema: z.core.$ZodType, from: ValueOrigin): Reader =>
  readerOf(schema, { from, depth: 0, made: { parts: 0 } }) ?? (() => NOT_PLAIN)
