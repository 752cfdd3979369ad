// The decision of a person, as approve, deny and request-changes send it.
import { approval } from '../http/runs/run-answers.ts'
import { answerAs } from './client.ts'
import type { Remote } from './command.ts'
import type { ExitCode } from './failure.ts'
import { outputFor, show } from './output.ts'
import { reviewerFor } from './reviewer.ts'

export type Decision = {
  readonly decision: 'approve' | 'deny' | 'request_changes'
  readonly reason?: string | undefined
  readonly changes?: unknown
}

export async function decide(approvalId: string, decision: Decision, options: Remote): Promise<ExitCode> {
  const out = outputFor(options)
  const client = await reviewerFor(options, out.note)
  const body = await client.post(`/v1/approvals/${approvalId}/decision`, decision)
  show(out, body, () => {
    const { status, tool, run_id, approved_by, required } = answerAs(approval, body)
    const missing = required - approved_by.length
    const more = status === 'pending' ? `, ${missing} more must approve` : ''
    out.line(`${approvalId} ${status}${more}: ${tool} of ${run_id}`)
  })
  return 0
}
