// An approval as lines for people: everything that a decision needs, the text whole.
import type { z } from 'zod'
import type { approval } from '../http/runs/run-answers.ts'
import type { Output } from './output.ts'

export type Approval = z.output<typeof approval>
type Revision = Approval['revisions'][number]

/** Lines that went and lines that came. */
function changedLines(before: readonly string[], after: readonly string[]): string[] {
  const gone = before.filter((line) => line.trim() !== '' && !after.includes(line))
  const come = after.filter((line) => line.trim() !== '' && !before.includes(line))
  return [...gone.map((line) => `  - ${line.trim()}`), ...come.map((line) => `  + ${line.trim()}`)]
}

/** What each revision was, who said what of it, and what the next one changed. */
function showRevisions(out: Output, revisions: readonly Revision[]): void {
  if (revisions.length < 2 && revisions[0]?.votes.length === 0) return
  out.heading('Revisions')
  for (const [index, { approval_id, revision, status, votes, lines }] of revisions.entries()) {
    out.line(`revision ${revision} ${status} (${approval_id})`)
    const before = revisions[index - 1]
    for (const line of before ? changedLines(before.lines, lines) : []) out.line(line)
    for (const { by, decision, reason } of votes)
      out.line(`  ${decision} by ${by}${typeof reason === 'string' ? `: ${reason}` : ''}`)
  }
}

function showContent(out: Output, { review, lines, judgements }: Approval): void {
  out.heading(review === 'output' ? 'What would be released' : 'What would be called with')
  for (const line of lines.length > 0 ? lines : ['only approvers see it before its release']) out.line(line)
  if (judgements.length > 0) out.heading('Quality')
  for (const { tool, lines: said } of judgements) {
    out.line(tool)
    for (const line of said) out.line(`  ${line}`)
  }
}

/** Goal, requester, text, quality, consequences and what changed since the revision before. */
export function showApproval(out: Output, shown: Approval): void {
  const { approval_id, status, tool, run_id, step_id, revision, risk, required, approved_by } = shown
  out.line(`${approval_id} ${status}: ${tool}, ${step_id} of ${run_id}, revision ${revision}`)
  out.line(`goal: ${shown.goal ?? 'erased'}`)
  out.line(`requester: ${shown.requester} (profile ${shown.profile}, tenant ${shown.tenant})`)
  for (const { by, reason, at } of shown.earlier_denials)
    out.line(`refused before: by ${by} at ${at}: ${reason ?? 'the reason was erased'}`)
  out.line(
    `risk: ${risk}; approved by ${approved_by.length} of ${required}; open until ${shown.expires_at}; decided by the role ${shown.approver_role}`,
  )
  showContent(out, shown)
  out.heading('If approved')
  for (const consequence of shown.consequences) out.line(consequence)
  showRevisions(out, shown.revisions)
}
