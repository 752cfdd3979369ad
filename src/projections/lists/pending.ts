// Approvals that wait for a person, by risk: how many, and since when the oldest. Answers in constant time.
import type { Risk } from '../../events/policy.ts'
import { CLOSED } from '../labels.ts'

export type PendingApprovals = {
  /** In the order of the requests. */
  readonly add: (risk: Risk, approvalId: string, requestedAt: number) => void
  readonly remove: (risk: Risk, approvalId: string) => void
  readonly count: (risk: Risk) => number
  /** Epoch milliseconds; null when none waits. */
  readonly oldest: (risk: Risk) => number | null
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
    count: (risk) => waiting.get(risk)?.size ?? 0,
    oldest: (risk) => waiting.get(risk)?.values().next().value ?? null,
  }
}
