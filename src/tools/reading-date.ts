// Dates as people and programs write them. Only what has one meaning is read: 03/04/2026 is two days, depending on who wrote
// it, and is none here; with dots the day comes first wherever dots are written, and 31/12/2026 can only be one day.
import { z } from 'zod'
import { isPlaceholder, kindOf, type Reading } from './reading.ts'
import { cleanText } from './text.ts'

const DAY = z.iso.date()
const INSTANT = z.iso.datetime({ offset: true, local: true })
const HAS_ZONE = /(?:z|[+-]\d{2}:?\d{2})$/i

const TAKEN = 'must be a date as 2026-02-28, or a time as 2026-02-28T09:30:00Z'
const TWO = '?'
const TWO_DAYS = 'a text that is one of two days'

const MONTHS = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec']
const NAMED =
  /^(?:(?<day>\d{1,2})(?:st|nd|rd|th)?[ .-]+)?(?<month>[a-z]{3,9})\.?[ .-]+(?:(?<after>\d{1,2})(?:st|nd|rd|th)?,? +)?(?<year>\d{4})$/i
const MONTH =
  /^(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)$/i

const isoOf = (year: string, month: string, day: string): string =>
  `${year}-${month.padStart(2, '0')}-${day.padStart(2, '0')}`

/** "31 Dec 2026", "December 31st, 2026"; null: it is no such text. */
function namedDay(text: string): string | null {
  const { day, month = '', after, year = '' } = NAMED.exec(text)?.groups ?? {}
  const one = day ?? after
  if (one === undefined || (day !== undefined && after !== undefined) || !MONTH.test(month)) return null
  return isoOf(year, String(MONTHS.indexOf(month.slice(0, 3).toLowerCase()) + 1), one)
}

/** In ISO's words; TWO: it is one of two days. */
function dayIn(text: string): string | null {
  const [, year = '', month = '', last = ''] = /^(\d{4})[/.](\d{1,2})[/.](\d{1,2})$/.exec(text) ?? []
  if (year !== '') return isoOf(year, month, last)
  const [, dotDay = '', dotMonth = '', dotYear = ''] = /^(\d{1,2})\. ?(\d{1,2})\. ?(\d{4})$/.exec(text) ?? []
  if (dotYear !== '') return isoOf(dotYear, dotMonth, dotDay)
  const [, one = '', two = '', of = ''] = /^(\d{1,2})[/-](\d{1,2})[/-](\d{4})$/.exec(text) ?? []
  if (of === '') return namedDay(text)
  if (Number(one) === Number(two) || Number(one) > 12) return isoOf(of, two, one)
  return Number(two) > 12 ? isoOf(of, one, two) : TWO
}

/**
 * Epoch milliseconds; null where nobody knows. A day begins at midnight of UTC, and a time without a zone is one of UTC:
 * `rule` tells. Errors: what came is no text, or (`wanted`) no date, or one of two.
 */
export function readDate(value: unknown): Reading<number | null> {
  if (isPlaceholder(value)) return { value: null, rule: typeof value === 'string' ? 'placeholder' : null }
  if (typeof value !== 'string') return { problem: `${TAKEN}; it is ${kindOf(value)}` }
  const text = cleanText(value)
    .replace(/^(\d{4}-\d{2}-\d{2}) (?=\d)/, '$1T')
    .replace(/([+-]\d{2})(\d{2})$/, (zone, hours: string, minutes: string) =>
      value.includes(':') ? `${hours}:${minutes}` : zone,
    )
  if (DAY.safeParse(text).success) return { value: Date.parse(`${text}T00:00:00Z`), rule: null }
  if (INSTANT.safeParse(text).success) {
    const isZoned = HAS_ZONE.test(text)
    return { value: Date.parse(isZoned ? text : `${text}Z`), rule: isZoned ? null : 'utc_assumed' }
  }
  const day = dayIn(text)
  if (day !== null && DAY.safeParse(day).success)
    return { value: Date.parse(`${day}T00:00:00Z`), rule: 'date' }
  return { value: null, rule: 'unreadable', wanted: `${TAKEN}; it is ${day === TWO ? TWO_DAYS : 'a text'}` }
}
