// What a person may do about a run and its steps, as forms.
import { html, type Html } from '../../html.ts'
import { hasRole, type PageContext } from '../../page.ts'
import type { Run, RunStep } from '../../shapes.ts'

export const pathOf = ({ params }: PageContext): string =>
  `/v1/runs/${encodeURIComponent(params['run_id'] ?? '')}`

const token = (csrf: string): Html => html`<input type="hidden" name="_csrf" value="${csrf}" />`

export const reconcileForm = (step: RunStep, { base, csrf }: PageContext, runId: string): Html =>
  html`<form method="post" class="inline" action="${base}/runs/${runId}/steps/${step.step_id}/reconcile">
    ${token(csrf)}
    <p>Nobody knows whether this happened. Look in the system it acts on, then say:</p>
    <label class="reason"
      ><span class="visually-hidden">How do you know?</span
      ><input name="reason" required maxlength="2000" placeholder="How do you know?"
    /></label>
    <button class="act" name="outcome" value="happened">It happened</button>
    <button class="act" name="outcome" value="did_not_happen">It did not</button>
  </form>`

/** Leads to what the reviewer saw: its inputs are what can be written anew. */
export const reviseForm = (step: RunStep, { base }: PageContext, runId: string): Html =>
  html`<p>
    <a class="act go" href="${base}/runs/${runId}/steps/${step.step_id}/revise">Write what to change</a>
  </p>`

const cancelForm = ({ run_id }: Run, { base, csrf }: PageContext): Html =>
  html`<form class="inline" method="post" action="${base}/runs/${run_id}/cancel">
    ${token(csrf)}
    <label class="reason"
      ><span class="visually-hidden">Why</span
      ><input name="reason" maxlength="2000" placeholder="Why (may stay empty)" /></label
    ><button class="act no">Cancel this run</button>
  </form>`

const resumeForm = ({ run_id }: Run, { base, csrf, form }: PageContext): Html =>
  html`<form class="card ask" method="post" action="${base}/runs/${run_id}/resume">
    ${token(csrf)}
    <label for="corrected"
      >Corrected facts
      <span class="dim">as YAML or JSON; they replace those of this run, and may stay empty</span></label
    >
    <textarea id="corrected" name="context" rows="4" class="mono" spellcheck="false">
${form.get('context') ?? ''}</textarea>
    <div class="row"><button class="act go">Do what is missing</button></div>
  </form>`

/** null: this person may do nothing about it, or nothing is left to do. */
export function actions(run: Run, context: PageContext): Html | null {
  if (!hasRole(context.person, 'operator')) return null
  if (run.finished_at === null) return cancelForm(run, context)
  const canResume = ['partial', 'failed', 'cancelled'].includes(run.status)
  return canResume ? resumeForm(run, context) : null
}
