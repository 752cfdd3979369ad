// GET /v1/templates: the shared ones, and what the asking tenant's own runs have stored.
import { readFileSync } from 'node:fs'
import { beforeAll, afterAll, expect, test } from 'vitest'
import { pageOf, template } from '../../src/http/answers.ts'
import { newKey, parseKeys } from '../../src/http/callers/keys.ts'
import { createRuntime, type Runtime } from '../../src/runtime.ts'
import { asJson } from './door.ts'
import { served } from './served.ts'

const KEYS: Readonly<Record<string, object>> = {
  everybody: { roles: ['viewer', 'operator'] },
  reviewer: { roles: ['approver'] },
  acme: { roles: ['viewer'], tenants: ['acme'] },
  manager: { roles: ['viewer', 'operator'], tenants: ['acme'], profiles: ['sales_manager'] },
  rep: { roles: ['viewer', 'operator'], tenants: ['acme'], profiles: ['sales_rep'] },
  several: { roles: ['viewer'], tenants: ['acme', 'beta'] },
}
const made = Object.entries(KEYS).map(([id, entry]) => ({ id, ...newKey(), ...entry }))
const keys = parseKeys(JSON.stringify({ keys: made.map(({ key: _key, ...entry }) => entry) }))

let runtime: Runtime
let url = ''
let close: (() => Promise<void>) | undefined

beforeAll(async () => {
  runtime = await createRuntime({ registry: readFileSync('registry.yaml', 'utf8'), dataDir: null, keys })
  ;({ url, close } = await served(runtime))
})
afterAll(async () => close?.())

const send = (by: string, path: string, body?: unknown): Promise<Response> =>
  fetch(url + path, {
    method: body === undefined ? 'GET' : 'POST',
    headers: {
      authorization: `Bearer ${made.find(({ id }) => id === by)?.key}`,
      'content-type': 'application/json',
    },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  })

type Asker = { readonly by?: string; readonly profile?: string }

/** A change of the library that a person approves, or a look at it, done; what came of it. */
async function change(
  tenant: string,
  template_request: object,
  { by = 'everybody', profile = 'sales_manager' }: Asker = {},
): Promise<unknown> {
  const goal = 'Manage the library of message templates'
  const asked = { goal, profile, tenant, context: { template_request } }
  const { run_id } = await asJson(await send(by, '/v1/runs', asked))
  for (;;) {
    const position = runtime.journal.position()
    const { finished, approvals, steps } = await runtime.engine.state(String(run_id))
    if (finished !== null) return runtime.engine.payload(String(run_id), steps['s1']?.output ?? '')
    const pending = Object.values(approvals).find(({ status }) => status === 'pending')
    if (pending === undefined) await runtime.journal.changed(position, AbortSignal.timeout(20_000))
    else await send('reviewer', `/v1/approvals/${pending.approvalId}/decision`, { decision: 'approve' })
  }
}

async function templates(by: string, query = '') {
  const { items } = pageOf(template).parse(await asJson(await send(by, `/v1/templates${query}`)))
  return items
}

const told = (items: Awaited<ReturnType<typeof templates>>) =>
  items.map(
    (one) =>
      `${one.template_id}@${one.version}${one.stored ? ' stored' : ''}${one.retired ? ' retired' : ''}`,
  )

test('the templates of a tenant are the shared ones and what its own runs have stored', async () => {
  const shared = told(await templates('everybody'))
  expect(shared).toContain('close_times@2')
  expect(shared.join()).not.toContain('stored')
  await change('acme', {
    operation: 'update',
    template_id: 'close_times',
    template_data: { template: 'A {{name}}' },
  })
  await change('acme', { operation: 'delete', template_id: 'after_demo' })

  const acme = told(await templates('everybody', '?tenant=acme'))
  expect(acme).toEqual(
    expect.arrayContaining(['close_times@3 stored', 'close_times@2', 'after_demo@1 retired']),
  )
  expect((await templates('everybody', '?tenant=acme')).find(({ version }) => version === 3)).toMatchObject({
    stored: true,
    template: 'A {{name}}',
  })
  expect(told(await templates('acme'))).toEqual(acme)
  // Nobody else's, and those of all where the key is for several tenants and names none.
  expect(told(await templates('everybody', '?tenant=beta'))).toEqual(shared)
  expect(told(await templates('everybody'))).toEqual(shared)
  expect(told(await templates('several'))).toEqual(shared)
  expect(told(await templates('several', '?tenant=acme'))).toEqual(acme)
  const refused = await send('acme', '/v1/templates?tenant=beta')
  expect([refused.status, (await asJson(refused))['code']]).toEqual([403, 'KEY_LIMITED'])
})

test('a key for some profiles sees and uses what runs of these profiles have stored, as it does their runs', async () => {
  const update = (text: string) => ({
    operation: 'update',
    template_id: 'close_times',
    template_data: { template: text },
  })
  await change('acme', update('B {{name}}'))
  const seenBy = async (by: string): Promise<unknown> => {
    const profile = by === 'rep' ? 'sales_rep' : 'sales_manager'
    const looked = await change('acme', { operation: 'read', template_id: 'close_times' }, { by, profile })
    return [(await templates(by)).find(({ template_id: id }) => id === 'close_times')?.template, looked]
  }
  expect(await seenBy('manager')).toEqual(['B {{name}}', expect.objectContaining({ text: 'B {{name}}' })])
  const [listed, looked] = (await seenBy('rep')) as [string, { text: string }]
  expect(listed).not.toContain('{{name}}, B')
  expect([listed, looked.text]).toEqual([listed, listed])
  expect(told(await templates('rep')).join()).not.toContain('stored')
  // What it cannot see keeps its number: no version is there twice.
  await change('acme', update('C {{name}}'), { by: 'rep', profile: 'sales_rep' })
  expect(await seenBy('rep')).toEqual(['C {{name}}', expect.objectContaining({ text: 'C {{name}}' })])
  expect(await seenBy('manager')).toEqual(['B {{name}}', expect.objectContaining({ text: 'B {{name}}' })])
  const all = told(await templates('everybody', '?tenant=acme')).filter((one) =>
    one.startsWith('close_times'),
  )
  expect(new Set(all).size).toBe(all.length)
})
