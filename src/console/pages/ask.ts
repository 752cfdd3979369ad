// The first page: a goal, what is known, and the plan as it would run, before anything runs.
import { isRecord } from '../../events/json.ts'
import { counted, dollars } from '../../run/figures.ts'
import { readFacts, readValue, UNREADABLE, writeValue } from '../facts.ts'
import { html, type Html } from '../html.ts'
import { note, pill, refused } from '../parts/bits.ts'
import { planGraph } from '../parts/plan-graph.ts'
import type { Page, PageContext, Refusal, View } from '../page.ts'
import type { PlanPreview, Profiles, Runs } from '../shapes.ts'
import { number, plain } from '../words.ts'
import { runsTable } from './runs.ts'

/** What the page starts with: the demo's, so that the first plan needs no typing. */
const EXAMPLE_GOAL =
  'Prioritise the Acme account, draft the outreach message, assess its quality and qualify the opportunity'
const EXAMPLE_CONTEXT = `account:
  account_id: acct_acme
  name: Acme Corporation
  industry: Industrial software
  revenue: 25000000
  employee_count: 320
  region: North-West
icp_criteria:
  min_revenue: 5000000
  industries: [software, logistics]
  regions: [West, Central]
template: |
  Subject: Shorter close times for {{company}}

  Dear {{role}} team at {{company}},

  Your plan to {{trigger}} caught our eye. Would you be open to a call of twenty minutes next week?

  Kind regards
prospect:
  company: Acme Corporation
  role: revenue operations
  trigger: open a second sales office
opportunity:
  opportunity_id: opp_acme_1
  criteria: { budget: true, authority: false, need: true, timing: true }
`

type Asked = {
  readonly goal: string
  readonly profile: string
  readonly tenant: string
  readonly context: string
}

const askedOf = ({ form, query }: PageContext): Asked => {
  const said = (name: string, preset: string): string => form.get(name) ?? query.get(name) ?? preset
  return {
    goal: said('goal', ''),
    profile: said('profile', 'demo'),
    tenant: said('tenant', 'default'),
    context: withFields(said('context', ''), form),
  }
}

const FACT = 'fact.'

/** What was typed into fields of its own belongs to what is known; what cannot be read stays a field. */
function withFields(text: string, form: URLSearchParams): string {
  const known = readFacts(text)
  const typed = [...form].filter(([name, value]) => name.startsWith(FACT) && value.trim() !== '')
  if (known === null || typed.length === 0) return text
  const next = { ...known }
  for (const [name, value] of typed) {
    const fact = readValue(value)
    if (fact !== undefined) next[name.slice(FACT.length)] = fact
  }
  return writeValue(next)
}

/** Names of what is known that a refusal speaks of, with what it says of each. */
function wanted(refusal: Refusal | null): Map<string, string[]> {
  const of = new Map<string, string[]>()
  for (const { path, message } of refusal?.errors ?? []) {
    const name = /\bcontext\.(\w+)/.exec(`${path} ${message}`)?.[1]
    if (name === undefined) continue
    of.set(name, [...(of.get(name) ?? []), `${path}: ${message}`])
  }
  return of
}

const EXAMPLES = readFacts(EXAMPLE_CONTEXT) ?? {}

/** A field for each fact that is missing or wrong, with an example in its place. */
const fields = (asked: Asked, refusal: Refusal | null): Html[] => {
  const known = readFacts(asked.context) ?? {}
  return [...wanted(refusal)].map(([name, messages]) => {
    const text = writeValue(known[name])
    return html`<label for="fact-${name}">${plain(name)}</label>
      <p class="dim" id="why-${name}">${messages.join('; ')}</p>
      <textarea
        id="fact-${name}"
        name="${FACT}${name}"
        rows="${Math.max(3, text.split('\n').length)}"
        class="mono"
        spellcheck="false"
        aria-invalid="true"
        aria-describedby="why-${name}"
        placeholder="${writeValue(EXAMPLES[name])}"
        data-example="${writeValue(EXAMPLES[name])}"
      >
${text}</textarea>`
  })
}

type Form = {
  readonly asked: Asked
  readonly profiles: readonly string[]
  readonly refusal: Refusal | null
}

