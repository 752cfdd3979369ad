// What Prometheus saw of an incident, as a promtool case of the shipped rules: a second of the play, or ten, is a minute of
// theirs, and everything else is as it was recorded.
import type { Labels, Prometheus, Span } from '../programs.ts'
import { ofJob, selectorsOf } from './needs.ts'
import { minutesWith } from './rehearsal.ts'
import { minutesOf, notation, type Minutes } from './sequence.ts'

export type PromtoolCase = {
  readonly name: string
  readonly interval: '1m'
  readonly input_series: readonly { readonly series: string; readonly values: string }[]
  readonly promql_expr_test: readonly {
    readonly expr: string
    readonly eval_time: string
    readonly exp_samples: readonly { readonly labels: string; readonly value: 1 }[]
  }[]
}

type Track = { readonly labels: Labels; readonly minutes: Minutes }

const MINUTE_S = 60

/** Where a play was watched. */
export type Paced = {
  readonly prometheus: Prometheus
  /** By what the rules' time was divided. */
  readonly times: number
}
/** So many seconds of the play were a minute of the rules. */
export const secondsOfMinute = ({ times }: Paced): number => MINUTE_S / times

/** Above so many minutes rules are evaluated every five where that shows it: each minute of a day takes half a minute. */
const LONG = 600
const AMOUNT = /_usd_total$/
const TIME = /_timestamp_seconds$/

/** `a`, `b`: ports are others each time. */
function instancesOf(tracks: readonly { readonly labels: Labels }[]): ReadonlyMap<string, string> {
  const names = new Set(tracks.flatMap(({ labels }) => labels['instance'] ?? []))
  return new Map([...names].map((name, index) => [name, String.fromCodePoint(97 + index)]))
}

/**
 * Two kinds of value are told by the clock, and the clock is another: a time keeps its distance from the moment of its
 * scrape, and dollars, of which the rules ask how many an hour, are as many more as the hour was shorter.
 */
function byTheRulesClock({ labels, minutes }: Track, { from }: Span, times: number): Track {
  const name = labels['__name__'] ?? ''
  const shifted = (value: number, index: number): number => {
    if (AMOUNT.test(name)) return value * times
    if (TIME.test(name) && value > 0)
      return Math.round(value - from - (index * MINUTE_S) / times) + index * MINUTE_S
    return value
  }
  return { labels, minutes: minutes.map((value, index) => (value === null ? null : shifted(value, index))) }
}

/** What has another value of a label that the alert fires with is not among what it adds up; a job has more instances. */
const isAbout = (labels: Labels, fired: Labels): boolean =>
  Object.entries(labels).every(
    ([name, value]) => name === 'instance' || fired[name] === undefined || fired[name] === value,
  )

async function tracksOf(paced: Paced, fired: Labels, span: Span): Promise<Track[]> {
  const { prometheus, times } = paced
  const { from, to } = span
  const minuteS = secondsOfMinute(paced)
  const stretch = { from, count: Math.ceil((to - from) / minuteS), minuteS }
  const tracks = new Map<string, Track>()
  for (const selector of selectorsOf(fired)) {
    const found = await prometheus.raw(ofJob(selector, fired['job'] ?? ''), span)
    for (const { metric, samples } of found) {
      const track = { labels: metric, minutes: minutesOf(samples, stretch) }
      tracks.set(written(metric), byTheRulesClock(track, span, times))
    }
  }
  return [...tracks.values()].filter(
    ({ labels, minutes }) => isAbout(labels, fired) && minutes.some((value) => value !== null),
  )
}

const quoted = (labels: Labels): string =>
  Object.entries(labels)
    .filter(([name]) => name !== '__name__')
    .map(([name, value]) => `${name}="${value}"`)
    .join(',')
const written = (labels: Labels): string => `${labels['__name__']}{${quoted(labels)}}`

/** Times, of a case that begins so many minutes after the clock. */
const later = ({ labels, minutes }: Track, lead: number): Track => ({
  labels,
  minutes: TIME.test(labels['__name__'] ?? '')
    ? minutes.map((value) => (value === null || value === 0 ? value : value + lead * MINUTE_S))
    : minutes,
})

