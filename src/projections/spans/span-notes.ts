// What happens in a run and ends no span: events of its root span.
import type { EventOf } from '../../events/event.ts'
import { addSpanEvent, type RunTrace } from './run-trace.ts'
import { ATTRIBUTE as A, SPAN_EVENT } from './span-names.ts'

function noteSkip(trace: RunTrace, { data }: EventOf<'step_skipped'>): void {
  addSpanEvent(trace, SPAN_EVENT.skipped, { [A.stepId]: data.step_id, [A.reason]: data.reason })
}

/** What an expression of the plan has decided. */
function noteChoice(
  trace: RunTrace,
  { type, data }: EventOf<'branch_taken'> | EventOf<'rule_checked'>,
): void {
  if (type === 'branch_taken')
    return addSpanEvent(trace, SPAN_EVENT.branch, { [A.block]: data.block, [A.case]: data.case })
  addSpanEvent(trace, SPAN_EVENT.rule, { [A.rule]: data.rule, [A.outcome]: data.outcome })
}

/** Without a call, so that there is no span of one. */
function noteFailure(
  trace: RunTrace,
  { type, data }: EventOf<'step_failed'> | EventOf<'block_failed'>,
): void {
  const what =
    type === 'block_failed' ? { [A.block]: data.block } : { [A.stepId]: data.step_id, [A.tool]: data.tool }
  addSpanEvent(trace, SPAN_EVENT.failed, { ...what, [A.errorType]: data.mode })
}

type Noted = EventOf<
  'step_skipped' | 'branch_taken' | 'rule_checked' | 'block_failed' | 'step_failed' | 'run_cancelled'
>

export function noteEvent(trace: RunTrace, event: Noted): void {
  switch (event.type) {
    case 'step_skipped':
      return noteSkip(trace, event)
    case 'branch_taken':
    case 'rule_checked':
      return noteChoice(trace, event)
    case 'block_failed':
    case 'step_failed':
      return noteFailure(trace, event)
    case 'run_cancelled':
      return addSpanEvent(trace, SPAN_EVENT.cancelled, {})
  }
}
