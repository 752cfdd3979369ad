// Several approvals decided together: each is a decision of its own, on exactly the content that was listed, and each
// says what became of it.
import { html, type Html } from '../html.ts'
import { note, pill } from '../parts/bits.ts'
import type { Page, PageContext, Refusal, View } from '../page.ts'
import type { Approval } from '../shapes.ts'
import { plain } from '../words.ts'
import { inboxList, withFilters } from './inbox.ts'

type Result = {
  readonly id: string
  readonly what: string
  readonly done: string | null
  readonly why: string
}

const MOST = 200

async function decideOne(context: PageContext, id: string): Promise<Result> {
  const path = `/v1/approvals/${encodeURIComponent(id)}`
  const found = await context.api({ method: 'get', path })
  if (!found.ok) return { id, what: id, done: null, why: found.refusal.detail }
  const approval = found.body as Approval
  const what = `${plain(approval.tool)} for ${approval.tenant}`
  const reason = context.form.get('reason')?.trim() ?? ''
  const decision = context.form.get('decision') ?? ''
  // What cannot be undone is read one by one.
  if (approval.risk === 'critical' && decision === 'approve')
    return { id, what, done: null, why: 'Its risk is critical: open it and decide it by itself.' }
  const body = { decision, ...(reason === '' ? {} : { reason }) }
  const reply = await context.api({ method: 'post', path: `${path}/decision`, body })
  if (!reply.ok) return { id, what, done: null, why: reply.refusal.detail }
  return { id, what, done: (reply.body as Approval).status, why: '' }
}

const line = ({ id, what, done, why }: Result, base: string): Html =>
  html`<li>
    ${done === null ? pill('failed', 'not decided') : pill(done)}
    <a href="${base}/inbox/${id}">${what}</a> ${why}
  </li>`

const NONE: Refusal = { status: 422, code: 'INVALID_REQUEST', detail: 'Choose at least one.', errors: [] }
const WHY: Refusal = {
  status: 422,
  code: 'INVALID_REQUEST',
  detail: 'Say why: the reason is part of the record.',
  errors: [],
}

function missing(form: URLSearchParams): Refusal | null {
  if (form.getAll('id').length === 0) return NONE
  const needsReason = form.get('decision') !== 'approve'
  return needsReason && (form.get('reason')?.trim() ?? '') === '' ? WHY : null
}

async function shown(context: PageContext, main: Html, status: number): Promise<View> {
  const { list } = await inboxList(context)
  return { title: 'Decided together', list, status, main }
}

export const decideTogetherPage: Page = {
  method: 'post',
  path: '/inbox',
  section: 'inbox',
  view: async (context) => {
    const { base, form, query } = context
    const back = html`<p>
      <a class="act" href="${base}${withFilters('/inbox', query)}">Back to what waits</a>
    </p>`
    const refusal = missing(form)
    if (refusal)
      return shown(context, html`<div class="sheet">${note('bad', refusal.detail)} ${back}</div>`, 422)
    const results: Result[] = []
    for (const id of form.getAll('id').slice(0, MOST)) results.push(await decideOne(context, id))
    const done = results.filter((one) => one.done !== null).length
    return shown(
      context,
      html`<div class="sheet">
        <h1>${done} of ${results.length} decided</h1>
        <ul class="plainlist">
          ${results.map((one) => line(one, base))}
        </ul>
        ${back}
      </div>`,
      200,
    )
  },
}