/** Without the minutes before anything was scraped. */
function trimmed(tracks: readonly Track[]): readonly Track[] {
  const first = Math.min(...tracks.map(({ minutes }) => minutes.findIndex((value) => value !== null)))
  const skipped = Number.isFinite(first) ? first : 0
  return tracks.map(({ labels, minutes }) => later({ labels, minutes: minutes.slice(skipped) }, -skipped))
}

/** Minutes before the first, so that no time is before promtool's clock begins. */
function leadOf(tracks: readonly Track[]): number {
  const times = tracks.filter(({ labels }) => TIME.test(labels['__name__'] ?? ''))
  const values = times.flatMap(({ minutes }) => minutes.filter((value) => value !== null && value !== 0))
  const earliest = values.reduce<number>((least, value) => Math.min(least, value ?? 0), 0)
  return earliest < 0 ? Math.ceil(-earliest / MINUTE_S) + 1 : 0
}

/** The middle of the longest time in which it fired without a break; null: it never did. */
function middleOf(minutes: readonly number[], every: number): number | null {
  const runs: number[][] = []
  for (const minute of minutes) {
    const last = runs.at(-1)
    if (last !== undefined && minute - (last.at(-1) ?? 0) <= every) last.push(minute)
    else runs.push([minute])
  }
  const [longest] = runs.toSorted((one, other) => other.length - one.length)
  return longest?.[Math.floor(longest.length / 2)] ?? null
}

type Recorded = Pick<PromtoolCase, 'name' | 'interval' | 'input_series'>

/** Where an alert is looked for: minutes from the first that was scraped to the last, and how far apart. */
type Rehearsal = {
  readonly expr: string
  readonly first: number
  readonly last: number
  readonly every: number
}

/** What the shipped rules make of it; null: not quiet, firing and quiet again. */
async function expected(recorded: Recorded, asked: Rehearsal): Promise<TimedCase | null> {
  const { expr, first, last, every } = asked
  const minutes: number[] = []
  for (let minute = Math.ceil(first / every) * every; minute <= last; minute += every) minutes.push(minute)
  const firing = await minutesWith(recorded, expr, { minutes, every })
  const [from, to] = [minutes[0] ?? 0, minutes.at(-1) ?? 0]
  const middle = middleOf(firing, every)
  if (middle === null || firing.includes(from) || firing.includes(to)) return null
  const at = (minute: number, isFiring: boolean) => ({
    expr,
    eval_time: `${minute}m`,
    exp_samples: isFiring ? [{ labels: expr, value: 1 as const }] : [],
  })
  const tests = [at(from, false), at(middle, true), at(to, false)]
  return { every, promtool: { ...recorded, promql_expr_test: tests } }
}

/** How often rules have to be evaluated, in minutes, to show it. */
export type TimedCase = { readonly every: number; readonly promtool: PromtoolCase }

/**
 * `fired`: the labels of the alert as Prometheus kept it, with `alertname`; `span` is what was recorded. null: with the
 * rules as they ship it is not quiet, firing and quiet again in it, because too many scrapes were late.
 */
export async function caseOf(paced: Paced, fired: Labels, span: Span): Promise<TimedCase | null> {
  const tracks = trimmed(await tracksOf(paced, fired, span))
  const lead = leadOf(tracks)
  const instances = instancesOf(tracks)
  const here = (labels: Labels): Labels => ({
    ...labels,
    ...(labels['instance'] !== undefined && { instance: instances.get(labels['instance']) ?? 'a' }),
  })
  const blank: Minutes = Array.from({ length: lead }, () => null)
  const window = fired['long_window']
  const recorded: Recorded = {
    name: `${fired['alertname']}${window === undefined ? '' : ` over ${window}`}`,
    interval: '1m',
    input_series: tracks
      .map((track) => later(track, lead))
      .map(({ labels, minutes }) => ({
        series: written(here(labels)),
        values: notation([...blank, ...minutes]),
      }))
      .toSorted((one, other) => (one.series < other.series ? -1 : 1)),
  }
  const last = lead + (tracks[0]?.minutes.length ?? 0) - 1
  const asked = { expr: `ALERTS{${quoted({ ...here(fired), alertstate: 'firing' })}}`, first: lead, last }
  const rough = last > LONG ? await expected(recorded, { ...asked, every: 5 }) : null
  return rough ?? expected(recorded, { ...asked, every: 1 })
}
