// Signing in by way of an identity provider, without a browser: who gets in, as whom, and what gets nobody in.
import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { newKey } from '../../src/http/callers/keys.ts'
import { createAttempts } from '../../src/console/oidc/attempts.ts'
import { cugar, file, folder, REGISTRY, server } from '../cli/hand.ts'
import { clientOf, CODE, handMadeProvider, type Fault, type HandMade } from './hand-made-provider.ts'

const GROUPS = `
groups:
  acme-sales: { roles: [operator, viewer], tenants: [acme] }
  "Everyone / EU": { roles: [viewer] }
  reviewers: { roles: [approver], tenants: [acme, globex] }
  /it/admins: { roles: [admin, viewer] }
`

const registryWithGroups = (groups = GROUPS): string =>
  file('registry.yaml', `${readFileSync(REGISTRY, 'utf8')}${groups}`)
const { sha256 } = newKey()
const keysFile = (): string =>
  file('keys.json', JSON.stringify({ keys: [{ id: 'carla', sha256, roles: ['viewer'] }] }))

const get = (url: string, cookie = ''): Promise<Response> =>
  fetch(url, { redirect: 'manual', headers: { cookie } })

const cookieNamed = (answer: Response, name: string): string =>
  answer.headers
    .getSetCookie()
    .map((one) => one.split(';')[0] ?? '')
    .find((one) => one.startsWith(`${name}=`) && one.length > name.length + 1) ?? ''

type Begun = { readonly cookie: string; readonly state: string; readonly to: URL }

async function begin(url: string, provider: HandMade, next = ''): Promise<Begun> {
  const answer = await get(`${url}/sign-in/start${next === '' ? '' : `?next=${encodeURIComponent(next)}`}`)
  const to = new URL(answer.headers.get('location') ?? 'about:blank')
  provider.sent(to)
  return { cookie: cookieNamed(answer, 'cugar_sign_in'), state: to.searchParams.get('state') ?? '', to }
}

const comeBack = (url: string, { cookie, state }: Begun, more = ''): Promise<Response> =>
  get(`${url}/sign-in/callback?code=${CODE}&state=${encodeURIComponent(state)}${more}`, cookie)

const onwardOf = (page: string): string => /content="0;url=([^"]*)"/.exec(page)?.[1] ?? ''

