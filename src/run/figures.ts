// Numbers as people read them.

/** `1 call`, `2 calls`. */
export const counted = (count: number, noun: string): string => `${count} ${noun}${count === 1 ? '' : 's'}`

/** Cost units: at least one decimal, at most six. */
export function units(amount: number): string {
  const text = String(Number(amount.toFixed(6)))
  return text.includes('.') ? text : `${text}.0`
}

/** A share of 1 in percent. */
export const percent = (share: number | null): string =>
  share === null ? '-' : `${Number((share * 100).toFixed(1))} %`

/** Seconds, as milliseconds where they are few. */
export function duration(seconds: number | null): string {
  if (seconds === null) return '-'
  return seconds < 1 ? `${Math.round(seconds * 1000)} ms` : `${seconds.toFixed(1)} s`
}
