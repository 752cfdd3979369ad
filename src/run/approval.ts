// What exactly a person approves. The digest binds run, step, revision, content and registry, and of a call the adapter
// that serves it and how that one is set up; whoever acts on an approval makes it again from what is about to happen
// and compares.
import { digestOf } from '../events/digest.ts'
import type { Fact } from '../events/event.ts'
import type { ApprovalState, RunState, StepState } from './state.ts'

export type ApprovalSubject = {
  readonly review: 'call' | 'output'
  /** Payload of the inputs of the call. */
  readonly inputs: string
  /** Payload of the output; null before the call. */
  readonly output: string | null
  /** What serves the call; null or absent: no vendor does. */
  readonly served?: ServedBy | null
}

/** The adapter of a call, and a digest of how it is set up today. */
export type ServedBy = { readonly adapter: string; readonly configuration: string }

/**
 * An effect is approved for the vendor that it goes to; what only reads may be served by who stands in for that one.
 * Runs of older rules were asked about the call whoever serves it.
 */
function servedOf({ rules }: RunState, { plan }: StepState, subject: ApprovalSubject): ServedBy | null {
  const isBound = subject.review === 'call' && plan.side_effects !== 'read-only'
  return isBound && rules.includes('adapter_approved') ? (subject.served ?? null) : null
}

export const approvalDigest = (state: RunState, step: StepState, subject: ApprovalSubject): string =>
  digestOf({
    run_id: state.runId,
    step_id: step.plan.step_id,
    revision: step.revision,
    attempt: step.attempt,
    tool: step.plan.tool,
    side_effects: step.plan.side_effects,
    review: subject.review,
    inputs: subject.inputs,
    output: subject.output,
    registry: state.registry,
    ...servedOf(state, step, subject),
  })

/** `apr_<run>_<n>`: names its run, so that no index is needed to find it. */
export const approvalId = (state: RunState): string =>
  `apr_${state.runId.replace(/^run_/, '')}_${Object.keys(state.approvals).length + 1}`

export function approvalRequest(
  state: RunState,
  step: StepState,
  subject: ApprovalSubject & { readonly now: number; readonly consequences: readonly string[] },
): Fact {
  return {
    type: 'approval_requested',
    data: {
      approval_id: approvalId(state),
      step_id: step.plan.step_id,
      revision: step.revision,
      tool: step.plan.tool,
      domain: step.plan.domain,
      side_effects: step.plan.side_effects,
      risk: step.plan.risk,
      review: subject.review,
      consequences: [...subject.consequences],
      digest: approvalDigest(state, step, subject),
      ...servedOf(state, step, subject),
      subject: subject.output ?? subject.inputs,
      expires_at: subject.now + state.approvers.timeout_s * 1000,
      required: state.approvers.quorum,
    },
  }
}

export const lastApproval = (state: RunState, step: StepState): ApprovalState | undefined => {
  const id = step.approvalIds.at(-1)
  return id === undefined ? undefined : state.approvals[id]
}

/** Approved, in time, not yet used, and of this very revision; its digest is checked where the content is known. */
export const isLive = (approval: ApprovalState | undefined, step: StepState, now: number): boolean =>
  approval?.status === 'approved' &&
  !approval.used &&
  approval.revision === step.revision &&
  now < approval.expiresAt
