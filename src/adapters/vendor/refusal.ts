// What a vendor's status means for whoever asked. The vendor's own sentences are not kept: they repeat what was sent.
import type { FailureMode } from '../../events/taxonomy.ts'
import { CallError, type Happened } from '../../run/failure.ts'

/** What a vendor says beside its status. */
export type Refinement = {
  readonly mode?: FailureMode
  readonly retryAfterMs?: number | null
  /** One sentence of ours for whoever has to mend it. */
  readonly hint?: string
}

type Meaning = { readonly mode: FailureMode; readonly happened: Happened; readonly words: string }

const refusedAs = (mode: FailureMode, words: string): Meaning => ({ mode, happened: 'no', words })
const unsure = (mode: FailureMode, words: string): Meaning => ({ mode, happened: 'unknown', words })

const MEANINGS: Readonly<Record<number, Meaning>> = {
  300: refusedAs('user_conflict', 'has several records where it should have one'),
  401: refusedAs('policy_security', 'does not take the key it was given'),
  402: refusedAs('resource_quota', 'is not paid for'),
  403: refusedAs('policy_security', 'does not allow this to the key it was given'),
  404: refusedAs('resource_not_found', 'has no such record'),
  408: unsure('system_timeout', 'gave up waiting for the request'),
  409: refusedAs('user_conflict', 'has a record that contradicts it'),
  410: refusedAs('resource_not_found', 'has no such record any more'),
  412: refusedAs('user_conflict', 'has a record that contradicts it'),
  423: refusedAs('user_conflict', 'keeps the record locked'),
  429: refusedAs('resource_rate_limited', 'takes no more calls now'),
  501: refusedAs('user_invalid_input', 'does not offer this'),
  504: unsure('system_timeout', 'had no answer in its own time'),
}

function meaningOf(status: number): Meaning {
  const known = MEANINGS[status]
  if (known !== undefined) return known
  if (status >= 500) return unsure('system_unavailable', 'has a fault of its own')
  if (status >= 400) return refusedAs('user_invalid_input', 'does not take this request')
  return unsure('agent_invalid_output', 'answered with a status that it does not document')
}

/** `name`: `adapter.operation`. */
export function refusal(name: string, status: number, refined: Refinement = {}): CallError {
  const { mode, happened, words } = meaningOf(status)
  const hint = refined.hint === undefined ? '' : ` ${refined.hint}`
  return new CallError(refined.mode ?? mode, `${name}: the vendor ${words} (${status}).${hint}`, {
    happened,
    ...(refined.retryAfterMs == null ? {} : { retryAfterMs: refined.retryAfterMs }),
  })
}
