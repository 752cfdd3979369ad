import { describe, expect, it } from 'vitest'
import { AppError } from '../../src/errors.ts'
import * as answers from '../../src/http/answers.ts'
import { freezePage } from '../../src/http/freezes.ts'
import { AT, digests } from './fixtures.ts'
import { asJson, keyring, openDoor } from './door.ts'

const PROFILE = { scope: 'profile', key: 'demo' } as const
const standing = {
  ...PROFILE,
  frozen: true,
  cause: 'CugarBudgetExhausted',
  by: 'alertmanager',
  reason: null,
  at: AT,
}
const shown = {
  ...PROFILE,
  cause: 'CugarBudgetExhausted',
  by: 'alertmanager',
  reason: null,
  at: new Date(AT).toISOString(),
}

/** As Alertmanager 0.25 posts it for the shipped rules, one budget firing and another resolved. */
const WEBHOOK = {
  receiver: 'pages',
  status: 'firing',
  alerts: [
    {
      status: 'firing',
      labels: {
        alertname: 'CugarBudgetExhausted',
        budget: 'demo',
        job: 'cugar',
        resource: 'calls',
        severity: 'critical',
      },
      annotations: {
        dashboard_uid: 'cugar-governance',
        description: '100% of the calls budget of demo is used.',
        summary: 'A budget window is used up: calls are refused until it ends.',
      },
      startsAt: '2026-01-02T03:00:05.123456789Z',
      endsAt: '0001-01-01T00:00:00Z',
      generatorURL: 'http://localhost:9090/graph?g0.expr=x&g0.tab=1',
      fingerprint: 'd1f5c9f5d5e1a3b7',
    },
    {
      status: 'resolved',
      labels: { alertname: 'CugarBudgetExhausted', budget: 'smb', job: 'cugar', severity: 'critical' },
      annotations: {},
      startsAt: '2026-01-02T04:00:05.5+02:00',
      endsAt: '2026-01-02T03:03:05.123Z',
      generatorURL: '',
      fingerprint: '7b3a1e5d5f9c5f1d',
    },
  ],
  groupLabels: { alertname: 'CugarBudgetExhausted' },
  commonLabels: { alertname: 'CugarBudgetExhausted', job: 'cugar', severity: 'critical' },
  commonAnnotations: {},
  externalURL: 'http://localhost:9093',
  version: '4',
  groupKey: '{}/{severity="critical"}:{alertname="CugarBudgetExhausted"}',
  truncatedAlerts: 0,
}
const PATH = '/v1/hooks/alertmanager'

describe('POST /v1/hooks/alertmanager', () => {
  it('hands the alerts of Alertmanager to the engine, in the name of the key, and tells what they hold', async () => {
    const ring = keyring(['hooks'])
    const door = await openDoor({
      keys: ring.keys,
      engine: { applyAlerts: async () => ({ frozen: [PROFILE], ignored: 1 }) },
    })
    const response = await door.post(PATH, WEBHOOK, ring.bearer['hooks'])
    expect([response.status, answers.alertsApplied.parse(await response.json())]).toEqual([
      200,
      { frozen: [PROFILE], ignored: 1 },
    ])
    const [first, second] = WEBHOOK.alerts
    expect(door.called).toEqual([
      {
        name: 'applyAlerts',
        with: [
          [
            {
              status: 'firing',
              labels: first?.labels,
              annotations: first?.annotations,
              startsAt: Date.UTC(2026, 0, 2, 3, 0, 5, 123),
            },
            {
              status: 'resolved',
              labels: second?.labels,
              annotations: {},
              startsAt: Date.UTC(2026, 0, 2, 2, 0, 5, 500),
            },
          ],
          { id: 'hooks', roles: ['hooks'] },
        ],
      },
    ])
  })

  it('reads each alert by itself: a malformed one loses no other', async () => {
    const door = await openDoor({ engine: { applyAlerts: async () => ({ frozen: [PROFILE], ignored: 0 }) } })
    const [good] = WEBHOOK.alerts
    const bad = [null, { ...good, startsAt: 'soon' }, { ...good, labels: { budget: 1 } }]
    const response = await door.post(PATH, { ...WEBHOOK, alerts: [bad[0], good, ...bad.slice(1)] })
    expect(answers.alertsApplied.parse(await response.json())).toEqual({
      frozen: [PROFILE],
      ignored: 0,
      malformed: 3,
    })
    expect(door.called).toMatchObject([{ name: 'applyAlerts', with: [[{ labels: good?.labels }], {}] }])
  })

  const [alert] = WEBHOOK.alerts
  const many = Array.from({ length: 1001 }, () => ({ ...alert, annotations: {} }))
  it.each([
    ['nothing', {}],
    ['a list', []],
    ['another version', { ...WEBHOOK, version: '5' }],
    ['no alerts', { version: '4' }],
    ['alerts that are no list', { ...WEBHOOK, alerts: {} }],
    ['an alert that is null', { ...WEBHOOK, alerts: [null] }],
    ['another status', { ...WEBHOOK, alerts: [{ ...alert, status: 'pending' }] }],
    ['no labels', { ...WEBHOOK, alerts: [{ ...alert, labels: undefined }] }],
    ['a label that is a number', { ...WEBHOOK, alerts: [{ ...alert, labels: { budget: 1 } }] }],
    ['no start', { ...WEBHOOK, alerts: [{ ...alert, startsAt: undefined }] }],
    ['a start that is no time', { ...WEBHOOK, alerts: [{ ...alert, startsAt: 'yesterday' }] }],
    ['more than 1000 alerts', { ...WEBHOOK, alerts: many }],
    ['a prototype key', JSON.stringify(WEBHOOK).replace('"budget"', '"__proto__"')],
  ])('refuses %s', async (_, body) => {
    const door = await openDoor()
    const response = await door.post(PATH, body)
    expect([response.status, (await asJson(response)).code, door.called]).toEqual([
      400,
      'INVALID_REQUEST',
      [],
    ])
  })
})

