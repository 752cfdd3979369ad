// When the window of a budget ends, in the time zone it is counted in. Pure. The windows of one length and zone follow
// each other without a gap: every instant lies in one, the repeated hour of a 25-hour day and a skipped midnight too.
import type { BudgetWindow } from '../../events/policy.ts'
import { offsetAt, UTC } from '../../events/time-zone.ts'

const HOUR = 3_600_000
const DAY = 24 * HOUR
/** No two changes of a zone's clock are this close; no zone is this far from UTC. */
const AROUND = 36 * HOUR

/** The first instant after `from`, up to `to`, at which the clocks show what they show at `to`: they change once. */
function changeBetween(from: number, to: number, zone: string): number {
  const after = offsetAt(to, zone)
  let [low, high] = [from, to]
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2)
    if (offsetAt(middle, zone) === after) high = middle
    else low = middle
  }
  return high
}

/** When the clocks of a zone first show `local` (read as if it were UTC), or first pass it where they jump over it. */
function firstInstant(local: number, zone: string): number {
  const before = offsetAt(local - AROUND, zone)
  const after = offsetAt(local + AROUND, zone)
  const shown = [local - before, local - after].filter((at) => at + offsetAt(at, zone) === local)
  return shown.length > 0 ? Math.min(...shown) : changeBetween(local - after - 1, local - before, zone)
}

/** The start of the `steps`th window after the one that `local` lies in, on the calendar. */
function calendarEnd(local: number, window: Exclude<BudgetWindow, 'hour'>, steps: number): number {
  const date = new Date(local)
  const [year, month, day] = [date.getUTCFullYear(), date.getUTCMonth(), date.getUTCDate()]
  if (window === 'day') return Date.UTC(year, month, day + steps)
  if (window === 'month') return Date.UTC(year, month + steps, 1)
  // ISO: weeks begin on Monday.
  return Date.UTC(year, month, day - ((date.getUTCDay() + 6) % 7) + 7 * steps)
}

const toFullHour = (at: number, offset: number): number => HOUR - ((((at + offset) % HOUR) + HOUR) % HOUR)

/** The next instant at which the clocks of a zone show a full hour. */
function hourEnd(at: number, zone: string): number {
  const offset = offsetAt(at, zone)
  const end = at + toFullHour(at, offset)
  const later = offsetAt(end, zone)
  if ((later - offset) % HOUR === 0) return end
  // The clocks change by less than an hour before the hour is full.
  const change = changeBetween(at, end, zone)
  const isFull = (change + later) % HOUR === 0
  return isFull ? change : change + toFullHour(change, later)
}

function zonedEnd(at: number, window: BudgetWindow, zone: string): number {
  if (window === 'hour') return hourEnd(at, zone)
  const local = at + offsetAt(at, zone)
  for (let steps = 1; ; steps += 1) {
    const end = firstInstant(calendarEnd(local, window, steps), zone)
    // Clocks that go back over midnight show yesterday again: that is still today's window.
    if (end > at) return end
  }
}

/** As `windowEnd`, and remembers nothing. */
function endAfter(at: number, window: BudgetWindow, zone: string): number {
  if (zone !== UTC) return zonedEnd(at, window, zone)
  if (window === 'hour') return at + toFullHour(at, 0)
  // Every call asks for it, and days of UTC are of one length.
  return window === 'day' ? (Math.floor(at / DAY) + 1) * DAY : calendarEnd(at, window, 1)
}

/** The last window that was asked for, of each length and zone: most instants that are asked for lie in it. */
const lately = new Map<string, { readonly from: number; readonly end: number }>()

/** End of the window that `at` lies in, epoch milliseconds. */
export function windowEnd(at: number, window: BudgetWindow, zone: string): number {
  if (zone === UTC) return endAfter(at, window, zone)
  const name = `${window} ${zone}`
  const known = lately.get(name)
  if (known !== undefined && at >= known.from && at < known.end) return known.end
  const end = zonedEnd(at, window, zone)
  lately.set(name, { from: at, end })
  return end
}

/** Two windows of each length are never longer. */
const TWO_WINDOWS: Readonly<Record<BudgetWindow, number>> = {
  hour: 4 * HOUR,
  day: 60 * HOUR,
  week: 15 * 24 * HOUR,
  month: 63 * 24 * HOUR,
}
/** The last window of each length and zone whose start was asked for. */
const started = new Map<string, { readonly start: number; readonly end: number }>()

/** Start of the window that ends at `end`, epoch milliseconds. */
export function windowStart(end: number, window: BudgetWindow, zone: string): number {
  const name = `${window} ${zone}`
  const known = started.get(name)
  if (known?.end === end) return known.start
  let start = end - TWO_WINDOWS[window]
  for (let next = endAfter(start, window, zone); next < end; next = endAfter(start, window, zone))
    start = next
  started.set(name, { start, end })
  return start
}
