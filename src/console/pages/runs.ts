// Every run, newest first, and those that somebody looks for.
import { RUN_STATUSES } from '../../run/state.ts'
import { html, type Html } from '../html.ts'
import { empty, moment, pill } from '../parts/bits.ts'
import type { Page, PageContext } from '../page.ts'
import type { Runs, RunRow } from '../shapes.ts'
import { number, plain } from '../words.ts'

/** Empty: every one. */
const STATUSES = ['', ...RUN_STATUSES] as const
const FILTERS = ['q', 'status', 'profile', 'tenant', 'requester'] as const

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
    <button class="act small">Filter</button>
  </form>`

/** One line of the table. */
export const runRow = (run: RunRow, base: string): Html =>
  html`<tr id="row-${run.run_id}">
    <td>${pill(run.status)}</td>
    <td>
      <a href="${base}/runs/${run.run_id}">${run.goal ?? run.run_id}</a>
      ${run.goal === null ? null : html`<small class="mono">${run.run_id}</small>`}
    </td>
    <td>${run.requester}</td>
    <td>${run.profile}</td>
    <td>${run.tenant}</td>
    <td class="num">${run.steps_completed} of ${run.steps}</td>
    <td class="num">${run.cost === null ? '' : number(run.cost)}</td>
    <td>${moment(run.started_at)}</td>
  </tr>`

export const runsTable = (runs: readonly RunRow[], base: string): Html =>
  html`<div class="scroll" tabindex="0" role="region" aria-label="Runs">
    <table>
      <thead>
        <tr>
          <th>Status</th>
          <th>Run</th>
          <th>Asked by</th>
          <th>Profile</th>
          <th>Tenant</th>
          <th class="num">Steps</th>
          <th class="num">Cost</th>
          <th>Started</th>
        </tr>
      </thead>
      <tbody data-list="runs">
        ${runs.map((run) => runRow(run, base))}
      </tbody>
    </table>
  </div>`

const isFiltered = (query: URLSearchParams): boolean => FILTERS.some((name) => (query.get(name) ?? '') !== '')

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
        ${filterForm(context)}
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
