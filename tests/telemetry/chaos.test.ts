// Every incident on scratch servers, watched by one real Prometheus and Alertmanager: its alerts come, outlive scrapes
// that are missed in each of their states, and end. `npm run chaos` plays them by hand.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { stringify } from 'safe-stable-stringify'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Incident } from '../../bench/chaos/incident.ts'
import { INCIDENTS } from '../../bench/chaos/incidents/all.ts'
import { openTheatre, type Sent, type Theatre } from '../../bench/chaos/play.ts'
import { eventually } from '../../bench/chaos/wait.ts'
import { examineMonitoring } from '../../src/cli/doctor/monitoring/checks.ts'
import { load, rulesOf } from '../dashboards/shipped.ts'

/** Alerts about models: no scratch server has one that could fail. */
const WITHOUT_INCIDENT = [
  'CugarLLMErrorRateHigh',
  'CugarLLMLatencyHigh',
  'CugarCostSpike',
  'CugarPlannerFallback',
]
const alertNames = new Set(rulesOf(load().alerts).map(({ alert }) => alert))
const dir = mkdtempSync(join(tmpdir(), 'cugar-chaos-'))
let theatre: Theatre

beforeAll(async () => {
  theatre = await openTheatre(dir, INCIDENTS)
}, 300_000)

afterAll(async () => {
  await theatre.stop()
  rmSync(dir, { recursive: true, force: true })
}, 60_000)

const namesOf = (sent: readonly Sent[]): string[] =>
  sent.map(({ notice }) => notice.labels['alertname'] ?? '').sort()
const expected = INCIDENTS.flatMap(({ alerts }) => alerts.map(({ alert }) => alert)).sort()

const first = INCIDENTS.filter(({ playsLast }) => playsLast === undefined)
const last = INCIDENTS.filter(({ playsLast }) => playsLast === true)

/** What goes on by itself until somebody mends it: only a gap in the scrapes could end its alert. */
const STEADY = [
  'budget-exhausted',
  'budget-near',
  'disk-fills',
  'frozen-for-a-day',
  'job-down',
  'job-lost',
  'no-metrics',
  'registry-refused',
  'runs-stuck',
  'unknown-outcome',
]
const steady = INCIDENTS.filter(({ name }) => STEADY.includes(name))
/** It counts what an hour had of refusals, and that ends when they do. */
const FLEETING = new Set(['CugarBudgetExceededOften'])
const isSteady = ({ alertname, job }: Readonly<Record<string, string>>): boolean =>
  steady.some(({ alerts }) =>
    alerts.some(({ alert, job: of }) => alert === alertname && of === job && !FLEETING.has(alert)),
  )

/** When each steady alert of this state began, as Prometheus keeps it. */
async function begun(state: 'pending' | 'firing'): Promise<Map<string, number>> {
  const found = await theatre.monitoring.prometheus.instant(
    `ALERTS_FOR_STATE and ignoring (alertstate) ALERTS{alertstate="${state}"}`,
  )
  const own = found.filter(({ metric }) => isSteady(metric))
  return new Map(
    own.map(({ metric, value }) => [stringify({ ...metric, alertstate: undefined }) ?? '', value]),
  )
}

/** Two minutes of the rules, which are played sixty times as fast. */
const GAP_MS = 2000

async function gap(): Promise<void> {
  for (const gateway of theatre.gateways) gateway.pause(true)
  await sleep(GAP_MS)
  for (const gateway of theatre.gateways) gateway.pause(false)
}

/** Alerts that a gap has ended, or begun anew. */
async function changedByGap(state: 'pending' | 'firing'): Promise<{ before: number; changed: string[] }> {
  const before = await begun(state)
  await gap()
  const after = new Map([...(await begun('pending')), ...(await begun('firing'))])
  return {
    before: before.size,
    changed: [...before].filter(([name, at]) => after.get(name) !== at).map(String),
  }
}

async function waitForPending(): Promise<void> {
  await eventually({ what: 'three alerts are pending', limitMs: 120_000 }, async () =>
    (await begun('pending')).size >= 3 ? true : null,
  )
}

const firingOf = ({ alerts }: Incident): number =>
  alerts.flatMap(({ alert, job }) =>
    theatre.pages.of(alert, job ?? undefined).filter(({ status }) => status === 'firing'),
  ).length

describe('incidents', () => {
  test('every alert that is shipped is named by one, but those about models, and none names another', () => {
    const named = new Set(INCIDENTS.flatMap(({ alerts }) => alerts.map(({ alert }) => alert)))
    expect(named.union(new Set(WITHOUT_INCIDENT))).toEqual(alertNames)
    expect(WITHOUT_INCIDENT.filter((name) => named.has(name))).toEqual([])
  })

  test('send their pages, which a gap in the scrapes neither ends nor begins anew, and say when they are over', async () => {
    const firing = new Map(first.map((incident) => [incident, theatre.begin(incident)]))
    const gaps = async () => {
      await waitForPending()
      const pending = await changedByGap('pending')
      await Promise.all(steady.map(async (incident) => firing.get(incident)))
      return [pending, await changedByGap('firing')]
    }
    const gapped = gaps()
    const play = async (incident: Incident) => {
      const sent = (await firing.get(incident)) ?? []
      if (steady.includes(incident)) await gapped
      return { sent, healed: await theatre.heal(incident) }
    }
    const played = await Promise.allSettled(first.map(play))
    theatre.rest()
    for (const incident of last) firing.set(incident, theatre.begin(incident))
    played.push(...(await Promise.allSettled(last.map(play))))
    theatre.rest()
    expect(played.flatMap((one) => (one.status === 'rejected' ? [String(one.reason)] : []))).toEqual([])
    const pages = played.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []))
    const [pending, during] = await gapped
    expect([pending?.changed, during?.changed]).toEqual([[], []])
    expect(during?.before).toBeGreaterThanOrEqual(STEADY.length)
    expect(namesOf(pages.flatMap(({ sent }) => sent))).toEqual(expected)
    expect(namesOf(pages.flatMap(({ healed }) => healed))).toEqual(
      expected.filter((name) => name !== 'CugarWatchdog'),
    )
  }, 900_000)

  test('a gap after they are over begins none of them again', async () => {
    const before = steady.map(firingOf)
    await gap()
    expect(await begun('pending')).toEqual(new Map())
    expect(await begun('firing')).toEqual(new Map())
    expect(steady.map(firingOf)).toEqual(before)
  }, 60_000)

  test('the doctor sees the watchdog, and that these are not the shipped rules; it prints no secret', async () => {
    const { prometheus } = theatre.monitoring.urls
    const url = prometheus.replace('http://', 'http://user:s3cret@')
    const checks = await examineMonitoring({ prometheus: `${url}?token=hidden` })
    const byName = Object.fromEntries(checks.map(({ check, ok }) => [check, ok]))
    expect(byName).toMatchObject({
      prometheus: true,
      rules: false,
      pager: true,
      'dead man': true,
      watchdog: true,
    })
    expect(JSON.stringify(checks)).not.toMatch(/s3cret|hidden/)
  }, 120_000)
})
