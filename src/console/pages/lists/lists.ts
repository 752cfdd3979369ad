// Every list of items, newest first.
import { html, type Html } from '../../html.ts'
import { hasRole, type Page } from '../../page.ts'
import { empty, moment, pill } from '../../parts/bits.ts'
import type { BatchRow, Batches } from '../../shapes.ts'
import { table, type Row } from '../../parts/table.ts'
import { number, plain } from '../../words.ts'

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

const COLUMNS = [
  { name: 'Status' },
  { name: 'List', isMain: true },
  { name: 'Asked by' },
  { name: 'Profile' },
  { name: 'Tenant' },
  { name: 'Items' },
  { name: 'Wait', isNumber: true },
  { name: 'Cost', isNumber: true },
  { name: 'Started' },
] as const

const lineOf = (row: BatchRow, base: string): Row => ({
  id: `row-${row.batch_id}`,
  cells: [
    pill(row.status),
    html`<a class="clamped" href="${base}/lists/${row.batch_id}"
        >${row.playbook === null ? `${number(row.items)} items` : plain(row.playbook)}</a
      ><small class="mono">${row.batch_id}</small>`,
    row.requester,
    plain(row.profile),
    row.tenant,
    progressOf(row),
    row.approvals_pending === 0 ? null : number(row.approvals_pending),
    number(row.cost),
    moment(row.started_at),
  ],
})

const listsTable = (rows: readonly BatchRow[], base: string): Html =>
  table({ label: 'Lists', columns: COLUMNS, rows: rows.map((row) => lineOf(row, base)) })

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
        ${items.length === 0 ? empty('No list yet.', how) : listsTable(items, base)}
        ${
          next_cursor === null
            ? null
            : html`<p><a class="act" href="${base}/lists?cursor=${next_cursor}">Older</a></p>`
        }
      </div>`,
    }
  },
}
