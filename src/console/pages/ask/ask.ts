// The first page: a goal or a playbook, what is known, and the plan as it would run, before anything runs.
import { isRecord } from '../../../events/json.ts'
import { AUTO_PLANNER, COMPARE_PLANNERS } from '../../../registry/names.ts'
import { readFacts, UNREADABLE } from '../../facts.ts'
import { html, type Html } from '../../html.ts'
import { refused } from '../../parts/bits.ts'
import { choiceRow, playbooksOf, profilesOf } from '../../parts/choices.ts'
import { needRole, type Page, type PageContext, type Refusal, type View } from '../../page.ts'
import type { PlanComparison, PlanPreview, Playbook, Runs, Template } from '../../shapes.ts'
import { runsTable } from '../runs.ts'
import { askedOf, EXAMPLE_CONTEXT, EXAMPLE_GOAL, fieldsFor, type Asked } from './asked.ts'
import { beginnings, begun, findAccounts, samples, templatesOf, type Found } from './beginnings.ts'
import { comparisonCards } from './comparison.ts'
import { planCard } from './plan-card.ts'

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
      <button class="act" name="do" value="compare">Compare with a language model</button>
      <button class="act" type="button" data-fill hidden>Fill in an example</button>
    </div>
  </form>`
}

type Outcome = {
  readonly asked: Asked
  readonly plan?: PlanPreview
  readonly compared?: PlanComparison
  readonly refusal?: Refusal
  readonly found?: Found
}

async function shown(context: PageContext, outcome: Outcome): Promise<View> {
  const { asked, plan, compared, refusal = null, found = null } = outcome
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
      ${plan ? planCard({ plan, asked, title: 'The plan', id: 'plan', planner: AUTO_PLANNER }, context) : null}
      ${compared ? comparisonCards(compared, asked, context) : null}
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

/** A playbook is the plan, whoever else would plan. */
async function compared(context: PageContext): Promise<Outcome> {
  const read = readable(context)
  if (!('body' in read)) return read
  if (read.asked.playbook !== '') return previewed(context)
  const body = { ...read.body, planner: COMPARE_PLANNERS }
  const reply = await context.api({ method: 'post', path: '/v1/plans', body })
  return reply.ok
    ? { asked: read.asked, compared: reply.body as PlanComparison }
    : { asked: read.asked, refusal: reply.refusal }
}

export const previewPage: Page = {
  method: 'post',
  path: '/',
  section: 'ask',
  view: async (context) => {
    const asks = context.form.get('do') ?? 'plan'
    if (asks === 'find') return shown(context, await looked(context))
    if (asks === 'compare') return shown(context, await compared(context))
    if (asks !== 'plan') return shown(context, { asked: await begun(context, askedOf(context)) })
    return shown(context, await previewed(context))
  },
}

/** The very plan that was shown, where a model made it: asked again it may give another one, and is paid for again. */
function startOf({ form }: PageContext, { asked, body }: Readable): Parameters<PageContext['api']>[0] {
  const made = form.get('made')
  if (made !== null) return { method: 'post', path: `/v1/runs/${encodeURIComponent(made)}/resume`, body: {} }
  const planner = form.get('planner')
  const given = planner === null || asked.playbook !== '' ? body : { ...body, planner }
  return { method: 'post', path: '/v1/runs', query: { wait: '1' }, body: given }
}

export const startPage: Page = {
  method: 'post',
  path: '/start',
  section: 'ask',
  view: async (context) => {
    const read = readable(context)
    if (!('body' in read)) return shown(context, read)
    const reply = await context.api(startOf(context, read))
    if (!reply.ok) return shown(context, { asked: read.asked, refusal: reply.refusal })
    const id = isRecord(reply.body) ? reply.body['run_id'] : null
    return { to: `/runs/${String(id)}` }
  },
}
