// One run: the question, the answer, what is missing; then how it came about, step by step and event by event.
import { isRecord } from '../../events/json.ts'
import { html, type Html } from '../html.ts'
import { anything, budgetBar, facts, moment, note, pill } from '../parts/bits.ts'
import { answerOf } from '../parts/step-answer.ts'
import { planGraph } from '../parts/plan-graph.ts'
import { waterfall, type Wait } from '../parts/waterfall.ts'
import { hasRole, type Page, type PageContext, type Refusal, type View } from '../page.ts'
import type { Run, RunStep } from '../shapes.ts'
import { duration, number, plain } from '../words.ts'

type EventLine = {
  readonly seq: number
  readonly at: number
  readonly type: string
  readonly step_id: string | null
  readonly data: unknown
}

function missing(run: Run): Html | null {
  const undone = run.steps.filter(({ status }) =>
    ['failed', 'skipped', 'unknown', 'changes_requested'].includes(status),
  )
  if (undone.length === 0 && run.unserved.length === 0 && run.message === null) return null
  return html`<section>
    <h2>What is missing</h2>
    ${run.message === null ? null : note('bad', run.message)}
    <ul class="cons">
      ${run.unserved.map((ask) => html`<li>Nothing here does this: ${ask}</li>`)}
      ${undone.map(
        (step) =>
          html`<li>
            <a href="#step-${step.step_id}">${plain(step.tool)}</a> ${pill(step.status)}
            ${step.error?.message ?? (step.skip_reason === null ? null : plain(step.skip_reason))}
            ${step.refused_by.map(({ message }) => html`<br />${message}`)}
          </li>`,
      )}
    </ul>
  </section>`
}

const waiting = (run: Run, base: string): Html[] =>
  run.pending_approvals.map((approval) =>
    note(
      'warn',
      html`${plain(approval.tool)} waits for a person.
        <a href="${base}/inbox/${approval.approval_id}"
          >${approval.review === 'output' ? 'Read and decide' : 'Look and decide'}</a
        >`,
    ),
  )

const reconcileForm = (step: RunStep, { base, csrf }: PageContext, runId: string): Html =>
  html`<form method="post" class="inline" action="${base}/runs/${runId}/steps/${step.step_id}/reconcile">
    <input type="hidden" name="_csrf" value="${csrf}" />
    <p>Nobody knows whether this happened. Look in the system it acts on, then say:</p>
    <label class="reason"
      ><span class="visually-hidden">How do you know?</span
      ><input name="reason" required maxlength="2000" placeholder="How do you know?"
    /></label>
    <button class="act" name="outcome" value="happened">It happened</button>
    <button class="act" name="outcome" value="did_not_happen">It did not</button>
  </form>`

function stepCard(step: RunStep, context: PageContext, runId: string): Html {
  const mayReconcile = step.status === 'unknown' && hasRole(context.person, 'approver', 'operator')
  return html`<details
    class="step"
    id="step-${step.step_id}"
    ${step.status === 'unknown' || step.status === 'failed' ? html`open` : null}
  >
    <summary>
      <code>${step.step_id}</code> <strong>${plain(step.tool)}</strong> ${pill(step.status)}
      <span class="dim"
        >${step.attempts} of ${step.max_attempts} attempts · ${number(step.spent)} cost units</span
      >
    </summary>
    ${mayReconcile ? reconcileForm(step, context, runId) : null}
    ${facts([
      ['Why', step.reason],
      ['Started', step.started_at ? moment(step.started_at) : null],
      ['Ended', step.ended_at ? moment(step.ended_at) : null],
      ['Served by', step.adapter],
      ['Error', step.error ? html`${step.error.message} <code>${step.error.mode}</code>` : null],
    ])}
    <h3>Inputs</h3>
    <dl class="facts small">
      ${Object.entries(step.inputs).map(
        ([name, source]) =>
          html`<dt>${plain(name)}</dt>
            <dd>
              ${isRecord(source) && 'value' in source ? anything(source['value']) : html`<code>${JSON.stringify(source)}</code>`}
            </dd>`,
      )}
    </dl>
  </details>`
}

const actions = (run: Run, { base, csrf, person }: PageContext): Html | null => {
  if (!hasRole(person, 'operator')) return null
  const canResume = run.finished_at !== null && ['partial', 'failed', 'cancelled'].includes(run.status)
  if (run.finished_at !== null && !canResume) return null
  return html`<form
    class="inline"
    method="post"
    action="${base}/runs/${run.run_id}/${canResume ? 'resume' : 'cancel'}"
  >
    <input type="hidden" name="_csrf" value="${csrf}" />
    ${
      canResume
        ? html`<button class="act">Do what is missing</button>`
        : html`<label class="reason"
              ><span class="visually-hidden">Why</span
              ><input name="reason" maxlength="2000" placeholder="Why (may stay empty)" /></label
            ><button class="act no">Cancel this run</button>`
    }
  </form>`
}

