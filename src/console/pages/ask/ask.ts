// The first page: a goal or a playbook, what is known, and the plan as it would run, before anything runs.
import { isRecord } from '../../../events/json.ts'
import { counted, dollars } from '../../../run/figures.ts'
import { readFacts, UNREADABLE } from '../../facts.ts'
import { html, type Html } from '../../html.ts'
import { note, pill, refused } from '../../parts/bits.ts'
import { choiceRow, playbooksOf, profilesOf } from '../../parts/choices.ts'
import { planGraph } from '../../parts/plan-graph.ts'
import { needRole, type Page, type PageContext, type Refusal, type View } from '../../page.ts'
import type { PlanPreview, Playbook, Runs, Template } from '../../shapes.ts'
import { number, plain } from '../../words.ts'
import { runsTable } from '../runs.ts'
import { askedOf, EXAMPLE_CONTEXT, EXAMPLE_GOAL, fieldsFor, type Asked } from './asked.ts'
import { beginnings, begun, findAccounts, samples, templatesOf, type Found } from './beginnings.ts'

type Form = {
  readonly asked: Asked
  readonly profiles: readonly string[]
  readonly playbooks: readonly Playbook[]
  readonly templates: readonly Template[]
  readonly found: Found
  readonly refusal: Refusal | null
}

const askForm = (parts: Form, context: PageContext): Html => {
  const { asked, playbooks, refusal } = parts
  const about = playbooks.find(({ name }) => name === asked.playbook)?.description
  return html`<form class="ask" method="post" action="${context.base}/">
    <input type="hidden" name="_csrf" value="${context.csrf}" />
    <label for="goal">What do you need?</label>
    <textarea
      id="goal"
      name="goal"
      rows="2"
      maxlength="4000"
      placeholder="${EXAMPLE_GOAL}"
      data-example="${EXAMPLE_GOAL}"
    >
${asked.goal}</textarea>
    ${
      // What Enter does in a field: the first button of a form is pressed then.
      null
    }<button class="visually-hidden" tabindex="-1" aria-hidden="true"></button>
    ${samples()} ${choiceRow(parts)} ${about === undefined ? null : html`<p class="dim">${about}</p>`}
    ${beginnings(context, parts)}
    <label for="context">What is known: <span class="dim">names and values, as YAML or JSON</span></label>
    <textarea
      id="context"
      name="context"
      rows="6"
      class="mono"
      spellcheck="false"
      data-example="${EXAMPLE_CONTEXT}"
    >
${asked.context}</textarea>
    ${fieldsFor(asked, refusal)}
    <div class="row">
      <button class="act go" name="do" value="plan">Show the plan</button>
      <button class="act" type="button" data-fill hidden>Fill in an example</button>
    </div>
  </form>`
}

/** What a language model took for it; nothing where none was asked. */
const askedFor = ({ llm_calls, llm_tokens, llm_usd }: NonNullable<PlanPreview['made']>): Html | null =>
  llm_calls === 0
    ? null
    : html` <span class="dim"
        >${counted(llm_calls, 'call')}, ${counted(llm_tokens, 'token')}, ${dollars(llm_usd)}</span
      >`

const planCard = (plan: PlanPreview, { base, csrf }: PageContext, asked: Asked): Html => {
  const reviews = plan.steps.filter(({ review }) => review !== 'none').length
  return html`<section class="card" id="plan">
    <h2>The plan</h2>
    ${plan.made === undefined ? null : html`<p>${plan.made.summary}${askedFor(plan.made)}</p>`}
    ${plan.unserved.length > 0 ? note('warn', html`Nothing here does this: ${plan.unserved.join('; ')}.`) : null}
    ${plan.fits_budget ? null : note('bad', plan.over_budget.join(' '))}
    ${planGraph(
      plan.steps.map((step) => ({ ...step, status: 'planned' })),
      () => '#plan',
    )}
    <div class="figures">
      <div class="figure"><b>${number(plan.estimated_cost)}</b><span>cost units</span></div>
      <div class="figure"><b>${number(plan.worst_case.cost)}</b><span>at most, with every retry</span></div>
      <div class="figure"><b>${reviews}</b><span>${reviews === 1 ? 'approval' : 'approvals'}</span></div>
      <div class="figure"><b>${plain(plan.planner)}</b><span>planner</span></div>
    </div>
    <ol class="plainlist">
      ${plan.steps.map((step) => html`<li><strong>${plain(step.tool)}</strong> ${step.review === 'none' ? null : pill('pending', 'a person decides')} <span class="dim">${step.reason}</span></li>`)}
    </ol>
    <details>
      <summary>In words</summary>
      <p>${plan.explanation}</p>
    </details>
    <form method="post" action="${base}/start">
      <input type="hidden" name="_csrf" value="${csrf}" />
      ${Object.entries(asked).map(([name, value]) => html`<input type="hidden" name="${name}" value="${value}" />`)}
      <button class="act go" data-key="s" ${plan.fits_budget ? null : html`disabled`}>
        Start <kbd>s</kbd>
      </button>
    </form>
  </section>`
}

