// Who may come in and what was taken out stands in the audit: the keys by their names whenever their file is another,
// and who fetched the results of which list.
import { writeFileSync } from 'node:fs'
import { expect, test, vi } from 'vitest'
import { z } from 'zod'
import { auditPage } from '../../src/http/audit.ts'
import { newKey } from '../../src/http/callers/keys.ts'
import { file, server } from '../cli/hand.ts'

const [ana, bob, eve] = [newKey(), newKey(), newKey()]
const textOf = (people: Readonly<Record<string, { readonly sha256: string; readonly roles: string[] }>>) =>
  JSON.stringify({ keys: Object.entries(people).map(([id, key]) => ({ id, ...key })) })
const ADMIN = { sha256: ana.sha256, roles: ['viewer', 'operator', 'admin'] }
const VIEWER = ['viewer']

const reached = (url: string) => {
  const headers = { authorization: `Bearer ${ana.key}`, 'content-type': 'application/json' }
  const audit = async () => auditPage.parse(await (await fetch(`${url}/v1/audit`, { headers })).json()).items
  const post = async (path: string, body: object): Promise<unknown> =>
    (await fetch(`${url}${path}`, { method: 'POST', headers, body: JSON.stringify(body) })).json()
  const results = (list: string, query: string) =>
    fetch(`${url}/v1/batches/${list}/results${query}`, { headers })
  return { audit, post, results }
}

test('keys and exports are audited, once each, over a restart', async () => {
  const path = file(
    'keys.json',
    textOf({
      ana: ADMIN,
      bob: { sha256: bob.sha256, roles: VIEWER },
      gone: { sha256: eve.sha256, roles: VIEWER },
    }),
  )
  const env = { CUGAR_KEYS_FILE: path }
  const first = await server(env)
  const { audit, post, results } = reached(first.url)
  const ofKind = async (kind: string) => (await audit()).filter((entry) => entry.kind === kind)
  expect(await ofKind('keys')).toMatchObject([
    { by: null, action: 'changed', subject: 'added ana, bob, gone', tenant: null, run_id: null },
  ])
  const key = { sha256: bob.sha256, roles: ['viewer', 'approver'] }
  writeFileSync(path, textOf({ ana: ADMIN, bob: key, eve: { sha256: eve.sha256, roles: VIEWER } }))
  await vi.waitUntil(async () => (await ofKind('keys')).length === 2, { timeout: 60_000, interval: 100 })
  expect((await ofKind('keys'))[0]?.subject).toBe('added eve; changed bob; removed gone')

  const plan = { steps: [{ id: 'fit', tool: 'score_account_fit' }] }
  const items = [{ account: { revenue: 5 }, icp_criteria: { min_revenue: 1 } }]
  const { batch_id: list } = z
    .object({ batch_id: z.string() })
    .parse(await post('/v1/batches', { plan, items, profile: 'demo', tenant: 'acme' }))
  expect((await results(list, '?format=csv')).status).toBe(200)
  expect((await results('bat_nowhere', '')).status).toBe(404)
  const taken = { kind: 'export', by: 'ana', action: 'taken', subject: `${list} (csv)`, tenant: 'acme' }
  expect(await ofKind('export')).toMatchObject([taken])

  await first.end('SIGTERM')
  const second = await server({ ...env, DATA_DIR: first.dataDir })
  const again = (await reached(second.url).audit()).map(({ kind }) => kind)
  expect(again.filter((kind) => kind === 'keys')).toHaveLength(2)
  expect(again.filter((kind) => kind === 'export')).toHaveLength(1)
  // Nothing of a key itself is told.
  const told = JSON.stringify(await reached(second.url).audit())
  for (const { key: secret, sha256 } of [ana, bob, eve])
    expect(told).not.toMatch(new RegExp(`${secret}|${sha256}`))
})
