// Cases of what was played, one file an incident: `npm run chaos -- all --record` writes those that are shipped.
import { createHash } from 'node:crypto'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { alertSelector, type AlertOf, type Incident } from '../incident.ts'
import type { Labels, Prometheus, Span } from '../programs.ts'
import { roomOf } from '../incidents/all.ts'
import { caseOf, secondsOfMinute, type Paced, type PromtoolCase, type TimedCase } from './case.ts'
import { casesText } from './cases-text.ts'

export const RECORDED = join(import.meta.dirname, '../../../dashboards/tests/recorded')

// All in minutes of the rules.
/** The product has been well again for so long when a recording ends. */
const AFTERWARDS = 15
/** What was not seen to fire for so long has ended: rules may be evaluated late. */
const ENDED = 8
/** A day and more: what was yesterday is in it. */
const BEFORE = 27 * 60

/** So long after the last play a recording has all that it needs. */
export const afterwardsMs = (times: number): number => (AFTERWARDS * 60_000) / times

export type Played = Paced & {
  /** When Prometheus was started, epoch seconds. */
  readonly since: number
  readonly incidents: readonly Incident[]
}

type Firing = { readonly labels: Labels; readonly at: readonly number[] }

/** Each alert of the incident as it fired: of a name with several windows one each. */
async function firingsOf(prometheus: Prometheus, about: AlertOf, span: Span): Promise<Firing[]> {
  const found = await prometheus.raw(alertSelector(about, { alertstate: 'firing' }), span)
  const byWindow = new Map<string, Firing>()
  for (const { metric, samples } of found) {
    const { __name__: _, alertstate: _state, ...own } = metric
    const window = own['long_window'] ?? ''
    const firing = { labels: own, at: samples.map(([at]) => at) }
    if (firing.at.length > (byWindow.get(window)?.at.length ?? 0)) byWindow.set(window, firing)
  }
  return [...byWindow.values()]
}

/** From the first scrape, past ones included, until the product has been well for a while; null: it fires still. */
function spanOf({ at }: Firing, { from, to }: Span, minuteS: number): Span | null {
  const last = at.at(-1) ?? to
  if (last > to - ENDED * minuteS) return null
  return { from, to: Math.min(to, Math.floor(last) + AFTERWARDS * minuteS) }
}

async function casesOf(paced: Paced, { alerts }: Incident, whole: Span): Promise<TimedCase[]> {
  const cases: TimedCase[] = []
  for (const about of alerts) {
    for (const firing of await firingsOf(paced.prometheus, about, whole)) {
      const span = spanOf(firing, whole, secondsOfMinute(paced))
      if (span === null) continue
      const made = await caseOf(paced, firing.labels, span)
      if (made !== null) cases.push(made)
    }
  }
  return cases
}

/** Of the series of a file: whoever edits one by hand changes it. */
export const digestOf = (cases: readonly Pick<PromtoolCase, 'input_series'>[]): string =>
  createHash('sha256')
    .update(JSON.stringify(cases.map(({ input_series }) => input_series)))
    .digest('hex')

type Told = { readonly story: string; readonly dir: string; readonly times: number }

function textOf(timed: readonly TimedCase[], { story, dir, times }: Told): string {
  const cases = timed.map(({ promtool }) => promtool)
  return `# ${story}
# Recorded by \`npm run chaos -- all --record\`, not written by hand: it was played ${times} times as fast.
# sha256 ${digestOf(cases)}
${casesText({ cases, dir, every: Math.min(...timed.map(({ every }) => every)) })}`
}

/** Writes a file for each incident whose alerts all fired and ended; gives their names. What is there of others stays. */
export async function recordCases(played: Played, dir: string): Promise<string[]> {
  const { since, incidents } = played
  const whole = {
    from: Math.floor(since - BEFORE * secondsOfMinute(played)),
    to: Math.floor(Date.now() / 1000),
  }
  const files: string[] = []
  for (const incident of incidents) {
    const cases = await casesOf(played, incident, whole)
    const missing = incident.alerts.filter(({ alert }) =>
      cases.every(({ promtool }) => promtool.name.split(' ')[0] !== alert),
    )
    if (missing.length > 0) continue
    const room = join(dir, roomOf(incident))
    mkdirSync(room, { recursive: true })
    const file = join(room, `${incident.name}.yml`)
    writeFileSync(file, textOf(cases, { story: incident.story, dir: room, times: played.times }))
    files.push(file)
  }
  return files
}
