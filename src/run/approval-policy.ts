// Which steps a person sees, and when: from what the tool declares and what the profile asks for; and who wrote what
// is seen.
import type { Review, SideEffects } from '../events/policy.ts'
import type { Profile, ToolSpec } from '../registry/registry.ts'
import type { ApprovalState, RunState, StepState } from './state.ts'

const DEFAULT_REVIEW: Readonly<Record<SideEffects, Review>> = {
  execute: 'call',
  propose: 'output',
  'read-only': 'output',
}

/** `execute` is always seen before its call, whatever tool and profile say. */
export function reviewOf(tool: ToolSpec, profile: Profile): Review {
  if (tool.side_effects === 'execute') return 'call'
  const asked = tool.approval.required || profile.approval_required.includes(tool.side_effects)
  if (!asked) return 'none'
  return tool.approval.review === 'none' ? DEFAULT_REVIEW[tool.side_effects] : tool.approval.review
}

/** Who wrote what is under review: reviewers who edited it, and whoever gave other inputs after it was sent back. */
export function contributorsTo({ approvals }: RunState, step: StepState): ReadonlySet<string> {
  const editors = step.approvalIds.flatMap((id) =>
    (approvals[id]?.votes ?? []).flatMap(({ by, changes }) => (changes === null ? [] : [by])),
  )
  return new Set([...editors, ...(step.revisedBy ?? [])])
}

/** Whether this person's approval would be the last one needed, with nobody among the approvers but contributors. */
export function approvesOwnWork(state: RunState, approval: ApprovalState, by: string): boolean {
  const step = state.steps[approval.stepId]
  if (step === undefined || !state.rules.includes('approved_by_others')) return false
  const earlier = approval.votes.flatMap((vote) => (vote.decision === 'approved' ? [vote.by] : []))
  const approvers = [...earlier, by]
  const contributors = contributorsTo(state, step)
  return approvers.length >= approval.required && approvers.every((id) => contributors.has(id))
}