test('who comes back from the identity provider is who it says, with the roles and tenants of their groups', async () => {
  const provider = await handMadeProvider()
  const env = { CUGAR_KEYS_FILE: keysFile(), REGISTRY: registryWithGroups(), LOG_LEVEL: 'debug' }
  const { url, end } = await server({ ...env, ...clientOf(provider.issuer) })

  // There: with everything that ties the answer to this browser.
  const begun = await begin(url, provider, '/runs?status=failed')
  const sent = Object.fromEntries(begun.to.searchParams)
  expect(sent).toMatchObject({
    client_id: 'cugar-console',
    response_type: 'code',
    scope: 'openid groups',
    redirect_uri: `${url}/sign-in/callback`,
    code_challenge_method: 'S256',
  })
  expect(String(sent['nonce']).length).toBeGreaterThan(20)

  // And back: a session, a page that goes on, and no second time.
  provider.say({ groups: ['unknown-here', 'acme-sales', 'Everyone / EU'] })
  const back = await comeBack(url, begun)
  expect(back.status).toBe(200)
  expect(onwardOf(await back.text())).toBe('/runs?status=failed')
  const flags = back.headers.getSetCookie().find((one) => one.startsWith('cugar_session=')) ?? ''
  expect(flags).toMatch(/HttpOnly/)
  expect(flags).toMatch(/SameSite=Strict/)
  const session = cookieNamed(back, 'cugar_session')
  const again = await comeBack(url, begun)
  expect([again.status, cookieNamed(again, 'cugar_session')]).toEqual([400, ''])

  // The roles are those of the groups: an operator and viewer of acme alone, and nobody's administrator.
  const statusOf = async (path: string, cookie: string): Promise<number> =>
    (await get(`${url}${path}`, cookie)).status
  expect(await (await get(`${url}/runs`, session)).text()).toContain('carla')
  expect(await statusOf('/runs', session)).toBe(200)
  const post = async (path: string, cookie: string, form: Record<string, string> = {}): Promise<Response> => {
    const page = await (await get(`${url}/runs`, cookie)).text()
    const csrf = /name="_csrf" value="([^"]+)"/.exec(page)?.[1] ?? ''
    return fetch(`${url}${path}`, {
      method: 'POST',
      redirect: 'manual',
      headers: { cookie },
      body: new URLSearchParams({ ...form, _csrf: csrf }),
    })
  }
  const asked = { goal: 'Score the account', profile: 'demo', tenant: 'globex' }
  const other = await post('/start', session, asked)
  expect([other.status, await other.text()]).toEqual([403, expect.stringContaining('acme')])
  expect((await post('/registry/reload', session)).status).toBe(403)

  // The first group of the file decides whose runs they are; a role that reaches less far is not theirs.
  const signIn = async (groups: unknown, sub = 'carla'): Promise<Response> => {
    provider.say({ groups, sub })
    return comeBack(url, await begin(url, provider))
  }
  const admin = cookieNamed(await signIn(['/it/admins']), 'cugar_session')
  expect([await statusOf('/audit', admin), (await post('/registry/reload', admin)).status]).toEqual([
    200, 200,
  ])
  const mixed = cookieNamed(await signIn(['/it/admins', 'acme-sales']), 'cugar_session')
  expect((await post('/registry/reload', mixed)).status).toBe(403)
  const one = await signIn('reviewers', 'auth0|4711')
  expect(onwardOf(await one.text())).toBe('/inbox')
  expect(await (await get(`${url}/inbox`, cookieNamed(one, 'cugar_session'))).text()).toMatch(
    /oidc-[0-9a-f]{32}/,
  )
  const nobody = await signIn(['unknown-here'])
  expect([nobody.status, cookieNamed(nobody, 'cugar_session')]).toEqual([403, ''])
  expect(await nobody.text()).toContain('no group of yours has a role here')

  // Signed out everywhere: every session of this person, and no other.
  expect(await statusOf('/runs', session)).toBe(200)
  await post('/sign-out', session, { everywhere: '1' })
  expect([await statusOf('/runs', session), await statusOf('/audit', admin)]).toEqual([303, 303])
  expect(await statusOf('/inbox', cookieNamed(one, 'cugar_session'))).toBe(200)
  const { out } = await end('SIGTERM')
  for (const secret of [CODE, 'canary-access-token', 'canary-client-secret', begun.state, 'acme-sales'])
    expect(out).not.toContain(secret)
}, 120_000)

const FAULTS: readonly Fault[] = [
  'other nonce',
  'other issuer',
  'other audience',
  'expired',
  'not yet',
  'unsigned',
  'signed by another',
  'no identity',
  'nobody',
  'refuses the code',
  'broken',
]

