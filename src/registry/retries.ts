import type { RetryPolicy } from '../events/policy.ts'
import type { RetrySource } from './schema.ts'

/** The policies that are there without being declared; a file may declare `default` anew, `none` never. */
export const RETRIES = {
  none: { strategy: 'none' },
  default: {
    strategy: 'exponential',
    base_ms: 1000,
    factor: 2,
    cap_ms: 60_000,
    jitter: 0.1,
    attempts: 3,
  },
} as const satisfies Record<string, RetrySource>

/** A policy with every key, whichever strategy it has. */
export function retryPolicy(source: RetrySource): RetryPolicy {
  if (source.strategy === 'exponential') return source
  if (source.strategy === 'linear') return { ...source, factor: 1 }
  return { strategy: 'none', base_ms: 0, factor: 1, cap_ms: 0, jitter: 0, attempts: 1 }
}
