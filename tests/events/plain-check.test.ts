import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { z } from 'zod'
import { plainCheck } from '../../src/events/checks/plain-check.ts'

const name = fc.constantFrom('a', 'b', 'c')

/** Schemas of every kind that a tool's output is made of, with a value that each takes. */
const leaves: readonly (readonly [z.ZodType, unknown])[] = [
  [z.string().min(1).max(5), 'text'],
  [z.string().regex(/^[^\p{Cc}]+$/u), 'pC'],
  [z.iso.datetime(), '2026-01-15T12:00:00Z'],
  [z.email(), 'a@example.com'],
  [z.number().min(0).max(1), 0.5],
  [z.number().gt(0).lt(10), 3],
  [z.int().min(0), 7],
  [z.boolean(), true],
  [z.null(), null],
  [z.literal(['one', 2]), 2],
  [z.enum(['x', 'y']), 'y'],
  [z.unknown(), { any: ['thing'] }],
  [z.string().optional(), undefined],
  [z.number().nullable(), null],
  [z.number().default(3), 4],
  [z.array(z.enum(['x'])).max(2), ['x']],
  [z.union([z.string(), z.int(), z.strictObject({ min: z.number().nullable() })]), { min: null }],
]

const shapes = fc.dictionary(name, fc.constantFrom(...leaves), { minKeys: 1, maxKeys: 3 })

const strange = fc.oneof(
  fc.constantFrom<unknown>(null, -1, 0.5, 1e300, 2 ** 60, '', '\u0007', 'longer than five', [], {}, true),
  fc.jsonValue({ maxDepth: 2 }),
)

describe('a check of plain values', () => {
  test('takes what the schema takes as it is, and never what it refuses or changes', () => {
    fc.assert(
      fc.property(shapes, fc.option(fc.tuple(fc.oneof(name, fc.string()), strange)), (shape, change) => {
        const schema = z.strictObject(
          Object.fromEntries(Object.entries(shape).map(([key, [part]]) => [key, part])),
        )
        const right = Object.fromEntries(Object.entries(shape).map(([key, [, value]]) => [key, value]))
        const check = plainCheck(schema)
        expect(check?.(JSON.parse(JSON.stringify(right)))).toBe(true)
        const value: unknown = JSON.parse(
          JSON.stringify(change === null ? right : { ...right, [change[0]]: change[1] }),
        )
        const parsed = schema.safeParse(value)
        const isTaken = check?.(value) === true
        expect(isTaken ? parsed : null).toEqual(isTaken ? { success: true, data: value } : null)
      }),
      { numRuns: 1000 },
    )
  })

  test.each([
    ['a rule of one’s own', z.strictObject({ a: z.string().refine((text) => text !== 'no') })],
    ['a rule over the whole', z.strictObject({ a: z.string() }).superRefine(() => undefined)],
    ['a change', z.strictObject({ a: z.string().transform((text) => text.length) })],
    ['a trim', z.strictObject({ a: z.string().trim() })],
    ['a coercion', z.strictObject({ a: z.coerce.number() })],
    ['a caught value', z.strictObject({ a: z.string().catch('other') })],
    ['names that are taken away', z.object({ a: z.string() })],
    ['names that are let through', z.looseObject({ a: z.string() })],
    ['names that are taken away within a list', z.array(z.object({ a: z.string() }))],
    ['a format that is more than a pattern', z.strictObject({ a: z.url() })],
    ['a multiple', z.strictObject({ a: z.number().multipleOf(3) })],
    ['a date', z.strictObject({ a: z.date() })],
    ['a pattern that remembers', z.strictObject({ a: z.string().regex(/a/g) })],
  ])('leaves %s to the schema', (_what, schema) => {
    expect(plainCheck(schema)).toBeNull()
  })

  test('of an enum of numbers takes the numbers alone, and not their names', () => {
    const schema = z.strictObject({ a: z.enum({ low: 0, high: 1, 0: 'low', 1: 'high' }) })
    const check = plainCheck(schema)
    for (const a of [0, 1, 'low', 'high', '0', 2])
      expect(check?.({ a })).toBe(schema.safeParse({ a }).success)
  })

  test('leaves a schema that contains itself to the schema', () => {
    const node = z.strictObject({
      name: z.string(),
      get below() {
        return z.array(node).optional()
      },
    })
    expect(plainCheck(node)).toBeNull()
  })

  test('leaves a default that has to be filled in to the schema', () => {
    const check = plainCheck(z.strictObject({ a: z.number().default(3) }))
    expect([check?.({}), check?.({ a: 4 })]).toEqual([false, true])
  })
})
