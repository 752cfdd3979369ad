// When a failed call is tried again. The draw of the jitter comes from a seed: the same run gives the same delays.
import { sha256 } from '../../events/digest.ts'
import type { RetryPolicy } from '../../events/policy.ts'
import type { Failure } from '../failure.ts'
import { isRepeatable } from '../next.ts'
import type { StepState } from '../state.ts'

/** 0 (inclusive) to 1 (exclusive), the same for the same seed. */
export const draw = (seed: string): number => Number.parseInt(sha256(seed).slice(0, 12), 16) / 2 ** 48

/** Milliseconds before the call after `tries` calls; `tries` counts from 1. */
export function retryDelay(policy: RetryPolicy, tries: number, seed: string): number {
  const plain =
    policy.strategy === 'linear' ? policy.base_ms * tries : policy.base_ms * policy.factor ** (tries - 1)
  const spread = Math.min(plain, policy.cap_ms) * (1 + policy.jitter * (2 * draw(seed) - 1))
  return Math.round(Math.min(spread, policy.cap_ms))
}

/** When to call again after this failure, epoch milliseconds; null: never. */
export function retryAt(step: StepState, failed: Failure, at: { now: number; runId: string }): number | null {
  const { retry, step_id } = step.plan
  const safe = failed.happened === 'no' || isRepeatable(step)
  if (!failed.retryable || !safe || retry.strategy === 'none' || step.tries >= retry.attempts) return null
  const delay = retryDelay(retry, step.tries, `${at.runId}/${step_id}/${step.attempt}`)
  return at.now + Math.max(delay, Math.min(Math.ceil(failed.retryAfterMs ?? 0), retry.cap_ms))
}
