import { expect, test } from 'vitest'
import { foldRun, showRun, type RunEntry } from '../../../src/projections/lists/runs.ts'
import type { RowTable } from '../../../src/projections/lists/row-table.ts'
import {
  approve,
  operator,
  pendingOf,
  registryFrom,
  reviewer,
  scripted,
  sendBack,
  world,
} from '../../engine/world.ts'

const registry = registryFrom(`
version: v1
metadata: { name: test, version: "1" }
tools:
  amber_write:
    { domain: engagement, description: amber, side_effects: propose, inputs: { about: { type: string, required: true } },
      binds: { about: context.about }, outputs: { text: { type: string } }, cost: 1 }
  birch_judge:
    { domain: engagement, description: birch, inputs: { text: { type: string, required: true } },
      binds: { text: amber_write.text }, judges: amber_write.text, outputs: { grade: { type: string } }, cost: 1 }
profiles: { test: { allowed_tools: [amber_write, birch_judge], timeout_seconds: 60 } }
`)

/** As much of a table of rows as folding needs. */
function rows(): RowTable<RunEntry> {
  const kept = new Map<string, RunEntry>()
  return {
    get: (id: string) => kept.get(id),
    put: (id: string, entry: RunEntry) => kept.set(id, entry),
  } as object as RowTable<RunEntry>
}

test('the list says of a run that is judged and sent back what the run says of itself', async () => {
  const w = await world({
    registry,
    tools: [
      scripted('amber_write', ({ about }) => ({ text: String(about) })),
      scripted('birch_judge', () => ({ grade: 'A' })),
    ],
  })
  const runId = await w.run({ goal: 'amber, birch', context: { about: 'prices' } })
  const seen: unknown[] = []
  const look = async (): Promise<string> => {
    const state = await w.pause(runId)
    const table = rows()
    for (const event of await w.events(runId)) foldRun(table, new Map(), event)
    const entry = table.get(runId)
    if (entry === undefined) throw new Error('the run is not listed')
    const { status, steps_completed, approvals_pending } = showRun(entry, 0)
    expect(status).toBe(state.status)
    expect(steps_completed).toBe(
      Object.values(state.steps).filter((step) => step.status === 'completed').length,
    )
    seen.push([status, steps_completed, approvals_pending])
    return pendingOf(state)
  }
  await w.engine.decide(await look(), sendBack, reviewer)
  await look()
  await w.engine.revise(runId, 's1', { inputs: { about: 'terms' }, by: operator })
  await w.engine.decide(await look(), approve, reviewer)
  await look()
  expect(seen).toEqual([
    ['waiting', 0, 1],
    ['waiting', 0, 0],
    ['waiting', 0, 1],
    ['succeeded', 2, 0],
  ])
})
