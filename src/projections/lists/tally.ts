// What happened to the runs of one profile in one minute, and the golden signals of several minutes together.
import type { StoredEvent } from '../../events/event.ts'
import { callStatusOf, executedSteps, isMeasured, outcomeOf } from '../outcome.ts'
import { addTo, mergeInto, percentile, type Sketch } from './sketch.ts'
import type { DomainSignals, Signals } from './views.ts'

type Calls = { calls: number; callErrors: number }

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
  /** Calls by domain; slots of older versions have none. */
  domains?: Record<string, Calls>
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

function addCalls(sum: Calls, { calls, callErrors }: Calls): void {
  sum.calls += calls
  sum.callErrors += callErrors
}

function domainOf(tally: Tally, domain: string): Calls {
  tally.domains ??= {}
  return (tally.domains[domain] ??= { calls: 0, callErrors: 0 })
}

export function count(tally: Tally, event: StoredEvent): void {
  if (event.type === 'run_finished') addRun(tally, event.data)
  if (event.type === 'approval_received' || event.type === 'approval_timeout') {
    addWait(tally, event.data.wait_ms / 1000)
  }
  if (event.type !== 'tool_call_complete' && event.type !== 'tool_call_error') return
  // A person's word on a call is no call.
  if (event.data.reconciled_by !== null) return
  // What was refused, by a policy or for its input, says nothing of the tool.
  if (event.type === 'tool_call_error' && callStatusOf(event.data.mode) === 'denied') return
  const counted = { calls: 1, callErrors: event.type === 'tool_call_error' ? 1 : 0 }
  addCalls(tally, counted)
  addCalls(domainOf(tally, event.data.domain), counted)
}

export function addTally(sum: Tally, other: Tally): void {
  sum.runs += other.runs
  sum.succeeded += other.succeeded
  sum.measured += other.measured
  sum.steps += other.steps
  addCalls(sum, other)
  for (const [domain, calls] of Object.entries(other.domains ?? {})) addCalls(domainOf(sum, domain), calls)
  sum.waitCount += other.waitCount
  sum.waitSeconds += other.waitSeconds
  mergeInto(sum.active, other.active)
  mergeInto(sum.waits, other.waits)
}

const ratio = (part: number, whole: number): number | null => (whole === 0 ? null : part / whole)

/** Of each domain that was called, by name. */
export const domainsOf = ({ domains = {} }: Tally): Record<string, DomainSignals> =>
  Object.fromEntries(
    Object.entries(domains)
      .toSorted(([one], [other]) => (one < other ? -1 : 1))
      .map(([domain, { calls, callErrors }]) => [
        domain,
        { calls, tool_error_rate: ratio(callErrors, calls) },
      ]),
  )

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
