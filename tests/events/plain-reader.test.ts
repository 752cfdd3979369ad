import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { z } from 'zod'
import { plainReader } from '../../src/events/checks/plain-reader.ts'
import { valueRule } from '../../src/events/checks/value-rule.ts'
import { NOT_PLAIN, plainCopy } from '../../src/events/plain-copy.ts'

const name = fc.constantFrom('a', 'b', 'c')

const notEmpty = valueRule<object>((value, context) => {
  if (Object.keys(value).length === 0) context.addIssue({ code: 'custom', message: 'must have something' })
})

/** Schemas of every kind that a request or a tool's input is made of, with a value that each takes. */
const parts: readonly (readonly [z.ZodType, unknown])[] = [
  [z.string().min(1).max(5), 'text'],
  [z.string().regex(/\S/), 'seen'],
  [z.string().refine((text) => text !== 'no'), 'yes'],
  [z.number().min(0), -0],
  [z.int().max(9).optional(), 7],
  [z.boolean().nullable(), null],
  [z.enum(['x', 'y']).default('y'), 'x'],
  [z.union([z.string().max(3), z.int()]).refine((id) => id !== ''), 12],
  [z.unknown(), { 2: [], b: { d: null, c: 1 } }],
  [z.unknown().optional(), undefined],
  [z.array(z.object({ d: z.string().optional() })).max(2), [{ d: 'x' }, {}]],
  [z.record(z.string(), z.unknown()).default({}), { z: 1, y: [] }],
  [z.looseObject({ d: z.number().optional(), c: z.string().nullish() }).check(notEmpty), { e: 1, c: 'x' }],
  [z.strictObject({ d: z.null(), c: z.literal([1, 'one']).optional() }), { c: 1, d: null }],
  [
    z.discriminatedUnion('c', [
      z.strictObject({ c: z.literal('one') }),
      z.strictObject({ d: z.string(), c: z.literal('two') }),
    ]),
    { c: 'two', d: 'x' },
  ],
  [z.preprocess((value) => (value === 'A' ? 'a' : value), z.enum(['a', 'b']).default('b')), 'A'],
  [z.preprocess((value) => value, z.enum(['a', 'b']).nullish()), 'b'],
  [z.string().trim(), 'x'],
  [z.string().transform((text) => text.length), 'four'],
  [z.union([z.strictObject({ c: z.string() }), z.strictObject({ d: z.string() })]).optional(), { d: 'x' }],
]

const schemaOf = { strict: z.strictObject, open: z.looseObject, narrow: z.object }
const kind = fc.constantFrom('strict' as const, 'open' as const, 'narrow' as const)
const shapes = fc.dictionary(name, fc.constantFrom(...parts), { minKeys: 1, maxKeys: 3 })

const strange = fc.oneof(
  fc.constantFrom<unknown>(
    undefined,
    null,
    -0,
    1e300,
    '',
    ' x ',
    'no',
    'A',
    'longer than five',
    [],
    {},
    [{}],
    {
      e: 1,
    },
  ),
  fc.constantFrom<unknown>(Number.NaN, new Date(0), new Map(), [undefined], { e: undefined }, () => 1, 3n),
  fc.constantFrom<unknown>(JSON.parse('{"__proto__":{"e":1}}'), Object.create({ e: 1 }), { toJSON: () => 1 }),
  fc.jsonValue({ maxDepth: 2 }),
)
const changes = fc.array(fc.tuple(fc.oneof(name, fc.string()), strange), { maxLength: 2 })

/** Equal, in the same order of keys. */
function expectSame(read: unknown, schema: z.ZodType, value: unknown): void {
  const parsed = schema.safeParse(value)
  expect(parsed.success).toBe(true)
  expect(read).toStrictEqual(parsed.data)
  expect(JSON.stringify(read)).toBe(JSON.stringify(parsed.data))
}

const asJson = (value: unknown): unknown => {
  try {
    return JSON.parse(JSON.stringify(value))
  } catch {
    return null
  }
}

describe('a reader of plain values', () => {
  test('gives of values of ours what the schema gives, and what the schema refuses it leaves to it', () => {
    fc.assert(
      fc.property(kind, shapes, changes, (of, shape, changed) => {
        const fields = Object.entries(shape)
        const schema = schemaOf[of](Object.fromEntries(fields.map(([key, [part]]) => [key, part])))
        const read = plainReader(schema, 'ours')
        const right = asJson(Object.fromEntries(fields.map(([key, [, value]]) => [key, value])))
        expect(read(right)).not.toBe(NOT_PLAIN)
        expectSame(read(right), schema, right)
        const other = asJson(Object.assign({}, right, Object.fromEntries(changed)))
        const one = read(other)
        if (one !== NOT_PLAIN) expectSame(one, schema, other)
      }),
      { numRuns: 1000 },
    )
  })

  test('gives of somebody else’s values what the schema gives of a copy of them', () => {
    fc.assert(
      fc.property(kind, shapes, changes, (of, shape, changed) => {
        const fields = Object.entries(shape)
        const schema = schemaOf[of](Object.fromEntries(fields.map(([key, [part]]) => [key, part])))
        const value = Object.fromEntries([...fields.map(([key, [, one]]) => [key, one] as const), ...changed])
        const one = plainReader(schema, { deepest: 5 })(value)
        if (one === NOT_PLAIN) return
        const there = Object.fromEntries(Object.entries(value).filter(([, field]) => field !== undefined))
        const copy = plainCopy(there, 5)
        expect(copy).not.toBe(NOT_PLAIN)
        expectSame(one, schema, copy)
      }),
      { numRuns: 1000 },
    )
  })

  test('copies what is somebody else’s, as deep as it may go, and gives back what is ours', () => {
    const schema = z.strictObject({ facts: z.record(z.string(), z.unknown()) })
    const facts = { one: { two: { three: 'x' } } }
    const [copied, kept] = [plainReader(schema, { deepest: 3 }), plainReader(schema, 'ours')]
    const given = { facts }
    const copy = copied(given) as typeof given
    expect(copy).toEqual(given)
    expect(copy.facts.one.two).not.toBe(facts.one.two)
    expect((kept(given) as typeof given).facts.one).toBe(facts.one)
    expect(plainReader(schema, { deepest: 2 })(given)).toBe(NOT_PLAIN)
  })

  test('asks a rule of one’s own once, about the value that it gives', () => {
    const asked: unknown[] = []
    const rule = valueRule((value) => void asked.push(value))
    const schema = z.strictObject({ a: z.looseObject({}).check(rule) })
    const read = plainReader(schema, 'ours')({ a: { b: 1 } }) as { a: unknown }
    expect(asked).toEqual([{ b: 1 }])
    expect(asked[0]).toBe(read.a)
  })

  test('a schema that contains itself is left to the schema beyond a depth', () => {
    const node = z.strictObject({
      name: z.string(),
      get left() {
        return node.optional()
      },
      get right() {
        return node.optional()
      },
      get below() {
        return z.array(z.union([node, z.string()])).optional()
      },
    })
    type Node = { name: string; left?: Node; below?: unknown[] }
    let value: Node = { name: 'a', below: [{ name: 'b', below: ['c'] }] }
    for (let depth = 0; depth < 30; depth += 1) value = { name: 'a', left: value }
    expect(plainReader(node, 'ours')(value)).toEqual(value)
  })
})
