// Dates as people and programs write them. Only what has one meaning is read: a day of ISO 8601, or an instant; a day
// such as 03/04/2026 is two days, depending on who wrote it, and is none here.
import { z } from 'zod'
import { isPlaceholder, kindOf, type Reading } from './reading.ts'
import { cleanText } from './text.ts'

const DAY = z.iso.date()
const INSTANT = z.iso.datetime({ offset: true, local: true })
const HAS_ZONE = /(?:z|[+-]\d{2}:?\d{2})$/i

const TAKEN = 'must be a date as 2026-02-28, or a time as 2026-02-28T09:30:00Z'

/**
 * Epoch milliseconds; null where nobody knows. A day begins at midnight of UTC, and a time without a zone is one of UTC:
 * `rule` tells.
 */
export function readDate(value: unknown): Reading<number | null> {
  if (isPlaceholder(value)) return { value: null, rule: typeof value === 'string' ? 'placeholder' : null }
  if (typeof value !== 'string') return { problem: `${TAKEN}; it is ${kindOf(value)}` }
  const text = cleanText(value).replace(/^(\d{4}-\d{2}-\d{2}) (?=\d)/, '$1T')
  if (DAY.safeParse(text).success) return { value: Date.parse(`${text}T00:00:00Z`), rule: null }
  if (!INSTANT.safeParse(text).success) return { value: null, rule: 'unreadable' }
  const isZoned = HAS_ZONE.test(text)
  return { value: Date.parse(isZoned ? text : `${text}Z`), rule: isZoned ? null : 'utc_assumed' }
}
