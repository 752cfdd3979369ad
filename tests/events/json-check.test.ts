import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { z } from 'zod'
import { draftsOf } from '../../bench/run-events.ts'
import { factSchema } from '../../src/events/event.ts'
import { quickCheck } from '../../src/events/checks/json-check.ts'
import { runShapes } from '../projections/world.ts'

const checks = new Map(
  factSchema.options.map(({ shape }) => {
    const schema: z.ZodType = shape.data
    return [shape.type.value, { schema, isRight: quickCheck(schema) }]
  }),
)

type Place = { readonly holder: Record<string, unknown>; readonly key: string }

const isHolder = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null

/** Every place in a value where something stands. */
const placesOf = (value: unknown): Place[] =>
  isHolder(value)
    ? Object.keys(value).flatMap((key) => [{ holder: value, key }, ...placesOf(value[key])])
    : []

const strange = fc.oneof(
  fc.constantFrom(undefined, null, NaN, Infinity, -1, 0.5, 1e300, '', 'x'.repeat(20_000), [], {}, true),
  fc.jsonValue({ maxDepth: 2 }),
)

const change = fc.record({ pick: fc.nat(), value: strange, adds: fc.boolean() })

describe('a quick check', () => {
  test('says yes to every event of a run, and never yes where the schema says no', () => {
    let refused = 0
    fc.assert(
      fc.property(runShapes, change, (shapes, { pick, value, adds }) => {
        for (const draft of shapes.flatMap(draftsOf)) {
          const changed: unknown = structuredClone(draft.data)
          const places = placesOf(changed)
          const place = places[pick % places.length]
          if (place) place.holder[adds ? 'other' : place.key] = value
          const check = checks.get(draft.type)
          const said = [check?.isRight(draft.data), check?.isRight(changed)]
          const allowed = check?.schema.safeParse(changed).success
          expect([said[0], said[1] === true && allowed === false]).toEqual([true, false])
          refused += said[1] === true ? 0 : 1
        }
      }),
    )
    expect(refused).toBeGreaterThan(100)
  })

  test('refuses what the schema refuses at every edge', () => {
    const schema = z.strictObject({
      name: z.string().min(1).max(3),
      digest: z.string().regex(/^[0-9a-f]{2}$/),
      share: z.number().min(0).max(1),
      above: z.number().gt(0),
      whole: z.int().min(0),
      list: z.array(z.boolean()).min(1).max(2),
      names: z.record(z.string().max(2), z.number()),
      either: z.union([z.literal('a'), z.null()]),
      maybe: z.enum(['b', 'c']).optional(),
      yes: z.literal(true).optional(),
      flag: z.boolean().optional(),
      none: z.null().optional(),
    })
    const isRight = quickCheck(schema)
    const good = {
      name: 'abc',
      digest: 'f0',
      share: 1,
      above: 0.1,
      whole: 3,
      list: [true],
      names: { ab: 1 },
      either: null,
    }
    expect(isRight(good)).toBe(true)
    expect(isRight({ ...good, maybe: 'b' })).toBe(true)
    expect(isRight({ ...good, yes: true, flag: false, none: null })).toBe(true)
    const wrong: Record<string, unknown>[] = [
      { name: '' },
      { name: 'abcd' },
      { digest: 'F0' },
      { digest: 'f0\n' },
      { share: 1.01 },
      { share: NaN },
      { above: 0 },
      { whole: 0.5 },
      { whole: 2 ** 53 },
      { list: [] },
      { list: [true, 1] },
      { list: [true, true, true] },
      { names: { abc: 1 } },
      { names: { ab: '1' } },
      { names: [] },
      { either: 'b' },
      { maybe: null },
      { yes: false },
      { yes: 'yes' },
      { flag: null },
      { flag: 'false' },
      { none: 0 },
      { none: '' },
      { other: 1 },
      { whole: undefined },
    ]
    for (const change of wrong) {
      expect([change, isRight({ ...good, ...change })]).toEqual([change, false])
      expect(schema.safeParse({ ...good, ...change }).success).toBe(false)
    }
  })

  test('is not made of a schema that says more than it understands', () => {
    expect(() => quickCheck(z.array(z.string()).min(1).meta({ uniqueItems: true }))).toThrow('uniqueItems')
    expect(() => quickCheck(z.unknown())).toThrow(TypeError)
  })
})
