// Golden signals of the last minutes, up to a day: one slot for each minute in a ring of a day. The slots are rows of a
// view, so that they survive a restart.
import { AppError } from '../../errors.ts'
import type { StoredEvent } from '../../events/event.ts'
import type { Journal, ViewRow } from '../../journal/journal.ts'
import { entryOf } from './row-table.ts'
import { addTally, count, emptyTally, isCounted, signalsOf, type Tally } from './tally.ts'
import type { SeriesQuery, SignalsPoint, SignalsReport } from './views.ts'

const VIEW = 'signals'
const MINUTE_MS = 60_000
/** Minutes of a day. */
const SLOTS = 1440

/** One minute (since the epoch), by profile. JSON. */
type Slot = { readonly minute: number; readonly profiles: Record<string, Tally> }

export type SignalSlots = {
  /** Counts an event in its minute; `now` in epoch milliseconds. */
  readonly fold: (event: StoredEvent, profile: string, now: number) => void
  readonly report: (query: SignalsQuery) => SignalsReport
  /** Points of whole steps, oldest first, the last one not over yet. */
  readonly series: (query: SeriesQuery & { readonly now: number }) => SignalsPoint[]
  /** Minutes that changed since the last time, as rows. */
  readonly drain: () => ViewRow[]
}

export type SignalsQuery = {
  readonly windowSeconds: number
  readonly now: number
  /** Highest share of a tenant budget of a profile. */
  readonly utilisation: (profile: string) => number | null
  readonly profiles: readonly string[]
}

const minuteOf = (at: number): number => Math.floor(at / MINUTE_MS)

const rowOf = (slot: Slot): ViewRow => ({
  view: VIEW,
  id: String(slot.minute % SLOTS),
  sort: slot.minute % SLOTS,
  status: '',
  profile: '',
  tenant: '',
  doc: JSON.stringify(slot),
})

/** Whole slots that cover the window. Throws INVALID_REQUEST below a minute and above a day. */
function firstMinute({ windowSeconds, now }: SignalsQuery): number {
  if (!(windowSeconds >= 60 && windowSeconds <= 86_400)) {
    const message = 'must be between 60 seconds and 24 hours'
    throw new AppError('INVALID_REQUEST', {}, { problems: [{ path: 'window', message }] })
  }
  return Math.max(minuteOf(now - windowSeconds * 1000), minuteOf(now) - SLOTS + 1)
}

function tallies(
  ring: ReadonlyMap<number, Slot>,
  query: SignalsQuery,
): { all: Tally; by: Map<string, Tally> } {
  const first = firstMinute(query)
  const last = minuteOf(query.now)
  const all = emptyTally()
  const by = new Map(query.profiles.map((profile) => [profile, emptyTally()]))
  for (const { minute, profiles } of ring.values()) {
    if (minute < first || minute > last) continue
    for (const [profile, tally] of Object.entries(profiles)) {
      const sum = by.get(profile) ?? emptyTally()
      by.set(profile, sum)
      addTally(sum, tally)
      addTally(all, tally)
    }
  }
  return { all, by }
}

function reportOf(ring: ReadonlyMap<number, Slot>, query: SignalsQuery): SignalsReport {
  const { all, by } = tallies(ring, query)
  const shares = [...by.keys()].map(query.utilisation).filter((share) => share !== null)
  const entries = [...by].map(([profile, tally]) => [profile, signalsOf(tally, query.utilisation(profile))])
  return {
    window_seconds: query.windowSeconds,
    all: signalsOf(all, shares.length === 0 ? null : Math.max(...shares)),
    by_profile: Object.fromEntries(entries),
  }
}

/** Steps begin at whole multiples of themselves, so that a point stays the same point while time goes on. */
function seriesOf(
  ring: ReadonlyMap<number, Slot>,
  { window, step, profile, now }: SeriesQuery & { readonly now: number },
): SignalsPoint[] {
  const minutes = Math.ceil(step / 60)
  const stepOf = (minute: number): number => Math.floor(minute / minutes)
  const first = Math.max(minuteOf(now - window * 1000), minuteOf(now) - SLOTS + 1)
  const points = new Map<number, Tally>()
  for (let at = stepOf(first); at <= stepOf(minuteOf(now)); at += 1) points.set(at, emptyTally())
  for (const { minute, profiles } of ring.values()) {
    const sum = minute < first || minute > minuteOf(now) ? undefined : points.get(stepOf(minute))
    if (!sum) continue
    for (const [name, tally] of Object.entries(profiles))
      if (profile === undefined || name === profile) addTally(sum, tally)
  }
  return [...points].map(([at, tally]) => {
    const { budget_utilisation: _present, ...signals } = signalsOf(tally, null)
    return { at: at * minutes * MINUTE_MS, ...signals }
  })
}

/** The slots as they were saved. */
export async function loadSignals(journal: Journal): Promise<SignalSlots> {
  const rows = await journal.rows({ view: VIEW, limit: SLOTS })
  const ring = new Map(rows.map((row) => [row.sort, entryOf(row) as Slot]))
  const changed = new Set<number>()

  /** The slot of a minute; undefined when a later minute has its place already. */
  const slotOf = (minute: number): Slot | undefined => {
    const present = ring.get(minute % SLOTS)
    if (present && present.minute > minute) return undefined
    if (present?.minute === minute) return present
    const slot = { minute, profiles: {} }
    ring.set(minute % SLOTS, slot)
    return slot
  }
  return {
    fold: (event, profile, now) => {
      if (!isCounted(event)) return
      const minute = minuteOf(event.at)
      // It is too old to be asked for, or a clock that runs ahead would give it a later minute's place.
      if (minute <= minuteOf(now) - SLOTS || minute > minuteOf(now) + 1) return
      const slot = slotOf(minute)
      if (!slot) return
      const tally = slot.profiles[profile] ?? emptyTally()
      slot.profiles[profile] = tally
      count(tally, event)
      changed.add(minute % SLOTS)
    },
    report: (query) => reportOf(ring, query),
    series: (query) => seriesOf(ring, query),
    drain: () => {
      const slots = [...changed].map((place) => ring.get(place)).filter((slot) => slot !== undefined)
      changed.clear()
      return slots.map(rowOf)
    },
  }
}
