// One approval: the very content, what happens and cannot be undone, and the decision.
import { html, type Html } from '../html.ts'
import { isRecord } from '../../events/json.ts'
import { anything, budgetBar, facts, moment, note, pill, timeLeft } from '../parts/bits.ts'
import { difference } from '../parts/difference.ts'
import { draftOf, editableLetter, letter } from '../parts/letter.ts'
import { hasRole, type Page, type PageContext, type Refusal, type View } from '../page.ts'
import type { Approval } from '../shapes.ts'
import { plain } from '../words.ts'
import { inboxList, withFilters } from './inbox.ts'

const FORM = 'decision'

const titleOf = ({ review, tool }: Approval): string =>
  `${review === 'output' ? 'Release' : 'Run'}: ${plain(tool)}`

/** Of an edit of an earlier revision, what its editor wrote. */
function editOf(approval: Approval): { before: string; after: string } | null {
  const past = approval.revisions.filter(({ revision }) => revision < approval.revision).at(-1)
  const change = past?.votes.find(({ changes }) => changes !== null)?.changes
  const draft = draftOf(approval.preview)
  const edited =
    isRecord(change) && isRecord(change['output']) ? change['output']['message_draft'] : undefined
  if (draft === null || typeof edited !== 'string') return null
  const before = isRecord(past) && 'preview' in past ? draftOf(past['preview'])?.message : undefined
  return before === undefined ? null : { before, after: draft.message }
}

function subject(approval: Approval, mayEdit: boolean): Html {
  const draft = draftOf(approval.preview)
  if (draft) return mayEdit ? editableLetter(draft, FORM) : letter(draft)
  if (approval.review === 'output' && approval.preview === null)
    return note('warn', 'Only approvers see what is not released yet.')
  return html`<div class="card">
    ${anything(approval.review === 'output' ? approval.preview : approval.inputs)}
  </div>`
}

const voteLine = ({ by, decision, reason, at }: Approval['votes'][number]): Html =>
  html`<li>
    ${pill(decision)}
    <strong>${by}</strong>
    ${moment(at)}${typeof reason === 'string' ? html`<blockquote>${reason}</blockquote>` : null}
  </li>`

function history(approval: Approval): Html | null {
  const past = approval.revisions.filter(({ votes }) => votes.length > 0)
  if (past.length === 0) return null
  const edit = editOf(approval)
  return html`<section>
    <h2>What happened to it</h2>
    <ul class="plainlist">
      ${past.map(
        ({ revision, votes }) =>
          html`<li>
            Revision ${revision}
            <ul class="plainlist">
              ${votes.map(voteLine)}
            </ul>
          </li>`,
      )}
    </ul>
    ${edit ? difference(edit.before, edit.after) : null}
  </section>`
}

function decisionForm(approval: Approval, { base, csrf, query }: PageContext): Html {
  const isEditable = draftOf(approval.preview) !== null
  const twice = approval.risk === 'critical'
  return html`<form
    id="${FORM}"
    class="acts"
    method="post"
    action="${base}${withFilters(`/inbox/${approval.approval_id}`, query)}"
  >
    <input type="hidden" name="_csrf" value="${csrf}" />
    <input type="hidden" name="digest" value="${approval.digest}" />
    <button
      class="act go"
      name="decision"
      value="approve"
      data-key="a"
      ${twice ? html`data-twice="Approve for good"` : null}
    >
      Approve <kbd>a</kbd>
    </button>
    <button class="act" name="decision" value="request_changes" data-key="c">Send back <kbd>c</kbd></button>
    ${isEditable ? html`<button class="act" name="decision" value="edit" data-key="e">Save my edit <kbd>e</kbd></button>` : null}
    <button class="act no" name="decision" value="deny" data-key="d">Deny <kbd>d</kbd></button>
    <label class="reason"
      ><span class="visually-hidden">Reason</span>
      <input name="reason" maxlength="2000" placeholder="Why: needed to deny, edit or send back"
    /></label>
  </form>`
}

const decided = (approval: Approval): Html =>
  note(
    approval.status === 'approved' ? 'ok' : 'warn',
    html`This is
    ${plain(approval.status)}${approval.decided_at ? html` since ${moment(approval.decided_at)}` : null}${
      approval.votes.length > 0 ? html`, by ${approval.votes.map(({ by }) => by).join(', ')}` : null
    }.`,
  )

