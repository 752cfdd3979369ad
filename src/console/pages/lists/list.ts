// One list: how far it is, what went wrong, its items with their answers in short, and what waits for a person.
import { causeWords } from '../../causes.ts'
import { jointDecision } from '../../parts/joint-decision.ts'
import { ITEM_STATUSES } from '../../../run/batch.ts'
import { html, type Child, type Html } from '../../html.ts'
import { hasRole, type Page, type PageContext } from '../../page.ts'
import { empty, facts, moment, note, pill } from '../../parts/bits.ts'
import type { Batch, BatchApprovals, BatchItem, BatchItems } from '../../shapes.ts'
import { table, type Row } from '../../parts/table.ts'
import { dated, number, plain, statusWords } from '../../words.ts'
import { progressOf } from './lists.ts'

const SUBJECT = 'draft subject: '
/** Approvals that are decided on one page. */
const SHOWN_APPROVALS = 50

/** Of several items. */
const countedAs = (status: (typeof ITEM_STATUSES)[number]): string =>
  status === 'waiting' ? 'wait for a person' : statusWords(status)

const counted = ({ counts, items }: Batch): Html =>
  html`${ITEM_STATUSES.filter((status) => counts[status] > 0).map(
      (status) => html`${pill(status, `${number(counts[status])} ${countedAs(status)}`)} `,
    )}<span class="dim">of ${number(items)}</span>`

const figure = (value: Child, words: string): Html =>
  html`<div class="figure"><b>${value}</b><span>${words}</span></div>`

/** How far it is and what it costs, at a glance. */
const glance = (batch: Batch): Html => {
  const { counts, forecast_cost: forecast } = batch
  return html`<div class="figures">
      ${figure(number(counts.succeeded), 'succeeded')} ${figure(number(counts.waiting), 'wait for a person')}
      ${figure(number(counts.failed + counts.partial), 'did not succeed, or in part')}
      ${figure(number(batch.cost), 'cost units so far')}
      ${forecast === null || forecast === batch.cost ? null : figure(number(forecast), 'when all are done')}
    </div>
    <div>${progressOf(batch)}</div>`
}

const overview = (batch: Batch): Html =>
  facts([
    ['Items', counted(batch)],
    ['For', batch.goal ?? (batch.playbook === null ? 'erased' : null)],
    ['Asked by', batch.requester],
    ['Profile', plain(batch.profile)],
    ['Tenant', batch.tenant],
    ['Started', moment(batch.started_at)],
    ['Ended', batch.finished_at === null ? null : moment(batch.finished_at)],
    ['Cancelled by', batch.cancelled_by],
    ['Resumed', batch.rounds === 0 ? null : `${batch.rounds} times`],
  ])

const problems = ({ causes }: Batch): Html | null =>
  causes.length === 0
    ? null
    : html`<section>
        <h2>What did not succeed, and why</h2>
        <ul class="plainlist">
          ${causes.map(({ cause, count }) => html`<li><b>${number(count)}</b> ${causeWords(cause)}</li>`)}
        </ul>
      </section>`

const rejected = ({ rejected: count, rejected_rows: rows }: Batch): Html | null =>
  count === 0
    ? null
    : html`<section>
        <h2>${number(count)} ${count === 1 ? 'row is no item' : 'rows are no items'}</h2>
        <ul class="plainlist">
          ${rows.map(({ line, errors }) => html`<li>line ${line}: ${errors.map(({ path, message }) => html`${path === '' ? null : html`<code>${path}</code> `}${message} `)}</li>`)}
        </ul>
      </section>`

type Leaf = readonly [key: string, text: string]

const leavesOf = (key: string, value: unknown): Leaf[] =>
  typeof value === 'object' && value !== null
    ? Object.entries(value).flatMap(([name, inner]) => leavesOf(name, inner))
    : [[key, String(value)]]

const isName = ([key]: Leaf): boolean => /name$|^company$/.test(key)

/** What tells an item from the others: its name first, and nothing twice. */
const itemText = (context: unknown): string => {
  const leaves = leavesOf('', context)
  const ordered = [...leaves.filter(isName), ...leaves.filter((leaf) => !isName(leaf))]
  return [...new Set(ordered.map(([, text]) => text))].join(' · ')
}

const COLUMNS = [
  { name: 'Line', isNumber: true },
  { name: 'Status' },
  { name: 'Item', isMain: true },
  { name: 'Answer', isMain: true },
  { name: 'Cost', isNumber: true },
] as const

const itemName = (item: BatchItem): string =>
  item.context === null ? 'erased' : itemText(item.context).slice(0, 120)

const row = (item: BatchItem, base: string): Row => ({
  cells: [
    item.line,
    pill(item.status),
    item.run_id === null
      ? itemName(item)
      : html`<a class="clamped" href="${base}/runs/${item.run_id}">${itemName(item)}</a>`,
    html`${item.answer.slice(0, 3).map((line) => html`<small>${dated(line)}</small>`)}${item.message ?? (item.cause === null ? null : plain(item.cause))}${item.planned_by === null ? null : html`<small class="dim">${item.planned_by}</small>`}`,
    number(item.cost),
  ],
})

