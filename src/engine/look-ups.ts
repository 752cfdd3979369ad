// From the move to look a call up to what is recorded of it before the vendor is asked.
import { reserve, settle } from '../run/budgets/charge.ts'
import { chargeOfLookUp } from '../run/calls/look-up.ts'
import { BUILTIN } from '../run/calls/slot.ts'
import type { Turn } from './active-run.ts'
import { recordNoLookUp } from './calls/look-up.ts'
import { settleLost } from './calls/model-calls.ts'
import { isApprovedAsItIs } from './calls/served-by.ts'
import type { EngineParts } from './parts.ts'
import { refusedFacts } from './refusal.ts'
import { prepare, record, stepOf } from './turn.ts'
import { valueOf } from './values.ts'

/** Asks the vendor that the call went to; set up in another way it may be another one, which knows nothing of it. */
export async function lookUp(parts: EngineParts, turn: Turn, stepId: string): Promise<void> {
  const step = stepOf(turn, stepId)
  const charge = chargeOfLookUp(step)
  const { callId } = charge
  if (!isApprovedAsItIs(turn, step))
    return recordNoLookUp(turn, step, { callId, mode: 'policy_security', isLast: true })
  const refusals = turn.refusals.get(callId)
  if (refusals !== undefined) {
    record(turn, refusedFacts(refusals))
    return recordNoLookUp(turn, step, { callId, mode: 'policy_budget', isLast: true })
  }
  const { inputs, attempt } = step
  const input = inputs === null ? null : await valueOf(parts.journal, turn.run, inputs)
  const adapter = step.adapter ?? BUILTIN
  const configuration = turn.run.vendors().configurationOf(adapter)
  record(turn, reserve(turn.state, charge, turn.now))
  const call = { stepId, attempt, input: structuredClone(input), adapter, configuration }
  prepare(turn, { kind: 'lookup', callId, ...call })
}

/** Nobody will hear any more what came of it: its process is gone, or a person was quicker. */
export function settleLostCall(turn: Turn, callId: string): void {
  const call = turn.state.openCalls[callId]
  const step = turn.state.steps[call?.stepId ?? '']
  if (call?.kind !== 'lookup' || step === undefined) return settleLost(turn, callId)
  recordNoLookUp(turn, step, { callId, mode: 'system_crash', isLast: step.status !== 'unknown' })
  record(turn, settle(turn.state, turn.state.openCalls[callId], 'as_reserved'))
}
