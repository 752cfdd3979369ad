// A profile whose approvers need a role of their own: who has it decides in the window too, and who has another does
// not. Over a plan that asks again for what was refused.
import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { newKey } from '../../src/http/callers/keys.ts'
import { cugar, file, REGISTRY, server } from '../cli/hand.ts'

const PEOPLE = {
  ann: ['operator'],
  cy: ['viewer', 'operator'],
  lea: ['legal'],
  abe: ['viewer', 'approver'],
} as const
type Name = keyof typeof PEOPLE
const keys = Object.fromEntries(Object.keys(PEOPLE).map((name) => [name, newKey()])) as Record<
  Name,
  ReturnType<typeof newKey>
>
const keysText = JSON.stringify({
  keys: Object.entries(PEOPLE).map(([name, roles]) => ({
    id: name,
    sha256: keys[name as Name].sha256,
    roles,
  })),
})
const registryText = readFileSync(REGISTRY, 'utf8').replace(
  /^profiles:$/m,
  `profiles:
  contracts:
    allowed_tools: [draft_outbound_message]
    approvers: { role: legal }
    timeout_seconds: 60`,
)

const PLAN = {
  steps: [
    {
      id: 'draft',
      tool: 'draft_outbound_message',
      inputs: {
        template: { value: 'Subject: Hello\n\nDear {{name}}, are you there?' },
        prospect_data: { value: { name: 'Ada' } },
      },
    },
  ],
  replan: { at_most: 1, rules: [{ on: 'denied', steps: ['draft'], redo: 'draft' }] },
}

type Asked = { readonly as: Name; readonly body?: unknown }

async function api(url: string, { as, body }: Asked): Promise<Record<string, unknown>> {
  const headers = { authorization: `Bearer ${keys[as].key}`, 'content-type': 'application/json' }
  const posted = body === undefined ? {} : { method: 'POST', body: JSON.stringify(body) }
  return (await (await fetch(url, { headers, ...posted })).json()) as Record<string, unknown>
}

/** The approval that waits, as soon as one does. */
async function waiting(url: string): Promise<string> {
  for (;;) {
    const { items } = await api(`${url}/v1/approvals?status=pending`, { as: 'abe' })
    const [first] = items as { approval_id: string }[]
    if (first !== undefined) return first.approval_id
  }
}

async function browser(url: string, as: Name) {
  const signedIn = await fetch(`${url}/sign-in`, {
    method: 'POST',
    redirect: 'manual',
    body: new URLSearchParams({ key: keys[as].key }),
  })
  const cookie = signedIn.headers.get('set-cookie')?.split(';')[0] ?? ''
  const see = async (path: string): Promise<string> =>
    (await fetch(`${url}${path}`, { headers: { cookie } })).text()
  const send = async (path: string, form: Record<string, string>): Promise<string> =>
    (
      await fetch(`${url}${path}`, { method: 'POST', headers: { cookie }, body: new URLSearchParams(form) })
    ).text()
  return { see, send, home: signedIn.headers.get('location') }
}

const valueOf = (page: string, name: string): string =>
  new RegExp(`name="${name}" value="([^"]+)"`).exec(page)?.[1] ?? ''

test('the role that a profile asks of its approvers decides in the window, and what was refused before is said', async () => {
  const { url } = await server({
    CUGAR_KEYS_FILE: file('keys.json', keysText),
    REGISTRY: file('registry.yaml', registryText),
  })
  const body = { plan: PLAN, profile: 'contracts', tenant: 'acme', context: {} }
  expect(await api(`${url}/v1/runs`, { as: 'ann', body })).toMatchObject({ run_id: expect.any(String) })
  const first = await waiting(url)

  // Who may look, and decide elsewhere, has no form here.
  const abe = await browser(url, 'abe')
  const seen = await abe.see(`/inbox/${first}`)
  expect([seen.includes('Only approvers see'), seen.includes('value="approve"')]).toEqual([true, false])
  expect(await abe.see('/inbox')).not.toContain('data-pick')

  const lea = await browser(url, 'lea')
  expect(lea.home).toBe('/inbox')
  expect(await lea.see('/inbox')).toContain('data-pick')
  const page = await lea.see(`/inbox/${first}`)
  expect(page).toContain('Dear Ada')
  expect(page).toContain('value="approve"')
  expect(page).not.toMatch(/refused\s+before/)
  await lea.send(`/inbox/${first}`, {
    _csrf: valueOf(page, '_csrf'),
    digest: valueOf(page, 'digest'),
    decision: 'deny',
    reason: 'Not this person.',
  })

  const second = await waiting(url)
  expect(second).not.toBe(first)
  const again = await lea.see(`/inbox/${second}`)
  expect(again).toMatch(/This was refused\s+before\./)
  expect(again).toContain('Not this person.')
  const told = await cugar(['approval', second, '--url', url], { CUGAR_KEY: keys.lea.key })
  expect(told.out).toMatch(/refused before: by lea at \S+: Not this person\./)
  expect(told.out).toContain('decided by the role legal')

  // Whoever resumed the run has asked for it as well, and may write what is sent back.
  const decide = (id: string, decision: string) =>
    api(`${url}/v1/approvals/${id}/decision`, { as: 'lea', body: { decision, reason: 'No.' } })
  const { run_id } = await decide(second, 'deny')
  while ((await api(`${url}/v1/runs/${String(run_id)}`, { as: 'abe' }))['finished_at'] === null);
  const resumed = await api(`${url}/v1/runs/${String(run_id)}/resume`, { as: 'cy', body: {} })
  await decide(await waiting(url), 'request_changes')
  const shown = `/runs/${String(resumed['run_id'])}`
  expect(await (await browser(url, 'cy')).see(shown)).toContain('Write what to change')
  expect(await abe.see(shown)).toContain('ann or cy, who asked for it, may change')
}, 60_000)
