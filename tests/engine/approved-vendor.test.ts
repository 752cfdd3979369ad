// A call that a person approved for one vendor is made through that one alone, also when its process dies during the call
// or the vendor is set up anew between the intent and the call.
import { describe, expect, test } from 'vitest'
import { defineAdapter } from '../../src/adapters/definition.ts'
import type { RunState } from '../../src/run/state.ts'
import { gate } from './small.ts'
import { openStore, type Store } from './store.ts'
import { approve, operator, pendingOf, registryFrom, reviewer, scripted, world, type World } from './world.ts'

const registryOf = (module: string) =>
  registryFrom(`
version: v1
metadata: { name: test, version: "1" }
tools:
  amber_work: { domain: engagement, description: amber, side_effects: execute, idempotent: true, cost: 1,
                adapter: crm, outputs: { value: { type: string } } }
profiles:
  test: { allowed_tools: [amber_work], allowed_adapters: [vendor], timeout_seconds: 1000,
          budget: { run: { calls: 5 } } }
adapters:
  vendor: { interface: crm, module: ${module}, enabled: true }
`)

const vendor = defineAdapter({
  name: 'vendor',
  interface: 'crm',
  getAccount: async () => Promise.reject(new Error('not asked')),
})

type Process = { readonly store: Store; readonly writer: string; readonly module: string }

/** A process over the store; `work` is what its tool does. */
async function start({ store, writer, module }: Process, work: () => unknown) {
  const life = store.open(writer)
  const w = await world({
    registry: registryOf(module),
    tools: [scripted('amber_work', work)],
    adaptersOf: () => new Map([['vendor', vendor]]),
    journal: life.journal,
    writer,
  })
  return { w, kill: life.kill }
}

const approved = async (w: World, runId: string): Promise<RunState> =>
  w.engine.decide(pendingOf(await w.pause(runId)), approve, reviewer)

/** A run whose process died during its approved call, in the hands of the next process. */
async function afterDeath(module: string) {
  const store = openStore()
  const called = gate<void>()
  const first = await start({ store, writer: 'first', module: 'sandbox' }, () => {
    called.open()
    return new Promise(() => {})
  })
  const runId = await first.w.run({ goal: 'amber' }, operator)
  await approved(first.w, runId)
  await called.passed
  first.kill()
  await first.w.engine.stop(0)
  let repeated = 0
  const next = await start({ store, writer: 'next', module }, () => {
    repeated += 1
    return { value: 'done' }
  })
  await next.w.engine.recover()
  const state = await next.w.pause(runId)
  return { state, repeated: () => repeated, next: next.w, runId }
}

describe('a call that was cut off', () => {
  test('is repeated through the vendor that was approved', async () => {
    const { state, repeated } = await afterDeath('sandbox')
    expect([state.finished?.status, repeated()]).toEqual(['succeeded', 1])
  })

  test('is not repeated through one that is set up in another way: a person says what became of it', async () => {
    const { state, repeated, next, runId } = await afterDeath('production')
    expect([state.steps['s1']?.status, repeated()]).toEqual(['unknown', 0])
    const told = { outcome: 'did_not_happen', output: undefined, reason: 'looked it up' } as const
    await expect(next.engine.reconcile(runId, 's1', { ...told, by: operator })).rejects.toMatchObject({
      code: 'APPROVER_IS_REQUESTER',
    })
    await next.engine.reconcile(runId, 's1', { ...told, by: reviewer })
    await approved(next, runId)
    expect([(await next.end(runId)).finished?.status, repeated()]).toEqual(['succeeded', 1])
  })
})
