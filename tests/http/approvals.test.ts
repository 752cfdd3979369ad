import { describe, expect, it } from 'vitest'
import { AppError } from '../../src/errors.ts'
import { approval, approvalRow } from '../../src/http/runs/run-answers.ts'
import type { RunState } from '../../src/run/state.ts'
import { APPROVAL_ID, digests, finishedRun, RUN_ID, waitingRun } from './fixtures.ts'
import { asJson, keyring, openDoor } from './door.ts'

const PATH = `/v1/approvals/${APPROVAL_ID}`

describe('an approval', () => {
  it('is listed with what it is about, by status where asked', async () => {
    const door = await openDoor()
    const body = await asJson(await door.get('/v1/approvals?status=pending'))
    expect(approvalRow.array().parse(body.items)).toMatchObject([
      { approval_id: APPROVAL_ID, risk: 'medium' },
    ])
    expect(door.called).toEqual([
      { name: 'approvals', with: [{ status: 'pending', order: 'newest', limit: 50 }] },
    ])
  })

  it('shows an approver all that a decision needs', async () => {
    const door = await openDoor()
    const shown = approval.parse(await (await door.get(PATH)).json())
    expect(shown).toMatchObject({
      approval_id: APPROVAL_ID,
      run_id: RUN_ID,
      revision: 2,
      status: 'pending',
      goal: 'Draft an outreach to Acme',
      requester: 'alice',
      tool: 'draft_outbound_message',
      risk: 'medium',
      consequences: ['A draft is released.'],
      inputs: { template: 'Hello' },
      preview: { message_draft: 'second draft' },
      step: { step_id: 's2', status: 'reviewing', output: null },
      budget: [
        { unit: 'cost', left: 98 },
        { unit: 'llm_micro_usd', left: 250_000 },
      ],
    })
    expect(shown.revisions).toMatchObject([
      {
        approval_id: 'apr_abc_1',
        revision: 1,
        status: 'changes_requested',
        votes: [{ by: 'alice', reason: 'Too long', changes: { message_draft: 'second draft' } }],
      },
      { approval_id: APPROVAL_ID, revision: 2, status: 'pending', votes: [] },
    ])
  })

  it('shows a viewer everything but the content that is not released', async () => {
    const { keys, bearer } = keyring(['viewer'])
    const door = await openDoor({ keys })
    const text = await (await door.get(PATH, bearer.viewer)).text()
    expect(approval.parse(JSON.parse(text)).preview).toBeNull()
    expect(text).not.toContain('second draft')
  })

  it('shows approvers how good those who judge it find it, and in words what changed', async () => {
    const before = waitingRun.approvals[APPROVAL_ID]
    if (!before) throw new Error('the fixture has no approval')
    const judged = { ...before, judgements: [{ stepId: 's1', output: digests.score }] }
    const state: RunState = { ...waitingRun, approvals: { ...waitingRun.approvals, [APPROVAL_ID]: judged } }
    const { keys, bearer } = keyring(['viewer'], ['approver'])
    const door = await openDoor({ keys, engine: { state: async () => state } })
    const shown = approval.parse(await (await door.get(PATH, bearer.approver)).json())
    const score = { step_id: 's1', tool: 'score_account_fit', output: { fit_score: 0.9 } }
    expect(shown).toMatchObject({
      lines: ['message draft: second draft'],
      judgements: [{ ...score, lines: ['fit score: 0.9'] }],
    })
    expect(shown.revisions.map(({ lines, differences }) => ({ lines, differences }))).toEqual([
      { lines: ['message draft: first draft'], differences: [] },
      {
        lines: ['message draft: second draft', 'fit score: 0.9'],
        differences: [{ field: 'message_draft', before: 'first draft', after: 'second draft' }],
      },
    ])
    const viewed = await (await door.get(PATH, bearer.viewer)).text()
    for (const hidden of ['first draft', 'second draft', '0.9"', 'fit score'])
      expect(viewed).not.toContain(hidden)
    expect(approval.parse(JSON.parse(viewed))).toMatchObject({ lines: [], judgements: [] })
  })

  it('shows a viewer the content once it is approved', async () => {
    const { keys, bearer } = keyring(['viewer'])
    const door = await openDoor({ keys, engine: { state: async () => finishedRun } })
    const shown = approval.parse(await (await door.get(PATH, bearer.viewer)).json())
    expect(shown.preview).toEqual({ message_draft: 'second draft' })
  })

  it('of a call shows the inputs that would be sent', async () => {
    const before = waitingRun.approvals[APPROVAL_ID]
    if (!before) throw new Error('the fixture has no approval')
    const calling = { ...before, review: 'call' as const, subject: digests.draftInputs }
    const state: RunState = { ...waitingRun, approvals: { ...waitingRun.approvals, [APPROVAL_ID]: calling } }
    const door = await openDoor({ engine: { state: async () => state } })
    const shown = approval.parse(await (await door.get(PATH)).json())
    expect([shown.review, shown.inputs, shown.preview]).toEqual(['call', { template: 'Hello' }, null])
  })

  it.each(['apr_abc_9', 'apr_other_1', 'nonsense', 'apr_abc_'])('%s does not exist', async (id) => {
    const door = await openDoor()
    const response = await door.get(`/v1/approvals/${id}`)
    expect(response.status).toBe(404)
    expect(['APPROVAL_NOT_FOUND', 'RUN_NOT_FOUND']).toContain((await asJson(response)).code)
  })
})

