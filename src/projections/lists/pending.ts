// Approvals that wait for a person, by risk: how many, since when the oldest, and when the first of them expires.
import type { Risk } from '../../events/policy.ts'
import { CLOSED } from '../labels.ts'

export type Waiting = {
  readonly count: number
  /** When the oldest was requested, epoch milliseconds; null when none waits. */
  readonly oldestAt: number | null
  /** When the first of them expires, epoch milliseconds; null when none waits. */
  readonly expiresAt: number | null
}

/** Epoch milliseconds. */
type Times = { readonly requestedAt: number; readonly expiresAt: number }

export type PendingApprovals = {
  /** To be called in the order of the requests. */
  readonly add: (risk: Risk, approvalId: string, times: Times) => void
  readonly remove: (risk: Risk, approvalId: string) => void
  /** Those whose time is not over at `now`, epoch milliseconds, whether or not the clock has woken their runs yet. */
  readonly of: (risk: Risk, now: number) => Waiting
}

/** A Map keeps the order in which approvals were requested: its first entry is the oldest. */
export function pendingApprovals(): PendingApprovals {
  const waiting = new Map(CLOSED.risk.map((risk) => [risk, new Map<string, Times>()]))
  return {
    add: (risk, approvalId, times) => {
      waiting.get(risk)?.set(approvalId, times)
    },
    remove: (risk, approvalId) => {
      waiting.get(risk)?.delete(approvalId)
    },
    of: (risk, now) => {
      const found = { count: 0, oldestAt: null as number | null, expiresAt: null as number | null }
      for (const { requestedAt, expiresAt } of waiting.get(risk)?.values() ?? []) {
        if (expiresAt <= now) continue
        found.count += 1
        found.oldestAt ??= requestedAt
        found.expiresAt = Math.min(expiresAt, found.expiresAt ?? Infinity)
      }
      return found
    },
  }
}
