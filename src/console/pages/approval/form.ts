// The decision as a form, and as the body of its call.
import { html, type Html } from '../../html.ts'
import { draftOf } from '../../parts/letter.ts'
import type { PageContext, Refusal } from '../../page.ts'
import type { Approval } from '../../shapes.ts'

/** Its id: fields elsewhere on the page belong to it. */
export const FORM = 'decision'

/** `to`: the page that it is sent to, which is the one it stands on. */
export function decisionForm(approval: Approval, { base, csrf }: PageContext, to: string): Html {
  const isEditable = draftOf(approval.preview) !== null
  const isCritical = approval.risk === 'critical'
  return html`<form id="${FORM}" class="acts" method="post" action="${base}${to}">
    <input type="hidden" name="_csrf" value="${csrf}" />
    <input type="hidden" name="digest" value="${approval.digest}" />
    <button
      class="act go"
      name="decision"
      value="approve"
      data-key="a"
      ${isCritical ? html`data-undo="8" data-undo-words="Approved for good"` : null}
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

const NEEDS_REASON: Refusal = {
  status: 422,
  code: 'INVALID_REQUEST',
  detail: 'Say why: the reason is part of the record.',
  errors: [],
}
export const CHANGED: Refusal = {
  status: 409,
  code: 'APPROVAL_DECIDED',
  detail: 'What you saw is not what waits now: look at it again.',
  errors: [],
}

/** A subject is one line, however it was written. */
function typed(form: URLSearchParams, field: 'subject' | 'message_draft'): string | undefined {
  const text = form.get(field)?.replaceAll('\r\n', '\n')
  return field === 'subject' ? text?.replaceAll(/\s*\n\s*/g, ' ').trim() : text
}

/** The body of the call; a refusal where the form lacks what the record needs. */
export function bodyOf(form: URLSearchParams, approval: Approval): object | Refusal {
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
    const now = typed(form, field)
    if (now !== undefined && now !== before) output[field] = now
  }
  return { decision: 'request_changes', reason, changes: { output } }
}

export const isRefusal = (body: object): body is Refusal => 'code' in body
