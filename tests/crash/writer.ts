// A real process that writes into a CRM on loopback and is killed. Arguments: its folder or the address of its database,
// the address of the CRM, and how many writes there are to be. Asked for again they are the same ones; it ends when every
// one of them is over.
import { readFileSync } from 'node:fs'
import type { RunState } from '../../src/run/state.ts'
import { CallError, createRuntime, defineAdapter, type Runtime } from '../../src/runtime.ts'

const [place = '', url = '', count = '0'] = process.argv.slice(2)

const unknown = { industry: null, revenue: null, employee_count: null, region: null, updated_at: null }
const receiptOf = (key: string, id: string, made: 'created' | 'found') => ({
  vendor: 'ledger',
  id,
  url: null,
  key,
  guarantee: 'at_least_once' as const,
  created_or_found: made,
})

async function ask(path: string, signal: AbortSignal, body?: object): Promise<{ id: string | null }> {
  const response = await fetch(`${url}${path}`, {
    signal,
    ...(body && { method: 'POST', body: JSON.stringify(body) }),
  })
  if (!response.ok) throw new CallError('system_unavailable', 'The ledger failed.')
  return (await response.json()) as { id: string | null }
}

/** It writes each time that it is asked: nothing but the runtime keeps an effect from happening twice. */
const ledger = defineAdapter({
  name: 'ledger',
  interface: 'crm',
  getAccount: async (id) => ({ account_id: id, name: null, ...unknown }),
  logActivity: async ({ account_id }, { idempotencyKey: key, signal }) => {
    const { id } = await ask('/write', signal, { key, account_id })
    return receiptOf(key, id ?? '', 'created')
  },
  findActivityByKey: async ({ key }, { signal }) => {
    const { id } = await ask(`/find?key=${encodeURIComponent(key)}`, signal)
    return id === null ? null : receiptOf(key, id, 'found')
  },
})

const registry = readFileSync(new URL('../../registry.yaml', import.meta.url), 'utf8')
  .replaceAll('allowed_adapters: [mock]', 'allowed_adapters: [ledger]')
  .replace(/^adapters:$/m, 'adapters:\n  ledger: { interface: crm, module: ledger, enabled: true }')
  .replace('base_ms: 1000', 'base_ms: 5')

async function carryOut({ engine, journal }: Runtime, name: string): Promise<void> {
  const activity = { account_id: name, kind: 'note', note: 'Written down.' }
  const asked = { goal: 'log a note in the CRM', profile: 'technical', planner: 'rules', limits: {} }
  const { runId } = await engine.start(
    { ...asked, context: { activity }, tenant: name, idempotencyKey: name, traceparent: null },
    { id: 'writer', roles: ['operator'] },
  )
  for (;;) {
    const position = journal.position()
    const state: RunState = await engine.state(runId)
    if (state.finished !== null) return
    const pending = Object.values(state.approvals).find(({ status }) => status === 'pending')
    const step = Object.values(state.steps).find(({ status }) => status === 'unknown')
    if (step !== undefined && state.waitingSince !== null) await reconcile(state, step)
    else if (pending === undefined) await journal.changed(position, AbortSignal.timeout(5000))
    else await approve(pending.approvalId)
  }
  /** A person looks into the ledger. */
  async function reconcile({ runId: run, steps }: RunState, { plan }: { plan: { step_id: string } }) {
    const key = steps[plan.step_id]?.idempotencyKey ?? ''
    const { id } = await ask(`/find?person&key=${encodeURIComponent(key)}`, AbortSignal.timeout(5000))
    const by = { id: 'reviewer', roles: ['approver'] }
    const receipt = receiptOf(key, id ?? '', 'found')
    const output = { account_id: name, kind: 'note', subject: 'Written down.', source: 'ledger', receipt }
    const outcome = id === null ? 'did_not_happen' : 'happened'
    await engine.reconcile(run, plan.step_id, { outcome, output, reason: 'looked', by })
  }
  async function approve(approvalId: string): Promise<void> {
    const decision = { decision: 'approve', reason: null, changes: null } as const
    await engine.decide(approvalId, decision, { id: 'reviewer', roles: ['approver'] })
  }
}

const store = place.startsWith('postgres:') ? { dataDir: null, databaseUrl: place } : { dataDir: place }
const runtime = await createRuntime({ registry, ...store, adapters: [ledger] })
const names = Array.from({ length: Number(count) }, (_, at) => `account-${at}`)
await Promise.all(names.map((name) => carryOut(runtime, name)))
await runtime.stop()
