// Every page of the console, with each role alone: who may see it, who may change what, and that whoever may not has
// changed nothing. The list of pages is the console's own, so that a new one has to say whose it is.
import { expect, test } from 'vitest'
import { z } from 'zod'
import { PAGES } from '../../src/console/pages.ts'
import { newKey } from '../../src/http/callers/keys.ts'
import { file, server } from '../cli/hand.ts'
import { send, signIn, tokenOf, type Form } from './by-form.ts'
import { EXAMPLE } from './product.ts'

const ROLES = ['viewer', 'operator', 'approver', 'admin', 'metrics', 'hooks'] as const
type Role = (typeof ROLES)[number]

/** Whose a page is; `form` of a change. */
type Whose = { readonly roles: readonly Role[]; readonly form?: Form; readonly query?: string }

const REASON = { reason: 'for the test' }
const WHOSE: Readonly<Record<string, Whose>> = {
  'get /': { roles: ['operator'] },
  'post /': { roles: ['operator'], form: { goal: 'Score it', profile: 'demo' } },
  'post /start': { roles: ['operator'], form: { goal: 'Score it', profile: 'demo', tenant: 'default' } },
  'get /inbox': { roles: ['viewer', 'approver'] },
  'get /inbox/{approval_id}': { roles: ['viewer', 'approver'] },
  'get /decide/{approval_id}': { roles: ['viewer', 'approver'] },
  'get /runs': { roles: ['viewer'] },
  'get /runs/{run_id}': { roles: ['viewer'] },
  'post /runs/{run_id}/cancel': { roles: ['operator'], form: REASON },
  'post /runs/{run_id}/resume': { roles: ['operator'], form: {} },
  // What nobody has to say anything about leads back to the run, which is for viewers.
  'post /runs/{run_id}/steps/{step_id}/reconcile': {
    roles: [],
    form: { ...REASON, outcome: 'happened' },
  },
  'get /lists': { roles: ['viewer'] },
  'get /lists/new': { roles: ['operator'] },
  'post /lists/new': { roles: ['operator'], form: { table: 'a\nb', goal: 'Score it', do: 'start' } },
  'get /lists/:batch_id': { roles: ['viewer'] },
  'get /lists/:batch_id/results.csv': { roles: ['viewer'] },
  'post /lists/:batch_id/cancel': { roles: ['operator'], form: {} },
  'post /lists/:batch_id/resume': { roles: ['operator'], form: {} },
  'get /signals': { roles: ['viewer'] },
  'get /budgets': { roles: ['viewer'] },
  'post /budgets/freeze': { roles: ['admin'], form: { ...REASON, scope: 'tenant', key: 'acme' } },
  'post /budgets/lift': { roles: ['admin'], form: { ...REASON, scope: 'tenant', key: 'acme' } },
  'get /tools': { roles: ['viewer', 'admin'] },
  'post /tools/adapter': {
    roles: ['operator', 'admin'],
    form: { ...REASON, adapter: 'mock', enabled: 'yes' },
  },
  'post /tools/check': { roles: ['operator', 'admin'], form: { adapter: 'mock' } },
  'post /tools/compare': { roles: ['admin'], form: { account: 'acme-001' } },
  'get /registry': { roles: ['viewer', 'admin'] },
  'post /registry/compare': { roles: ['admin'], form: {} },
  'post /registry/reload': { roles: ['admin'], form: {} },
  'get /audit': { roles: ['viewer', 'admin'] },
  'post /audit/verify': { roles: ['viewer', 'admin'], form: {} },
}

/** A decision has its digest, or names what it is about: these are told apart by what became of the approval. */
const DECISIONS: readonly string[] = [
  'post /inbox',
  'post /inbox/{approval_id}',
  'post /decide/{approval_id}',
  'post /lists/:batch_id/decision',
]
/** Of a step that was sent back alone: `deciding.test.ts` walks it. */
const ELSEWHERE: readonly string[] = [
  'get /runs/{run_id}/steps/{step_id}/revise',
  'post /runs/{run_id}/steps/{step_id}/revise',
]

const pathIn = (name: string): string => name.split(' ')[1] ?? ''

const keys = Object.fromEntries([...ROLES, 'all' as const].map((id) => [id, newKey()]))
const keyOf = (id: string): string => keys[id]?.key ?? ''
const keysFile = JSON.stringify({
  keys: Object.entries(keys).map(([id, { sha256 }]) => ({
    id: `${id}-key`,
    sha256,
    roles: id === 'all' ? ['viewer', 'operator', 'approver', 'admin'] : [id],
  })),
})

const made = z.object({
  run_id: z.string(),
  pending_approvals: z.array(z.object({ approval_id: z.string(), digest: z.string().optional() })).min(1),
})

async function asAll(url: string, body?: object): Promise<unknown> {
  const headers = { authorization: `Bearer ${keyOf('all')}`, 'content-type': 'application/json' }
  const sent = body === undefined ? {} : { method: 'POST', body: JSON.stringify(body) }
  return (await fetch(url, { headers, ...sent })).json()
}

test('every page is for its roles alone, and whoever may not decide has decided nothing', async () => {
  expect(new Set([...Object.keys(WHOSE), ...DECISIONS, ...ELSEWHERE])).toEqual(
    new Set(PAGES.map(({ method, path }) => `${method} ${path}`)),
  )
  const { url } = await server({ CUGAR_KEYS_FILE: file('keys.json', keysFile) })
  const body = { ...EXAMPLE, profile: 'demo', tenant: 'default' }
  const run = made.parse(await asAll(`${url}/v1/runs?wait=60&until=person`, body))
  const approvalId = run.pending_approvals[0]?.approval_id ?? ''
  const approval = `${url}/v1/approvals/${approvalId}`
  const { digest } = z.object({ digest: z.string() }).parse(await asAll(approval))
  const list = { ...EXAMPLE, profile: 'demo', items: [EXAMPLE.context] }
  const { batch_id: batchId } = z
    .object({ batch_id: z.string() })
    .parse(await asAll(`${url}/v1/batches`, list))
  const addressOf = (path: string): string =>
    url +
    path
      .replace('{run_id}', run.run_id)
      .replace('{approval_id}', approvalId)
      .replace('{step_id}', 's1')
      .replace(':batch_id', batchId)

  const wrong: string[] = []
  const cookies = await Promise.all(
    ROLES.map(async (role) => [role, await signIn(url, keyOf(role))] as const),
  )
  for (const [role, cookie] of cookies) {
    const token = await tokenOf(`${url}/`, cookie)
    const form = {
      id: approvalId,
      seen: `${approvalId} ${digest}`,
      digest,
      decision: 'approve',
      _csrf: token,
    }
    // Of the one who may, the decision would be one.
    for (const path of role === 'approver' ? [] : DECISIONS.map(pathIn)) {
      const { status } = await send(addressOf(path), { cookie, form })
      if (status === 303) wrong.push(`${role} ${path}: ${status}`)
    }
    expect(await asAll(approval)).toMatchObject({ status: 'pending' })
  }
  for (const [name, { roles, form }] of Object.entries(WHOSE))
    for (const [role, cookie] of cookies) {
      const path = pathIn(name)
      const token = await tokenOf(`${url}/`, cookie)
      const { status } = await send(addressOf(path), {
        cookie,
        ...(form && { form: { ...form, _csrf: token } }),
      })
      if ((status === 403) === roles.includes(role)) wrong.push(`${role} ${name}: ${status}`)
    }
  expect(wrong).toEqual([])
}, 180_000)
