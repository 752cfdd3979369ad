// Numbers as people read them.

/** `1 call`, `2 calls`. */
export const counted = (count: number, noun: string): string => `${count} ${noun}${count === 1 ? '' : 's'}`

/** Cost units: at least one decimal, at most six. */
export function units(amount: number): string {
  const text = String(Number(amount.toFixed(6)))
  return text.includes('.') ? text : `${text}.0`
}

/** US dollars, to the micro-dollar: a single question costs a fraction of a cent. */
export const dollars = (usd: number): string => `$${usd.toFixed(6)}`

/** A share of 1 in percent. */
export const percent = (share: number | null): string =>
  share === null ? '-' : `${Number((share * 100).toFixed(1))} %`

/** Seconds, as milliseconds where they are few. */
export function duration(seconds: number | null): string {
  if (seconds === null) return '-'
  return seconds < 1 ? `${Math.round(seconds * 1000)} ms` : `${seconds.toFixed(1)} s`
}

const MINUTE_MS = 60_000

/** A time that is left, in the two largest units: `3 h 20 min`, `2 d 4 h`, `less than a minute`. */
export function timeLeft(ms: number): string {
  const minutes = Math.floor(ms / MINUTE_MS)
  if (minutes < 1) return 'less than a minute'
  const parts = [
    [Math.floor(minutes / 1440), 'd'],
    [Math.floor(minutes / 60) % 24, 'h'],
    [minutes % 60, 'min'],
  ] as const
  const first = parts.findIndex(([count]) => count > 0)
  return parts
    .slice(first, first + 2)
    .filter(([count]) => count > 0)
    .map(([count, unit]) => `${count} ${unit}`)
    .join(' ')
}
