import type { EventOf } from '../../events/event.ts'
import type { ValueOf } from '../labels.ts'
import type { MetricsState } from './metrics-state.ts'

export function foldApprovalRequest(state: MetricsState, event: EventOf<'approval_requested'>): void {
  const { approval_id, domain, risk, required } = event.data
  state.series.add('cugar_approvals_requested_total', { domain, risk })
  if (required > 1) state.quorums.set(approval_id, required)
}

export function foldApprovalAnswer(state: MetricsState, event: EventOf<'approval_received'>): void {
  const { approval_id, decision } = event.data
  const missing = state.quorums.get(approval_id) ?? 1
  if (decision === 'approved' && missing > 1) state.quorums.set(approval_id, missing - 1)
  else resolve(state, event, decision)
}

export function foldApprovalTimeout(state: MetricsState, event: EventOf<'approval_timeout'>): void {
  resolve(state, event, event.data.cause === 'expired' ? 'timeout' : 'cancelled')
}

function resolve(
  { series, quorums }: MetricsState,
  event: EventOf<'approval_received'> | EventOf<'approval_timeout'>,
  decision: ValueOf<'decision'>,
): void {
  const { approval_id, domain, risk, wait_ms } = event.data
  quorums.delete(approval_id)
  series.add('cugar_approvals_resolved_total', { domain, risk, decision })
  series.observe('cugar_approval_wait_seconds', { risk, decision }, { value: wait_ms / 1000 })
}
