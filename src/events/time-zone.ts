// The clocks of time zones, by their IANA names, as the runtime knows them.

export const UTC = 'UTC'

const clocks = new Map<string, Intl.DateTimeFormat>()

/** One for each time zone that a registry names. */
function clockOf(zone: string): Intl.DateTimeFormat {
  const known = clocks.get(zone)
  if (known !== undefined) return known
  const two = '2-digit'
  const clock = new Intl.DateTimeFormat('en-US', {
    timeZone: zone,
    hourCycle: 'h23',
    year: 'numeric',
    month: two,
    day: two,
    hour: two,
    minute: two,
    second: two,
  })
  clocks.set(zone, clock)
  return clock
}

/** What the clocks of a zone add to UTC at an instant, milliseconds. */
export function offsetAt(at: number, zone: string): number {
  const second = Math.floor(at / 1000) * 1000
  const parts = clockOf(zone).formatToParts(second)
  const field = (type: Intl.DateTimeFormatPartTypes): number =>
    Number(parts.find((part) => part.type === type)?.value)
  const date = [field('year'), field('month') - 1, field('day')] as const
  return Date.UTC(...date, field('hour'), field('minute'), field('second')) - second
}

/** Whether the zone is one that clocks are known of. */
export function isTimeZone(zone: string): boolean {
  if (!/^[A-Za-z][\w+-]*(\/[\w+-]+)*$/.test(zone)) return false
  try {
    clockOf(zone)
    return true
  } catch (error) {
    if (error instanceof RangeError) return false
    throw error
  }
}
