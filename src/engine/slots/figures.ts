// What one adapter's calls have come to in this process: how many, how they ended, and how long the last ones took.
import type { KnownQuota } from './quotas.ts'
import type { AdapterLimits } from '../../registry/registry.ts'

/** `refused`: the call was not let out, by the breaker, the limits or the vendor's own wish. */
export const CALL_STATUSES = ['success', 'error', 'timeout', 'rate_limited', 'refused'] as const
export type CallStatus = (typeof CALL_STATUSES)[number]

export type SlotFigures = {
  readonly calls: Readonly<Record<CallStatus, number>>
  readonly inFlight: number
  readonly waiting: number
  /** Calls that began in the last second. */
  readonly lastSecond: number
  readonly limits: AdapterLimits
  /** Seconds, of the last calls that were answered; null: none was. */
  readonly p50: number | null
  readonly p95: number | null
  /** Milliseconds until the vendor wants calls again; 0: it does. */
  readonly pausedMs: number
  /** What its vendor has said of its own limits, last. */
  readonly quotas: readonly KnownQuota[]
}

/** Of which durations are kept. */
const LAST_CALLS = 200

const at = (sorted: readonly number[], share: number): number | null =>
  sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? null

export function createFigures() {
  const calls = { success: 0, error: 0, timeout: 0, rate_limited: 0, refused: 0 }
  const durations: number[] = []
  const begins: number[] = []
  let inFlight = 0
  const forgetBegins = (): void => {
    const since = performance.now() - 1000
    while ((begins[0] ?? Infinity) <= since) begins.shift()
  }
  /** A call begins; gives what ends it, and says then how many seconds it took. */
  const begin = () => {
    const begun = performance.now()
    inFlight += 1
    forgetBegins()
    begins.push(begun)
    return (status: CallStatus): number => {
      const seconds = (performance.now() - begun) / 1000
      inFlight -= 1
      calls[status] += 1
      if (status === 'success') durations.push(seconds)
      if (durations.length > LAST_CALLS) durations.shift()
      return seconds
    }
  }
  const read = (now: Pick<SlotFigures, 'limits' | 'waiting' | 'pausedMs' | 'quotas'>): SlotFigures => {
    forgetBegins()
    const sorted = durations.toSorted((a, b) => a - b)
    const times = { p50: at(sorted, 0.5), p95: at(sorted, 0.95) }
    return { calls: { ...calls }, inFlight, lastSecond: begins.length, ...times, ...now }
  }
  const refuse = (): void => {
    calls.refused += 1
  }
  return { begin, refuse, read, inFlight: () => inFlight }
}

export type Figures = ReturnType<typeof createFigures>