const eventLine = (event: EventLine, first: number): Html =>
  html`<li>
    <code class="dim">+${duration(event.at - first)}</code> <span>${plain(event.type)}</span>
    <code>${event.step_id ?? ''}</code>
  </li>`

function figures(run: Run): Html {
  return html`<div class="figures">
    <div class="figure"><b>${number(run.calls)}</b><span>calls</span></div>
    <div class="figure"><b>${number(run.cost)}</b><span>cost units</span></div>
    <div class="figure">
      <b>${run.active_ms === null ? '–' : duration(run.active_ms)}</b><span>working time</span>
    </div>
    <div class="figure">
      <b>${run.steps.filter(({ status }) => status === 'completed').length} of ${run.steps.length}</b
      ><span>steps</span>
    </div>
  </div>`
}

function waitsOf(events: readonly EventLine[]): Wait[] {
  const open = new Map<string, Wait>()
  const waits: Wait[] = []
  for (const event of events) {
    const step = event.step_id ?? ''
    const at = new Date(event.at).toISOString()
    if (event.type === 'approval_requested') open.set(step, { step_id: step, from: at, until: null })
    else if (event.type === 'approval_received' || event.type === 'approval_timeout') {
      const wait = open.get(step)
      if (wait) waits.push({ ...wait, until: at })
      open.delete(step)
    }
  }
  return [...waits, ...open.values()]
}

function sheet(run: Run, events: readonly EventLine[], context: PageContext): Html {
  const { base, now } = context
  const first = events[0]?.at ?? 0
  return html`<div class="sheet wide" data-watch="${run.run_id}">
    <h1>${run.goal ?? 'The goal was erased.'}</h1>
    <div class="head">
      ${pill(run.status)}<span class="dim">${run.profile} · ${run.tenant} · asked by ${run.requester}</span>
      <code>${run.run_id}</code>${actions(run, context)}
    </div>
    ${waiting(run, base)} ${run.steps.map(answerOf)} ${missing(run)}
    <section>
      <h2>How</h2>
      ${figures(run)}
    </section>
    ${
      run.plan
        ? html`<section>
            <h2>Plan</h2>
            <p class="dim">${run.plan.explanation}</p>
            ${planGraph(run.steps, (id) => `#step-${id}`)}
          </section>`
        : null
    }
    <section>
      <h2>Time</h2>
      ${waterfall(run.steps, waitsOf(events), now)}
    </section>
    <section>
      <h2>Steps</h2>
      ${run.steps.map((step) => stepCard(step, context, run.run_id))}
    </section>
    <section>
      <h2>Budget</h2>
      ${run.budget.map(budgetBar)}
    </section>
    <section>
      <h2>What happened</h2>
      <ol class="events">
        ${events.map((event) => eventLine(event, first))}
      </ol>
    </section>
  </div>`
}

const pathOf = ({ params }: PageContext): string => `/v1/runs/${encodeURIComponent(params['run_id'] ?? '')}`

async function shown(context: PageContext, refusal: Refusal | null): Promise<View> {
  const [found, read] = await Promise.all([
    context.need({ method: 'get', path: pathOf(context) }),
    context.need({ method: 'get', path: `${pathOf(context)}/events`, query: { limit: '1000' } }),
  ])
  const run = found as Run
  const { items } = read as { items: readonly EventLine[] }
  const main = sheet(run, items, context)
  return {
    title: run.goal ?? run.run_id,
    main: refusal ? html`${note('bad', refusal.detail)}${main}` : main,
    status: refusal?.status ?? 200,
  }
}

export const answerPage: Page = {
  method: 'get',
  path: '/runs/{run_id}',
  section: 'runs',
  view: (context) => shown(context, null),
}

const changes = (
  path: string,
  call: (context: PageContext) => { path: string; body: unknown },
  to: (context: PageContext, body: unknown) => string,
): Page => ({
  method: 'post',
  path,
  section: 'runs',
  view: async (context) => {
    const reply = await context.api({ method: 'post', ...call(context) })
    return reply.ok ? { to: to(context, reply.body) } : shown(context, reply.refusal)
  },
})

const here = ({ params }: PageContext): string => `/runs/${encodeURIComponent(params['run_id'] ?? '')}`

export const cancelPage = changes(
  '/runs/{run_id}/cancel',
  (context) => {
    const reason = context.form.get('reason')?.trim() ?? ''
    return { path: `${pathOf(context)}/cancel`, body: reason === '' ? {} : { reason } }
  },
  here,
)

export const resumePage = changes(
  '/runs/{run_id}/resume',
  (context) => ({ path: `${pathOf(context)}/resume`, body: {} }),
  (context, body) =>
    isRecord(body) && typeof body['run_id'] === 'string' ? `/runs/${body['run_id']}` : here(context),
)

export const reconcilePage = changes(
  '/runs/{run_id}/steps/{step_id}/reconcile',
  (context) => ({
    path: `${pathOf(context)}/steps/${encodeURIComponent(context.params['step_id'] ?? '')}/reconcile`,
    body: { outcome: context.form.get('outcome'), reason: context.form.get('reason') ?? '' },
  }),
  here,
)
