// Incidents on scratch servers, watched by a real Prometheus and Alertmanager: their alerts come, outlive scrapes that
// are missed in each of their states, and end. Those of a slower pace are played beside them; the one that waits for
// hours is recorded, and played by promtool alone.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { stringify } from 'safe-stable-stringify'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { TIMES, timesOf, type AlertOf, type Incident } from '../../bench/chaos/incident.ts'
import { INCIDENTS } from '../../bench/chaos/incidents/all.ts'
import { openTheatre, type Sent, type Theatre } from '../../bench/chaos/play.ts'
import { recordCases } from '../../bench/chaos/recording/record.ts'
import { eventually } from '../../bench/chaos/wait.ts'
import { examineMonitoring } from '../../src/cli/doctor/monitoring/checks.ts'
import { nameWithLabels, seriesOfRecorded, shapeOfSeries, shapesOfCases } from '../dashboards/cases.ts'
import { load, rulesOf } from '../dashboards/shipped.ts'

/** Two minutes of the rules, which are played sixty times as fast. */
const GAP_MS = 2000
/** So long something that must come is waited for. */
const PATIENCE_MS = 300_000
/** So many alerts at once are pending when the scrapes are missed. */
const PENDING = 3

/** What goes on by itself until somebody mends it: only a gap in the scrapes could end its alert. */
const STEADY = [
  'budget-exhausted',
  'budget-near',
  'disk-fills',
  'frozen-for-a-day',
  'job-down',
  'job-lost',
  'list-stands-still',
  'no-metrics',
  'registry-refused',
  'runs-stuck',
  'unknown-outcome',
  'watchdog',
]
/** It counts what an hour had of refusals, and that ends when they do. */
const FLEETING = new Set(['CugarBudgetExceededOften'])

/** Short ones: each is recorded again. */
const AGAIN = ['budget-exhausted', 'disk-fills', 'job-down', 'registry-refused', 'unknown-outcome']

/** Always there, and what was frozen before Prometheus saw anything. */
const FROM_THE_FIRST = new Set(['CugarWatchdog', 'CugarFrozenLong'])

const steady = INCIDENTS.filter(({ name }) => STEADY.includes(name))
const steadyAlerts = steady.flatMap(({ alerts }) => alerts.filter(({ alert }) => !FLEETING.has(alert)))
const played = INCIDENTS.filter((one) => timesOf(one) === TIMES && one.isLong !== true)
const slow = INCIDENTS.filter((one) => timesOf(one) !== TIMES)
/** Jobs of those that are not played here. */
const unplayed = INCIDENTS.filter(({ isLong }) => isLong).flatMap(({ alerts }) =>
  alerts.map(({ job }) => job),
)
const others = INCIDENTS.filter((one) => !steady.includes(one) && one.isLong !== true)

const alertNames = new Set(rulesOf(load().alerts).map(({ alert }) => alert))
const dir = mkdtempSync(join(tmpdir(), 'cugar-chaos-'))

const since = Date.now() / 1000
let theatre: Theatre
let slower: Theatre

beforeAll(async () => {
  theatre = await openTheatre(join(dir, 'all'), played)
  slower = await openTheatre(join(dir, 'slower'), slow)
}, 600_000)

afterAll(async () => {
  await Promise.all([theatre.stop(), slower.stop()])
  rmSync(dir, { recursive: true, force: true })
}, 120_000)

const namesOf = (sent: readonly Sent[]): string[] =>
  sent.map(({ notice }) => notice.labels['alertname'] ?? '').sort()
const alertsOf = (incidents: readonly Incident[]): string[] =>
  incidents.flatMap(({ alerts }) => alerts.map(({ alert }) => alert)).sort()
const endingOf = (incidents: readonly Incident[]): string[] =>
  alertsOf(incidents.filter(({ heal }) => heal !== null))

type Labels = Readonly<Record<string, string>>
const isAbout = ({ alert, job, labels = {} }: AlertOf, metric: Labels): boolean =>
  Object.entries({ alertname: alert, ...(job !== null && { job }), ...labels }).every(
    ([name, value]) => metric[name] === value,
  )

type State = 'pending' | 'firing'

