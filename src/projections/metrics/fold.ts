// From events to series: the only place where a metric of the journal changes. Depends on nothing but the state that it
// is given.
import type { StoredEvent } from '../../events/event.ts'
import { foldAdapterChange, foldFreeze } from './fold-control.ts'
import { foldApprovalAnswer, foldApprovalRequest, foldApprovalTimeout } from './fold-approvals.ts'
import { foldBudgetNotice, foldBudgetUpdate } from './fold-budgets.ts'
import { foldLlmCall } from './fold-llm.ts'
import { foldComparison, foldPlan, foldRunFinish, foldRunStart } from './fold-runs.ts'
import { foldBranch, foldCallComplete, foldCallError, foldCallStart, foldRoute } from './fold-steps.ts'
import type { MetricsState } from './metrics-state.ts'

export function fold(state: MetricsState, event: StoredEvent): void {
  state.since ??= event.at
  state.series.add('cugar_events_total', { type: event.type })
  switch (event.type) {
    case 'run_started':
      return foldRunStart(state, event)
    case 'plan_created':
      return foldPlan(state, event)
    case 'plan_compared':
      return foldComparison(state, event)
    case 'branch_taken':
      return foldBranch(state, event)
    case 'run_finished':
      return foldRunFinish(state, event)
    case 'route_decision':
      return foldRoute(state, event)
    case 'tool_call_start':
      return foldCallStart(state, event)
    case 'tool_call_complete':
      return foldCallComplete(state, event)
    case 'tool_call_error':
      return foldCallError(state, event)
    case 'approval_requested':
      return foldApprovalRequest(state, event)
    case 'approval_received':
      return foldApprovalAnswer(state, event)
    case 'approval_timeout':
      return foldApprovalTimeout(state, event)
    case 'budget_updated':
      return foldBudgetUpdate(state, event)
    case 'budget_warning':
    case 'budget_exceeded':
      return foldBudgetNotice(state, event)
    case 'llm_call':
      return foldLlmCall(state, event)
    case 'adapter_changed':
      return foldAdapterChange(state, event)
    case 'freeze_changed':
      return foldFreeze(state, event)
    case 'call_looked_up':
      return state.series.add('cugar_call_look_ups_total', { outcome: event.data.outcome })
    case 'condition_met':
    case 'rule_checked':
    case 'step_failed':
    case 'block_failed':
    case 'step_revised':
    case 'step_skipped':
    case 'run_cancelled':
    case 'llm_call_start':
    case 'registry_changed':
    case 'batch_started':
    case 'batch_cancelled':
    case 'batch_resumed':
    case 'batch_finished':
    case 'library_changed':
    case 'keys_changed':
    case 'results_taken':
      return undefined
  }
}
