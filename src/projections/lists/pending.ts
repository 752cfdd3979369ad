// Approvals that wait for a person, by risk: how many, and since when the oldest. Answers in constant time.
import type { Risk } from '../../events/policy.ts'
import { CLOSED } from '../labels.ts'

export type Waiting = {
  readonly count: number
  /** When the oldest was requested, epoch milliseconds; null when none waits. */
  readonly oldestAt: number | null
}

export type PendingApprovals = {
  /** To be called in the order of the requests. */
  readonly add: (risk: Risk, approvalId: string, requestedAt: number) => void
  readonly remove: (risk: Risk, approvalId: string) => void
  readonly of: (risk: Risk) => Waiting
}

/** A Map keeps the order in which approvals were requested: its first entry is the oldest. */
export function pendingApprovals(): PendingApprovals {
  const waiting = new Map(CLOSED.risk.map((risk) => [risk, new Map<string, number>()]))
  return {
    add: (risk, approvalId, requestedAt) => {
      waiting.get(risk)?.set(approvalId, requestedAt)
    },
    remove: (risk, approvalId) => {
      waiting.get(risk)?.delete(approvalId)
    },
    of: (risk) => {
      const approvals = waiting.get(risk)
      return { count: approvals?.size ?? 0, oldestAt: approvals?.values().next().value ?? null }
    },
  }
}
