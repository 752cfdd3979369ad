// Which accounts a call is charged to. Absent limit: no account at that scope. What was held is settled with the
// outcome, or released when the call never happened.
import type { Amounts, Scope, Unit } from '../events/policy.ts'
import { windowEnd, type Posting } from './ledger.ts'
import type { Hold, RunState, StepState } from './state.ts'

type Charge = { readonly scope: Scope; readonly key: string; readonly amounts: Amounts | undefined }

const CALL_UNITS: readonly Unit[] = ['calls', 'cost']

const ownerOf = (state: RunState, scope: Scope, window: number | null): string =>
  scope === 'tenant' ? `${state.tenant}@${window}` : state.runId

/** What must be held before a call of this step. */
export function reservations(state: RunState, step: StepState, now: number): Posting[] {
  const { limits } = state
  const { domain, tool, cost, step_id } = step.plan
  const charges: Charge[] = [
    { scope: 'run', key: state.runId, amounts: limits.run },
    { scope: 'domain', key: domain, amounts: limits.domain[domain] },
    { scope: 'tool', key: tool, amounts: limits.tool[tool] },
    { scope: 'tenant', key: state.tenant, amounts: limits.tenant },
  ]
  const postings: Posting[] = []
  for (const { scope, key, amounts } of charges) {
    for (const unit of CALL_UNITS) {
      const limit = amounts?.[unit]
      const amount = unit === 'calls' ? 1 : cost
      if (limit === undefined || amount === 0) continue
      const window_end = scope === 'tenant' ? windowEnd(now, limits.window) : null
      const owner = ownerOf(state, scope, window_end)
      const account = { scope, key, unit, owner, window_end, limit, threshold: limits.warning_threshold }
      postings.push({
        type: 'posting',
        kind: 'reserve',
        step_id,
        profile: state.profile,
        amount,
        held: 0,
        ...account,
      })
    }
  }
  return postings
}

/** Closes every hold of a step: spent whole when the call was made, given back when it was not. */
export const closings = (state: RunState, step: StepState, made: boolean): Posting[] =>
  step.holds.map((hold: Hold): Posting => ({
    type: 'posting',
    kind: made ? 'settle' : 'release',
    step_id: step.plan.step_id,
    profile: state.profile,
    scope: hold.scope,
    key: hold.key,
    unit: hold.unit,
    owner: ownerOf(state, hold.scope, hold.window_end),
    amount: made ? hold.amount : 0,
    held: hold.amount,
    limit: hold.limit,
    threshold: state.limits.warning_threshold,
    window_end: hold.window_end,
  }))

/** Share of the run's own limits that it used, for each unit that has one above 0. */
export function budgetUse(state: RunState): Partial<Record<Unit, number>> {
  const use: Partial<Record<Unit, number>> = {}
  for (const line of state.budget) {
    if (line.scope === 'run' && line.limit > 0) use[line.unit] = line.spent / line.limit
  }
  return use
}