function itemsTable({ items, next_cursor }: BatchItems, context: PageContext, path: string): Html {
  const { base, query } = context
  const next = new URLSearchParams(query)
  if (next_cursor !== null) next.set('cursor', next_cursor)
  return html`${table({ label: 'Items', columns: COLUMNS, rows: items.map((item) => row(item, base)) })}
  ${next_cursor === null ? null : html`<p><a class="act" href="${base}${path}?${next.toString()}">More</a></p>`}`
}

const filter = (context: PageContext, path: string): Html =>
  html`<form class="filters" method="get" action="${context.base}${path}">
    <label
      ><span class="visually-hidden">Status</span
      ><select name="status" data-submits>
        ${['', ...ITEM_STATUSES].map((status) => html`<option value="${status}" ${(context.query.get('status') ?? '') === status ? html`selected` : null}>${status === '' ? 'every status' : statusWords(status)}</option>`)}
      </select></label
    >
    <button class="act small">Filter</button>
  </form>`

/** A letter by its subject; what is none by its first words. */
function shortOf(lines: readonly string[]): readonly string[] {
  const subject = lines.find((line) => line.startsWith(SUBJECT))
  return subject === undefined ? lines.slice(0, 2) : [subject.slice(SUBJECT.length)]
}

const choice = ({ item, approval }: BatchApprovals['items'][number], base: string): Html => {
  const { approval_id: id, risk, tool, lines } = approval
  const name = `${plain(tool)}, item ${item + 1}`
  return html`<li>
    <label
      >${
        // What cannot be undone is read one by one.
        risk === 'critical'
          ? null
          : html`<input
              type="checkbox"
              data-pick
              name="seen"
              value="${`${id} ${approval.digest}`}"
              aria-label="${`Choose ${name}`}"
            />`
      } <a href="${base}/inbox/${id}">${name}</a> ${pill(risk)}</label
    >
    ${shortOf(lines).map((line) => html`<small>${dated(line).slice(0, 200)}</small>`)}
  </li>`
}

/** What was shown is decided about: each approval with the digest of its content. */
function together({ items, next_cursor }: BatchApprovals, context: PageContext, path: string): Html | null {
  const isDecider = items.some(({ approval }) => hasRole(context.person, approval.approver_role))
  if (items.length === 0) return null
  return html`<section>
    <h2>
      ${next_cursor === null ? number(items.length) : `The first ${items.length}`} of what waits for a person
    </h2>
    <form method="post" action="${context.base}${path}/decision">
      <input type="hidden" name="_csrf" value="${context.csrf}" />
      ${isDecider ? html`<label class="dim"><input type="checkbox" data-pick-all /> all that can be decided together</label>` : null}
      <ul class="plainlist choices">
        ${items.map((one) => choice(one, context.base))}
      </ul>
      ${isDecider ? html`<div class="inline">${jointDecision}</div>` : null}
    </form>
  </section>`
}

const act = (context: PageContext, path: string, { name, words }: { name: string; words: string }): Html =>
  html`<form class="inline" method="post" action="${context.base}${path}/${name}">
    <input type="hidden" name="_csrf" value="${context.csrf}" />
    <button class="act small">${words}</button>
  </form>`

function acts(batch: Batch, context: PageContext, path: string): Html {
  const isOver = batch.finished_at !== null
  const mayAct = hasRole(context.person, 'operator')
  const mayResume = isOver && batch.status !== 'succeeded'
  return html`<div class="inline">
    <a class="act small" href="${context.base}${path}/results.csv">Results as CSV</a>
    ${mayAct && !isOver ? act(context, path, { name: 'cancel', words: 'Cancel the list' }) : null}
    ${mayAct && mayResume ? act(context, path, { name: 'resume', words: 'Resume what did not succeed' }) : null}
  </div>`
}

export const listPath = (batchId: string): string => `/lists/${encodeURIComponent(batchId)}`

export const listPage: Page = {
  method: 'get',
  path: '/lists/:batch_id',
  section: 'lists',
  view: async (context) => {
    const { params, query, need } = context
    const path = listPath(params['batch_id'] ?? '')
    const api = `/v1/batches/${encodeURIComponent(params['batch_id'] ?? '')}`
    const asked: Record<string, string> = { limit: '25' }
    for (const name of ['status', 'cursor']) {
      const value = query.get(name)
      if (value) asked[name] = value
    }
    const batch = (await need({ method: 'get', path: api })) as Batch
    const waiting = { limit: String(SHOWN_APPROVALS) }
    const [items, approvals] = (await Promise.all([
      need({ method: 'get', path: `${api}/items`, query: asked }),
      need({ method: 'get', path: `${api}/approvals`, query: waiting }),
    ])) as [BatchItems, BatchApprovals]
    return {
      title: 'List',
      main: html`<div class="sheet wide" data-list="runs">
        <div class="head">
          <h1>${batch.playbook === null ? 'List' : plain(batch.playbook)}</h1>
          ${pill(batch.status)}
        </div>
        ${batch.held === null ? null : note('warn', `No item begins now: ${plain(batch.held.toLowerCase())}.`)}
        ${glance(batch)} ${overview(batch)} ${acts(batch, context, path)} ${problems(batch)}
        ${rejected(batch)} ${together(approvals, context, path)}
        <section>
          <h2>Items</h2>
          ${filter(context, path)}
          ${
            items.items.length === 0
              ? empty('No item is like that.', html`<a href="${context.base}${path}">Every item</a>`)
              : itemsTable(items, context, path)
          }
        </section>
      </div>`,
    }
  },
}
