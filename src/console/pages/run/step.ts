// One step of a run: why, when, by whom it was served, what it was given, and what a person may do about it.
import { isRecord } from '../../../events/json.ts'
import { isAmong } from '../../../run/contributors.ts'
import { html, type Html } from '../../html.ts'
import { anything, facts, moment, note, pill } from '../../parts/bits.ts'
import { hasRole, type PageContext } from '../../page.ts'
import type { Run, RunStep } from '../../shapes.ts'
import { costUnits, plain } from '../../words.ts'
import { reconcileForm, reviseForm } from './forms.ts'

const OPEN: ReadonlySet<string> = new Set(['unknown', 'failed', 'changes_requested'])

/** Where an input comes from, as people say it. */
function sourceText(source: unknown): Html {
  if (!isRecord(source)) return anything(source)
  if ('value' in source) return anything(source['value'])
  if (typeof source['context'] === 'string') return html`what is known: <code>${source['context']}</code>`
  if (typeof source['step'] === 'string' && typeof source['output'] === 'string')
    return html`<a href="#step-${source['step']}"><code>${source['step']}</code></a> gives
      <code>${source['output']}</code>`
  return html`<code>${JSON.stringify(source)}</code>`
}

const errorText = ({ error }: RunStep): Html | null =>
  error === null
    ? null
    : html`${error.message}
        <code>${error.mode}</code
        >${error.errors.map(({ path, message }) => html`<br /><code>${path}</code> ${message}`)}`

function inputs(step: RunStep): Html {
  return html`<h3>Inputs</h3>
    <dl class="facts small">
      ${Object.entries(step.inputs).map(
        ([name, source]) =>
          html`<dt>${plain(name)}</dt>
            <dd>${sourceText(source)}</dd>`,
      )}
    </dl>`
}

/** What is not released yet, nobody sees here. */
const output = ({ output: given }: RunStep): Html | null =>
  given === null || given === undefined
    ? null
    : html`<h3>Outputs</h3>
        ${anything(given)}`

function servedBy({ adapter, degraded }: RunStep): Html | string | null {
  if (degraded === null || adapter === null) return adapter
  return html`${adapter} ${pill('degraded')} in place of ${degraded.from}. ${degraded.reason}`
}

/** What the vendor has of an effect, and where a person sees it. */
function receipt({ receipt: kept }: RunStep): Html | null {
  if (kept === null) return null
  const { vendor, id, url, created_or_found, guarantee } = kept
  const named = html`${vendor} <code>${id}</code>`
  return html`${url === null ? named : html`<a href="${url}" rel="noreferrer">${named}</a>`},
  ${created_or_found}, ${plain(guarantee)}`
}

/** Closed where there is nothing to do about it. */
export function stepCard(step: RunStep, context: PageContext, run: Run): Html {
  const mayAct = hasRole(context.person, 'operator')
  const isSentBack = step.status === 'changes_requested'
  const asked = [run.requester, ...(run.resumed_by === null ? [] : [run.resumed_by])]
  const isTheirs = isAmong(asked, context.person.id)
  return html`<details class="step" id="step-${step.step_id}" ${OPEN.has(step.status) ? html`open` : null}>
    <summary>
      <code>${step.step_id}</code> <strong>${plain(step.tool)}</strong> ${pill(step.status)}
      <span class="dim"
        >${step.attempts} of ${step.max_attempts} ${step.max_attempts === 1 ? 'attempt' : 'attempts'} ·
        ${costUnits(step.spent)}</span
      >
    </summary>
    ${step.status === 'unknown' && mayAct ? reconcileForm(step, context, run.run_id) : null}
    ${isSentBack && mayAct && isTheirs ? reviseForm(step, context, run.run_id) : null}
    ${isSentBack && !isTheirs ? note('warn', `${asked.join(' or ')}, who asked for it, may change what it is made of.`) : null}
    ${facts([
      ['Why', step.reason],
      ['Started', step.started_at ? moment(step.started_at) : null],
      ['Ended', step.ended_at ? moment(step.ended_at) : null],
      ['Served by', servedBy(step)],
      ['Receipt', receipt(step)],
      ['Error', errorText(step)],
      [
        'Refused by',
        step.refused_by.length > 0 ? step.refused_by.map(({ message }) => html`${message}<br />`) : null,
      ],
    ])}
    ${inputs(step)} ${output(step)}
  </details>`
}
