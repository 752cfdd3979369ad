// Times that are free for a meeting: within working hours, in one time zone or in both, beside what is busy. Pure; the
// same question gives the same slots.
import type { Temporal } from 'temporal-polyfill'
import { momentOf } from './local-time.ts'
import { temporal } from './calendar-packages.ts'

/** Monday first, as ISO 8601 counts. */
export const WEEKDAYS = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'] as const
export type Weekday = (typeof WEEKDAYS)[number]

/** Local minutes after midnight. */
export type WorkingHours = { readonly start: number; readonly end: number; readonly days: readonly Weekday[] }

/** Epoch milliseconds, the end not included. */
export type Span = { readonly start: number; readonly end: number }

export type SlotSearch = {
  readonly zones: readonly [string, ...string[]]
  readonly hours: WorkingHours
  readonly durationMs: number
  /** Slots lie whole within it. */
  readonly within: Span
  readonly busy: readonly Span[]
  readonly count: number
}

/** Meetings begin on the hour or half past it. */
const STEP_MINUTES = 30
const NOON = 12 * 60
const MINUTE_MS = 60_000

const localOf = (at: number, zone: string): Temporal.ZonedDateTime =>
  temporal().Instant.fromEpochMilliseconds(at).toZonedDateTimeISO(zone)

const minuteOfDay = ({ hour, minute }: Temporal.ZonedDateTime): number => hour * 60 + minute

const weekdayOf = ({ dayOfWeek }: { dayOfWeek: number }): Weekday | undefined => WEEKDAYS[dayOfWeek - 1]

/** Whether a meeting is within the hours of a zone, on one local day. */
function isInHours({ start, end }: Span, zone: string, hours: WorkingHours): boolean {
  const first = localOf(start, zone)
  const last = localOf(end - 1, zone)
  const weekday = weekdayOf(first)
  if (weekday === undefined || !hours.days.includes(weekday)) return false
  if (!first.toPlainDate().equals(last.toPlainDate())) return false
  return minuteOfDay(first) >= hours.start && minuteOfDay(last) + 1 <= hours.end
}

const overlaps = (one: Span, other: Span): boolean => one.start < other.end && other.start < one.end

/** A meeting that begins at this local time, if it may: a time that the clocks skip or show twice is none to meet at. */
function slotAt(day: Temporal.PlainDate, minute: number, search: SlotSearch): Span | null {
  const [zone] = search.zones
  const local = day.toPlainDateTime({ hour: Math.floor(minute / 60), minute: minute % 60 })
  const start = momentOf(local, zone)
  if (start === null) return null
  const slot = { start, end: start + search.durationMs }
  const isWithin = slot.start >= search.within.start && slot.end <= search.within.end
  const isWorked = search.zones.every((one) => isInHours(slot, one, search.hours))
  return isWithin && isWorked && !search.busy.some((busy) => overlaps(slot, busy)) ? slot : null
}

function firstIn(day: Temporal.PlainDate, minutes: Span, search: SlotSearch): Span | null {
  const first = Math.ceil(minutes.start / STEP_MINUTES) * STEP_MINUTES
  for (let minute = first; minute < minutes.end; minute += STEP_MINUTES) {
    const slot = slotAt(day, minute, search)
    if (slot !== null) return slot
  }
  return null
}

/** The first free time of each half of a day, so that there is something to choose from; earliest first. */
export function freeSlots(search: SlotSearch): Span[] {
  const { hours, within, count } = search
  const [zone] = search.zones
  const slots: Span[] = []
  const halves = [
    { start: hours.start, end: Math.min(hours.end, NOON) },
    { start: Math.max(hours.start, NOON), end: hours.end },
  ]
  let day = localOf(within.start, zone).toPlainDate()
  const last = localOf(within.end, zone).toPlainDate()
  while (temporal().PlainDate.compare(day, last) <= 0 && slots.length < count) {
    for (const half of halves) {
      const slot = firstIn(day, half, search)
      if (slot !== null && !slots.some((other) => overlaps(slot, other))) slots.push(slot)
    }
    day = day.add({ days: 1 })
  }
  return slots.slice(0, count)
}

export const durationOf = (minutes: number): number => minutes * MINUTE_MS
