import * as fc from 'fast-check'
import { describe, expect, onTestFinished, test, vi } from 'vitest'
import type { StoredEvent } from '../../src/events/event.ts'
import type { Checkpoint, Journal } from '../../src/journal/journal.ts'
import { memoryJournal } from '../../src/journal/memory.ts'
import { follow, type Projection } from '../../src/projections/follow.ts'
import { sharedPause } from '../../src/projections/pause.ts'
import { appendsByTime } from '../../src/projections/metrics/live.ts'
import { recordRun, run } from './world.ts'

const HOUR_MS = 3_600_000
const GRACE_MS = 10_000

/** A projection that remembers what it has seen; `before` may throw. */
function seen(before: (event: StoredEvent) => void = () => undefined) {
  const positions: number[] = []
  const projection: Projection = {
    name: 'seen',
    fold: (event) => {
      before(event)
      positions.push(event.position)
    },
    drain: () => ({ state: JSON.stringify(positions), rows: [] }),
  }
  return { positions, projection }
}

type Wish = { journal: Journal; projection: Projection; from?: number; checkpointMs?: number }

function started({ journal, projection, from = 0, checkpointMs = HOUR_MS }: Wish) {
  const failed = Promise.withResolvers<unknown>()
  const follower = follow({
    journal,
    projection,
    from,
    checkpointMs,
    pause: sharedPause(),
    onFailure: failed.resolve,
    onFolded: () => undefined,
  })
  return { follower, failed: failed.promise }
}

const upTo = (position: number): number[] => Array.from({ length: position }, (_, index) => index + 1)

describe('following the journal', () => {
  test('every event is folded once, in order, in whatever batches it came', async () => {
    const journal = memoryJournal()
    const { positions, projection } = seen()
    const { follower } = started({ journal, projection })
    for (let number = 0; number < 200; number += 1) await recordRun(journal, run({ runId: `run_${number}` }))
    await follower.caughtUp(journal.position())
    expect(positions).toEqual(upTo(journal.position()))
    await follower.stop(GRACE_MS)
  })

  test('who waits, and a stop, cut the rest between two batches short', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
    onTestFinished(() => void vi.useRealTimers())
    const journal = memoryJournal()
    const { positions, projection } = seen()
    const { follower } = started({ journal, projection })
    for (let number = 0; number < 3; number += 1) {
      await recordRun(journal, run({ runId: `run_${number}` }))
      await follower.caughtUp(journal.position())
    }
    expect(positions).toEqual(upTo(journal.position()))
    await follower.stop(GRACE_MS)
  })

  test('a stop saves where it stands, and the next start goes on behind it', async () => {
    const journal = memoryJournal()
    await recordRun(journal, run())
    const before = seen()
    const first = started({ journal, projection: before.projection })
    await first.follower.caughtUp(journal.position())
    await first.follower.stop(GRACE_MS)
    const saved = await journal.loadCheckpoint('seen')
    expect(saved).toEqual({ position: journal.position(), state: JSON.stringify(before.positions) })
    await recordRun(journal, run({ runId: 'run_2' }))
    const after = seen()
    const second = started({ journal, projection: after.projection, from: saved?.position ?? 0 })
    await second.follower.caughtUp(journal.position())
    expect([...before.positions, ...after.positions]).toEqual(upTo(journal.position()))
    await second.follower.stop(GRACE_MS)
  })

  test('a checkpoint is saved on its own when the interval is over', async () => {
    const memory = memoryJournal()
    const saved = Promise.withResolvers<Checkpoint>()
    const journal: Journal = {
      ...memory,
      saveCheckpoint: async (checkpoint) => {
        await memory.saveCheckpoint(checkpoint)
        saved.resolve(checkpoint)
      },
    }
    const { follower } = started({ journal, projection: seen().projection, checkpointMs: 1 })
    await recordRun(journal, run())
    expect((await saved.promise).position).toBeGreaterThan(0)
    await follower.stop(GRACE_MS)
  })

  test('what is folded while a checkpoint is being saved is saved by the next one', async () => {
    const memory = memoryJournal()
    const begun = Promise.withResolvers<void>()
    const release = Promise.withResolvers<void>()
    const journal: Journal = {
      ...memory,
      saveCheckpoint: async (checkpoint) => {
        begun.resolve()
        await release.promise
        await memory.saveCheckpoint(checkpoint)
      },
    }
    const { follower } = started({ journal, projection: seen().projection, checkpointMs: 1 })
    await recordRun(journal, run())
    await begun.promise
    await recordRun(journal, run({ runId: 'run_2' }))
    await follower.caughtUp(journal.position())
    release.resolve()
    await follower.stop(GRACE_MS)
    expect((await memory.loadCheckpoint('seen'))?.position).toBe(journal.position())
  })

  test('a projection that fails ends following and is reported; the event is not skipped', async () => {
    const journal = memoryJournal()
    const broken = new Error('broken')
    const { positions, projection } = seen((event) => {
      if (event.type === 'plan_created') throw broken
    })
    const { follower, failed } = started({ journal, projection })
    await recordRun(journal, run())
    expect(await failed).toBe(broken)
    await expect(follower.caughtUp(journal.position())).rejects.toBe(broken)
    await follower.stop(GRACE_MS)
    expect(positions).toEqual([1])
    expect(await journal.loadCheckpoint('seen')).toBeNull()
  })

  test('a checkpoint that cannot be saved is a failure too', async () => {
    const broken = new Error('disk full')
    const journal: Journal = { ...memoryJournal(), saveCheckpoint: () => Promise.reject(broken) }
    const { failed } = started({ journal, projection: seen().projection, checkpointMs: 1 })
    await recordRun(journal, run())
    expect(await failed).toBe(broken)
  })
})

test('appends are counted by the time of their commit, each once', async () => {
  const journal = memoryJournal()
  for (let number = 0; number < 5; number += 1) await recordRun(journal, run({ runId: `run_${number}` }))
  const events = await journal.readAll(0, 1000)
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 0, max: 3 }), { minLength: 5, maxLength: 5 }), (times) => {
      const told = events.map((event) => ({ ...event, at: times[Number(event.run_id.at(-1))] ?? 0 }))
      const counted = appendsByTime(told)
      for (const time of [0, 1, 2, 3])
        expect(counted.get(time) ?? 0).toBe(times.filter((at) => at === time).length)
    }),
  )
})