function sheet(approval: Approval, context: PageContext, refusal: Refusal | null): Html {
  const { base, now, person } = context
  const isPending = approval.status === 'pending'
  const mayDecide = isPending && hasRole(person, 'approver')
  const isOwn = approval.contributors.includes(person.id)
  return html`<div class="sheet">
      <div class="head">
        <h1>${titleOf(approval)}</h1>
        ${pill(approval.risk, `${approval.risk} risk`)}
        <span class="pill plain">revision ${approval.revision}</span>
        ${isPending ? html`<span class="dim">${timeLeft(approval.expires_at, now)}</span>` : pill(approval.status)}
      </div>
      <p class="dim">${approval.goal ?? 'The goal was erased.'}</p>
      ${refusal ? note('bad', html`${refusal.detail}${refusal.errors.map(({ path, message }) => html`<br /><code>${path}</code> ${message}`)}`) : null}
      ${isPending ? null : decided(approval)}
      ${isPending && isOwn ? note('warn', 'You had a hand in this, so another person has to approve it. Without keys, choose another persona at the top.') : null}
      ${subject(approval, mayDecide)}
      <div class="cols">
        <section>
          <h2>If you approve</h2>
          <ul class="cons">
            ${approval.consequences.map((line) => html`<li>${line}</li>`)}
          </ul>
          ${approval.adapter ? facts([['Goes to', approval.adapter]]) : null}
        </section>
        <section>
          <h2>Budget</h2>
          ${approval.budget.map(budgetBar)}
        </section>
      </div>
      ${history(approval)}
      <section>
        <h2>About it</h2>
        ${facts([
          ['Asked by', approval.requester],
          ['Had a hand in it', approval.contributors.join(', ')],
          ['Profile', approval.profile],
          ['Tenant', approval.tenant],
          ['Needs', approval.required > 1 ? `${approval.required} people` : null],
          ['Run', html`<a class="mono" href="${base}/runs/${approval.run_id}">${approval.run_id}</a>`],
          ['Content', html`<code>${approval.digest.slice(0, 23)}…</code>`],
        ])}
      </section>
      <details>
        <summary>Made of</summary>
        <div class="card">${anything(approval.inputs)}</div>
      </details>
    </div>
    ${mayDecide ? decisionForm(approval, context) : null}`
}

async function shown(context: PageContext, refusal: Refusal | null): Promise<View> {
  const id = context.params['approval_id'] ?? ''
  const [{ list }, found] = await Promise.all([
    inboxList(context),
    context.need({ method: 'get', path: `/v1/approvals/${encodeURIComponent(id)}` }),
  ])
  const approval = found as Approval
  return {
    title: titleOf(approval),
    list,
    main: html`<div data-watch="${approval.run_id}">${sheet(approval, context, refusal)}</div>`,
    status: refusal?.status ?? 200,
  }
}

const NEEDS_REASON: Refusal = {
  status: 422,
  code: 'INVALID_REQUEST',
  detail: 'Say why: the reason is part of the record.',
  errors: [],
}
const CHANGED: Refusal = {
  status: 409,
  code: 'APPROVAL_DECIDED',
  detail: 'What you saw is not what waits now: look at it again.',
  errors: [],
}

function bodyOf(form: URLSearchParams, approval: Approval): object | Refusal {
  const decision = form.get('decision') ?? ''
  const reason = form.get('reason')?.trim() ?? ''
  if (decision === 'approve') return { decision, ...(reason ? { reason } : {}) }
  if (reason === '') return NEEDS_REASON
  if (decision !== 'edit') return { decision, reason }
  const draft = draftOf(approval.preview)
  const output: Record<string, string> = {}
  for (const [field, before] of [
    ['subject', draft?.subject],
    ['message_draft', draft?.message],
  ] as const) {
    const now = form.get(field)?.replaceAll('\r\n', '\n')
    if (now !== undefined && now !== before) output[field] = now
  }
  return { decision: 'request_changes', reason, changes: { output } }
}

const isRefusal = (body: object): body is Refusal => 'code' in body

export const approvalPage: Page = {
  method: 'get',
  path: '/inbox/{approval_id}',
  section: 'inbox',
  view: (context) => shown(context, null),
}

/** A decision is one on exactly what was shown: the digest of the form is the one of what waits now, or nothing is decided. */
export const decidePage: Page = {
  method: 'post',
  path: '/inbox/{approval_id}',
  section: 'inbox',
  view: async (context) => {
    const path = `/v1/approvals/${encodeURIComponent(context.params['approval_id'] ?? '')}`
    const approval = (await context.need({ method: 'get', path })) as Approval
    if (context.form.get('digest') !== approval.digest) return shown(context, CHANGED)
    const body = bodyOf(context.form, approval)
    if (isRefusal(body)) return shown(context, body)
    const reply = await context.api({ method: 'post', path: `${path}/decision`, body })
    if (!reply.ok) return shown(context, reply.refusal)
    return { to: withFilters(`/inbox/${approval.approval_id}`, context.query) }
  },
}
