import * as fc from 'fast-check'
import { describe, expect, test, vi } from 'vitest'
import { timers } from '../../src/engine/worker/timers.ts'
import { KEPT_WINDOWS } from '../../src/journal/forgetting.ts'
import { memoryJournal } from '../../src/journal/memory.ts'
import { CallError } from '../../src/run/failure.ts'
import { lawsBroken } from './laws.ts'
import { gate, smallRegistry } from './small.ts'
import { only } from './story.ts'
import { approve, pendingOf, registryFrom, reviewer, scripted, world, type World } from './world.ts'

const SECOND = 1000
const HOUR = 3600 * SECOND
const DAY = 24 * HOUR

/** A wall clock that is set as a test wants, beside one that nobody sets. */
function movable() {
  const time = { moved: 0 }
  return {
    move: (by: number): void => {
      time.moved += by
    },
    clock: () => Date.now() + time.moved,
    steady: () => performance.now(),
  }
}

const down = (): never => {
  throw new CallError('system_network', 'Down.', { happened: 'no' })
}

describe('a wall clock that is set while a run works', () => {
  test.each([-HOUR, -DAY, HOUR, 400 * DAY])('by %d ms changes nothing about its retry', async (by) => {
    const time = movable()
    let calls = 0
    const tool = scripted('amber_work', () => {
      calls += 1
      if (calls > 1) return { value: 'a' }
      time.move(by)
      return down()
    })
    const retry = '{ strategy: linear, base_ms: 50, cap_ms: 50, jitter: 0, attempts: 3 }'
    const w = await world({ registry: smallRegistry({ retry, timeoutSeconds: 60 }), tools: [tool], ...time })
    const end = await w.end(await w.run({ goal: 'amber' }))
    expect(end.finished).toMatchObject({ status: 'succeeded', calls: 2 })
    expect(end.finished?.active_ms).toBeLessThan(HOUR / 2)
  })

  test('forward is no time that the run has worked', async () => {
    const time = movable()
    const held = gate<{ value: string }>()
    const called = gate<null>()
    const tool = scripted('amber_work', () => {
      called.open(null)
      return held.passed
    })
    const w = await world({ registry: smallRegistry({ timeoutSeconds: 60 }), tools: [tool], ...time })
    const runId = await w.run({ goal: 'amber' })
    await called.passed
    time.move(HOUR)
    held.open({ value: 'a' })
    expect((await w.end(runId)).finished).toMatchObject({ status: 'succeeded', cause: null })
  })

  test('back between two processes lets its retry come all the same', async () => {
    const journal = memoryJournal({ writer: 'one' })
    const retry = '{ strategy: linear, base_ms: 200, cap_ms: 200, jitter: 0, attempts: 3 }'
    const registry = smallRegistry({ retry })
    const first = await world({ registry, journal, tools: [scripted('amber_work', down)], writer: 'one' })
    const runId = await first.run({ goal: 'amber' })
    await first.when(runId, ({ steps }) => steps['s1']?.status === 'retrying')
    await first.engine.stop(0)
    const time = movable()
    time.move(-HOUR)
    const tools = [scripted('amber_work', () => ({ value: 'a' }))]
    const next = await world({ registry, journal, tools, writer: 'two', ...time })
    await next.engine.recover()
    expect((await next.end(runId)).finished?.status).toBe('succeeded')
  })
})

describe('an approval whose time is over', () => {
  test('is expired for everybody, whether or not its run was woken', async () => {
    const time = movable()
    const tools = [scripted('eagle_work', () => ({ value: 'a' }))]
    const w = await world({ registry: smallRegistry({ expirySeconds: 3600 }), tools, ...time })
    const runId = await w.run({ goal: 'eagle' })
    const asked = await w.pause(runId)
    const id = pendingOf(asked)
    time.move(2 * HOUR)
    await expect(w.engine.decide(id, approve, reviewer)).rejects.toMatchObject({
      code: 'APPROVAL_DECIDED',
      params: { status: 'expired' },
    })
    // What refused it is durable by then.
    const events = await w.events(runId)
    expect(only(events, 'approval_timeout').map(({ data }) => data.cause)).toEqual(['expired'])
    time.move(-2 * HOUR)
    expect((await w.engine.state(runId)).approvals[id]?.status).toBe('expired')
  })

  test('is shown so to whoever only looks', async () => {
    const time = movable()
    const tools = [scripted('eagle_work', () => ({ value: 'a' }))]
    const w = await world({ registry: smallRegistry({ expirySeconds: 3600 }), tools, ...time })
    const runId = await w.run({ goal: 'eagle' })
    const id = pendingOf(await w.pause(runId))
    time.move(2 * HOUR)
    expect((await w.engine.state(runId)).approvals[id]?.status).toBe('expired')
  })
})

test('a sleep looks at the clock at least every minute', () => {
  vi.useFakeTimers()
  try {
    const woken: string[] = []
    let wall = 0
    timers((id) => woken.push(id)).set('run', DAY, () => wall)
    vi.advanceTimersByTime(HOUR)
    expect(woken).toEqual([])
    wall = DAY
    vi.advanceTimersByTime(60 * SECOND)
    expect(woken).toEqual(['run'])
  } finally {
    vi.useRealTimers()
  }
})

const LIMITED = registryFrom(`
version: v1
metadata: { name: test, version: "1" }
defaults: { retry: quick }
tools:
  amber_work: { domain: intelligence, description: amber, outputs: { value: { type: string } }, cost: 1 }
profiles:
  test:
    allowed_tools: [amber_work]
    approval_required: [execute]
    budget: { tenant: { window: day, calls: 5 } }
    timeout_seconds: 60
retry:
  quick: { strategy: linear, base_ms: 1, cap_ms: 2, jitter: 0, attempts: 3 }
`)

const MOVES = [-400 * DAY, -DAY, -HOUR, -SECOND, SECOND, HOUR, DAY, 31 * DAY, 400 * DAY]

/** Windows of a tenant's budget, with what was spent in each. */
const spentIn = async (w: World): Promise<Record<string, number>> =>
  Object.fromEntries((await w.journal.accounts()).map(({ window_end, spent }) => [window_end, spent]))

const newerThan = (window: string, books: Readonly<Record<string, number>>): number =>
  Object.keys(books).filter((other) => Number(other) > Number(window)).length

test('however a clock is set, no run stands still, no budget is exceeded and no book is lost', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(fc.constantFrom(...MOVES), { minLength: 1, maxLength: 7 }), async (moves) => {
      const time = movable()
      let calls = 0
      const tool = scripted('amber_work', () => {
        calls += 1
        if (calls % 2 === 0) return { value: 'a' }
        time.move(moves[calls % moves.length] ?? 0)
        return down()
      })
      const w = await world({ registry: LIMITED, tools: [tool], ...time })
      let books: Record<string, number> = {}
      for (const by of [...moves, ...moves.map((move) => -move)]) {
        time.move(by)
        const runId = await w.run({ goal: 'amber' })
        const end = await w.end(runId)
        expect(lawsBroken(await w.events(runId))).toEqual([])
        expect(end.cause).not.toBe('resource_run_timeout')
        const after = await spentIn(w)
        const lost = Object.entries(books).filter(
          ([window, spent]) => newerThan(window, after) < KEPT_WINDOWS && !((after[window] ?? 0) >= spent),
        )
        expect(lost).toEqual([])
        expect(Math.max(...Object.values(after))).toBeLessThanOrEqual(5)
        books = after
      }
      expect(w.failures).toEqual([])
    }),
    { numRuns: 25 },
  )
})
