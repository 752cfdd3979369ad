// How long one call of an adapter may take, and wait.
import { CallError } from '../../run/failure.ts'

export type CallTime = {
  /** Aborted when nobody waits any more. */
  readonly signal: AbortSignal
  /** How long the call may wait for its turn, milliseconds: it is not made at all after that. */
  readonly waitMs: number
}

/** Aborted after so many milliseconds, as a call that was too slow. */
export function timeLimit(ms: number): AbortSignal {
  const limit = new AbortController()
  const late = new CallError('system_timeout', `No answer within ${ms} ms.`)
  setTimeout(() => limit.abort(late), ms).unref()
  return limit.signal
}
