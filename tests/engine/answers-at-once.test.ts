import { AsyncLocalStorage } from 'node:async_hooks'
import { afterAll, expect, test } from 'vitest'
import { z } from 'zod'
import { containCalls } from '../../src/containment.ts'
import { call, type CallOutcome } from '../../src/engine/calls/call.ts'
import { Cancellation } from '../../src/engine/calls/cancellation.ts'
import { CallError } from '../../src/run/failure.ts'
import type { ToolContext } from '../../src/tools/tool.ts'
import { amberCall } from './amber-call.ts'

afterAll(containCalls({}))

type Given = {
  readonly cancellation?: Cancellation
  readonly timeoutMs?: number
  readonly onThrown?: (error: unknown) => void
}

function made(run: (context: ToolContext) => unknown, given: Given = {}): Promise<CallOutcome> {
  const { cancellation = new Cancellation(), timeoutMs = 60_000, ...told } = given
  const tool = {
    name: 'amber_work',
    input: z.unknown(),
    output: z.strictObject({ value: z.string() }),
    call: (_input: unknown, inner: ToolContext) => run(inner),
  }
  return call({ ...amberCall(), tool, timeoutMs, input: {}, ...told }, cancellation)
}

const fine = { value: 'fine' }
const oops = (): never => {
  throw new Error('left by a tool')
}
const THEN = ['th', 'en'].join('')

const LEFT: Readonly<Record<string, () => void>> = {
  'a rejected promise': () => void new Promise((_resolve, reject) => reject(new Error('left by a tool'))),
  'a function that fails later': () => {
    void (async () => {
      await Promise.resolve()
      oops()
    })()
  },
  'a tick that throws': () => process.nextTick(oops),
  'a microtask that throws': () => queueMicrotask(oops),
  'an immediate that throws': () => void setImmediate(oops),
}

test.for(Object.entries(LEFT))(
  'a tool that answers at once and leaves %s fails its call',
  async ([, leave]) => {
    const told: unknown[] = []
    const left = (): unknown => {
      leave()
      return fine
    }
    expect(await made(left, { onThrown: (error) => told.push(error) })).toMatchObject({
      ok: false,
      failure: { mode: 'agent_bug', message: 'The tool left an error that nobody caught.' },
    })
    expect(told).toEqual([new Error('left by a tool')])
  },
)

test('an error that comes when the call is over is told, and changes nothing', async () => {
  const { promise, resolve } = Promise.withResolvers<unknown>()
  const leaving = (): unknown => {
    setTimeout(oops, 50)
    return fine
  }
  expect(await made(leaving, { onThrown: resolve })).toMatchObject({ ok: true, output: fine })
  expect(await promise).toEqual(new Error('left by a tool'))
})

test('an answer is read in the name of its tool: one that ends the process when it is read does not', async () => {
  const told: unknown[] = []
  const exiting = {
    get value() {
      return process.exit(3)
    },
  }
  expect(await made(() => exiting, { onThrown: (error) => told.push(error) })).toMatchObject({
    ok: false,
    failure: { mode: 'agent_bug', message: 'The schema of amber_work threw an error.' },
  })
  expect(told).toContainEqual(new Error('A tool called process.exit.'))
})

test('a call can be cancelled while it is made, and in the moment after its answer', async () => {
  const atOnce = (cancel: () => void): void => cancel()
  const later = (cancel: () => void): void => process.nextTick(cancel)
  for (const moment of [atOnce, later]) {
    const cancellation = new Cancellation()
    const reasons: unknown[] = []
    const cancelled = ({ signal }: ToolContext): unknown => {
      signal.addEventListener('abort', () => reasons.push(signal.reason))
      moment(() => cancellation.abort('not wanted'))
      return fine
    }
    expect(await made(cancelled, { cancellation })).toMatchObject({
      ok: false,
      failure: { mode: 'user_cancelled' },
    })
    expect(reasons).toEqual(['not wanted'])
  }
})

test('what a tool throws at once comes after what it has left for the moment before', async () => {
  const declared = new CallError('resource_quota', 'no more today')
  const throwing = (leave: () => void) => (): never => {
    leave()
    throw declared
  }
  expect(await made(throwing(() => undefined))).toMatchObject({ failure: { mode: 'resource_quota' } })
  expect(await made(throwing(() => queueMicrotask(oops)))).toMatchObject({ failure: { mode: 'agent_bug' } })
})

test('what looks like a promise is asked once what it is, and waited for once', async () => {
  let reads = 0
  let calls = 0
  const settle = (resolve: (value: unknown) => void): void => {
    calls += 1
    resolve(fine)
  }
  const answer = Object.defineProperty({}, THEN, { get: () => ((reads += 1), settle) })
  expect(await made(() => answer)).toMatchObject({ ok: true, output: fine })
  expect({ reads, calls }).toEqual({ reads: 1, calls: 1 })
})

test('the time of a call counts from its begin: what the tool does before it gives a promise is part of it', async () => {
  const later = Promise.withResolvers<boolean>()
  const hanging = ({ signal }: ToolContext): unknown => {
    const begun = performance.now()
    while (performance.now() - begun < 200);
    // Timers of one loop go off in the order they are due, however busy the machine is.
    setTimeout(() => later.resolve(signal.aborted), 2000)
    return new Promise(() => undefined)
  }
  const outcome = await made(hanging, { timeoutMs: 2000 })
  expect(outcome).toMatchObject({ ok: false, failure: { mode: 'system_timeout' } })
  expect(outcome.durationMs).toBeGreaterThanOrEqual(1999)
  expect(await later.promise).toBe(true)
})

test('a tool that answers at once is never late', async () => {
  const slow = (): unknown => {
    const begun = performance.now()
    while (performance.now() - begun < 50);
    return fine
  }
  expect(await made(slow, { timeoutMs: 1 })).toMatchObject({ ok: true, output: fine })
})

test('what the program keeps by async context is what it was, for the tool and after its call', async () => {
  const kept = new AsyncLocalStorage<string>()
  const seen: unknown[] = []
  await kept.run('of the host', async () => {
    const asking = made(async () => {
      seen.push(kept.getStore())
      await Promise.resolve()
      seen.push(kept.getStore())
      return fine
    })
    seen.push(kept.getStore())
    await asking
    seen.push(kept.getStore())
  })
  expect(seen).toEqual(Array.from({ length: 4 }, () => 'of the host'))
  expect(kept.getStore()).toBeUndefined()
})
