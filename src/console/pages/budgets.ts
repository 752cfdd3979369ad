// Every limit in force: what is used, what is held, when it opens again; and what takes no new runs.
import { html, type Child, type Html } from '../html.ts'
import { empty, moment, note, pill } from '../parts/bits.ts'
import { hasRole, type Page, type PageContext, type Refusal, type View } from '../page.ts'
import { forecastOf, spendersOf, spendersSection } from '../parts/spending.ts'
import type { BudgetAccount, Budgets, Freezes } from '../shapes.ts'
import { table } from '../parts/table.ts'
import { amount, number, percent, plain, unitName } from '../words.ts'

const SHOWN_RUNS = 20

const toneFor = (utilisation: number): string => (utilisation >= 1 ? 'bad' : utilisation >= 0.8 ? 'warn' : '')

const forecastCell = (line: BudgetAccount, now: number): Html | null => {
  const value = forecastOf(line, now)
  if (value === null) return null
  const isOver = value > line.limit
  return html`${amount(line.unit, line.unit === 'calls' ? Math.round(value) : value)}${isOver ? html` <span class="pill bad beside">over</span>` : null}`
}

const barOf = ({ utilisation }: BudgetAccount): Html =>
  html`<progress
    class="bar ${toneFor(utilisation)}"
    max="1"
    value="${Math.min(1, utilisation)}"
    aria-label="${percent(utilisation)} used"
  ></progress>`

const limitName = (line: BudgetAccount): string => {
  if (line.scope === 'tenant') return line.profile === null ? "tenant's own" : `under ${plain(line.profile)}`
  return line.scope === 'run' ? 'the run' : `${line.scope} ${plain(line.key)}`
}

/** What both tables say of a limit. */
const inFigures = (line: BudgetAccount): Child[] => [
  unitName(line.unit),
  amount(line.unit, line.spent),
  line.reserved === 0 ? null : amount(line.unit, line.reserved),
  amount(line.unit, line.limit),
  barOf(line),
  percent(line.utilisation),
]

const FIGURES = [
  { name: 'Unit' },
  { name: 'Used', isNumber: true },
  { name: 'Held', isNumber: true },
  { name: 'At most', isNumber: true },
  { name: 'How full' },
  { name: 'Share', isNumber: true },
] as const

const tenantsTable = (lines: readonly BudgetAccount[], { now }: PageContext): Html =>
  table({
    label: 'Tenants',
    columns: [
      { name: 'Tenant', isMain: true },
      { name: 'Limit' },
      { name: 'Window' },
      ...FIGURES,
      { name: 'At the end', isNumber: true },
      { name: 'Runs out' },
      { name: 'Opens again' },
    ],
    rows: lines.map((line) => ({
      cells: [
        line.tenant ?? line.key,
        limitName(line),
        line.window,
        ...inFigures(line),
        forecastCell(line, now),
        line.refusing ? pill('failed', 'refuses') : line.runs_out_at ? moment(line.runs_out_at) : null,
        line.window_end ? moment(line.window_end) : null,
      ],
    })),
  })

/** Of each run the limit that is the fullest. */
const fullest = (lines: readonly BudgetAccount[]): BudgetAccount[] =>
  [...Map.groupBy(lines, ({ run_id: run }) => run).values()].flatMap((own) => own.slice(0, 1))

const runsTable = (lines: readonly BudgetAccount[], { base }: PageContext): Html =>
  table({
    label: 'Runs that are not over',
    columns: [{ name: 'Run', isMain: true }, { name: 'Its fullest limit' }, ...FIGURES],
    rows: lines.map((line) => ({
      cells: [
        line.run_id ? html`<a class="mono" href="${base}/runs/${line.run_id}">${line.run_id}</a>` : line.key,
        limitName(line),
        ...inFigures(line),
      ],
    })),
  })

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

const MOST_LIMITS = 1000
/** Enough for the fullest limit of each run that is shown: a run has a few of them. */
const LIMITS_OF_RUNS = 200

/** The fullest first, of however many there are. */
async function limitsOf(context: PageContext, of: 'tenants' | 'runs'): Promise<Budgets> {
  const limit = String(of === 'tenants' ? MOST_LIMITS : LIMITS_OF_RUNS)
  const query = { of, order: 'fullest', limit }
  return (await context.need({ method: 'get', path: '/v1/budgets', query })) as Budgets
}

async function shown(context: PageContext, refusal: Refusal | null): Promise<View> {
  const [ofTenants, ofRuns, frozen] = await Promise.all([
    limitsOf(context, 'tenants'),
    limitsOf(context, 'runs'),
    context.api({ method: 'get', path: '/v1/freezes' }),
  ])
  const { items: tenants, next_cursor } = ofTenants
  const runs = fullest(ofRuns.items).slice(0, SHOWN_RUNS)
  return {
    title: 'Budgets',
    status: refusal?.status ?? 200,
    main: html`<div class="sheet wide">
      <h1>Budgets</h1>
      ${refusal ? note('bad', refusal.detail) : null}
      ${frozen.ok ? freezes(frozen.body as Freezes, context) : null} ${spendersSection(spendersOf(tenants))}
      <section>
        <h2>Tenants</h2>
        <p class="dim">At the end: what will have been used when the window closes, at its pace so far.</p>
        ${tenants.length === 0 ? empty('Nothing was spent yet in any window.', 'A limit appears with its first run.') : tenantsTable(tenants, context)}
      </section>
      ${
        runs.length > 0
          ? html`<section>
              <h2>Runs that are not over, the fullest first</h2>
              ${runsTable(runs, context)}
            </section>`
          : null
      }
      ${next_cursor === null ? null : html`<p class="dim">There are more than ${number(MOST_LIMITS)} limits of tenants, of which these are the fullest; <code>GET /v1/budgets?of=tenants</code> has all of them.</p>`}
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