const askForm = ({ asked, profiles, refusal }: Form, { base, csrf }: PageContext): Html =>
  html`<form class="ask" method="post" action="${base}/">
    <input type="hidden" name="_csrf" value="${csrf}" />
    <label for="goal">What do you need?</label>
    <textarea
      id="goal"
      name="goal"
      rows="2"
      maxlength="4000"
      required
      placeholder="${EXAMPLE_GOAL}"
      data-example="${EXAMPLE_GOAL}"
    >
${asked.goal}</textarea>
    <div class="row">
      <label
        >Profile
        <select name="profile">
          ${profiles.map((name) => html`<option ${name === asked.profile ? html`selected` : null}>${name}</option>`)}
        </select></label
      >
      <label>Tenant <input name="tenant" value="${asked.tenant}" maxlength="64" /></label>
    </div>
    <label for="context">What is known <span class="dim">names and values, as YAML or JSON</span></label>
    <textarea
      id="context"
      name="context"
      rows="10"
      class="mono"
      spellcheck="false"
      data-example="${EXAMPLE_CONTEXT}"
    >
${asked.context}</textarea>
    ${fields(asked, refusal)}
    <div class="row">
      <button class="act go" name="do" value="plan">Show the plan</button>
      <button class="act" type="button" data-fill hidden>Fill in an example</button>
    </div>
  </form>`

/** What a language model took for it; nothing where none was asked. */
const askedFor = ({ llm_calls, llm_tokens, llm_usd }: NonNullable<PlanPreview['made']>): Html | null =>
  llm_calls === 0
    ? null
    : html` <span class="dim"
        >${counted(llm_calls, 'call')}, ${counted(llm_tokens, 'token')}, ${dollars(llm_usd)}</span
      >`

const planCard = (plan: PlanPreview, { base, csrf }: PageContext, asked: Asked): Html => {
  const reviews = plan.steps.filter(({ review }) => review !== 'none').length
  return html`<section class="card" id="plan" data-kept>
    <h2>The plan</h2>
    ${plan.made === undefined ? null : html`<p>${plan.made.summary}${askedFor(plan.made)}</p>`}
    <p class="dim">${plan.explanation}</p>
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
    <form method="post" action="${base}/start">
      <input type="hidden" name="_csrf" value="${csrf}" />
      ${Object.entries(asked).map(([name, value]) => html`<input type="hidden" name="${name}" value="${value}" />`)}
      <button class="act go" data-key="s" ${plan.fits_budget ? null : html`disabled`}>
        Start <kbd>s</kbd>
      </button>
    </form>
  </section>`
}

async function shown(context: PageContext, plan: PlanPreview | null, refusal: Refusal | null): Promise<View> {
  const asked = askedOf(context)
  const [profiles, runs] = await Promise.all([
    context.api({ method: 'get', path: '/v1/profiles' }),
    context.api({ method: 'get', path: '/v1/runs', query: { limit: '8' } }),
  ])
  const names = profiles.ok ? (profiles.body as Profiles).items.map(({ name }) => name) : [asked.profile]
  const recent = runs.ok ? (runs.body as Runs).items : []
  return {
    title: 'Ask',
    status: refusal?.status ?? 200,
    main: html`<div class="sheet wide">
      <h1>Ask</h1>
      ${refusal ? refused(refusal) : null} ${askForm({ asked, profiles: names, refusal }, context)}
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

export const askPage: Page = {
  method: 'get',
  path: '/',
  section: 'ask',
  view: (context) => shown(context, null, null),
}

export const previewPage: Page = {
  method: 'post',
  path: '/',
  section: 'ask',
  view: async (context) => {
    const { goal, profile, context: text } = askedOf(context)
    const known = readFacts(text)
    if (known === null) return shown(context, null, UNREADABLE)
    const reply = await context.api({
      method: 'post',
      path: '/v1/plans',
      body: { goal, profile, context: known },
    })
    return reply.ok ? shown(context, reply.body as PlanPreview, null) : shown(context, null, reply.refusal)
  },
}

export const startPage: Page = {
  method: 'post',
  path: '/start',
  section: 'ask',
  view: async (context) => {
    const { goal, profile, tenant, context: text } = askedOf(context)
    const known = readFacts(text)
    if (known === null) return shown(context, null, UNREADABLE)
    const body = { goal, profile, tenant, context: known }
    const reply = await context.api({ method: 'post', path: '/v1/runs', query: { wait: '1' }, body })
    if (!reply.ok) return shown(context, null, reply.refusal)
    const id = isRecord(reply.body) ? reply.body['run_id'] : null
    return { to: `/runs/${String(id)}` }
  },
}
