import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { dataText, eventTexts, packContents, unpackContents, type Content } from '../../src/journal/text.ts'

const FRAME = {
  position: 41,
  runId: 'run_a',
  seq: 2,
  traceId: '0af7651916cd43dd8448eb211c80319c',
  at: 1_768_478_400_000,
  tenant: 'acme',
  writer: 'test',
  prev: '0'.repeat(64),
}
const SPAN = 'b7ad6b7169203331'

const origins = fc.option(fc.record({ source: fc.constant('crewai'), id: fc.string({ minLength: 1 }) }), {
  nil: undefined,
})
const events = fc.array(fc.record({ data: fc.dictionary(fc.string(), fc.jsonValue()), origin: origins }), {
  minLength: 1,
  maxLength: 4,
})

test('a row gives back the contents that were put into it, and their texts say what they said', () => {
  fc.assert(
    fc.property(events, (given) => {
      const contents = given.map(({ data, origin }): Content => ['x', SPAN, dataText(data, origin)])
      expect(unpackContents(packContents(contents), FRAME.runId)).toEqual(contents)
      const parsed = eventTexts(FRAME, contents).texts.map((text): unknown => JSON.parse(text))
      const plain: unknown = JSON.parse(JSON.stringify(given.map(({ data, origin }) => ({ data, origin }))))
      expect(parsed).toMatchObject(plain as object[])
    }),
  )
})

test('a row of 0.1.0 reads as the very text that 0.1.0 hashed', () => {
  const body = `step_skipped ${SPAN} {"step_id":"s1","reason":"cancelled"}`
  expect(eventTexts(FRAME, unpackContents(body, FRAME.runId)).texts).toEqual([
    `{"position":41,"id":"run_a-2","run_id":"run_a","seq":2,"trace_id":"${FRAME.traceId}","span_id":"${SPAN}","at":1768478400000,"type":"step_skipped","tenant":"acme","writer":"test","prev":"${FRAME.prev}","data":{"step_id":"s1","reason":"cancelled"}}`,
  ])
  expect(dataText({ step_id: 's1', reason: 'cancelled' }, undefined)).toBe(
    '{"step_id":"s1","reason":"cancelled"}',
  )
})
