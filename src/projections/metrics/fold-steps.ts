import type { EventOf } from '../../events/event.ts'
import { exemplarOf, type MetricsState } from './metrics-state.ts'
import { CLOSED, INLINE } from '../labels.ts'
import { callStatusOf, type CallStatus } from '../outcome.ts'

type CallEnd = EventOf<'tool_call_complete'> | EventOf<'tool_call_error'>

/** A run's first route is the beginning of its first step. */
export function foldRoute({ series, accepted }: MetricsState, event: EventOf<'route_decision'>): void {
  const run = accepted.get(event.run_id)
  if (run) {
    accepted.delete(event.run_id)
    const value = Math.max(0, event.at - run.at) / 1000
    series.observe('cugar_run_queue_seconds', { profile: run.profile }, { value })
  }
  const { domain, strategy, from } = event.data
  series.add('cugar_route_decisions_total', { domain, strategy })
  if (from !== undefined) series.add('cugar_adapter_fallbacks_total', { adapter: from })
}

/** Named by its playbook; the index of an item says nothing. */
export function foldBranch({ series }: MetricsState, { data }: EventOf<'branch_taken'>): void {
  const { playbook, block } = data
  const [name = ''] = block.split('[', 1)
  const taken = CLOSED.case.find((one) => one === data.case) ?? 'none'
  series.add('cugar_branches_taken_total', {
    block: playbook === undefined ? INLINE : `${playbook}.${name}`,
    case: taken,
  })
}

export function foldCallStart({ series }: MetricsState, event: EventOf<'tool_call_start'>): void {
  series.add('cugar_tool_calls_in_flight', { domain: event.data.domain })
}

export function foldCallComplete(state: MetricsState, event: EventOf<'tool_call_complete'>): void {
  if (event.data.reconciled_by === null) endCall(state, event, 'success')
  else settleUnknown(state)
}

export function foldCallError(state: MetricsState, event: EventOf<'tool_call_error'>): void {
  const { domain, tool, mode, reconciled_by } = event.data
  if (reconciled_by !== null) return settleUnknown(state)
  endCall(state, event, callStatusOf(mode))
  state.series.add('cugar_tool_call_errors_total', { domain, tool, error_type: mode })
  if (mode === 'system_unknown_outcome') state.series.add('cugar_steps_unknown', {})
  foldRetry(state, event)
}

/** A person's word on an unknown outcome: the call itself was counted when it ended. */
const settleUnknown = ({ series }: MetricsState): void => series.add('cugar_steps_unknown', {}, -1)

function endCall({ series }: MetricsState, event: CallEnd, status: CallStatus): void {
  const { domain, tool, duration_ms } = event.data
  const seconds = duration_ms / 1000
  series.add('cugar_tool_calls_in_flight', { domain }, -1)
  series.add('cugar_tool_calls_total', { domain, tool, status })
  series.observe(
    'cugar_tool_call_duration_seconds',
    { domain, tool, status: status === 'success' ? 'success' : 'error' },
    { value: seconds, exemplar: exemplarOf(event, seconds) },
  )
}

function foldRetry({ series }: MetricsState, event: EventOf<'tool_call_error'>): void {
  const { mode, retryable, retry_at, attempt } = event.data
  if (retry_at !== null) series.add('cugar_retries_total', { component: 'tool', reason: mode })
  else if (retryable && attempt >= 2) series.add('cugar_retries_exhausted_total', { component: 'tool' })
}