describe('a decision', () => {
  it.each([
    [{ decision: 'approve' }, { decision: 'approve', reason: null, changes: null }],
    [
      { decision: 'approve', reason: 'fine' },
      { decision: 'approve', reason: 'fine', changes: null },
    ],
    [
      { decision: 'deny', reason: 'no' },
      { decision: 'deny', reason: 'no', changes: null },
    ],
    [
      { decision: 'request_changes', reason: 'r', changes: { output: { a: 1 } } },
      { decision: 'request_changes', reason: 'r', changes: { output: { a: 1 } } },
    ],
    [
      { decision: 'request_changes', reason: 'r', changes: { inputs: { a: 1 } } },
      { decision: 'request_changes', reason: 'r', changes: { inputs: { a: 1 } } },
    ],
  ])('%j is the engine’s to take', async (body, request) => {
    const door = await openDoor({ engine: { decide: async () => finishedRun } })
    const response = await door.post(`${PATH}/decision`, body, { 'x-cugar-actor': 'bob' })
    expect(response.status).toBe(200)
    expect(approval.parse(await response.json()).status).toBe('approved')
    expect(door.called).toEqual([
      { name: 'decide', with: [APPROVAL_ID, request, expect.objectContaining({ id: 'bob' })] },
    ])
  })

  it.each(['APPROVAL_DECIDED', 'ALREADY_VOTED', 'JOURNAL_CONFLICT'] as const)(
    'that comes too late (%s) is told how the approval stands now',
    async (code) => {
      const door = await openDoor({
        engine: {
          decide: async () => {
            throw new AppError(code, { status: 'approved' })
          },
          state: async () => finishedRun,
        },
      })
      const response = await door.post(`${PATH}/decision`, { decision: 'approve' })
      expect(response.status).toBe(409)
      expect(await asJson(response)).toMatchObject({
        code,
        state: { approval_id: APPROVAL_ID, status: 'approved' },
      })
    },
  )

  it('of the requester is refused without showing anything', async () => {
    const door = await openDoor({
      engine: {
        decide: async () => {
          throw new AppError('APPROVER_IS_REQUESTER')
        },
      },
    })
    const response = await door.post(`${PATH}/decision`, { decision: 'approve' })
    expect(response.status).toBe(403)
    expect(await asJson(response)).not.toHaveProperty('state')
  })

  it('that conflicts still gets its 409 when the state cannot be read', async () => {
    const door = await openDoor({
      engine: {
        decide: async () => {
          throw new AppError('APPROVAL_DECIDED', { status: 'denied' })
        },
        state: async () => {
          throw new Error('gone')
        },
      },
    })
    const response = await door.post(`${PATH}/decision`, { decision: 'approve' })
    expect([response.status, (await asJson(response)).code]).toEqual([409, 'APPROVAL_DECIDED'])
  })
})
