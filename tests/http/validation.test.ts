import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { AppError } from '../../src/errors.ts'
import { checkNesting, MAX_DEPTH, queryOf, traceparentOf } from '../../src/http/validation.ts'

const TRACE = '0af7651916cd43dd8448eb211c80319c'
const SPAN = 'b7ad6b7169203331'

describe('a traceparent', () => {
  it.each([
    `00-${TRACE}-${SPAN}-01`,
    `00-${TRACE}-${SPAN}-00`,
    `01-${TRACE}-${SPAN}-01`,
    `cc-${TRACE}-${SPAN}-01-more`,
  ])('%s is continued', (header) => {
    const unsampled = header.includes(`${SPAN}-00`) && { isSampled: false }
    expect(traceparentOf(header)).toEqual({ traceId: TRACE, spanId: SPAN, ...unsampled })
  })

  it.each([
    undefined,
    '',
    `ff-${TRACE}-${SPAN}-01`,
    `00-${TRACE}-${SPAN}-01-more`,
    `cc-${TRACE}-${SPAN}-01more`,
    `00-${TRACE.toUpperCase()}-${SPAN}-01`,
    `00-${'0'.repeat(32)}-${SPAN}-01`,
    `00-${TRACE}-${'0'.repeat(16)}-01`,
    `00-${TRACE}-${SPAN}`,
    `00-${TRACE}-${SPAN}-1`,
    ` 00-${TRACE}-${SPAN}-01 `,
  ])('%j is ignored', (header) => {
    expect(traceparentOf(header)).toBeNull()
  })

  it('of any text either is ignored or has ids of the right length', () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 80 }), (header) => {
        const parsed = traceparentOf(header)
        expect(parsed === null || (parsed.traceId.length === 32 && parsed.spanId.length === 16)).toBe(true)
      }),
    )
  })
})

describe('query parameters', () => {
  it('are decoded once', () => {
    expect(queryOf('/v1/runs?a=%2541&b=x+y&c')).toEqual({ a: '%41', b: 'x y', c: '' })
    expect(queryOf('/v1/runs')).toEqual({})
  })

  it('are refused where one is given twice', () => {
    expect(() => queryOf('/?a=1&b=2&a=1')).toThrow(AppError)
  })

  it('cannot reach a prototype', () => {
    const parsed = queryOf('/?__proto__=1')
    expect(Object.hasOwn(parsed, '__proto__')).toBe(true)
    expect(Object.getPrototypeOf(parsed)).toBe(Object.prototype)
  })
})

describe('the nesting of a body', () => {
  const nested = (depth: number): unknown => JSON.parse('['.repeat(depth) + ']'.repeat(depth))

  it(`may be ${MAX_DEPTH} deep and no deeper`, () => {
    expect(() => checkNesting(nested(MAX_DEPTH))).not.toThrow()
    expect(() => checkNesting(nested(MAX_DEPTH + 2))).toThrow(AppError)
    expect(() => checkNesting(nested(200_000))).toThrow(AppError)
  })

  it('is free for any JSON that is not deep', () => {
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 10 }), (value) => {
        fc.pre(!JSON.stringify(value).includes('__proto__'))
        expect(checkNesting(value)).toBeUndefined()
      }),
    )
  })
})
