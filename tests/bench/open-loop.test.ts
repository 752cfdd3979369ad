import { once } from 'node:events'
import { createServer, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { expect, onTestFinished, test } from 'vitest'
import { client } from '../../bench/client.ts'
import { openLoop, type Clock } from '../../bench/open-loop.ts'

/** Time that stands still until the test moves it. */
function manualClock() {
  let now = 1000
  let waiting: { at: number; wake: () => void }[] = []
  const clock: Clock = {
    now: () => now,
    until: (at) =>
      at <= now ? Promise.resolve() : new Promise((resolve) => waiting.push({ at, wake: () => resolve() })),
  }
  const advance = (ms: number): void => {
    now += ms
    const due = waiting.filter(({ at }) => at <= now)
    waiting = waiting.filter(({ at }) => at > now)
    for (const { wake } of due) wake()
  }
  return { clock, advance }
}

/** A server that answers a request only when the test says so. */
async function stallingServer() {
  const held: ServerResponse[] = []
  const server = createServer((_req, res) => {
    held.push(res)
    server.emit('held')
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => {
    server.closeAllConnections()
    server.close()
  })
  /** Returns when so many requests wait for their answers. */
  const holds = async (count: number): Promise<void> => {
    while (held.length < count) await once(server, 'held')
  }
  const answerAll = (): void => {
    for (const res of held.splice(0)) res.end('done')
  }
  const { port } = server.address() as AddressInfo
  return { url: `http://127.0.0.1:${port}`, holds, answerAll }
}

async function stalled(sockets: number) {
  const server = await stallingServer()
  const calls = client(server.url, sockets)
  onTestFinished(calls.close)
  const send = async (): Promise<void> => {
    await calls.call({ method: 'GET', path: '/' })
  }
  return { ...server, send, ...manualClock() }
}

test('a stall is part of the time of every call that was due while it lasted, not of the one that met it', async () => {
  const { clock, advance, holds, answerAll, send } = await stalled(100)
  const loop = openLoop({ rate: 100, calls: 50, send, clock })
  await holds(1)
  // One call each 10 ms; none is answered before 510 ms, when all 50 are under way.
  for (let due = 2; due <= 50; due += 1) {
    advance(10)
    await holds(due)
  }
  advance(20)
  answerAll()
  const { times, lateness, achieved } = await loop
  expect(times.count()).toBe(50)
  // They waited 510, 500, 490 ms and so on down to 20 ms: a client that waits for its answer before it calls again
  // would have told of one call of 510 ms.
  expect(times.at(100)).toBeCloseTo(510, 0)
  expect(times.at(50)).toBeCloseTo(260, 0)
  expect(times.at(2)).toBeCloseTo(20, 0)
  expect(lateness.at(100)).toBeLessThan(1)
  expect(achieved).toBe(0)
})

test('calls that are answered at once take no time, and the rate is achieved', async () => {
  const { clock, advance, holds, answerAll, send } = await stalled(100)
  const answered: number[] = []
  const one = async (number: number): Promise<void> => {
    const sent = send()
    await holds(1)
    answerAll()
    await sent
    answered.push(number)
    setImmediate(advance, 10)
  }
  const { times, achieved } = await openLoop({ rate: 100, calls: 20, send: one, clock })
  expect(answered).toEqual(Array.from({ length: 20 }, (_, number) => number))
  expect(times.at(100)).toBeLessThan(1)
  expect(achieved).toBe(100)
})

test('a client that was busy sends what is due in a burst, tells how late it was, and counts from when each was due', async () => {
  const { clock, advance, holds, answerAll, send } = await stalled(100)
  const loop = openLoop({ rate: 100, calls: 11, send, clock })
  await holds(1)
  advance(100)
  await holds(11)
  answerAll()
  const { times, lateness } = await loop
  // Due at 0, 10, 20 … 100 ms; the first was sent at 0, the others at 100 ms: 0, 90, 80 … 0 late.
  expect(lateness.at(100)).toBeCloseTo(90, 0)
  expect(times.at(100)).toBeCloseTo(100, 0)
  expect(times.at(50)).toBeCloseTo(50, 0)
})

test('the time that a call waits for a free connection counts', async () => {
  const { clock, advance, holds, answerAll, send } = await stalled(1)
  const loop = openLoop({ rate: 1000, calls: 3, send, clock })
  await holds(1)
  advance(2)
  for (let answer = 0; answer < 3; answer += 1) {
    await holds(1)
    advance(100)
    answerAll()
  }
  const { times } = await loop
  // Due at 0, 1 and 2 ms, one after the other on the one connection: answered at 102, 202 and 302 ms.
  expect(times.at(100)).toBeCloseTo(300, 0)
  expect(times.at(50)).toBeCloseTo(201, 0)
  expect(times.at(1)).toBeCloseTo(102, 0)
})

test('a call that fails ends the load with its error, and nothing more is sent', async () => {
  const { clock, advance } = manualClock()
  let sent = 0
  const send = async (): Promise<void> => {
    sent += 1
    setImmediate(advance, 1000)
    if (sent === 3) throw new Error('answered 500')
  }
  await expect(openLoop({ rate: 1, calls: 1000, send, clock })).rejects.toThrow('answered 500')
  expect(sent).toBe(3)
})
