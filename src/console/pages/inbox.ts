// What waits for a person: oldest first, with what it is, how risky, for whom, and how long it can still wait.
import { jointDecision } from '../parts/joint-decision.ts'
import { APPROVAL_STATUSES } from '../../run/state.ts'
import { html, type Html } from '../html.ts'
import { empty, pill, timeLeft } from '../parts/bits.ts'
import { hasRole, mayApprove, type Page, type PageContext } from '../page.ts'
import type { Approvals, ApprovalRow } from '../shapes.ts'
import { plain } from '../words.ts'

const FILTERS = ['q', 'requester', 'profile', 'tenant'] as const

/** As a filter is called where people read it. */
const CALLED = { q: 'search', requester: 'asked by', profile: 'profile', tenant: 'tenant' } as const

const kept = (query: URLSearchParams): URLSearchParams =>
  new URLSearchParams([...query].filter(([name]) => ['status', ...FILTERS].includes(name as 'status')))

/** Filters stay in the address, so that going back finds them again. */
export const withFilters = (path: string, query: URLSearchParams): string => {
  const text = kept(query).toString()
  return text === '' ? path : `${path}?${text}`
}

const item = (row: ApprovalRow, context: PageContext): Html => {
  const { base, params, query, now } = context
  const isHere = params['approval_id'] === row.approval_id
  const isPending = row.status === 'pending'
  const name = row.title
  const mayChoose = isPending && hasRole(context.person, row.approver_role)
  return html`<div class="pick" id="row-${row.approval_id}">
    ${mayChoose ? html`<input type="checkbox" name="id" value="${row.approval_id}" form="together" aria-label="${`Choose ${name}, ${row.tenant}`}" data-pick />` : null}
    <a
      class="item"
      href="${base}${withFilters(`/inbox/${row.approval_id}`, query)}"
      ${isHere ? html`aria-current="true"` : null}
      data-row
    >
      <span class="who">${row.subject_line ?? name}</span>
      ${isPending ? pill(row.risk) : pill(row.status)}
      ${row.subject_line === null ? null : html`<small class="across">${name}</small>`}
      <small class="across">${row.requester ?? 'somebody'} asks: ${row.goal ?? 'erased'}</small>
      ${row.quality.map((said) => html`<small class="across">${said}</small>`)}
      <small class="across"
        >${isPending ? html`${timeLeft(row.expires_at, now)} · ` : null}${row.tenant} ·
        ${plain(row.profile)}${row.revision > 1 ? html` · revision ${row.revision}` : null}</small
      >
    </a>
  </div>`
}

/** What is done with all that are chosen; the page's script shows it once something is. */
const together = ({ base, csrf, query, person }: PageContext, count: number): Html | null =>
  count < 2 || !mayApprove(person) || (query.get('status') ?? 'pending') !== 'pending'
    ? null
    : html`<form
        id="together"
        class="inline together"
        method="post"
        action="${base}${withFilters('/inbox', query)}"
      >
        <input type="hidden" name="_csrf" value="${csrf}" />
        <label class="dim"><input type="checkbox" data-pick-all /> all</label>
        ${jointDecision}
      </form>`

const filterForm = ({ base, query }: PageContext): Html =>
  html`<form class="filters" method="get" action="${base}/inbox">
    <label
      ><span class="visually-hidden">Status</span>
      <select name="status" data-submits>
        ${APPROVAL_STATUSES.map((status) => html`<option value="${status}" ${(query.get('status') ?? 'pending') === status ? html`selected` : null}>${plain(status)}</option>`)}
      </select></label
    >
    ${FILTERS.map(
      (name) =>
        html`<label
          ><span class="visually-hidden">${CALLED[name]}</span
          ><input
            name="${name}"
            placeholder="${CALLED[name]}"
            value="${query.get(name) ?? ''}"
            size="8"
            maxlength="200"
        /></label>`,
    )}
    <button class="act small">Filter</button>
  </form>`

/** Rows on the page. */
const SHOWN = 100

const more = ({ base, query }: PageContext, cursor: string): Html => {
  const next = new URLSearchParams([...kept(query), ['cursor', cursor]])
  return html`<p><a class="act small" href="${base}/inbox?${next.toString()}">More</a></p>`
}

/** The list beside every approval; `first` is the one that has waited longest. */
export async function inboxList(context: PageContext): Promise<{ list: Html; rows: readonly ApprovalRow[] }> {
  const { query } = context
  const status = query.get('status') ?? 'pending'
  // What waits longest is first; of what is decided the last.
  const order = status === 'pending' ? 'oldest' : 'newest'
  const asked: Record<string, string> = { status, order, limit: String(SHOWN) }
  for (const name of [...FILTERS, 'cursor'] as const) {
    const value = query.get(name)?.trim()
    if (value) asked[name] = value
  }
  const answer = await context.need({ method: 'get', path: '/v1/approvals', query: asked })
  const { items: rows, next_cursor } = answer as Approvals
  const list = html`${filterForm(context)} ${together(context, rows.length)}
    <div class="rows" data-list="approvals">${rows.map((row) => item(row, context))}</div>
    ${next_cursor === null ? null : more(context, next_cursor)}
    ${rows.length === 0 ? empty('Nothing waits.', 'What a run may not do by itself comes here.') : null}`
  return { list, rows }
}

export const inboxPage: Page = {
  method: 'get',
  path: '/inbox',
  section: 'inbox',
  view: async (context) => {
    const { list, rows } = await inboxList(context)
    const [first] = rows
    const hint = mayApprove(context.person)
      ? 'Choose one of the list. j and k go through it, ? shows all keys.'
      : 'Your role may look, and not decide.'
    return {
      title: 'Inbox',
      list,
      isChoosing: true,
      main: html`<div class="sheet">
        <h1>Inbox</h1>
        ${
          first
            ? html`<p class="dim">${hint}</p>
                <p>
                  <a
                    class="act go"
                    href="${context.base}${withFilters(`/inbox/${first.approval_id}`, context.query)}"
                    >Open the oldest</a
                  >
                </p>`
            : empty(
                'Nothing waits for a person.',
                html`Ask for something that drafts, and its draft comes here:
                  <a href="${context.base}/">Ask</a>.`,
              )
        }
      </div>`,
    }
  },
}
