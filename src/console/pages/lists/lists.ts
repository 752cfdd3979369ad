// Every list of items, newest first.
import { html, type Html } from '../../html.ts'
import { hasRole, type Page } from '../../page.ts'
import { empty, moment, pill } from '../../parts/bits.ts'
import type { BatchRow, Batches } from '../../shapes.ts'
import { number } from '../../words.ts'

const doneOf = ({ counts }: BatchRow): number =>
  counts.succeeded + counts.partial + counts.failed + counts.cancelled

/** How far it is, as a bar with its figures. */
export const progressOf = (row: BatchRow): Html => {
  const done = doneOf(row) + row.counts.waiting
  const text = `${number(done)} of ${number(row.items)}`
  return html`<progress
      class="bar"
      max="${row.items}"
      value="${done}"
      aria-label="${`${text} items`}"
    ></progress>
    <span class="num">${text}</span>`
}

const line = (row: BatchRow, base: string): Html =>
  html`<tr id="row-${row.batch_id}">
    <td>${pill(row.status)}</td>
    <td>
      <a href="${base}/lists/${row.batch_id}">${row.playbook?.replaceAll('_', ' ') ?? row.batch_id}</a>
      ${row.playbook === null ? null : html`<small class="mono">${row.batch_id}</small>`}
    </td>
    <td>${row.requester}</td>
    <td>${row.profile}</td>
    <td>${row.tenant}</td>
    <td>${progressOf(row)}</td>
    <td class="num">${row.approvals_pending === 0 ? '' : number(row.approvals_pending)}</td>
    <td class="num">${number(row.cost)}</td>
    <td>${moment(row.started_at)}</td>
  </tr>`

const table = (rows: readonly BatchRow[], base: string): Html =>
  html`<div class="scroll" tabindex="0" role="region" aria-label="Lists">
    <table>
      <thead>
        <tr>
          <th>Status</th>
          <th>List</th>
          <th>Asked by</th>
          <th>Profile</th>
          <th>Tenant</th>
          <th>Items</th>
          <th class="num">Wait</th>
          <th class="num">Cost</th>
          <th>Started</th>
        </tr>
      </thead>
      <tbody>
        ${rows.map((row) => line(row, base))}
      </tbody>
    </table>
  </div>`

export const listsPage: Page = {
  method: 'get',
  path: '/lists',
  section: 'lists',
  view: async ({ query, base, need, person }) => {
    const cursor = query.get('cursor')
    const asked = { limit: '50', ...(cursor && { cursor }) }
    const { items, next_cursor } = (await need({
      method: 'get',
      path: '/v1/batches',
      query: asked,
    })) as Batches
    const mayStart = hasRole(person, 'operator')
    const how = mayStart
      ? html`<a href="${base}/lists/new">Start one</a> from a table, or with
          <code>npx cugar batch accounts.csv --playbook prospecting</code>.`
      : 'Whoever may ask for runs can start one.'
    return {
      title: 'Lists',
      main: html`<div class="sheet wide" data-list="runs">
        <div class="head">
          <h1>Lists</h1>
          ${mayStart ? html`<a class="act go small" href="${base}/lists/new">New list</a>` : null}
        </div>
        ${items.length === 0 ? empty('No list yet.', how) : table(items, base)}
        ${
          next_cursor === null
            ? null
            : html`<p><a class="act" href="${base}/lists?cursor=${next_cursor}">Older</a></p>`
        }
      </div>`,
    }
  },
}