test('nobody gets in by what an identity provider did not say, or said to another browser', async () => {
  const provider = await handMadeProvider()
  const env = { CUGAR_KEYS_FILE: keysFile(), REGISTRY: registryWithGroups(), LOG_LEVEL: 'debug' }
  const { url, end } = await server({ ...env, ...clientOf(provider.issuer) })
  const wrong: string[] = []
  const expectOut = async (what: string, answer: Response, statuses: readonly number[]): Promise<void> => {
    const page = await answer.text()
    const isIn = cookieNamed(answer, 'cugar_session') !== ''
    if (isIn || !statuses.includes(answer.status))
      wrong.push(`${what}: ${answer.status}, ${isIn ? 'in' : 'out'}`)
    if (page.includes(CODE) || page.includes('canary') || page.includes('<script>alert'))
      wrong.push(`${what}: tells`)
  }

  // Before the provider is one, and after: a start needs it no more than a page does.
  provider.say({ fault: 'is no provider', groups: ['/it/admins'] })
  await expectOut('is no provider', await get(`${url}/sign-in/start`), [502])
  expect(await (await get(`${url}/sign-in`)).text()).toContain('Sign in with 127.0.0.1')
  const doctor = async (): Promise<string> =>
    (await cugar(['doctor'], { ...env, ...clientOf(provider.issuer), PORT: '0', DATA_DIR: folder() })).out
  expect(await doctor()).toMatch(/sign-in.*does not answer as an identity provider/)
  provider.say({ fault: 'none' })
  expect(await doctor()).toMatch(/sign-in.*answers as an identity provider/)

  for (const fault of FAULTS) {
    provider.say({ fault: 'none' })
    const begun = await begin(url, provider)
    provider.say({ fault })
    await expectOut(fault, await comeBack(url, begun), [400])
  }
  provider.say({ fault: 'none' })
  const first = await begin(url, provider)
  const second = await begin(url, provider)
  await expectOut(
    'the cookie of another attempt',
    await comeBack(url, { ...first, cookie: second.cookie }),
    [400],
  )
  await expectOut('no cookie', await comeBack(url, { ...first, cookie: '' }), [400])
  const forged = first.cookie.replace(/=(.)/, (_, letter: string) => (letter === 'e' ? '=f' : '=e'))
  await expectOut('a forged cookie', await comeBack(url, { ...first, cookie: forged }), [400])
  await expectOut(
    'a session for an attempt',
    await comeBack(url, { ...first, cookie: 'cugar_sign_in=x.y' }),
    [400],
  )
  const refusals = [
    'error=access_denied',
    'error=login_required',
    `error=${encodeURIComponent('<script>alert(1)</script>')}`,
  ]
  for (const refusal of refusals) {
    const begun = await begin(url, provider)
    const answer = await get(`${url}/sign-in/callback?${refusal}&state=${begun.state}`, begun.cookie)
    await expectOut(refusal, answer, [400, 403])
  }
  await expectOut('nothing at all', await get(`${url}/sign-in/callback`), [400])

  // Nowhere but within the console, whoever asks.
  for (const next of ['//evil.example', 'https://evil.example/', '/\\evil.example', 'javascript:alert(1)']) {
    const back = await comeBack(url, await begin(url, provider, next))
    const onward = onwardOf(await back.text())
    if (!/^\/(?![/\\])/.test(onward)) wrong.push(`${next} leads to ${onward}`)
  }
  expect(wrong).toEqual([])
  const { out } = await end('SIGTERM')
  expect(out).not.toContain(CODE)
  expect(out).not.toContain('canary')
  expect(out).toContain('a sign-in by way of the identity provider failed')
}, 120_000)

test('what is wrong with the settings and the groups is told before a start, all of it', async () => {
  const half = await cugar(['serve'], {
    OIDC_CLIENT_ID: 'x',
    OIDC_SCOPE: 'groups',
    OIDC_GROUPS_CLAIM: 'a claim',
  })
  expect(half.code).not.toBe(0)
  for (const name of ['OIDC_CLIENT_ID', 'OIDC_SCOPE', 'OIDC_GROUPS_CLAIM'])
    expect(half.err).toContain(`${name}: has no effect without OIDC_ISSUER`)
  const wrong = await cugar(['serve'], {
    OIDC_ISSUER: 'http://login.example.com',
    OIDC_SCOPE: 'groups',
    OIDC_REDIRECT_URL: 'https://sales.example/',
  })
  for (const told of [
    'OIDC_ISSUER: must start with https://',
    'OIDC_ISSUER: needs CUGAR_KEYS_FILE',
    'OIDC_CLIENT_ID: is needed',
    'OIDC_SCOPE: must be scopes',
    'OIDC_REDIRECT_URL: must end with /sign-in/callback',
  ])
    expect(wrong.err).toContain(told)
  const registry = registryWithGroups(`
groups:
  a: { roles: [viewer, aprover], profiles: [demos] }
  b: { roles: [] }
`)
  const { code, out } = await cugar(['registry', 'check', registry])
  expect(code).not.toBe(0)
  for (const told of ['no role is called aprover', 'no profile is called demos', 'groups.b.roles'])
    expect(out).toContain(told)
})

test('an attempt is good for ten minutes, once, and under its own secret alone', () => {
  let now = 1_000_000
  const secret = Buffer.alloc(32, 1)
  const attempts = createAttempts(secret, () => now)
  const parts = { state: 's', nonce: 'n', verifier: 'v', next: '/' }
  const cookie = (value: string): string => `other=1; cugar_sign_in=${value}`
  const kept = attempts.keep(parts)
  expect(createAttempts(Buffer.alloc(32, 2), () => now).take(cookie(kept))).toBeNull()
  expect(attempts.take(cookie(kept))).toMatchObject(parts)
  expect(attempts.take(cookie(kept))).toBeNull()
  const late = attempts.keep({ ...parts, state: 'late' })
  now += 600_001
  expect(attempts.take(cookie(late))).toBeNull()
  expect(attempts.take('cugar_sign_in=')).toBeNull()
  expect(attempts.take(undefined)).toBeNull()
})
