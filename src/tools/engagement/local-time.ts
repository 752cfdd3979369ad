// Times and hours as people write them, in a time zone whose clocks may skip an hour or show one twice. A local time that
// is none, or two, is a problem: neither of the two is meant more than the other.
import type { Temporal } from 'temporal-polyfill'
import { isPlaceholder, kindOf, type Reading } from '../reading.ts'
import { cleanText } from '../text.ts'
import { temporal } from './calendar-packages.ts'

const HAS_ZONE = /(?:z|[+-]\d{2}(?::?\d{2})?)$/i
const DAY = /^\d{4}-\d{2}-\d{2}$/
const LOCAL = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(?::\d{2}(?:\.\d{1,9})?)?/i

const TAKEN =
  'must be a day as 2026-03-29, or a time as 2026-03-29T09:30 (in the time zone) or 2026-03-29T09:30:00+02:00'

/** Name of a zone as the tables of time zones have it; null: there is none of this name. */
export function zoneOf(name: string): string | null {
  const text = cleanText(name)
  // An offset has no daylight saving time: whoever writes one means another thing in half a year.
  if (!/^[a-z]/i.test(text)) return null
  try {
    return new Intl.DateTimeFormat('en', { timeZone: text }).resolvedOptions().timeZone
  } catch {
    return null
  }
}

/** Epoch milliseconds of a local time; null: the clocks skip it, or show it twice. */
export function momentOf(local: Temporal.PlainDateTime, zone: string): number | null {
  try {
    return local.toZonedDateTime(zone, { disambiguation: 'reject' }).epochMilliseconds
  } catch {
    return null
  }
}

/** Errors: RangeError for what is no day or time. */
function parsed(text: string, zone: string): Reading<number | null> {
  if (DAY.test(text)) {
    const start = temporal().PlainDate.from(text).toZonedDateTime(zone)
    return { value: start.epochMilliseconds, rule: 'start_of_day' }
  }
  if (!LOCAL.test(text)) return { problem: `${TAKEN}; it is another text` }
  if (HAS_ZONE.test(text.slice(10)))
    return { value: temporal().Instant.from(text).epochMilliseconds, rule: null }
  const moment = momentOf(temporal().PlainDateTime.from(text), zone)
  if (moment !== null) return { value: moment, rule: 'local_time' }
  return { problem: `is a time that the clocks of ${zone} skip or show twice: give it with its offset` }
}

/** Epoch milliseconds; null where nobody says. A day is its first moment in the zone. */
export function readMoment(value: unknown, zone: string): Reading<number | null> {
  if (isPlaceholder(value)) return { value: null, rule: typeof value === 'string' ? 'placeholder' : null }
  if (typeof value !== 'string' || value.length > 100) return { problem: `${TAKEN}; it is ${kindOf(value)}` }
  const text = cleanText(value).replace(/^(\d{4}-\d{2}-\d{2}) (?=\d)/, '$1T')
  try {
    return parsed(text, zone)
  } catch {
    return { problem: `${TAKEN}; it is another text` }
  }
}

/** RFC 3339 in the zone, with its offset: `2026-03-30T09:00:00+02:00`. */
export const inZone = (at: number, zone: string): string =>
  temporal().Instant.fromEpochMilliseconds(at).toString({ timeZone: zone, smallestUnit: 'second' })

/** RFC 3339 in UTC. */
export const inUtc = (at: number): string =>
  temporal().Instant.fromEpochMilliseconds(at).toString({ smallestUnit: 'second' })

/** Minutes after midnight of `9:00`, `17:30` or `24:00`; null: it is no time of a day. */
export function minutesOf(text: string): number | null {
  const [, hour = '', minute = ''] = /^(\d{1,2}):(\d{2})$/.exec(text.trim()) ?? []
  const minutes = Number(hour) * 60 + Number(minute)
  return hour !== '' && Number(minute) < 60 && minutes <= 24 * 60 ? minutes : null
}
