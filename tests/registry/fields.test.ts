import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { checkFields } from '../../src/registry/fields.ts'
import { FIELD_TYPES, type Field, type FieldType } from '../../src/registry/registry.ts'

const field = (type: FieldType, more: Partial<Field> = {}): Field => ({
  type,
  required: false,
  values: [],
  description: '',
  ...more,
})

const one = (type: FieldType, value: unknown) => checkFields({ at: field(type) }, { at: value })

describe('declared fields', () => {
  test.each<[FieldType, readonly unknown[], readonly unknown[]]>([
    ['string', ['', 'a'], [1, true, [], {}]],
    ['number', [0, -1.5], ['1', Number.NaN, Number.POSITIVE_INFINITY, true]],
    ['integer', [0, -2], [1.5, '1', 2 ** 53]],
    ['boolean', [true, false], [0, 'true']],
    ['object', [{}, { a: 1 }], [[], 'a', 1]],
    ['array', [[], [1]], [{}, 'a']],
    ['any', ['', 1, {}, []], []],
  ])('of type %s take what fits and refuse what does not', (type, good, bad) => {
    for (const value of good) expect(one(type, value)).toEqual([])
    for (const value of bad) expect(one(type, value)).toMatchObject([{ path: 'at' }])
  })

  test('of an enum take the declared values alone, type included', () => {
    const fields = { at: field('enum', { values: ['email', 1] }) }
    expect(checkFields(fields, { at: 1 })).toEqual([])
    expect(checkFields(fields, { at: '1' })).toEqual([{ path: 'at', message: 'must be one of email, 1' }])
  })

  test('that are required must be there; null is absent', () => {
    const fields = { must: field('string', { required: true }), may: field('string') }
    expect(checkFields(fields, { must: 'a', may: null })).toEqual([])
    for (const value of [{}, { must: null }, { must: undefined }])
      expect(checkFields(fields, value)).toEqual([{ path: 'must', message: 'is required' }])
  })

  test('are all told at once, and what is not declared is left alone', () => {
    const fields = { a: field('string'), b: field('number'), constructor: field('any', { required: true }) }
    expect(checkFields(fields, { a: 1, b: 'x', other: 1 })).toEqual([
      { path: 'a', message: 'must be text' },
      { path: 'b', message: 'must be a number' },
      { path: 'constructor', message: 'is required' },
    ])
  })

  test('belong to an object', () => {
    for (const value of [null, undefined, [], 'text', 1])
      expect(checkFields({}, value)).toEqual([{ path: '', message: 'must be an object' }])
  })

  test('never throw and never repeat a value', () => {
    const fields = Object.fromEntries(FIELD_TYPES.map((type) => [type, field(type, { values: ['a'] })]))
    const secret = 'x-secret-x'
    const values = fc.oneof(
      fc.anything(),
      fc.dictionary(fc.constantFrom(...FIELD_TYPES), fc.oneof(fc.anything(), fc.constant(secret))),
    )
    fc.assert(
      fc.property(values, (value) => {
        expect(JSON.stringify(checkFields(fields, value))).not.toContain(secret)
      }),
    )
  })
})
