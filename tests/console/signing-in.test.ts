// Who may see and do what: with keys, without a browser, as the pages are plain forms. One server for all of it.
import { describe, expect, test } from 'vitest'
import { newKey } from '../../src/http/callers/keys.ts'
import { file, server } from '../cli/hand.ts'
import { cookieOf, send, signIn, tokenOf, type Form } from './by-form.ts'

const ROLES = ['viewer', 'operator', 'approver', 'admin', 'metrics', 'hooks'] as const
type Role = (typeof ROLES)[number]

const keys = Object.fromEntries(ROLES.map((role) => [role, newKey()])) as Record<
  Role,
  ReturnType<typeof newKey>
>
const keysText = (without: readonly Role[] = []): string =>
  JSON.stringify({
    keys: ROLES.filter((role) => !without.includes(role)).map((role) => ({
      id: `${role}-key`,
      sha256: keys[role].sha256,
      roles: [role],
    })),
  })

/** Who sees which page; everybody else is told which role is missing. */
const PAGES: Readonly<Record<string, readonly Role[]>> = {
  '/': ['operator'],
  '/inbox': ['viewer', 'approver'],
  '/lists/new': ['operator'],
  '/runs': ['viewer'],
  '/lists': ['viewer'],
  '/signals': ['viewer'],
  '/budgets': ['viewer'],
  '/tools': ['viewer', 'admin'],
  '/registry': ['viewer', 'admin'],
  '/audit': ['viewer', 'admin'],
}

/** Who may change what; `reached`: what the API says to who has the role. */
const CHANGES: readonly { path: string; form: Form; roles: readonly Role[] }[] = [
  { path: '/start', form: { goal: 'Score it', profile: 'demo', tenant: 'default' }, roles: ['operator'] },
  { path: '/', form: { goal: 'Score it', profile: 'demo' }, roles: ['operator'] },
  {
    path: '/budgets/freeze',
    form: { scope: 'tenant', key: 'acme', reason: 'because' },
    roles: ['admin'],
  },
  { path: '/lists/new', form: { table: 'a\nb', goal: 'Score it', do: 'start' }, roles: ['operator'] },
  { path: '/registry/compare', form: {}, roles: ['admin'] },
  { path: '/registry/reload', form: {}, roles: ['admin'] },
  { path: '/audit/verify', form: {}, roles: ['viewer', 'admin'] },
]

