// How far effects may reach: so many in a run, and of a tenant in a day, in the ledger as every budget.
import { expect, test } from 'vitest'
import { approve, pendingOf, registryFrom, reviewer, scripted, world, type World } from './world.ts'

const registry = registryFrom(`
version: v1
metadata: { name: test, version: "1" }
tools:
  amber_work: { domain: engagement, description: amber, side_effects: execute, cost: 1, outputs: { value: { type: string } } }
  birch_work: { domain: engagement, description: birch, side_effects: execute, cost: 1, outputs: { value: { type: string } } }
  cedar_work: { domain: engagement, description: cedar, cost: 1, outputs: { value: { type: string } } }
profiles:
  test: { allowed_tools: [amber_work, birch_work, cedar_work], timeout_seconds: 1000, limits: { effects: { execute: 2 } } }
tenants:
  acme: { limits: { window: day, effects: { execute: 1 } } }
`)

const open = () =>
  world({
    registry,
    tools: ['amber_work', 'birch_work', 'cedar_work'].map((name) => scripted(name, () => ({ value: 'v' }))),
  })

/** The run at its end; whatever a person is asked for is approved. */
async function carriedOut(w: World, request: Parameters<World['run']>[0]) {
  const runId = await w.run(request)
  for (;;) {
    const state = await w.pause(runId)
    if (state.finished !== null) return state
    await w.engine.decide(pendingOf(state), approve, reviewer)
  }
}

test('effects of a tenant are counted in a day, what only reads is not, and the limit refuses what is above it', async () => {
  const w = await open()
  const first = await carriedOut(w, { goal: 'amber and cedar' })
  expect([first.finished?.status, first.finished?.budget_use.effects]).toEqual(['succeeded', 0.5])
  expect((await carriedOut(w, { goal: 'amber' })).finished?.status).toBe('succeeded')
  const third = await carriedOut(w, { goal: 'amber' })
  expect(third.refusals).toMatchObject([
    { scope: 'tenant', unit: 'effects', spent: 2, requested: 1, limit: 2, window: 'day' },
  ])
  expect((await carriedOut(w, { goal: 'cedar' })).finished?.status).toBe('succeeded')
  const account = (await w.journal.accounts()).find(
    ({ scope, unit }) => scope === 'tenant' && unit === 'effects',
  )
  expect(account).toMatchObject({ spent: 2, reserved: 0, limit: 2, warned: true })
})

test('a tenant may have a limit of its own, and a caller one for a run; a plan that is above it makes no call', async () => {
  const w = await open()
  expect((await carriedOut(w, { goal: 'amber', tenant: 'acme' })).finished?.status).toBe('succeeded')
  expect((await carriedOut(w, { goal: 'amber', tenant: 'acme' })).refusals).toMatchObject([
    { scope: 'tenant', unit: 'effects', limit: 1 },
  ])
  const tight = await carriedOut(w, { goal: 'amber and birch', limits: { effects: { execute: 1 } } })
  expect([tight.finished?.cause, tight.finished?.over_budget]).toEqual([
    'policy_budget',
    [{ scope: 'run', unit: 'effects', requested: 2, limit: 1 }],
  ])
  const loose = w.run({ goal: 'amber', limits: { effects: { execute: 3 } } })
  await expect(loose).rejects.toMatchObject({ code: 'LIMIT_LOOSENED' })
})
