// A draft as a letter: what was written looks like what will be read.
import { html, type Html } from '../html.ts'
import { isRecord } from '../../events/json.ts'

export type Draft = { readonly subject: string; readonly message: string; readonly channel: string | null }

/** null: this output is no draft. */
export function draftOf(output: unknown): Draft | null {
  if (!isRecord(output) || typeof output['message_draft'] !== 'string') return null
  const { subject, message_draft, channel } = output
  return {
    subject: typeof subject === 'string' ? subject : '',
    message: message_draft,
    channel: typeof channel === 'string' ? channel : null,
  }
}

/** To read and to copy. */
export const letter = ({ subject, message, channel }: Draft): Html =>
  html`<article class="letter" data-copies>
    <header>
      ${subject === '' ? html`<span class="dim">${channel ?? 'message'}</span>` : html`<span class="dim">Subject</span><strong>${subject}</strong>`}
      <button type="button" class="act small" data-copy>Copy</button>
    </header>
    <div class="letter-text" data-copied>${message}</div>
  </article>`

/** To edit, as fields of the form `form`. */
export const editableLetter = ({ subject, message }: Draft, form: string): Html =>
  html`<div class="letter">
    <header>
      <label class="dim" for="edit-subject">Subject</label>
      <textarea id="edit-subject" name="subject" form="${form}" rows="1">${subject}</textarea>
    </header>
    <label class="visually-hidden" for="edit-message">Message</label>
    <textarea class="letter-text" id="edit-message" name="message_draft" form="${form}" rows="12">
${message}</textarea>
  </div>`
