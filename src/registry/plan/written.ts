// The leaves of a plan as it is written: where an input comes from, and expressions.
import { z } from 'zod'
import { MOST_CHARACTERS } from '../expressions/grammar.ts'
import { name } from '../name.ts'

const MOST_SOURCES = 10

export const reference = z
  .string()
  .max(200)
  .regex(/^(context|[a-z][a-z0-9_]*)(\.[A-Za-z_]\w*)+$/, 'must be context.<path> or <step>.<output>')
/** A whole item of a list has no path. */
const item = z
  .string()
  .max(100)
  .regex(/^[a-z][a-z0-9_]*$/, 'must be the name of an item')
/** null would be no value at all. */
const literal = z.strictObject({
  value: z.json().refine((value) => value !== null, { error: 'must not be null' }),
})

const SOURCE_RULE = 'must be context.<path>, <step>.<output>, item.<path>, { value: ... } or a list of these'
const source = z.union([reference, item, literal], { error: SOURCE_RULE })
/** One, or several: the first that has a value. */
export const sources = z.union([reference, item, literal, z.array(source).min(1).max(MOST_SOURCES)], {
  error: ({ input }) =>
    Array.isArray(input) && input.length > MOST_SOURCES
      ? `has more than ${MOST_SOURCES} sources`
      : SOURCE_RULE,
})

export type SourceDraft = z.output<typeof source>
export type SourcesDraft = z.output<typeof sources>

export const expression = z
  .string()
  .min(1)
  .max(MOST_CHARACTERS)
  .meta({ description: 'A CEL expression over `context` and the steps before it.' })

/** By the name of the input. */
export const inputSources = z.record(name, sources)
