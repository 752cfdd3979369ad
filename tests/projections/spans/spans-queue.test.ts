import { describe, expect, test } from 'vitest'
import {
  createSpanQueue,
  type Batch,
  type SpanQueueOptions,
} from '../../../src/projections/spans/span-queue.ts'
import type { Span } from '../../../src/projections/spans/span.ts'

const span = (name: string): Span => ({
  traceId: 'a'.repeat(32),
  spanId: 'b'.repeat(16),
  parent: null,
  template: { name, kind: 'internal', attributes: {}, own: [] },
  start: 1,
  end: 2,
  values: [],
  events: [],
  droppedEvents: 0,
})
const spans = (count: number): Span[] => Array.from({ length: count }, (_, index) => span(`${index}`))

/** A collector that answers when it is told to. */
function scripted(options: Partial<SpanQueueOptions<Batch>> = {}) {
  const sent: { readonly size: number; readonly answer: (isTaken: boolean) => void }[] = []
  let heard = Promise.withResolvers<void>()
  const queue = createSpanQueue({
    transport: {
      newBatch: () => {
        const added: Span[] = []
        return { add: (one) => void added.push(one), count: () => added.length }
      },
      send: (batch) => {
        const answer = Promise.withResolvers<boolean>()
        sent.push({ size: batch.count(), answer: answer.resolve })
        heard.resolve()
        heard = Promise.withResolvers()
        return answer.promise
      },
    },
    maxSpans: 20,
    batchSpans: 10,
    intervalMs: 3_600_000,
    ...options,
  })
  const answer = async (isTaken: boolean): Promise<void> => {
    sent.at(-1)?.answer(isTaken)
    await new Promise(setImmediate)
  }
  return { queue, sent, answer, next: () => heard.promise }
}

const isDone = async (work: Promise<unknown>): Promise<boolean> => {
  const tick = new Promise((resolve) => setImmediate(resolve, 'later'))
  return (await Promise.race([work.then(() => 'done'), tick])) === 'done'
}

describe('spans on their way', () => {
  test('go in full batches, one at a time', async () => {
    const { queue, sent, answer } = scripted()
    queue.offer(spans(25), 1)
    expect(sent.map(({ size }) => size)).toEqual([10])
    queue.offer(spans(3), 2)
    await answer(true)
    expect(sent.map(({ size }) => size)).toEqual([10, 10])
    expect(queue.counts()).toEqual({ exported: 10, dropped: 5, failed: 0 })
  })

  test('do not wait for a full batch longer than the interval', async () => {
    const { queue, sent, next } = scripted({ intervalMs: 1 })
    queue.offer(spans(2), 1)
    await next()
    expect(sent.map(({ size }) => size)).toEqual([2])
  })

  test('are dropped where the queue is full, and counted', () => {
    const { queue } = scripted()
    for (let position = 1; position <= 10; position += 1) queue.offer(spans(10), position)
    expect(queue.counts()).toEqual({ exported: 0, dropped: 70, failed: 0 })
  })

  test('that were not taken are counted, and the next batch is tried', async () => {
    const { queue, sent, answer } = scripted()
    queue.offer(spans(20), 1)
    await answer(false)
    expect(sent).toHaveLength(2)
    expect(queue.counts()).toEqual({ exported: 0, dropped: 0, failed: 10 })
  })
})

describe('room in the queue', () => {
  test('is waited for while the collector lives', async () => {
    const { queue, answer } = scripted()
    queue.offer(spans(20), 1)
    queue.offer(spans(5), 2)
    const room = queue.whenRoom()
    expect(await isDone(room)).toBe(false)
    await answer(true)
    expect(await isDone(room)).toBe(true)
  })

  test('is not waited for when the collector has failed', async () => {
    const { queue, answer } = scripted()
    queue.offer(spans(30), 1)
    await answer(false)
    queue.offer(spans(30), 2)
    expect(await isDone(queue.whenRoom())).toBe(true)
  })
})

describe('what counts as settled', () => {
  test('ends before the first event whose spans are still here', async () => {
    const { queue, answer } = scripted()
    queue.offer(spans(10), 5)
    queue.offer(spans(1), 7)
    expect(queue.settled(9)).toBe(4)
    await answer(true)
    expect(queue.settled(9)).toBe(6)
  })

  test('is everything when nothing is here', () => {
    expect(scripted().queue.settled(9)).toBe(9)
  })
})

describe('closing', () => {
  test('sends what is left', async () => {
    const { queue, sent, answer } = scripted()
    queue.offer(spans(3), 1)
    const closed = queue.close(60_000)
    expect(sent.map(({ size }) => size)).toEqual([3])
    await answer(true)
    await closed
    expect(queue.settled(1)).toBe(1)
  })

  test('waits no longer than it may, and leaves the rest unsettled', async () => {
    const { queue } = scripted()
    queue.offer(spans(3), 4)
    await queue.close(1)
    expect(queue.settled(4)).toBe(3)
  })

  test('sends no more to a collector that has failed', async () => {
    const { queue, sent, answer } = scripted()
    queue.offer(spans(15), 1)
    await answer(false)
    await queue.close(60_000)
    expect(sent).toHaveLength(1)
  })
})