type Outcome = {
  readonly asked: Asked
  readonly plan?: PlanPreview
  readonly refusal?: Refusal
  readonly found?: Found
}

async function shown(context: PageContext, outcome: Outcome): Promise<View> {
  const { asked, plan, refusal = null, found = null } = outcome
  const [profiles, playbooks, templates, runs] = await Promise.all([
    profilesOf(context, asked.profile),
    playbooksOf(context),
    templatesOf(context, asked.tenant),
    context.api({ method: 'get', path: '/v1/runs', query: { limit: '8' } }),
  ])
  const recent = runs.ok ? (runs.body as Runs).items : []
  return {
    title: 'Ask',
    status: refusal?.status ?? 200,
    main: html`<div class="sheet wide">
      <h1>Ask</h1>
      ${refusal ? refused(refusal) : null}
      ${askForm({ asked, profiles, playbooks, templates, found, refusal }, context)}
      ${plan ? planCard(plan, context, asked) : null}
      ${
        recent.length > 0
          ? html`<section>
              <h2>Recent answers</h2>
              ${runsTable(recent, context.base)}
            </section>`
          : null
      }
    </div>`,
  }
}

/** As a request says it: the playbook where one is chosen, or else the goal. */
function bodyOf({ goal, playbook, profile, tenant }: Asked, known: Record<string, unknown>): object {
  const aim = playbook === '' ? { goal } : { playbook }
  return { ...aim, profile, tenant, context: known }
}

const NO_AIM: Refusal = {
  status: 422,
  code: 'INVALID_REQUEST',
  detail: 'Say what you need in words, or choose a playbook.',
  errors: [],
}

type Readable = { readonly asked: Asked; readonly body: object }

/** What was asked as a request, or why it is none. */
function readable(context: PageContext): Readable | Outcome {
  const asked = askedOf(context)
  if (asked.playbook === '' && asked.goal.trim() === '') return { asked, refusal: NO_AIM }
  const known = readFacts(asked.context)
  return known === null ? { asked, refusal: UNREADABLE } : { asked, body: bodyOf(asked, known) }
}

export const askPage: Page = {
  method: 'get',
  path: '/',
  section: 'ask',
  view: async (context) => {
    needRole(context.person, 'operator')
    return shown(context, { asked: askedOf(context) })
  },
}

async function looked(context: PageContext): Promise<Outcome> {
  const asked = askedOf(context)
  const found = await findAccounts(context, context.form.get('find')?.trim() ?? '')
  return found !== null && 'code' in found ? { asked, refusal: found } : { asked, found }
}

async function previewed(context: PageContext): Promise<Outcome> {
  const read = readable(context)
  if (!('body' in read)) return read
  const reply = await context.api({ method: 'post', path: '/v1/plans', body: read.body })
  return reply.ok
    ? { asked: read.asked, plan: reply.body as PlanPreview }
    : { asked: read.asked, refusal: reply.refusal }
}

export const previewPage: Page = {
  method: 'post',
  path: '/',
  section: 'ask',
  view: async (context) => {
    const asks = context.form.get('do') ?? 'plan'
    if (asks === 'find') return shown(context, await looked(context))
    if (asks !== 'plan') return shown(context, { asked: await begun(context, askedOf(context)) })
    return shown(context, await previewed(context))
  },
}

export const startPage: Page = {
  method: 'post',
  path: '/start',
  section: 'ask',
  view: async (context) => {
    const read = readable(context)
    if (!('body' in read)) return shown(context, read)
    const reply = await context.api({
      method: 'post',
      path: '/v1/runs',
      query: { wait: '1' },
      body: read.body,
    })
    if (!reply.ok) return shown(context, { asked: read.asked, refusal: reply.refusal })
    const id = isRecord(reply.body) ? reply.body['run_id'] : null
    return { to: `/runs/${String(id)}` }
  },
}
