import { createHash } from 'node:crypto'
import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { canonicalJson, digestOf, jsonPayload, payloadOf } from '../../src/events/digest.ts'

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
