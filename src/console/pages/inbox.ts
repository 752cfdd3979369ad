// What waits for a person: oldest first, with what it is, how risky, for whom, and how long it can still wait.
import { APPROVAL_STATUSES } from '../../run/state.ts'
import { html, type Html } from '../html.ts'
import { empty, pill, timeLeft } from '../parts/bits.ts'
import { hasRole, type Page, type PageContext } from '../page.ts'
import type { Approvals, ApprovalSummary } from '../shapes.ts'
import { plain } from '../words.ts'

const FILTERS = ['profile', 'tenant'] as const

const kept = (query: URLSearchParams): URLSearchParams =>
  new URLSearchParams([...query].filter(([name]) => ['status', ...FILTERS].includes(name as 'status')))

/** Filters stay in the address, so that going back finds them again. */
export const withFilters = (path: string, query: URLSearchParams): string => {
  const text = kept(query).toString()
  return text === '' ? path : `${path}?${text}`
}

const item = (row: ApprovalSummary, context: PageContext): Html => {
  const { base, params, query, now } = context
  const isHere = params['approval_id'] === row.approval_id
  const isPending = row.status === 'pending'
  const name = `${row.review === 'output' ? 'Release' : 'Run'} ${plain(row.tool)}`
  const mayChoose = isPending && hasRole(context.person, 'approver')
  return html`<div class="pick" id="row-${row.approval_id}">
    ${mayChoose ? html`<input type="checkbox" name="id" value="${row.approval_id}" form="together" aria-label="${`Choose ${name}, ${row.tenant}`}" data-pick />` : null}
    <a
      class="item"
      href="${base}${withFilters(`/inbox/${row.approval_id}`, query)}"
      ${isHere ? html`aria-current="true"` : null}
      data-row
    >
      <span class="who">${name}</span>
      ${isPending ? pill(row.risk) : pill(row.status)}
      <small
        >${row.tenant} · ${row.profile}${row.revision > 1 ? html` · revision ${row.revision}` : null}</small
      >
      <small>${isPending ? timeLeft(row.expires_at, now) : null}</small>
    </a>
  </div>`
}

/** What is done with all that are chosen; the page's script shows it once something is. */
const together = ({ base, csrf, query, person }: PageContext, count: number): Html | null =>
  count < 2 || !hasRole(person, 'approver') || (query.get('status') ?? 'pending') !== 'pending'
    ? null
    : html`<form
        id="together"
        class="inline together"
        method="post"
        action="${base}${withFilters('/inbox', query)}"
      >
        <input type="hidden" name="_csrf" value="${csrf}" />
        <label class="dim"><input type="checkbox" data-pick-all /> all</label>
        <label class="reason"
          ><span class="visually-hidden">Why, for all of them</span
          ><input name="reason" maxlength="2000" placeholder="Why (needed to deny)"
        /></label>
        <button class="act small go" name="decision" value="approve">Approve chosen</button>
        <button class="act small no" name="decision" value="deny">Deny chosen</button>
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
          ><span class="visually-hidden">${name}</span
          ><input name="${name}" placeholder="${name}" value="${query.get(name) ?? ''}" size="8"
        /></label>`,
    )}
    <button class="act small">Filter</button>
  </form>`

/** Rows on the page, and lists that are read for it: what waits longest is at the end of the API's. */
const SHOWN = 100
const MOST_LISTS = 10

async function oldest(
  { need }: PageContext,
  asked: Readonly<Record<string, string>>,
): Promise<ApprovalSummary[]> {
  const rows: ApprovalSummary[] = []
  let cursor: string | null = null
  for (let read = 0; read < MOST_LISTS; read += 1) {
    const query = { ...asked, ...(cursor === null ? {} : { cursor }) }
    const { items, next_cursor } = (await need({ method: 'get', path: '/v1/approvals', query })) as Approvals
    rows.push(...items)
    cursor = next_cursor
    if (cursor === null || asked['status'] !== 'pending') break
  }
  return rows.toSorted((one, other) => Date.parse(one.requested_at) - Date.parse(other.requested_at))
}

/** The list beside every approval; `first` is the one that has waited longest. */
export async function inboxList(
  context: PageContext,
): Promise<{ list: Html; rows: readonly ApprovalSummary[] }> {
  const { query } = context
  const asked: Record<string, string> = { status: query.get('status') ?? 'pending', limit: '200' }
  for (const name of FILTERS) {
    const value = query.get(name)?.trim()
    if (value) asked[name] = value
  }
  const rows = await oldest(context, asked)
  const shown = rows.slice(0, SHOWN)
  const more = rows.length - shown.length
  const list = html`${filterForm(context)} ${together(context, shown.length)}
    <div class="rows" data-list="approvals">${shown.map((row) => item(row, context))}</div>
    ${more > 0 ? html`<p class="dim">${more} more wait after these.</p>` : null}
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
    const hint = hasRole(context.person, 'approver')
      ? 'Choose one on the left. j and k go through the list, ? shows all keys.'
      : 'Your role may look, and not decide.'
    return {
      title: 'Inbox',
      list,
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
