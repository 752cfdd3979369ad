// A run's events as a test reads them: by type, by step, and what a step has come to.
import { digestOf } from '../../src/events/digest.ts'
import type { EventOf, StoredEvent } from '../../src/events/event.ts'
import type { PlanStep } from '../../src/events/plan.ts'

export const only = <T extends StoredEvent['type']>(events: readonly StoredEvent[], type: T): EventOf<T>[] =>
  events.filter((event): event is EventOf<T> => event.type === type)

export const planOf = (events: readonly StoredEvent[]): PlanStep[] =>
  only(events, 'plan_created').flatMap(({ data }) => data.steps)

/** Of one step, budget events left out. */
export const storyOf = (events: readonly StoredEvent[], stepId: string): StoredEvent[] =>
  events.filter(
    (event) =>
      'step_id' in event.data &&
      event.data.step_id === stepId &&
      event.type !== 'budget_updated' &&
      event.type !== 'budget_exceeded',
  )

export const isUnknown = (event: StoredEvent): boolean =>
  event.type === 'tool_call_error' && event.data.mode === 'system_unknown_outcome'

/**
 * completed, failed, skipped, unknown or open, by the events so far: a judge that has spoken is open until what it
 * judged is released.
 */
export function endIn(events: readonly StoredEvent[], plan: readonly PlanStep[], step: PlanStep): string {
  const own = endOf(step, storyOf(events, step.step_id))
  const judged = plan.find(({ step_id }) => step_id === step.judges)
  if (own !== 'completed' || judged === undefined) return own
  return endOf(judged, storyOf(events, judged.step_id)) === 'completed' ? own : 'open'
}

/** An output that nobody has released, and that those who judge it may see. */
export const isUnderReview = (step: PlanStep, story: readonly StoredEvent[]): boolean => {
  if (step.review !== 'output' || endOf(step, story) !== 'open') return false
  const last = story.at(-1)
  return (
    last?.type === 'tool_call_complete' ||
    (last?.type === 'approval_received' && last.data.edits === 'output')
  )
}

/** completed, failed, skipped, unknown or open, by the step's own events. */
export function endOf(step: PlanStep, story: readonly StoredEvent[]): string {
  if (step.carried !== null) return 'completed'
  const last = story.at(-1)
  if (last?.type === 'step_skipped') return 'skipped'
  if (last?.type === 'tool_call_error') {
    if (isUnknown(last)) return 'unknown'
    return last.data.retry_at === null ? 'failed' : 'open'
  }
  if (last?.type === 'tool_call_complete') {
    return step.review !== 'output' || last.data.reconciled_by !== null ? 'completed' : 'open'
  }
  if (last?.type !== 'approval_received' || last.data.decision !== 'approved') return 'open'
  const asked = only(story, 'approval_requested').at(-1)
  if (asked?.data.review !== 'output') return 'open'
  const votes = only(story, 'approval_received').filter(
    ({ data }) => data.approval_id === asked.data.approval_id && data.decision === 'approved',
  )
  return votes.length >= asked.data.required ? 'completed' : 'open'
}

/** What an approval of a call must have been given for. */
export const callDigest = (
  events: readonly StoredEvent[],
  step: PlanStep,
  call: {
    readonly revision: number
    readonly attempt: number
    readonly inputs: string
    /** Who serves an effect, where a vendor does. */
    readonly served?: { readonly adapter?: string; readonly configuration?: string }
  },
): string =>
  digestOf({
    run_id: events[0]?.run_id,
    step_id: step.step_id,
    revision: call.revision,
    attempt: call.attempt,
    tool: step.tool,
    side_effects: step.side_effects,
    review: 'call',
    inputs: call.inputs,
    output: null,
    registry: only(events, 'run_started')[0]?.data.registry,
    ...call.served,
  })
