// Every run, newest first, and those that somebody looks for.
import { RUN_STATUSES } from '../../run/state.ts'
import { html, type Html } from '../html.ts'
import { empty, moment, pill } from '../parts/bits.ts'
import { table, type Row } from '../parts/table.ts'
import type { Page, PageContext } from '../page.ts'
import type { Runs, RunRow } from '../shapes.ts'
import { number, plain } from '../words.ts'

/** Empty: every one. */
const STATUSES = ['', ...RUN_STATUSES] as const
const FILTERS = ['q', 'status', 'profile', 'tenant', 'requester', 'since', 'until'] as const

const filterForm = ({ base, query }: PageContext): Html =>
  html`<form class="filters" method="get" action="${base}/runs">
    <label
      ><span class="visually-hidden">Words of the goal, a name or an id</span
      ><input type="search" name="q" placeholder="search" maxlength="200" value="${query.get('q') ?? ''}"
    /></label>
    <label
      ><span class="visually-hidden">Status</span
      ><select name="status" data-submits>
        ${STATUSES.map((status) => html`<option value="${status}" ${query.get('status') === status ? html`selected` : null}>${status === '' ? 'every status' : plain(status)}</option>`)}
      </select></label
    >
    <label
      ><span class="visually-hidden">Profile</span
      ><input name="profile" placeholder="profile" value="${query.get('profile') ?? ''}"
    /></label>
    <label
      ><span class="visually-hidden">Tenant</span
      ><input name="tenant" placeholder="tenant" value="${query.get('tenant') ?? ''}"
    /></label>
    <label
      ><span class="visually-hidden">Asked by</span
      ><input name="requester" placeholder="asked by" value="${query.get('requester') ?? ''}"
    /></label>
    ${(['since', 'until'] as const).map((name) =>
      query.has(name) ? html`<input type="hidden" name="${name}" value="${query.get(name)}" />` : null,
    )}
    <button class="act small">Filter</button>
  </form>`

const COLUMNS = [
  { name: 'Status' },
  { name: 'Run', isMain: true },
  { name: 'Asked by' },
  { name: 'Profile' },
  { name: 'Tenant' },
  { name: 'Steps', isNumber: true },
  { name: 'Cost', isNumber: true },
  { name: 'Started' },
] as const

/** Runs of one list have one goal: its place tells them apart. */
const placeInList = ({ batch_id: list, item }: RunRow, base: string): Html | null =>
  list === null || item === null
    ? null
    : html`<small>item ${item + 1} of <a href="${base}/lists/${list}">a list</a></small>`

const rowOf = (run: RunRow, base: string): Row => ({
  id: `row-${run.run_id}`,
  cells: [
    pill(run.status),
    html`<a class="clamped" href="${base}/runs/${run.run_id}">${run.goal ?? run.run_id}</a
      >${placeInList(run, base)}${run.goal === null ? null : html`<small class="mono">${run.run_id}</small>`}${run.planned_by === null ? null : html`<small class="dim">${run.planned_by}</small>`}`,
    run.requester,
    plain(run.profile),
    run.tenant,
    `${run.steps_completed} of ${run.steps}`,
    run.cost === null ? null : number(run.cost),
    moment(run.started_at),
  ],
})

export const runsTable = (runs: readonly RunRow[], base: string): Html =>
  table({ label: 'Runs', columns: COLUMNS, rows: runs.map((run) => rowOf(run, base)), list: 'runs' })

const isFiltered = (query: URLSearchParams): boolean => FILTERS.some((name) => (query.get(name) ?? '') !== '')

/** As a point of a plot leads here. */
function between(query: URLSearchParams, base: string): Html | null {
  const [since, until] = [query.get('since'), query.get('until')]
  if (!since && !until) return null
  return html`<p class="dim">
    Started${since ? html` from ${moment(since)}` : null}${until ? html` to ${moment(until)}` : null}.
    <a href="${base}/runs">At any time</a>
  </p>`
}

function nextPage(base: string, query: URLSearchParams, cursor: string | null): Html | null {
  if (cursor === null) return null
  const next = new URLSearchParams(query)
  next.set('cursor', cursor)
  return html`<p><a class="act" href="${base}/runs?${next.toString()}">Older</a></p>`
}

export const runsPage: Page = {
  method: 'get',
  path: '/runs',
  section: 'runs',
  view: async (context) => {
    const { query, base, need } = context
    const asked: Record<string, string> = { limit: '50' }
    for (const name of [...FILTERS, 'cursor'] as const) {
      const value = query.get(name)?.trim()
      if (value) asked[name] = value
    }
    const { items, next_cursor } = (await need({ method: 'get', path: '/v1/runs', query: asked })) as Runs
    return {
      title: 'Runs',
      main: html`<div class="sheet wide">
        <h1>Runs</h1>
        ${filterForm(context)} ${between(query, base)}
        ${
          items.length === 0
            ? isFiltered(query)
              ? empty('No run is like that.', html`<a href="${base}/runs">Every run</a>`)
              : empty(
                  'No run yet.',
                  html`<a href="${base}/">Ask for something</a>, or try <code>npx cugar demo</code>.`,
                )
            : runsTable(items, base)
        }
        ${nextPage(base, query, next_cursor)}
      </div>`,
    }
  },
}
