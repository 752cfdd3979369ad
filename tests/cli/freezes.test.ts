import { describe, expect, test } from 'vitest'
import { cugar, documents, file, server, type Server } from './hand.ts'

const on =
  ({ url }: Server) =>
  (...args: string[]) =>
    cugar(args, { CUGAR_URL: url })

const MESSAGE = JSON.stringify({ subject: 'Hello', message: 'A short note.' })
const TIME = String.raw`\d{4}-\d\d-\d\dT[\d:.]+Z`
const line = (text: string): string => `${text}\n`

const webhook = (budget: string, startsAt: string) => ({
  version: '4',
  status: 'firing',
  alerts: [
    {
      status: 'firing',
      labels: { alertname: 'CugarBudgetExhausted', budget, resource: 'calls' },
      annotations: {},
      startsAt,
    },
  ],
})

const fire = async (
  { url }: Server,
  body: unknown,
  key?: string,
): Promise<{ status: number; body: unknown }> => {
  const headers = {
    'content-type': 'application/json',
    ...(key === undefined ? {} : { authorization: `Bearer ${key}` }),
  }
  const init = { method: 'POST', headers, body: JSON.stringify(body) }
  const response = await fetch(`${url}/v1/hooks/alertmanager`, init)
  return { status: response.status, body: await response.json() }
}

const frozenGauge = async ({ url }: Server): Promise<string | undefined> =>
  /^cugar_profile_frozen\{profile="demo"\} (\d)$/m.exec(await (await fetch(`${url}/metrics`)).text())?.[1]

describe('against a running server', () => {
  test('an alert freezes a profile, a restart keeps it frozen, and a person lifts it for good', async () => {
    const first = await server()
    const body = webhook('demo', new Date().toISOString())
    const taken = { status: 200, body: { frozen: [{ scope: 'profile', key: 'demo' }], ignored: 0 } }
    expect(await frozenGauge(first)).toBe('0')
    expect(await fire(first, body)).toEqual(taken)
    expect(await fire(first, body)).toEqual(taken)
    expect(await frozenGauge(first)).toBe('1')
    await first.end('SIGTERM')

    const next = await server({ DATA_DIR: first.dataDir })
    const call = on(next)
    expect((await call('freezes')).out).toMatch(
      new RegExp(`^profile\tdemo\tCugarBudgetExhausted\tlocal\t${TIME}\t-\n$`),
    )
    const context = file('context.json', MESSAGE)
    const run = (profile: string) =>
      call('run', 'Assess the quality of this message', '--profile', profile, '--context', context)
    expect(await run('demo')).toMatchObject({ code: 1, err: expect.stringContaining('FROZEN') })
    expect(await run('smb')).toMatchObject({ code: 0 })

    const lift = ['lift', 'profile', 'demo', '--reason', 'The limit was raised', '--as', 'alice']
    expect(await call(...lift)).toEqual({
      code: 0,
      out: line('profile demo accepts new runs again'),
      err: '',
    })
    expect((await call(...lift)).out).toBe(line('profile demo was not frozen'))
    expect(await fire(next, body)).toEqual({ status: 200, body: { frozen: [], ignored: 1 } })
    expect(await run('demo')).toMatchObject({ code: 0 })
    expect(await frozenGauge(next)).toBe('0')
    const text = await (await fetch(`${next.url}/metrics`)).text()
    expect(text).toContain('cugar_freezes_total{scope="profile",action="frozen"} 1\n')
    expect(text).toContain('cugar_freezes_total{scope="profile",action="lifted"} 1\n')
    await next.end('SIGTERM')
    expect(await cugar(['verify'], { DATA_DIR: first.dataDir })).toMatchObject({ code: 0 })
  })

  test('a person freezes a tenant with a reason, which the list shows', async () => {
    const call = on(await server())
    const frozen = await call('freeze', 'tenant', 'team-1', '--reason', 'Not paid', '--as', 'alice')
    expect(frozen.out).toMatch(
      new RegExp(`^tenant team-1 frozen for new runs since ${TIME} \\(manual, alice\\)\n$`),
    )
    const [page] = documents((await call('freezes', '--json')).out)
    expect(page?.['items']).toMatchObject([
      { scope: 'tenant', key: 'team-1', cause: 'manual', by: 'alice', reason: 'Not paid' },
    ])
    const unknown = await call('freeze', 'profile', 'nobody', '--reason', 'x')
    expect(unknown).toMatchObject({ code: 1, err: expect.stringContaining('UNKNOWN_PROFILE') })
  })

  test('a key of the role hooks delivers alerts and does nothing else', async () => {
    const roles = { alertmanager: 'hooks', alice: 'admin' }
    const made = await Promise.all(
      Object.entries(roles).map(async ([id, role]) => {
        const [key] = documents((await cugar(['keys', 'new', '--id', id, '--roles', role, '--json'])).out)
        return key as { key: string; entry: object }
      }),
    )
    const keys = file('keys.yaml', JSON.stringify({ keys: made.map(({ entry }) => entry) }))
    const live = await server({ CUGAR_KEYS_FILE: keys })
    const [hooks, admin] = made.map(({ key }) => key)
    const body = webhook('smb', new Date().toISOString())
    expect((await fire(live, body)).status).toBe(401)
    expect((await fire(live, body, admin)).status).toBe(403)
    expect((await fire(live, body, hooks)).status).toBe(200)
    const as = (key = '') => ({ CUGAR_URL: live.url, CUGAR_KEY: key })
    const lift = ['lift', 'profile', 'smb', '--reason', 'Fine']
    expect(await cugar(lift, as(hooks))).toMatchObject({ code: 1, err: expect.stringContaining('FORBIDDEN') })
    expect((await cugar(['freezes'], as(admin))).out).toContain(
      'profile\tsmb\tCugarBudgetExhausted\talertmanager\t',
    )
    expect((await cugar(lift, as(admin))).code).toBe(0)
  })
})

test.each([
  { args: ['freeze', 'run', 'run_1', '--reason', 'x'] },
  { args: ['freeze', 'profile', '--reason', 'x'] },
  { args: ['freeze', 'profile', 'demo'] },
  { args: ['lift', 'profile', ' ', '--reason', 'x'] },
  { args: ['lift', 'tenant', 'team', '--reason', ' '] },
  { args: ['freezes', 'demo'] },
])('wrong usage ends with 2: $args', async ({ args }) => {
  expect(await cugar(args)).toMatchObject({ code: 2, out: '' })
})
