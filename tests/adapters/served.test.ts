// The shipped registry with a vendor switched on by its variable: a run's tool reads through it, and a vendor that is
// down is down.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { createRuntime, type Runtime } from '../../src/runtime.ts'
import type { Double } from './doubles/double.ts'
import { openHubspot } from './doubles/hubspot.ts'

const REGISTRY = readFileSync(join(import.meta.dirname, '../../registry.yaml'), 'utf8')

let double: Double
let runtime: Runtime
let settings: Record<string, string> = {}

beforeEach(async () => {
  double = await openHubspot()
  settings = { ENABLE_HUBSPOT_ADAPTER: '1', ...double.settings }
  Object.assign(process.env, settings)
  runtime = await createRuntime({ registry: REGISTRY, dataDir: null })
})
afterEach(async () => {
  for (const name of Object.keys(settings)) Reflect.deleteProperty(process.env, name)
  await runtime.stop()
  await double.server.close()
})

async function signalsOf(accountId: string) {
  const request = {
    goal: 'Retrieve buying signals of the account',
    profile: 'smb',
    context: { account_id: accountId, fetch_from_crm: 'yes' },
    planner: 'rules',
    tenant: 'default',
    limits: {},
    idempotencyKey: null,
    traceparent: null,
  } as const
  const { runId } = await runtime.engine.start(request, { id: 'ana', roles: ['operator'] })
  const state = await runtime.engine.settled(runId, 60_000, AbortSignal.timeout(60_000))
  const digest = state.steps['s1']?.output ?? null
  const output = digest === null ? null : await runtime.engine.payload(runId, digest)
  return { state, output, events: await runtime.journal.read(runId) }
}

test('a run reads through the vendor that its variable switches on, and its journal has no secret', async () => {
  const { output, events } = await signalsOf(double.account.id)
  expect(output).toMatchObject({ source: 'hubspot', signal_count: 2, degraded: null })
  expect(double.server.requests.map(({ path }) => path)).toEqual(['/crm/v3/objects/companies/1001'])
  expect(double.violations()).toEqual([])
  const told = JSON.stringify([events, runtime.engine])
  for (const secret of double.secrets) expect(told).not.toContain(secret)
})

test('an account that only the stand-in knows is unknown to the vendor', async () => {
  expect((await signalsOf('acme-001')).output).toMatchObject({
    source: 'hubspot',
    verdict: 'account_unknown',
    signals: [],
  })
})

test('the stand-in does not answer for a vendor that is down', async () => {
  // 409 is not tried again, so that this need not wait for a retry.
  double.server.fail({ kind: 'answer', status: 409, text: '{}' })
  const { state, output, events } = await signalsOf(double.account.id)
  expect(output).toBeNull()
  expect(state.steps['s1']).toMatchObject({ status: 'failed', error: { mode: 'user_conflict' } })
  expect(JSON.stringify(events)).not.toContain('"selected":"mock"')
})
