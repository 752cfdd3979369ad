import { integer, array, assert, property, nat } from 'fast-check'
import { expect, test } from 'vitest'
import type { StoredEvent } from '../../src/events/event.ts'
import { eventRing } from '../../src/journal/ring.ts'

const eventAt = (position: number): StoredEvent => ({
  position,
  id: `run_a-${position}`,
  run_id: 'run_a',
  seq: position,
  trace_id: '0af7651916cd43dd8448eb211c80319c',
  span_id: 'b7ad6b7169203331',
  at: 1,
  tenant: 'acme',
  writer: 'test',
  prev: '0'.repeat(64),
  type: 'step_skipped',
  data: { step_id: 's1', reason: 'cancelled' },
})

const positions = (events: readonly StoredEvent[] | undefined) => events?.map(({ position }) => position)

test('whatever was pushed, the newest events are answered in order and older ones not at all', () => {
  assert(
    property(
      array(integer({ min: 1, max: 5 }), { minLength: 1, maxLength: 30 }),
      nat(100),
      (sizes, start) => {
        const ring = eventRing(8)
        let last = start
        for (const size of sizes) {
          const events = Array.from({ length: size }, (_, index) => eventAt(last + index + 1))
          ring.push(events, size * 10)
          last += size
        }
        const oldest = Math.max(start + 1, last - 7)
        const all = Array.from({ length: last - oldest + 1 }, (_, index) => oldest + index)
        expect(positions(ring.after(oldest - 1, 100))).toEqual(all)
        expect(positions(ring.after(oldest, 2))).toEqual(all.slice(1, 3))
        expect(ring.after(oldest - 2, 100)).toBeUndefined()
        expect(ring.after(last, 100)).toEqual([])
      },
    ),
  )
})

test('the oldest events leave when the bytes are too many, and all of them after a gap', () => {
  const ring = eventRing(100, 50)
  for (let position = 1; position <= 10; position += 1) ring.push([eventAt(position)], 20)
  expect(positions(ring.after(8, 100))).toEqual([9, 10])
  expect(ring.after(7, 100)).toBeUndefined()
  ring.push([eventAt(15)], 20)
  expect(ring.after(9, 100)).toBeUndefined()
  expect(positions(ring.after(14, 100))).toEqual([15])
})

test('no more is kept than readers ask for: whoever falls behind finds it from its second reading on', () => {
  const ring = eventRing()
  const pushTo = (from: number, to: number): void => {
    for (let position = from; position <= to; position += 1) ring.push([eventAt(position)], 20)
  }
  pushTo(1, 2000)
  expect(ring.after(1000, 1)).toBeUndefined()
  pushTo(2001, 3400)
  expect(positions(ring.after(2000, 1))).toEqual([2001])
  for (let reading = 0; reading < 40; reading += 1) ring.after(3400, 1)
  pushTo(3401, 3402)
  expect(ring.after(2000, 1)).toBeUndefined()
  expect(positions(ring.after(3200, 1))).toEqual([3201])
})
