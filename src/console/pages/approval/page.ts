// One approval: the very content, what happens and cannot be undone, and the decision.
import { html, type Html } from '../../html.ts'
import { anything, budgetBar, facts, moment, note, pill, refused, timeLeft } from '../../parts/bits.ts'
import { difference } from '../../parts/difference.ts'
import { lineList } from '../../parts/lines.ts'
import { draftOf, editableLetter, letter } from '../../parts/letter.ts'
import { hasRole, type Page, type PageContext, type Refusal, type View } from '../../page.ts'
import { planGraph } from '../../parts/plan-graph.ts'
import type { Approval, Run } from '../../shapes.ts'
import { isRecord } from '../../../events/json.ts'
import { isAmong } from '../../../run/contributors.ts'
import { costUnits, plain, turnsWords } from '../../words.ts'
import { inboxList, withFilters } from '../inbox.ts'
import { decisionForm, FORM } from './form.ts'

export const titleOf = ({ review, tool }: Approval): string =>
  `${review === 'output' ? 'Release' : 'Run'}: ${plain(tool)}`

export function subject(approval: Approval, mayEdit: boolean): Html {
  const draft = draftOf(approval.preview)
  if (draft) return mayEdit ? editableLetter(draft, FORM) : letter(draft)
  if (approval.review === 'output' && approval.preview === null)
    return note('warn', 'Only approvers see what is not released yet.')
  return html`<div class="card">
    ${anything(approval.review === 'output' ? approval.preview : approval.inputs)}
  </div>`
}

const voteLine = ({ by, decision, reason, at }: Approval['votes'][number]): Html =>
  html`<li>
    ${pill(decision)}
    <strong>${by}</strong>
    ${moment(at)}${typeof reason === 'string' ? html`<blockquote>${reason}</blockquote>` : null}
  </li>`

/** Of one field, what it was and what it became: texts word by word. */
const change = ({ field, before, after }: Approval['revisions'][number]['differences'][number]): Html =>
  html`<h3>${plain(field)}</h3>
    ${
      typeof before === 'string' && typeof after === 'string'
        ? difference(before, after)
        : html`<div class="diff"><del>${anything(before)}</del> <ins>${anything(after)}</ins></div>`
    }`

function history(approval: Approval): Html | null {
  const past = approval.revisions.filter(({ votes, differences }) => votes.length + differences.length > 0)
  if (past.length === 0) return null
  return html`<section>
    <h2>What happened to it</h2>
    <ul class="plainlist">
      ${past.map(
        ({ revision, votes, differences }) =>
          html`<li>
            Revision ${revision}
            ${differences.length > 0 ? html`<div class="changes">${differences.map(change)}</div>` : null}
            <ul class="plainlist">
              ${votes.map(voteLine)}
            </ul>
          </li>`,
      )}
    </ul>
  </section>`
}

/** What the steps say whose work is to judge this one. */
export const judged = ({ judgements }: Approval): Html | null =>
  judgements.length === 0
    ? null
    : html`<section>
        <h2>How good it is</h2>
        ${judgements.map(
          ({ tool, lines, output }) =>
            html`<div class="card">
              <p class="dim">${plain(tool)}</p>
              ${lineList(lines, false)}
              <details>
                <summary>Everything it said</summary>
                ${anything(output)}
              </details>
            </div>`,
        )}
      </section>`

/** In words, what is under review and is no letter. */
export const inShort = (approval: Approval): Html | null => {
  const told = lineList(approval.lines, draftOf(approval.preview) !== null)
  return told === null ? null : html`<div>${told}</div>`
}

/** What is decided about might be read as something else than what it is. */
export const turned = ({ goal, preview, inputs }: Approval): Html | null =>
  turnsWords(JSON.stringify([goal, preview, inputs]))
    ? note(
        'warn',
        'It has characters that turn the direction of words: some of it may read otherwise than it is written.',
      )
    : null

export const decided = (approval: Approval): Html =>
  note(
    approval.status === 'approved' ? 'ok' : 'warn',
    html`This is
    ${plain(approval.status)}${approval.decided_at ? html` since ${moment(approval.decided_at)}` : null}${
      approval.votes.length > 0 ? html`, by ${approval.votes.map(({ by }) => by).join(', ')}` : null
    }.`,
  )

/** Somebody asks again for what a person has said no to. */
export const earlierNos = ({ earlier_denials }: Approval): Html | null =>
  earlier_denials.length === 0
    ? null
    : note(
        'warn',
        html`This was refused
        before.${earlier_denials.map(({ by, reason, at }) => html`<br />${by} said no ${moment(at)}: ${reason ?? 'the reason was erased'}`)}`,
      )