describe('with keys', () => {
  test('pages and changes are for their roles alone, nothing is done for a foreign form, and sessions end', async () => {
    const path = file('keys.json', keysText())
    const first = await server({ CUGAR_KEYS_FILE: path })
    const { url } = first
    const wrong: string[] = []

    // Nobody yet: every page leads to the door, and back only within the console.
    for (const page of [...Object.keys(PAGES), '/decide/apr_x_1', '/runs/run_x']) {
      const answer = await send(`${url}${page}`)
      if (answer.headers.get('location') !== `/sign-in?next=${encodeURIComponent(page)}`) wrong.push(page)
    }
    // A form of a session that is over leads back to the page that it stood on, and says that nothing was done.
    for (const [to, stood] of [
      ['/inbox/apr_x_1', '/inbox/apr_x_1'],
      ['/decide/apr_x_1', '/decide/apr_x_1'],
      ['/runs/run_x/cancel', '/runs/run_x'],
      ['/budgets/freeze', '/budgets'],
      ['/', '/'],
    ] as const) {
      const { headers } = await send(`${url}${to}`, { form: { decision: 'approve' } })
      const location = headers.get('location') ?? ''
      if (location !== `/sign-in?next=${encodeURIComponent(stood)}&undone=1`) wrong.push(`${to}: ${location}`)
      if (!(await (await send(`${url}${location}`)).text()).includes('nothing was done')) wrong.push(to)
    }
    for (const next of [
      '//evil.example',
      'https://evil.example/',
      '/\\evil.example',
      'javascript:alert(1)',
    ]) {
      const answer = await send(`${url}/sign-in`, { form: { key: keys.viewer.key, next } })
      if (!/^\/(?![/\\])/.test(answer.headers.get('location') ?? '//')) wrong.push(next)
    }
    expect((await send(`${url}/sign-in`, { form: { key: 'cugar_wrong' } })).status).toBe(401)
    expect((await send(`${url}/stream`)).status).toBe(401)

    const cookies = Object.fromEntries(
      await Promise.all(ROLES.map(async (role) => [role, await signIn(url, keys[role].key)] as const)),
    )
    for (const role of ROLES) {
      const cookie = cookies[role] ?? ''
      for (const [page, roles] of Object.entries(PAGES)) {
        const { status } = await send(`${url}${page}`, { cookie })
        const expected = roles.includes(role) ? 200 : 403
        if (status !== expected) wrong.push(`${role} ${page}: ${status}`)
      }
      const token = await tokenOf(`${url}/`, cookie)
      for (const { path: to, form, roles } of CHANGES) {
        const { status } = await send(`${url}${to}`, { cookie, form: { ...form, _csrf: token } })
        if ((status === 403) === roles.includes(role)) wrong.push(`${role} ${to}: ${status}`)
      }
    }

    // A form of somebody else's, or of no page: nothing happens.
    const cookie = cookies['admin'] ?? ''
    const other = await tokenOf(`${url}/`, cookies['viewer'] ?? '')
    const form = { scope: 'tenant', key: 'forged', reason: 'forged' }
    for (const forged of [{}, { _csrf: '' }, { _csrf: other }, { _csrf: `${other}x` }]) {
      const answer = await send(`${url}/budgets/freeze`, {
        cookie,
        form: { ...form, ...forged },
        headers: { origin: 'https://evil.example', 'sec-fetch-site': 'cross-site' },
      })
      if (answer.status !== 403) wrong.push(`forged: ${answer.status}`)
    }
    const elsewhere = { 'sec-fetch-site': 'cross-site' }
    const lured = await send(`${url}/sign-in`, { form: { key: keys.viewer.key }, headers: elsewhere })
    expect([lured.status, lured.headers.get('set-cookie')]).toEqual([403, null])
    const frozen = await fetch(`${url}/v1/freezes`, {
      headers: { authorization: `Bearer ${keys.admin.key}` },
    })
    expect(await frozen.text()).not.toContain('forged')
    const signIn303 = await send(`${url}/sign-in`, { form: { key: keys.admin.key } })
    const flags = signIn303.headers.get('set-cookie') ?? ''
    expect(flags).toMatch(/HttpOnly/)
    expect(flags).toMatch(/SameSite=Strict/)
    const tampered = cookie.replace(/=(.)/, (_, letter: string) => (letter === 'A' ? '=B' : '=A'))
    expect((await send(`${url}/registry`, { cookie: tampered })).status).toBe(303)
    expect(wrong).toEqual([])

    // Signed out: a copy of the cookie is worth nothing, and another session of the same person goes on.
    const copied = await signIn(url, keys.admin.key)
    await send(`${url}/sign-out`, { cookie: copied, form: { _csrf: await tokenOf(`${url}/`, copied) } })
    expect((await send(`${url}/registry`, { cookie: copied })).status).toBe(303)
    expect((await send(`${url}/registry`, { cookie })).status).toBe(200)
    // Signed out everywhere: both sessions are over, those of others are not, and a start of the server revives none.
    const token = await tokenOf(`${url}/`, cookie)
    await send(`${url}/sign-out`, { cookie, form: { _csrf: token, everywhere: '1' } })
    expect((await send(`${url}/registry`, { cookie })).status).toBe(303)
    expect((await send(`${url}/registry`, { cookie: cookieOf(signIn303) })).status).toBe(303)
    expect((await send(`${url}/registry`, { cookie: cookies['viewer'] ?? '' })).status).toBe(200)
    await first.end('SIGKILL')
    const withoutOperator = file('fewer.json', keysText(['operator']))
    const second = await server({ CUGAR_KEYS_FILE: withoutOperator, DATA_DIR: first.dataDir })
    expect((await send(`${second.url}/registry`, { cookie })).status).toBe(303)
    expect((await send(`${second.url}/registry`, { cookie: copied })).status).toBe(303)
    expect((await send(`${second.url}/registry`, { cookie: cookies['viewer'] ?? '' })).status).toBe(200)
    // A key that is gone has no session.
    expect((await send(`${second.url}/`, { cookie: cookies['operator'] ?? '' })).status).toBe(303)
  }, 120_000)
})
