// What a call through an adapter is approved for: the vendor, and how it is set up.
import { digestOf } from '../../events/digest.ts'
import type { ServedBy } from '../../run/approval.ts'
import { BUILTIN } from '../../run/calls/slot.ts'
import { lastApproval } from '../../run/approval.ts'
import type { StepState } from '../../run/state.ts'
import type { Turn } from '../active-run.ts'

/** Salted as the payloads are; null: no vendor serves it. */
export function servedBy({ run }: Turn, adapter: string): ServedBy | null {
  if (adapter === BUILTIN) return null
  return { adapter, configuration: digestOf(run.vendors().configurationOf(adapter), run.salt) }
}

/** A person approved the call through this adapter as it was set up then. */
export function isApprovedAsItIs(turn: Turn, step: StepState): boolean {
  const approval = step.plan.review === 'call' ? lastApproval(turn.state, step) : undefined
  if (approval?.adapter === undefined) return true
  return servedBy(turn, approval.adapter)?.configuration === approval.configuration
}
