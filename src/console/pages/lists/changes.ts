// What people do to a list: cancel, resume, decide what waits in it, and take its results.
import { html } from '../../html.ts'
import type { Page, PageContext, Redirect, Refusal, View } from '../../page.ts'
import { pill, refused } from '../../parts/bits.ts'
import type { JointDecision } from '../../shapes.ts'
import { listPath } from './list.ts'

const idOf = ({ params }: PageContext): string => params['batch_id'] ?? ''
const apiOf = (context: PageContext): string => `/v1/batches/${encodeURIComponent(idOf(context))}`

const UNSAID = { status: 422, code: 'INVALID_REQUEST', errors: [] } as const
const NONE: Refusal = { ...UNSAID, detail: 'Choose at least one.' }
const NO_REASON: Refusal = { ...UNSAID, detail: 'Say why: the reason is part of the record.' }

const refusedView = (context: PageContext, refusal: Refusal): View => ({
  title: 'List',
  status: refusal.status,
  main: html`<div class="sheet">
    ${refused(refusal)}
    <p><a class="act" href="${context.base}${listPath(idOf(context))}">Back to the list</a></p>
  </div>`,
})

const change = (name: 'cancel' | 'resume'): Page => ({
  method: 'post',
  path: `/lists/:batch_id/${name}`,
  section: 'lists',
  view: async (context): Promise<View | Redirect> => {
    const reply = await context.api({ method: 'post', path: `${apiOf(context)}/${name}` })
    return reply.ok ? { to: listPath(idOf(context)) } : refusedView(context, reply.refusal)
  },
})

export const cancelListPage = change('cancel')
export const resumeListPage = change('resume')

const decided = ({ base }: PageContext, { decided: done, refused: not }: JointDecision) =>
  html`<h1>${done.length} of ${done.length + not.length} decided</h1>
    <ul class="plainlist">
      ${not.map(({ approval_id: id, detail }) => html`<li>${pill('failed', 'not decided')} <a href="${base}/inbox/${id}">${id}</a> ${detail}</li>`)}
    </ul>`

export const decideListPage: Page = {
  method: 'post',
  path: '/lists/:batch_id/decision',
  section: 'lists',
  view: async (context): Promise<View> => {
    const { form } = context
    const seen = form.getAll('seen').map((each) => each.split(' '))
    const approvals = seen.map(([approval_id = '', digest = '']) => ({ approval_id, digest }))
    const reason = form.get('reason')?.trim() ?? ''
    const decision = form.get('decision') ?? ''
    if (approvals.length === 0) return refusedView(context, NONE)
    if (decision !== 'approve' && reason === '') return refusedView(context, NO_REASON)
    const body = { decision, approvals, ...(reason === '' ? {} : { reason }) }
    const reply = await context.api({ method: 'post', path: `${apiOf(context)}/decision`, body })
    if (!reply.ok) return refusedView(context, reply.refusal)
    return {
      title: 'Decided together',
      main: html`<div class="sheet">
        ${decided(context, reply.body as JointDecision)}
        <p><a class="act" href="${context.base}${listPath(idOf(context))}">Back to the list</a></p>
      </div>`,
    }
  },
}

export const listResultsPage: Page = {
  method: 'get',
  path: '/lists/:batch_id/results.csv',
  section: 'lists',
  view: async (context) => {
    await context.need({ method: 'get', path: `${apiOf(context)}/results`, query: { format: 'csv' } })
    return 'sent'
  },
}
