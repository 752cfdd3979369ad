import { createHash } from 'node:crypto'
import * as fc from 'fast-check'
import { configure } from 'safe-stable-stringify'
import { expect, test } from 'vitest'
import {
  canonicalJson,
  digestOf,
  jsonPayload,
  keptPayload,
  payloadOf,
  plainPayload,
} from '../../src/events/digest.ts'
import { jsonFault } from '../../src/events/checks/json-fault.ts'

const salts = fc.stringMatching(/^[0-9a-f]{1,64}$/)

test('without a salt a digest is the plain SHA-256 of the canonical text, as journals of 0.1.0 have it', () => {
  fc.assert(
    fc.property(fc.jsonValue(), (value) => {
      const plain = `sha256:${createHash('sha256').update(canonicalJson(value)).digest('hex')}`
      expect(payloadOf(value)).toEqual({ digest: plain, body: canonicalJson(value) })
      expect(payloadOf(value, '')).toEqual(payloadOf(value))
    }),
  )
})

test('equal values under different salts have different digests and the same body', () => {
  fc.assert(
    fc.property(fc.jsonValue(), salts, salts, (value, one, other) => {
      fc.pre(one !== other)
      const [left, right] = [payloadOf(value, one), payloadOf(value, other)]
      expect(new Set([left.digest, right.digest, digestOf(value)]).size).toBe(3)
      expect([left.body, right.body]).toEqual([canonicalJson(value), canonicalJson(value)])
    }),
  )
})

test('equal values under one salt have one digest, whatever the order of their keys', () => {
  fc.assert(
    fc.property(fc.dictionary(fc.string(), fc.jsonValue()), salts, (value, salt) => {
      const turned = Object.fromEntries(Object.entries(value).toReversed())
      expect(payloadOf(turned, salt)).toEqual(payloadOf(value, salt))
      expect(digestOf(turned, salt)).toBe(payloadOf(value, salt).digest)
      expect(jsonPayload(turned, salt)).toEqual(payloadOf(value, salt))
    }),
  )
})

test('what is not JSON has no payload under any salt', () => {
  for (const salt of ['', 'ab12']) expect(jsonPayload(Number.POSITIVE_INFINITY, salt)).toBeNull()
})

const library = configure({ strict: true, circularValue: TypeError })

/** The canonical text by the library alone; null where it throws. */
function textByLibrary(value: unknown): string | null {
  try {
    return library(value) ?? 'null'
  } catch {
    return null
  }
}

const strange = fc.constantFrom<unknown>(-0, 1e21, '\ud800', { 10: 1, 2: 1 }, JSON.parse('{"__proto__":1}'))
const anything = fc.oneof(
  fc.anything({
    withDate: true,
    withBigInt: true,
    withMap: true,
    withNullPrototype: true,
    withSparseArray: true,
  }),
  fc.jsonValue(),
  fc.dictionary(fc.string(), fc.oneof(strange, fc.array(strange))),
)

test('the text is what the library writes, and what is kept is what the text says, shared with nobody', () => {
  fc.assert(
    fc.property(anything, (value) => {
      const text = textByLibrary(value)
      const kept = keptPayload(value, '')
      expect(kept?.payload.body ?? null).toBe(text)
      expect(kept === null ? null : JSON.stringify(kept.value)).toBe(
        text === null ? null : JSON.stringify(JSON.parse(text)),
      )
      expect(typeof value === 'object' && value !== null && kept?.value === value).toBe(false)
    }),
    { numRuns: 1000 },
  )
})

const faultOf = (value: unknown, mostBytes: number): ReturnType<typeof jsonFault> | 'unreadable' => {
  try {
    return jsonFault(value, mostBytes)
  } catch {
    return 'unreadable'
  }
}

const odd = fc.constantFrom<unknown>(
  Math,
  Object.assign([1], { toJSON: () => 'other' }),
  { a: { toJSON: () => 'other' } },
  { a: undefined, b: 1 },
  [undefined],
)

test('one walk keeps nothing that a closer look refuses, and keeps what it keeps in the same way', () => {
  fc.assert(
    fc.property(fc.oneof(anything, odd), fc.nat(400), (value, mostBytes) => {
      const plain = plainPayload(value, 'ab', mostBytes)
      if (plain === null) return
      expect(faultOf(value, mostBytes)).toBeNull()
      expect(plain).toEqual(keptPayload(value, 'ab'))
    }),
    { numRuns: 1000 },
  )
})

test('one walk is enough for what is JSON and small', () => {
  const value = { b: [1, 'two', null, { c: false }], a: 'text' }
  expect(plainPayload(value, 'ab', 1000)).toEqual(keptPayload(value, 'ab'))
  expect(plainPayload(value, 'ab', 20)).toBeNull()
})

test('what is exactly as large as it may be is not too large, and the size is never told higher than it is', () => {
  fc.assert(
    fc.property(fc.jsonValue({ stringUnit: 'grapheme' }), (value) => {
      const bytes = Buffer.byteLength(JSON.stringify(value))
      expect(jsonFault(value, bytes)).toBeNull()
      expect(plainPayload(value, 'ab', bytes) ?? keptPayload(value, 'ab')).toEqual(keptPayload(value, 'ab'))
    }),
  )
  const text = { text: 'x'.repeat(1013) }
  expect([jsonFault(text, 1024), jsonFault(text, 1023)]).toEqual([null, 'too_large'])
  const list = Array.from({ length: 100 }, () => ({ a: [1] }))
  const bytes = JSON.stringify(list).length
  expect([jsonFault(list, bytes), jsonFault(list, bytes - 1)]).toEqual([null, 'too_large'])
})