describe('freezes', () => {
  it('are listed with their cause, and with the words of the person who asked', async () => {
    const manual = { ...standing, cause: 'manual', by: 'alice', reason: digests.reason }
    const door = await openDoor({ engine: { freezes: () => [standing, manual] } })
    const page = freezePage.parse(await (await door.get('/v1/freezes')).json())
    expect(page).toEqual({
      items: [shown, { ...shown, cause: 'manual', by: 'alice', reason: 'Too long' }],
      next_cursor: null,
    })
  })

  it('show at their profile', async () => {
    const tenant = { ...standing, scope: 'tenant', key: 'demo' } as const
    for (const [freezes, frozen] of [
      [[standing], true],
      [[tenant], false],
    ] as const) {
      const door = await openDoor({ engine: { freezes: () => freezes } })
      const body = await asJson(await door.get('/v1/profiles'))
      expect(answers.profile.array().parse(body.items)).toMatchObject([{ name: 'demo', frozen }])
    }
  })

  it('are set and lifted by a person, with a reason', async () => {
    const door = await openDoor()
    const body = { ...PROFILE, reason: 'Too long' }
    const as = { 'x-cugar-actor': 'alice' }
    const set = answers.freeze.parse(await (await door.post('/v1/freezes', body, as)).json())
    expect(set).toEqual({ ...shown, cause: 'manual', by: 'alice', reason: 'Too long' })
    const tenant = { scope: 'tenant', key: 'team-1', reason: 'Paid' }
    const lifted = answers.freezeLifted.parse(await (await door.post('/v1/freezes/lift', tenant, as)).json())
    expect(lifted).toEqual({ scope: 'tenant', key: 'team-1', lifted: true })
    const alice = expect.objectContaining({ id: 'alice' })
    expect(door.called).toEqual([
      { name: 'freeze', with: [body, alice] },
      { name: 'lift', with: [tenant, alice] },
    ])
  })

  it.each([
    ['no reason', PROFILE],
    ['a blank reason', { ...PROFILE, reason: ' ' }],
    ['another scope', { scope: 'run', key: 'run_abc', reason: 'r' }],
    ['no key', { scope: 'tenant', reason: 'r' }],
    ['a tenant with a space', { scope: 'tenant', key: 'a b', reason: 'r' }],
    ['an unknown field', { ...PROFILE, reason: 'r', for: '1h' }],
  ])('refuse %s', async (_, body) => {
    const door = await openDoor()
    for (const path of ['/v1/freezes', '/v1/freezes/lift']) {
      const response = await door.post(path, body)
      expect([response.status, (await asJson(response)).code]).toEqual([400, 'INVALID_REQUEST'])
    }
    expect(door.called).toEqual([])
  })

  it('refuse new runs with 409 and a code', async () => {
    const refuse = async (): Promise<never> => {
      throw new AppError('FROZEN', { scope: 'profile' })
    }
    const door = await openDoor({ engine: { start: refuse } })
    const response = await door.post('/v1/runs', { goal: 'g' })
    expect([response.status, await asJson(response)]).toMatchObject([
      409,
      { code: 'FROZEN', detail: 'The profile accepts no new runs until a person lifts the freeze.' },
    ])
  })
})
