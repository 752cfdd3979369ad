// What every journal that outlives its process promises when it is opened again. `open` gives the same store each
// time.
import { expect, test } from 'vitest'
import type { Journal } from '../../src/journal/journal.ts'
import { verifyChains } from '../../src/journal/verify.ts'
import { appendOf, noted, posting, runPosting, skipped, taken, writeRun } from './appends.ts'

export function reopeningSuite(open: () => Promise<Journal>): void {
  test('everything that was acknowledged is there again, and the next event goes on from it', async () => {
    const first = await open()
    const goal = noted({ goal: 'research acme' })
    const lines = [skipped('s1'), runPosting('run_b', { amount: 3 }), posting({ amount: 2 })]
    const idempotency = { key: 'alice:k', digest: 'd' }
    taken(await first.append(appendOf('run_b', { lines, payloads: [goal], idempotency })))
    await writeRun(first, 'run_a', 5)
    await first.saveCheckpoint({ name: 'runs', position: 2, state: 'so far', rows: [] })
    const events = await first.readAll(0, 100)
    const accounts = await first.accounts()
    await first.close()

    const second = await open()
    expect(second.position()).toBe(8)
    expect(await second.readAll(0, 100)).toEqual(events)
    expect(await second.readAll(2, 3)).toEqual(events.slice(2, 5))
    expect(await second.read('run_a', 2)).toEqual(events.filter(({ run_id }) => run_id === 'run_a').slice(2))
    expect(await second.accounts()).toEqual(accounts)
    expect(await second.payload('run_b', goal.digest)).toBe(goal.body)
    expect(await second.loadCheckpoint('runs')).toEqual({ position: 2, state: 'so far' })
    expect(await second.openRuns('', 10)).toHaveLength(2)
    expect(await second.append(appendOf('run_c', { idempotency }))).toMatchObject({ reason: 'duplicate' })
    const tooMuch = runPosting('run_b', { amount: 8 })
    expect(await second.append(appendOf('run_b', { expectedVersion: 3, lines: [tooMuch] }))).toMatchObject({
      reason: 'budget',
      refusals: [{ spent: 0, reserved: 3 }],
    })
    const [next] = taken(await second.append(appendOf('run_a', { expectedVersion: 5 })))
    expect(next).toMatchObject({ position: 9, seq: 6 })
    expect(await verifyChains(second)).toEqual({ runs: 2, events: 9, problems: [] })
    await second.close()
  })

  test('events far behind the newest are read back and look the same', async () => {
    const journal = await open()
    const lines = Array.from({ length: 250 }, (_, index) => skipped(`s${index}`))
    const runs = Array.from({ length: 90 }, (_, index) => `run_${index}`)
    const written = await Promise.all(runs.map((runId) => journal.append(appendOf(runId, { lines }))))
    const events = written.flatMap((result) => [...taken(result)])
    expect(await journal.readAll(3, 600)).toEqual(events.slice(3, 603))
    const newest = await journal.readAll(journal.position() - 2, 10)
    expect(newest[0]).toBe(events.at(-2))
    await journal.close()
  })
}
