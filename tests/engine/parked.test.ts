import { expect, test } from 'vitest'
import type { Journal } from '../../src/journal/journal.ts'
import { memoryJournal } from '../../src/journal/memory.ts'
import { smallRegistry } from './small.ts'
import { operator, scripted, world } from './world.ts'

const registry = smallRegistry()
const never = scripted('amber_work', () => new Promise(() => undefined))
const works = scripted('amber_work', () => ({ value: 'a' }))

/** A journal in which what is kept of one run is damaged. */
const damages: Readonly<Record<string, (journal: Journal, runId: string) => Journal>> = {
  'events that are out of their order': (journal, runId) => ({
    ...journal,
    read: async (id, after) => {
      const events = await journal.read(id, after)
      return id === runId ? events.slice(1) : events
    },
  }),
  'payloads that are no JSON': (journal, runId) => ({
    ...journal,
    payload: async (id, digest) => (id === runId ? '{"goal": "somebody' : journal.payload(id, digest)),
  }),
  'a payload that cannot be had': (journal, runId) => ({
    ...journal,
    payload: (id, digest) =>
      id === runId ? Promise.reject(new TypeError('no such page')) : journal.payload(id, digest),
  }),
}

test.each(Object.keys(damages))(
  'an open run with %s is parked with its reason, and every other one goes on',
  async (damage) => {
    const kept = memoryJournal({ writer: 'one' })
    const before = await world({ registry, tools: [never], journal: kept, writer: 'one' })
    const [bad, good] = [await before.run({ goal: 'amber' }), await before.run({ goal: 'amber' })]
    for (const runId of [bad, good])
      await before.when(runId, ({ steps }) => steps['s1']?.status === 'running')
    await before.engine.stop(0)

    const journal = damages[damage]?.(kept, bad) ?? kept
    const w = await world({ registry, tools: [works], journal, writer: 'two' })
    expect(await w.engine.recover()).toEqual({ open: 2 })
    expect((await w.end(good)).finished?.status).toBe('succeeded')
    await expect(w.engine.cancel(bad, { by: operator, reason: null })).rejects.toMatchObject({
      code: 'RUN_PARKED',
      params: { run_id: bad },
    })
    const fresh = await w.run({ goal: 'amber' })
    expect((await w.end(fresh)).finished?.status).toBe('succeeded')
    expect(w.failures).toEqual([])
    await w.engine.stop(1000)
  },
)
