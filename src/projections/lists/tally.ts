// What happened to the runs of one profile in one minute, and the golden signals of several minutes together.
import type { StoredEvent } from '../../events/event.ts'
import { callStatusOf, executedSteps, isMeasured, outcomeOf } from '../outcome.ts'
import { addTo, mergeInto, percentile, type Sketch } from './sketch.ts'
import type { Signals } from './views.ts'

/** JSON. */
export type Tally = {
  runs: number
  succeeded: number
  /** Runs that count for the success rate. */
  measured: number
  steps: number
  /** Active seconds of the runs that succeeded. */
  active: Sketch
  calls: number
  callErrors: number
  waits: Sketch
  waitCount: number
  waitSeconds: number
}

export const emptyTally = (): Tally => ({
  runs: 0,
  succeeded: 0,
  measured: 0,
  steps: 0,
  active: {},
  calls: 0,
  callErrors: 0,
  waits: {},
  waitCount: 0,
  waitSeconds: 0,
})

function addRun(tally: Tally, data: Extract<StoredEvent, { type: 'run_finished' }>['data']): void {
  const outcome = outcomeOf(data)
  tally.runs += 1
  tally.steps += executedSteps(data)
  if (isMeasured(outcome)) tally.measured += 1
  if (outcome !== 'success') return
  tally.succeeded += 1
  addTo(tally.active, data.active_ms / 1000)
}

function addWait(tally: Tally, seconds: number): void {
  tally.waitCount += 1
  tally.waitSeconds += seconds
  addTo(tally.waits, seconds)
}

/** Does an event of this type count at all? */
export const isCounted = ({ type }: StoredEvent): boolean =>
  type === 'run_finished' ||
  type === 'tool_call_complete' ||
  type === 'tool_call_error' ||
  type === 'approval_received' ||
  type === 'approval_timeout'

export function count(tally: Tally, event: StoredEvent): void {
  if (event.type === 'run_finished') addRun(tally, event.data)
  if (event.type === 'approval_received' || event.type === 'approval_timeout') {
    addWait(tally, event.data.wait_ms / 1000)
  }
  if (event.type === 'tool_call_complete' && event.data.reconciled_by === null) tally.calls += 1
  if (event.type !== 'tool_call_error' || event.data.reconciled_by !== null) return
  // What was refused, by a policy or for its input, says nothing of the tool.
  if (callStatusOf(event.data.mode) === 'denied') return
  tally.calls += 1
  tally.callErrors += 1
}

export function addTally(sum: Tally, other: Tally): void {
  sum.runs += other.runs
  sum.succeeded += other.succeeded
  sum.measured += other.measured
  sum.steps += other.steps
  sum.calls += other.calls
  sum.callErrors += other.callErrors
  sum.waitCount += other.waitCount
  sum.waitSeconds += other.waitSeconds
  mergeInto(sum.active, other.active)
  mergeInto(sum.waits, other.waits)
}

const ratio = (part: number, whole: number): number | null => (whole === 0 ? null : part / whole)

export const signalsOf = (tally: Tally, budgetUtilisation: number | null): Signals => ({
  runs: tally.runs,
  success_rate: ratio(tally.succeeded, tally.measured),
  latency: {
    p50: percentile(tally.active, 0.5),
    p95: percentile(tally.active, 0.95),
    p99: percentile(tally.active, 0.99),
  },
  tool_error_rate: ratio(tally.callErrors, tally.calls),
  mean_steps: ratio(tally.steps, tally.runs),
  approval_wait: {
    count: tally.waitCount,
    mean: ratio(tally.waitSeconds, tally.waitCount),
    p95: percentile(tally.waits, 0.95),
  },
  budget_utilisation: budgetUtilisation,
})
