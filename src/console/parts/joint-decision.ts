// What is decided of all approvals that were chosen: the reason, and the two answers.
import { html, type Html } from '../html.ts'

/** Stands in the form of the approvals; a decision can be taken back for five seconds. */
export const jointDecision: Html = html`<label class="reason"
    ><span class="visually-hidden">Why, for all of them</span
    ><input name="reason" maxlength="2000" placeholder="Why (needed to deny)"
  /></label>
  <button
    class="act small go"
    name="decision"
    value="approve"
    data-undo="5"
    data-undo-words="Approved together"
  >
    Approve chosen
  </button>
  <button class="act small no" name="decision" value="deny" data-undo="5" data-undo-words="Denied together">
    Deny chosen
  </button>`
