// When a server that refused wants to be asked again, by its Retry-After.

/** The longest that a server may ask to be left alone for; who asks for more is not waited for anyway. */
export const MOST_AFTER_MS = 86_400_000

/** Seconds, milliseconds or a date; null: it is not there, or not readable. */
export function retryAfter(headers: Headers | undefined, now: number): number | null {
  const milliseconds = Number(headers?.get('retry-after-ms') ?? Number.NaN)
  if (milliseconds >= 0) return Math.min(milliseconds, MOST_AFTER_MS)
  const text = headers?.get('retry-after')?.trim() ?? ''
  if (text === '') return null
  const seconds = Number(text)
  const after = Number.isNaN(seconds) ? Date.parse(text) - now : seconds * 1000
  return Number.isNaN(after) ? null : Math.min(Math.max(0, after), MOST_AFTER_MS)
}
