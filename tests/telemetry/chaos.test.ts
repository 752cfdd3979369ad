// Incidents on scratch servers, watched by the real Prometheus and Alertmanager: their alerts come, outlive scrapes that
// are missed, and end. `npm run chaos -- all` plays the longer ones too.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { INCIDENTS } from '../../bench/chaos/incidents/all.ts'
import { openTheatre, type Sent, type Theatre } from '../../bench/chaos/play.ts'
import { examineMonitoring } from '../../src/cli/doctor/monitoring/checks.ts'
import { load, rulesOf } from '../dashboards/shipped.ts'

const PLAYED = ['instance-down', 'job-down', 'job-lost', 'no-metrics', 'registry-refused', 'watchdog']
const incidents = INCIDENTS.filter(({ name }) => PLAYED.includes(name))
/** Alerts that no incident provokes yet: about models, vendors and lists, which no scratch server has. */
const WITHOUT_INCIDENT = [
  'CugarLLMErrorRateHigh',
  'CugarLLMLatencyHigh',
  'CugarCostSpike',
  'CugarPlannerFallback',
  'CugarAdapterFallback',
  'CugarAdapterErrorRateHigh',
  'CugarBatchStandsStill',
]
const alertNames = new Set(rulesOf(load().alerts).map(({ alert }) => alert))
const dir = mkdtempSync(join(tmpdir(), 'cugar-chaos-'))
let theatre: Theatre

beforeAll(async () => {
  theatre = await openTheatre(dir, incidents)
}, 240_000)

afterAll(async () => {
  await theatre.stop()
  rmSync(dir, { recursive: true, force: true })
}, 60_000)

const namesOf = (sent: readonly Sent[]): string[] =>
  sent.map(({ notice }) => notice.labels['alertname'] ?? '').sort()
const expected = incidents.flatMap(({ alerts }) => alerts.map(({ alert }) => alert)).sort()

/** When each alert that fires began, as Prometheus keeps it. */
async function begun(): Promise<Record<string, number>> {
  const found = await theatre.monitoring.prometheus.instant(
    'ALERTS_FOR_STATE and on (alertname, job, instance) ALERTS{alertstate="firing"}',
  )
  const names = found.map(({ metric, value }) => {
    const { alertname, job, instance } = metric
    return [`${alertname} ${job} ${instance}`, value] as const
  })
  return Object.fromEntries(names)
}

/** Two minutes of the rules, which are played sixty times as fast. */
const GAP_MS = 2000

describe('incidents', () => {
  test('every alert that is shipped is named by one, but those that are listed, and none names another', () => {
    const named = new Set(INCIDENTS.flatMap(({ alerts }) => alerts.map(({ alert }) => alert)))
    expect(named.union(new Set(WITHOUT_INCIDENT))).toEqual(alertNames)
    expect(WITHOUT_INCIDENT.filter((name) => named.has(name))).toEqual([])
  })

  test('send their pages, which a gap in the scrapes neither ends nor begins anew, and say when they are over', async () => {
    const sent = (await Promise.all(incidents.map((incident) => theatre.begin(incident)))).flat()
    expect(namesOf(sent)).toEqual(expected)
    const before = await begun()
    for (const gateway of theatre.gateways) gateway.pause(true)
    await sleep(GAP_MS)
    for (const gateway of theatre.gateways) gateway.pause(false)
    expect(await begun()).toMatchObject(before)
    const healed = (await Promise.all(incidents.map((incident) => theatre.heal(incident)))).flat()
    expect(namesOf(healed)).toEqual(expected.filter((name) => name !== 'CugarWatchdog'))
  }, 500_000)

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