/** When each steady alert of these states began, as Prometheus keeps it. */
async function begun(...states: readonly State[]): Promise<Map<string, number>> {
  const found = await theatre.monitoring.prometheus.instant(
    `ALERTS_FOR_STATE and ignoring (alertstate) ALERTS{alertstate=~"${states.join('|')}"}`,
  )
  const own = found.filter(({ metric }) => steadyAlerts.some((about) => isAbout(about, metric)))
  return new Map(own.map(({ metric, value }) => [stringify(metric) ?? '', value]))
}

const alertsIn = (begun: ReadonlyMap<string, number>): Set<string> =>
  new Set([...begun.keys()].map((labels) => (JSON.parse(labels) as Labels)['alertname'] ?? ''))

async function gap(): Promise<void> {
  for (const gateway of theatre.gateways) gateway.pause(true)
  await sleep(GAP_MS)
  for (const gateway of theatre.gateways) gateway.pause(false)
}

/** Rules remember a gauge for five minutes of theirs, which are 5 s: whoever was scraped in time was so within this. */
const REMEMBERED = '4s'

/** What a server answers later than this may be kept only after a rule has looked for it. */
const SLOW_S = 0.5

/**
 * Tells which jobs were not scraped for longer than that, or answered late: on a busy machine a gap is longer than it was
 * meant to be, and longer for the rules than it looks afterwards.
 */
async function starved(since: number): Promise<(labels: Labels) => boolean> {
  const seen = `count by (job) (last_over_time(cugar_build_info[${REMEMBERED}]))`
  const seconds = Math.ceil((Date.now() - since) / 1000)
  const missed = `count_over_time(${seen}[${seconds}s:100ms]) < ${10 * seconds}`
  const answered = `(scrape_duration_seconds and up == 1)[${seconds}s:100ms]`
  const late = `max by (job) (max_over_time(${answered})) > ${SLOW_S}`
  const found = await theatre.monitoring.prometheus.instant(`${missed} or ${late}`)
  const jobs = new Set(found.map(({ metric }) => metric['job']))
  return ({ job }) => (job === undefined ? jobs.size > 0 : jobs.has(job))
}

type Held = { readonly held: number; readonly changed: readonly string[] }

/**
 * Which steady alerts a gap has ended, or begun anew, and how many it has not. What ends one begins it anew, for its
 * cause stays: so all are waited for, as rules may be evaluated late, and it is when they began that tells.
 */
async function throughGap(before: ReadonlyMap<string, number>): Promise<Held> {
  const since = Date.now()
  await gap()
  const after = await eventually({ what: 'they are there after the gap', limitMs: PATIENCE_MS }, async () => {
    const now = await begun('pending', 'firing')
    return [...before.keys()].every((labels) => now.has(labels)) ? now : null
  })
  const isStarved = await starved(since)
  const fair = [...before].filter(([labels]) => !isStarved(JSON.parse(labels) as Labels))
  const changed = fair.filter(([name, at]) => after.get(name) !== at)
  return { held: fair.length - changed.length, changed: changed.map(String) }
}

/** Steady alerts that a gap has made fire. */
async function raisedByGap(): Promise<string[]> {
  const before = await begun('firing')
  const since = Date.now()
  await gap()
  const after = await begun('firing')
  const isStarved = await starved(since)
  return [...after.keys()].filter((labels) => !before.has(labels) && !isStarved(JSON.parse(labels) as Labels))
}

type Played = { readonly sent: readonly Sent[]; readonly healed: readonly Sent[] }

/** What each came to, and every problem at once: one that fails ends no other. */
async function allOf<T>(
  acts: readonly Promise<T>[],
): Promise<{ readonly done: T[]; readonly problems: string[] }> {
  const settled = await Promise.allSettled(acts)
  return {
    done: settled.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : [])),
    problems: settled.flatMap((one) => (one.status === 'rejected' ? [String(one.reason)] : [])),
  }
}

/** Breaks things, heals them when the alerts have come, and gives what was told. */
async function play(incident: Incident): Promise<Played> {
  const { begin, heal } = slow.includes(incident) ? slower : theatre
  const sent = await begin(incident)
  return { sent, healed: await heal(incident) }
}

