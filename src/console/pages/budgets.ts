// Every limit in force: what is used, what is held, when it opens again; and what takes no new runs.
import { html, type Html } from '../html.ts'
import { empty, moment, note, pill } from '../parts/bits.ts'
import { hasRole, type Page, type PageContext, type Refusal, type View } from '../page.ts'
import { forecastOf, spendersOf, spendersSection } from '../parts/spending.ts'
import type { BudgetAccount, Budgets, Freezes } from '../shapes.ts'
import { amount, percent, unitName } from '../words.ts'

const toneFor = (utilisation: number): string => (utilisation >= 1 ? 'bad' : utilisation >= 0.8 ? 'warn' : '')

const forecastCell = (line: BudgetAccount, now: number): Html | null => {
  const value = forecastOf(line, now)
  if (value === null) return null
  const isOver = value > line.limit
  return html`${amount(line.unit, line.unit === 'calls' ? Math.round(value) : value)}${isOver ? html` <span class="pill bad">over</span>` : null}`
}

const row = (line: BudgetAccount, { base, now }: PageContext): Html =>
  html`<tr>
    <td>
      ${line.run_id ? html`<a class="mono" href="${base}/runs/${line.run_id}">${line.run_id}</a>` : (line.tenant ?? line.key)}
    </td>
    <td>
      ${line.scope === 'tenant' ? (line.profile === null ? "tenant's own" : `under ${line.profile}`) : `${line.scope} ${line.scope === 'run' ? '' : line.key}`}
    </td>
    <td>${line.window ?? ''}</td>
    <td>${unitName(line.unit)}</td>
    <td class="num">${amount(line.unit, line.spent)}</td>
    <td class="num">${amount(line.unit, line.reserved)}</td>
    <td class="num">${amount(line.unit, line.limit)}</td>
    <td>
      <progress
        class="bar ${toneFor(line.utilisation)}"
        max="1"
        value="${Math.min(1, line.utilisation)}"
        aria-label="${percent(line.utilisation)} used"
      ></progress>
    </td>
    <td class="num">${percent(line.utilisation)}</td>
    <td class="num">${forecastCell(line, now)}</td>
    <td>${line.refusing ? pill('failed', 'refuses') : line.runs_out_at ? moment(line.runs_out_at) : null}</td>
    <td>${line.window_end ? moment(line.window_end) : null}</td>
  </tr>`

const ledger = (label: string, lines: readonly BudgetAccount[], context: PageContext): Html =>
  html`<div class="scroll" tabindex="0" role="region" aria-label="${label}">
    <table>
      <thead>
        <tr>
          <th>Whose</th>
          <th>Limit</th>
          <th>Window</th>
          <th>Unit</th>
          <th class="num">Used</th>
          <th class="num">Held</th>
          <th class="num">Limit</th>
          <th>How full</th>
          <th class="num">Share</th>
          <th class="num">At the end</th>
          <th>Runs out</th>
          <th>Opens again</th>
        </tr>
      </thead>
      <tbody>
        ${lines.map((line) => row(line, context))}
      </tbody>
    </table>
  </div>`

const hidden = (csrf: string, fields: Readonly<Record<string, string>>): Html =>
  html`<input
      type="hidden"
      name="_csrf"
      value="${csrf}"
    />${Object.entries(fields).map(([name, value]) => html`<input type="hidden" name="${name}" value="${value}" />`)}`

const reason = html`<label class="reason"
  ><span class="visually-hidden">Why</span><input name="reason" required maxlength="2000" placeholder="Why"
/></label>`

const freezes = ({ items }: Freezes, { base, csrf, person }: PageContext): Html =>
  html`<section>
    <h2>Takes no new runs</h2>
    ${items.length === 0 ? html`<p class="dim">Nothing is frozen.</p>` : null}
    ${items.map(
      (one) =>
        html`<form class="inline card" method="post" action="${base}/budgets/lift">
          <p>
            <strong>${one.scope} ${one.key}</strong> since ${moment(one.at)}, by ${one.by}:
            ${one.cause === 'manual' ? (one.reason ?? 'no reason given') : `alert ${one.cause}`}
          </p>
          ${hasRole(person, 'admin') ? html`${hidden(csrf, { scope: one.scope, key: one.key })}${reason}<button class="act">Lift</button>` : null}
        </form>`,
    )}
    ${
      hasRole(person, 'admin')
        ? html`<form class="inline" method="post" action="${base}/budgets/freeze">
            ${hidden(csrf, {})}
            <label
              >Freeze
              <select name="scope">
                <option>profile</option>
                <option>tenant</option>
              </select></label
            >
            <label
              ><span class="visually-hidden">Name</span><input name="key" required placeholder="its name"
            /></label>
            ${reason}<button class="act no">Freeze</button>
          </form>`
        : null
    }
  </section>`

async function shown(context: PageContext, refusal: Refusal | null): Promise<View> {
  const [found, frozen] = await Promise.all([
    context.need({ method: 'get', path: '/v1/budgets', query: { limit: '1000' } }),
    context.api({ method: 'get', path: '/v1/freezes' }),
  ])
  const { items, next_cursor } = found as Budgets
  const highest = items.toSorted((one, other) => other.utilisation - one.utilisation)
  const tenants = highest.filter(({ scope }) => scope === 'tenant')
  const runs = highest.filter(({ scope }) => scope !== 'tenant').slice(0, 40)
  return {
    title: 'Budgets',
    status: refusal?.status ?? 200,
    main: html`<div class="sheet wide">
      <h1>Budgets</h1>
      ${refusal ? note('bad', refusal.detail) : null}
      ${frozen.ok ? freezes(frozen.body as Freezes, context) : null} ${spendersSection(spendersOf(items))}
      <section>
        <h2>Tenants</h2>
        <p class="dim">At the end: what will have been used when the window closes, at its pace so far.</p>
        ${tenants.length === 0 ? empty('Nothing was spent yet in any window.', 'A limit appears with its first run.') : ledger('Tenants', tenants, context)}
      </section>
      ${
        runs.length > 0
          ? html`<section>
              <h2>Runs that are not over</h2>
              ${ledger('Runs that are not over', runs, context)}
            </section>`
          : null
      }
      ${next_cursor === null ? null : html`<p class="dim">There are more than 1,000 limits; <code>GET /v1/budgets</code> has all of them.</p>`}
    </div>`,
  }
}

export const budgetsPage: Page = {
  method: 'get',
  path: '/budgets',
  section: 'budgets',
  view: (context) => shown(context, null),
}

const change = (verb: 'freeze' | 'lift', path: string): Page => ({
  method: 'post',
  path: `/budgets/${verb}`,
  section: 'budgets',
  view: async (context) => {
    const body = Object.fromEntries(
      ['scope', 'key', 'reason'].map((name) => [name, context.form.get(name)?.trim() ?? '']),
    )
    const reply = await context.api({ method: 'post', path, body })
    return reply.ok ? { to: '/budgets' } : shown(context, reply.refusal)
  },
})

export const freezePage = change('freeze', '/v1/freezes')
export const liftPage = change('lift', '/v1/freezes/lift')
