// The building blocks of tool inputs: everything has a size, and a rule over several fields is told together with
// the problems of the other fields.
import { z } from 'zod'
import { isPlaceholder } from './reading.ts'

export const MAX_TEXT = 100_000
export const MAX_LIST = 10_000

export const textSchema = z.string().max(MAX_TEXT)

/** Something that people see: neither a blank nor a character without width. */
const SEEN = /[^\s\p{Cc}\u00ad\u200b-\u200f\u2060-\u2064\ufeff]/u

/** A short text with something in it: names, regions, industries. */
export const labelSchema = z.string().max(1000).regex(SEEN, 'must not be blank')

/** Ids of other systems: a text or a whole number. */
export const outsideIdSchema = z.union([z.string().max(200).regex(SEEN, 'must not be blank'), z.int()], {
  error: 'must be a text of 1 to 200 characters or a whole number',
})

/** One that somebody gives: "n/a" names nothing. */
export const givenIdSchema = outsideIdSchema.refine(
  (id) => typeof id !== 'string' || !SEEN.test(id) || !isPlaceholder(id),
  'must be an id, and nothing that stands for "nobody knows"',
)

const fewKeys = (value: object): boolean => Object.keys(value).length <= MAX_LIST
const TOO_MANY_KEYS = `must have at most ${MAX_LIST} keys`

/** Data of another system under its own keys: what is known is checked, the rest is let through. */
export const recordWith = <S extends z.ZodRawShape>(known: S) =>
  z.looseObject(known).refine(fewKeys, TOO_MANY_KEYS)

/** For a `refine` over several fields: it runs as soon as these are valid, whatever else is wrong. */
export const whenValid = (fields: z.ZodRawShape) => {
  const schema = z.object(fields)
  // Where nothing is wrong they have been found valid.
  return ({ value, issues }: z.core.ParsePayload): boolean =>
    issues.length === 0 || schema.safeParse(value).success
}
