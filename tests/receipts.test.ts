// The receipt of an effect is told wherever its run is: over HTTP, by the command line, on the run's page and in the audit.
import { readFileSync } from 'node:fs'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { auditPage } from '../src/http/audit.ts'
import { run as runSchema } from '../src/http/runs/run-answers.ts'
import { createRuntime, defineAdapter, type Runtime } from '../src/runtime.ts'
import { cugar } from './cli/hand.ts'
import { asJson } from './http/door.ts'
import { served } from './http/served.ts'

const LINK = 'https://crm.example/tasks/t-7?view=<all>'
const unknown = { industry: null, revenue: null, employee_count: null, region: null, updated_at: null }
/** It may write twice, and says so. */
const north = defineAdapter({
  name: 'north',
  interface: 'crm',
  getAccount: async (id) => ({ account_id: id, name: null, ...unknown }),
  logActivity: async (_activity, { idempotencyKey: key }) => ({
    vendor: 'north',
    id: 't-7',
    url: LINK,
    key,
    guarantee: 'at_least_once',
    created_or_found: 'created',
  }),
})
const registry = readFileSync('registry.yaml', 'utf8')
  .replace(/^adapters:$/m, 'adapters:\n  north: { interface: crm, module: north, enabled: true }')
  .replaceAll('allowed_adapters: [salesforce,', 'allowed_adapters: [north, salesforce,')

let runtime: Runtime
let url = ''
let close: (() => Promise<void>) | undefined
let runId = ''

const send = (by: string, path: string, body?: unknown): Promise<Response> =>
  fetch(url + path, {
    method: body === undefined ? 'GET' : 'POST',
    headers: { 'content-type': 'application/json', 'x-cugar-actor': by },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  })

beforeAll(async () => {
  runtime = await createRuntime({ registry, dataDir: null, adapters: [north] })
  ;({ url, close } = await served(runtime))
  const activity = { account_id: 'a-1', kind: 'note', note: 'Kim asked for the security paper.' }
  const asked = { goal: 'log a note in the CRM', profile: 'sales_manager', context: { activity } }
  const accepted = await asJson(await send('olga', '/v1/runs', asked))
  runId = String(accepted['run_id'])
  const { approvals } = await runtime.engine.paused(runId, 30_000, AbortSignal.timeout(30_000))
  const [approval = ''] = Object.keys(approvals)
  await send('rita', `/v1/approvals/${approval}/decision`, { decision: 'approve' })
  await runtime.engine.settled(runId, 30_000, AbortSignal.timeout(30_000))
})
afterAll(async () => close?.())

test('the run and its output have vendor, id, link, key and how often it can be there', async () => {
  const { status, steps } = runSchema.parse(await asJson(await send('olga', `/v1/runs/${runId}`)))
  const [step] = steps
  expect(status).toBe('succeeded')
  expect(step?.receipt).toMatchObject({
    vendor: 'north',
    id: 't-7',
    url: LINK,
    guarantee: 'at_least_once',
    created_or_found: 'created',
  })
  expect(step?.output).toMatchObject({ source: 'north', receipt: step?.receipt })
})

test('the command line tells whose record it is, and where', async () => {
  const { out, code } = await cugar(['show', runId], { CUGAR_URL: url })
  expect([code, out]).toEqual([0, expect.stringContaining(`north t-7 (created), ${LINK}`)])
})

test('the page of the run links to the record, as text and never as markup', async () => {
  const page = await (await send('olga', `/runs/${runId}`)).text()
  expect(page).toContain(
    '<a href="https://crm.example/tasks/t-7?view=&lt;all&gt;" rel="noreferrer">north <code>t-7</code></a>',
  )
  expect(page).toMatch(/created, at least once/)
})

test('the audit has the effect, who approved it and which record it made', async () => {
  const { items } = auditPage.parse(await asJson(await send('olga', '/v1/audit?limit=10')))
  expect(items.find(({ kind }) => kind === 'effect')).toMatchObject({
    action: 'created',
    subject: `log_crm_activity: north t-7, ${LINK}`,
    run_id: runId,
    by: null,
  })
  expect(items).toContainEqual(expect.objectContaining({ kind: 'decision', by: 'rita', run_id: runId }))
  const page = await (await send('olga', '/audit')).text()
  expect(page).toContain(
    `log_crm_activity: north t-7, https://crm.example/tasks/t-7?view=&lt;all&gt;<br /><a class="mono" href="/runs/${runId}">`,
  )
  expect(page).toContain('the run, as approved')
  expect(page).not.toContain('time ran out')
})

test('no event has what the receipt names', async () => {
  const events = await runtime.journal.read(runId)
  expect(JSON.stringify(events)).not.toMatch(/crm\.example|t-7/)
})
