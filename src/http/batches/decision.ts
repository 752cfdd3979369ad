// Approvals of one batch, decided together. Each is a decision of its own, on exactly what was seen, under the rules of
// its own run: one that is refused holds up no other.
import type { z } from 'zod'
import type { Engine, Principal } from '../../engine/engine.ts'
import { AppError } from '../../errors.ts'
import { runOfApproval } from '../../events/approval.ts'
import { approvalNamed, type RunState } from '../../run/state.ts'
import { isOfTheDoor } from '../runs/approval-list.ts'
import { checkDecider, readApproval } from '../runs/approvals.ts'
import { reaches } from '../callers/reach.ts'
import type { batchApproval, jointDecision, jointDecisionBody } from './schemas.ts'

type Asked = z.output<typeof jointDecisionBody>
type One = Asked['approvals'][number]
type Decided = z.input<typeof jointDecision>

const missing = (approvalId: string): AppError =>
  new AppError('APPROVAL_NOT_FOUND', { approval_id: approvalId })

/** The approval is one of the batch's, and for what was seen. Errors: APPROVAL_NOT_FOUND, APPROVAL_DIFFERS. */
async function checkSeen(engine: Engine, batchId: string, { approval_id, digest }: One): Promise<void> {
  const runId = runOfApproval(approval_id)
  const state = runId === null ? null : await engine.state(runId).catch(() => null)
  const approval = state ? approvalNamed(state, approval_id) : undefined
  if (approval === undefined || state?.batch?.id !== batchId) throw missing(approval_id)
  if (approval.digest !== digest) throw new AppError('APPROVAL_DIFFERS', { approval_id })
}

/** Errors: those of the rules of the decision, which are told of each; everything else is thrown. */
export async function decideTogether(
  engine: Engine,
  batchId: string,
  { asked, by }: { readonly asked: Asked; readonly by: Principal },
): Promise<Decided> {
  const decided: string[] = []
  const refused: Decided['refused'] = []
  for (const one of asked.approvals) {
    try {
      await checkSeen(engine, batchId, one)
      await checkDecider(engine, one.approval_id, by)
      const request = { decision: asked.decision, reason: asked.reason ?? null, changes: null }
      await engine.decide(one.approval_id, request, by)
      decided.push(one.approval_id)
    } catch (error) {
      if (!(error instanceof AppError) || error.status >= 500) throw error
      refused.push({ approval_id: one.approval_id, code: error.code, detail: error.message })
    }
  }
  return { decided, refused }
}

type Page = { readonly items: z.input<typeof batchApproval>[]; readonly next_cursor: string | null }

async function waitingOf(engine: Engine, state: RunState, by: Principal): Promise<Page['items']> {
  const waiting = Object.values(state.approvals).filter(({ status }) => status === 'pending')
  return Promise.all(
    waiting.map(async ({ approvalId }) => ({
      item: state.batch?.item ?? 0,
      approval: await readApproval(engine, approvalId, by),
    })),
  )
}

/** Runs that are looked at for one page: beyond it the page is shorter than asked, and its cursor goes on. */
const MOST_LOOKED = 2000

/** Those that wait, as far as the caller may see them. */
export async function pendingApprovals(
  engine: Engine,
  batchId: string,
  {
    by,
    cursor,
    limit,
  }: { readonly by: Principal; readonly cursor: string | undefined; readonly limit: number },
): Promise<Page> {
  if (!isOfTheDoor(engine, by)) throw new AppError('FORBIDDEN', { role: 'viewer or approver' })
  const items: Page['items'] = []
  let after = cursor ?? ''
  for (let looked = 0; looked < MOST_LOOKED && items.length < limit; looked += limit) {
    const { runs, last } = await engine.batches.openRuns(batchId, { after, limit: limit - items.length })
    for (const state of runs.filter((each) => reaches(by, each)))
      items.push(...(await waitingOf(engine, state, by)))
    if (last === null) return { items, next_cursor: null }
    after = last
  }
  return { items, next_cursor: after }
}