describe('incidents', () => {
  test('every alert that is shipped is provoked by one, and none names another', () => {
    expect(new Set(alertsOf(INCIDENTS))).toEqual(alertNames)
  })

  test('a gap in the scrapes of what is well begins nothing', async () => {
    expect(await raisedByGap()).toEqual([])
    expect(alertsIn(await begun('firing')).difference(FROM_THE_FIRST)).toEqual(new Set())
  }, 120_000)

  test('incidents send their pages, which a gap neither ends nor begins anew, and say when they are over', async () => {
    const beginning = allOf(steady.map((incident) => theatre.begin(incident)))
    const pending = await eventually({ what: 'alerts are pending', limitMs: PATIENCE_MS }, async () => {
      const now = await begun('pending')
      return now.size >= PENDING ? now : null
    })
    const whilePending = await throughGap(pending)
    const playing = allOf(others.map(play))
    // On a machine on which every gap was too long none is counted; dashboards/tests/gaps.yml has them all.
    console.info(`pending through a gap: ${whilePending.held}`)
    expect(whilePending.changed).toEqual([])
    const sent = await beginning
    expect(sent.problems).toEqual([])
    expect(namesOf(sent.done.flat())).toEqual(alertsOf(steady))
    const all = new Set(steadyAlerts.map(({ alert }) => alert))
    let quiet = all
    const missing = { what: () => `${[...quiet].join(', ')} fire beside the others`, limitMs: PATIENCE_MS }
    const firing = await eventually(missing, async () => {
      const now = await begun('firing')
      quiet = all.difference(alertsIn(now))
      return quiet.size === 0 ? now : null
    })
    const whileFiring = await throughGap(firing)
    console.info(`firing through a gap: ${whileFiring.held}`)
    expect(whileFiring.changed).toEqual([])

    const healed = await allOf(steady.map((incident) => theatre.heal(incident)))
    expect(healed.problems).toEqual([])
    expect(namesOf(healed.done.flat())).toEqual(endingOf(steady))
    // They are over, and a gap begins none of them anew.
    expect(await raisedByGap()).toEqual([])
    const ended = await playing
    expect(ended.problems).toEqual([])
    expect(namesOf(ended.done.flatMap((one) => one.sent))).toEqual(alertsOf(others))
    expect(namesOf(ended.done.flatMap((one) => one.healed))).toEqual(endingOf(others))
  }, 1_800_000)

  test('the promtool cases are made of series that these servers export, with the same labels', async () => {
    const names = [...shapesOfCases().keys()].map((shape) => shape.split(' ')[0])
    const selector = `{__name__=~"${[...new Set(names)].join('|')}"}`
    const exported = new Set((await theatre.monitoring.prometheus.series(selector, since)).map(shapeOfSeries))
    expect([...shapesOfCases()].filter(([shape]) => !exported.has(shape))).toEqual([])
  }, 120_000)

  test('the recorded cases are made of series that these servers export, to the values of their labels', async () => {
    const wanted = [...seriesOfRecorded()].filter((series) =>
      unplayed.every((job) => !series.includes(`job="${job}"`)),
    )
    const names = new Set(wanted.map((series) => series.split('{')[0]))
    const selector = `{__name__=~"${[...names].join('|')}"}`
    const exported = await theatre.monitoring.prometheus.series(selector, since)
    const there = new Set(exported.map(nameWithLabels))
    expect(wanted.filter((series) => !there.has(series))).toEqual([])
  }, 120_000)

  test('what was scraped of these incidents makes the rules as they ship fire and end, too', async () => {
    const incidents = INCIDENTS.filter(({ name }) => AGAIN.includes(name))
    const { since, times, monitoring } = theatre
    const { prometheus } = monitoring
    const files = await recordCases({ prometheus, times, since, incidents }, join(dir, 'recorded'))
    // Each was run by promtool before it was written. Where scrapes came late there is nothing to see in some.
    console.info(`recorded again: ${files.length} of ${AGAIN.length}`)
    expect(AGAIN).toEqual(expect.arrayContaining(files.map((file) => basename(file, '.yml'))))
  }, 120_000)

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
