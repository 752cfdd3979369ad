// Golden signals of what is past: minutes of the last day, hours of the last week.
import { AppError } from '../../errors.ts'
import type { StoredEvent } from '../../events/event.ts'
import type { Journal, ViewRow } from '../../journal/journal.ts'
import { slotRing, type RingShape, type SlotRing } from './slot-ring.ts'
import { addTally, domainsOf, emptyTally, signalsOf, type Tally } from './tally.ts'
import type { SeriesQuery, SignalsReport, SignalsSeries } from './views.ts'

const HOUR_MS = 3_600_000
const DAY_SECONDS = 86_400
const MINUTES: RingShape = { view: 'signals', slotMs: 60_000, slots: 1440 }
/** One more than a week has: the window begins in the middle of its first hour. */
const HOURS: RingShape = { view: 'signals_hours', slotMs: HOUR_MS, slots: 7 * 24 + 1 }

export type SignalSlots = {
  /** Counts an event that counts (`isCounted`) in its minute and its hour; `now` in epoch milliseconds. */
  readonly fold: (event: StoredEvent, profile: string, now: number) => void
  /** Errors: INVALID_REQUEST for a window below a minute or above a week. */
  readonly report: (query: SignalsQuery) => SignalsReport
  /** Points of whole steps, oldest first, the last one not over yet. */
  readonly series: (query: SeriesQuery & { readonly now: number }) => SignalsSeries
  /** Slots that changed since the last time, as rows. */
  readonly drain: () => ViewRow[]
}

export type SignalsQuery = {
  readonly windowSeconds: number
  readonly now: number
  /** Highest share of a tenant budget of a profile. */
  readonly utilisation: (profile: string) => number | null
  readonly profiles: readonly string[]
}

type Rings = { readonly minutes: SlotRing; readonly hours: SlotRing }

/** Minutes tell as much as they can; beyond a day there are only hours. */
const ringFor = ({ minutes, hours }: Rings, windowSeconds: number): SlotRing =>
  windowSeconds <= DAY_SECONDS ? minutes : hours

function checkWindow({ windowSeconds }: SignalsQuery): void {
  if (windowSeconds >= 60 && windowSeconds <= 7 * DAY_SECONDS) return
  const message = 'must be between 60 seconds and 7 days'
  throw new AppError('INVALID_REQUEST', {}, { problems: [{ path: 'window', message }] })
}

function tallies(ring: SlotRing, query: SignalsQuery): { all: Tally; by: Map<string, Tally> } {
  const all = emptyTally()
  const by = new Map(query.profiles.map((profile) => [profile, emptyTally()]))
  for (const { profiles } of ring.between(query.now - query.windowSeconds * 1000, query.now)) {
    for (const [profile, tally] of Object.entries(profiles)) {
      const sum = by.get(profile) ?? emptyTally()
      by.set(profile, sum)
      addTally(sum, tally)
      addTally(all, tally)
    }
  }
  return { all, by }
}

function reportOf(rings: Rings, query: SignalsQuery): SignalsReport {
  checkWindow(query)
  const { all, by } = tallies(ringFor(rings, query.windowSeconds), query)
  const shares = [...by.keys()].map(query.utilisation).filter((share) => share !== null)
  const entries = [...by].map(([profile, tally]) => [profile, signalsOf(tally, query.utilisation(profile))])
  return {
    window_seconds: query.windowSeconds,
    all: signalsOf(all, shares.length === 0 ? null : Math.max(...shares)),
    by_profile: Object.fromEntries(entries),
    by_domain: domainsOf(all),
  }
}

/** Seconds of a point: whole slots. */
const stepSeconds = ({ window, step }: Pick<SeriesQuery, 'window' | 'step'>): number => {
  const slot = (window <= DAY_SECONDS ? MINUTES : HOURS).slotMs / 1000
  return Math.ceil(step / slot) * slot
}

/** Steps begin at whole multiples of themselves, so that a point stays the same point while time goes on. */
function seriesOf(rings: Rings, query: SeriesQuery & { readonly now: number }): SignalsSeries {
  const { window, profile, now } = query
  const ring = ringFor(rings, window)
  const { slotMs, slots } = ring.shape
  const stepMs = stepSeconds(query) * 1000
  const stepOf = (at: number): number => Math.floor(at / stepMs)
  const from = Math.max(now - window * 1000, now - (slots - 1) * slotMs)
  const points = new Map<number, Tally>()
  for (let at = stepOf(from); at <= stepOf(now); at += 1) points.set(at, emptyTally())
  for (const { minute, profiles } of ring.between(from, now)) {
    const sum = points.get(stepOf(minute * slotMs))
    if (!sum) continue
    for (const [name, tally] of Object.entries(profiles))
      if (profile === undefined || name === profile) addTally(sum, tally)
  }
  const items = [...points].map(([at, tally]) => {
    const { budget_utilisation: _present, ...signals } = signalsOf(tally, null)
    return { at: at * stepMs, ...signals }
  })
  return { stepSeconds: stepMs / 1000, points: items }
}

/** The slots as they were saved. */
export async function loadSignals(journal: Pick<Journal, 'rows'>): Promise<SignalSlots> {
  const [minutes, hours] = await Promise.all([slotRing(journal, MINUTES), slotRing(journal, HOURS)])
  const rings = { minutes, hours }
  return {
    fold: (event, profile, now) => {
      minutes.fold(event, profile, now)
      hours.fold(event, profile, now)
    },
    report: (query) => reportOf(rings, query),
    series: (query) => seriesOf(rings, query),
    drain: () => [...minutes.drain(), ...hours.drain()],
  }
}
