// One run: the question, the answer, what is missing; then how it came about, step by step and event by event.
import { html, type Html } from '../../html.ts'
import { budgetBar, note, pill, refused } from '../../parts/bits.ts'
import { answerOf } from '../../parts/step-answer.ts'
import { waterfall, type Wait } from '../../parts/waterfall.ts'
import type { Page, PageContext, Refusal, View } from '../../page.ts'
import type { Run } from '../../shapes.ts'
import { duration, number, plain } from '../../words.ts'
import { actions, pathOf } from './forms.ts'
import { planOfRun } from './plan.ts'
import { stepCard } from './step.ts'

type EventLine = {
  readonly seq: number
  readonly at: number
  readonly type: string
  readonly data: Readonly<Record<string, unknown>>
}

const stepOf = ({ data }: EventLine): string => (typeof data['step_id'] === 'string' ? data['step_id'] : '')

/** Tools are called by their names where programs read them. */
const inWords = (text: string, { steps }: Run): string =>
  [...new Set(steps.map(({ tool }) => tool))].reduce((said, tool) => said.replaceAll(tool, plain(tool)), text)

function missing(run: Run): Html | null {
  const lines = run.answer.missing
  if (lines.length === 0 && run.unserved.length === 0 && run.message === null) return null
  return html`<section>
    <h2>What is missing</h2>
    ${run.message === null ? null : note('bad', run.message)}
    <ul class="cons">
      ${run.unserved.map((ask) => html`<li>Nothing here does this: ${ask}</li>`)}
      ${lines.map((line) => html`<li>${inWords(line, run)}</li>`)}
    </ul>
  </section>`
}

/** Results that somebody else gave than the one who should have. */
const degraded = (run: Run): Html[] =>
  run.answer.degraded.map((line) => note('warn', `Degraded: ${inWords(line, run)}`))

const LEADS = {
  approval: 'Read and decide',
  revision: 'Write what to change',
  reconciliation: 'Say what became of it',
} as const

/** What only a person can move, and where. */
const waiting = (run: Run, { base }: PageContext): Html[] =>
  run.answer.waiting.map(({ kind, step_id, approval_id, text }) =>
    note(
      'warn',
      html`${inWords(text, run)}.
        <a href="${approval_id === null ? `#step-${step_id}` : `${base}/inbox/${approval_id}`}"
          >${LEADS[kind]}</a
        >`,
    ),
  )

/** The answer in words, one part for each released output. */
const results = (run: Run): Html[] =>
  run.answer.results.flatMap(({ step_id, lines }) => {
    const step = run.steps.find((one) => one.step_id === step_id)
    return step ? [answerOf(step, lines)] : []
  })

/** A run that goes on where an earlier one ended says what people refused there. */
const earlierNos = ({ resumes, earlier_denials }: Run): Html | null =>
  resumes === null
    ? null
    : html`<p class="dim">
        Goes on from <code>${resumes}</code>.
        ${earlier_denials.map(({ by, reason }) => html`<br />${by} said no there: ${reason ?? 'the reason was erased'}`)}
      </p>`

const eventLine = (event: EventLine, first: number): Html =>
  html`<li>
    <code class="dim">+${duration(event.at - first)}</code> <code>${stepOf(event)}</code>
    <span>${plain(event.type)}</span>
  </li>`

function figures(run: Run): Html {
  return html`<div class="figures">
    <div class="figure"><b>${number(run.calls)}</b><span>calls</span></div>
    <div class="figure"><b>${number(run.cost)}</b><span>cost units</span></div>
    <div class="figure"><b>${duration(run.active_ms)}</b><span>working time</span></div>
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
    const step = stepOf(event)
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

/** Nothing where there is nothing to say. */
const part = (heading: string, said: Html | readonly Html[] | null): Html | null =>
  said === null || (Array.isArray(said) && said.length === 0)
    ? null
    : html`<section>
        <h2>${heading}</h2>
        ${said}
      </section>`

function sheet(run: Run, events: readonly EventLine[], context: PageContext): Html {
  const { now } = context
  const first = events[0]?.at ?? 0
  return html`<div class="sheet wide" data-watch="${run.run_id}">
    <h1>${run.goal ?? 'The goal was erased.'}</h1>
    <div class="head">
      ${pill(run.status)}<span class="dim">${run.profile} · ${run.tenant} · asked by ${run.requester}</span>
      <code>${run.run_id}</code>
    </div>
    ${earlierNos(run)} ${waiting(run, context)} ${degraded(run)} ${results(run)} ${missing(run)}
    ${actions(run, context)}
    <section>
      <h2>How</h2>
      <p class="dim">${run.answer.spent}</p>
      ${figures(run)}
    </section>
    ${planOfRun(run)} ${part('Time', waterfall(run.steps, waitsOf(events), now))}
    ${part(
      'Steps',
      run.steps.map((step) => stepCard(step, context, run)),
    )}
    ${part('Budget', run.budget.map(budgetBar))}
    <section>
      <h2>What happened</h2>
      <details>
        <summary>${number(events.length)} events, first to last</summary>
        <ol class="events">
          ${events.map((event) => eventLine(event, first))}
        </ol>
      </details>
    </section>
  </div>`
}

/** The run's page; `refusal`: why what was asked there was not done. */
export async function shownRun(context: PageContext, refusal: Refusal | null): Promise<View> {
  const [found, read] = await Promise.all([
    context.need({ method: 'get', path: pathOf(context) }),
    context.need({ method: 'get', path: `${pathOf(context)}/events`, query: { limit: '1000' } }),
  ])
  const run = found as Run
  const { items } = read as { items: readonly EventLine[] }
  const main = sheet(run, items, context)
  return {
    title: run.goal ?? run.run_id,
    main: refusal ? html`${refused(refusal)}${main}` : main,
    status: refusal?.status ?? 200,
  }
}

export const answerPage: Page = {
  method: 'get',
  path: '/runs/{run_id}',
  section: 'runs',
  view: (context) => shownRun(context, null),
}