const accountOf = ({ inputs }: Approval): string | null =>
  isRecord(inputs) && typeof inputs['account_id'] === 'string' ? inputs['account_id'] : null

/** What was done before it and what comes after; null: this person may not see the run. */
async function placeInPlan(
  { run_id: id, step_id }: Approval,
  { api, base }: PageContext,
): Promise<Html | null> {
  const reply = await api({ method: 'get', path: `/v1/runs/${encodeURIComponent(id)}` })
  if (!reply.ok) return null
  const run = reply.body as Run
  return html`<section>
    <h2>Its place in the plan</h2>
    ${planGraph(run.steps, (step) => `${base}/runs/${id}#step-${step}`, { blocks: run.plan?.blocks ?? [], here: step_id })}
  </section>`
}

type Shown = { readonly refusal: Refusal | null; readonly place: Html | null }

function sheet(approval: Approval, context: PageContext, { refusal, place }: Shown): Html {
  const { base, now, person } = context
  const isPending = approval.status === 'pending'
  const mayDecide = isPending && hasRole(person, approval.approver_role)
  const isOwn = isAmong(approval.contributors, person.id)
  return html`<div class="sheet">
      <div class="head">
        <h1>${titleOf(approval)}</h1>
        ${pill(approval.risk, `${approval.risk} risk`)}
        <span class="pill plain">revision ${approval.revision}</span>
        ${isPending ? html`<span class="dim">${timeLeft(approval.expires_at, now)}</span>` : pill(approval.status)}
      </div>
      <p class="dim">${approval.goal ?? 'The goal was erased.'}</p>
      ${refusal ? refused(refusal) : null} ${isPending ? null : decided(approval)}
      ${isPending && isOwn ? note('warn', `You had a hand in this, so another person has to approve it.${context.isPersona ? ' Choose another persona at the top.' : ''}`) : null}
      ${earlierNos(approval)} ${turned(approval)} ${subject(approval, mayDecide)} ${inShort(approval)}
      ${judged(approval)}
      <div class="cols">
        <section>
          <h2>If you approve</h2>
          <ul class="cons">
            ${approval.consequences.map((line) => html`<li>${line}</li>`)}
          </ul>
          ${
            approval.adapter
              ? facts([
                  ['Goes to', approval.adapter],
                  ['Account', accountOf(approval)],
                ])
              : null
          }
        </section>
        <section>
          <h2>Budget</h2>
          ${isPending && approval.review === 'call' ? html`<p class="dim">The call will take ${costUnits(approval.step.cost)} of it.</p>` : null}
          ${isPending && approval.review === 'output' ? html`<p class="dim">It is spent already: approving takes nothing more.</p>` : null}
          ${approval.budget.map(budgetBar)}
        </section>
      </div>
      ${place} ${history(approval)}
      <section>
        <h2>About it</h2>
        ${facts([
          ['Asked by', approval.requester],
          ['Had a hand in it', approval.contributors.join(', ')],
          ['Profile', approval.profile],
          ['Tenant', approval.tenant],
          ['Needs', approval.required > 1 ? `${approval.required} people` : null],
          ['Run', html`<a class="mono" href="${base}/runs/${approval.run_id}">${approval.run_id}</a>`],
          ['Content', html`<code>${approval.digest.slice(0, 23)}…</code>`],
        ])}
      </section>
      <details>
        <summary>Made of</summary>
        <div class="card">${anything(approval.inputs)}</div>
      </details>
    </div>
    ${mayDecide ? decisionForm(approval, context, withFilters(`/inbox/${approval.approval_id}`, context.query)) : null}`
}

/** The page of one approval; `refusal`: why what was asked there was not done. */
export async function shownApproval(context: PageContext, refusal: Refusal | null): Promise<View> {
  const id = context.params['approval_id'] ?? ''
  const [{ list }, found] = await Promise.all([
    inboxList(context),
    context.need({ method: 'get', path: `/v1/approvals/${encodeURIComponent(id)}` }),
  ])
  const approval = found as Approval
  const place = await placeInPlan(approval, context)
  return {
    title: titleOf(approval),
    list,
    main: html`<div data-watch="${approval.run_id}">
      <p class="back">
        <a href="${context.base}${withFilters('/inbox', context.query)}">Back to the inbox</a>
      </p>
      ${sheet(approval, context, { refusal, place })}
    </div>`,
    status: refusal?.status ?? 200,
  }
}

export const approvalPage: Page = {
  method: 'get',
  path: '/inbox/{approval_id}',
  section: 'inbox',
  view: (context) => shownApproval(context, null),
}
