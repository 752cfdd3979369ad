// What budgets say beyond their figures: where a window will end at its pace so far, and who uses most of it.
import { html, type Html } from '../html.ts'
import type { BudgetAccount } from '../shapes.ts'
import { amount, percent, unitName } from '../words.ts'

const HOUR_MS = 3_600_000
const LENGTH_MS = { hour: HOUR_MS, day: 24 * HOUR_MS, week: 168 * HOUR_MS } as const
/** Of a window: what the first minutes say of a month is a guess, and is not told. */
const LEAST_SHARE = 0.02

function startOf(window: 'hour' | 'day' | 'week' | 'month', end: number): number {
  if (window !== 'month') return end - LENGTH_MS[window]
  const start = new Date(end)
  return start.setUTCMonth(start.getUTCMonth() - 1)
}

/** What will have been used when the window ends, at the pace of the window so far; null: nothing can be said. */
export function forecastOf({ window, window_end: until, spent }: BudgetAccount, now: number): number | null {
  if (window === null || until === null || spent === 0) return null
  const end = Date.parse(until)
  const start = startOf(window, end)
  const share = (now - start) / (end - start)
  return share < LEAST_SHARE || share > 1 ? null : spent / share
}

export type Spender = { readonly tenant: string; readonly spent: number; readonly share: number }
export type Spenders = {
  readonly window: string
  readonly unit: string
  readonly tenants: readonly Spender[]
}

const SHOWN_UNITS: ReadonlySet<string> = new Set(['cost', 'llm_micro_usd'])
const SHOWN = 5

/** What a tenant used in a window: its own limit counts all of it, those of profiles a part each. */
function usedBy(lines: readonly BudgetAccount[]): number {
  const own = lines.find(({ profile }) => profile === null)
  return own === undefined ? lines.reduce((sum, { spent }) => sum + spent, 0) : own.spent
}

/** The tenants that use most, by window and unit; where there is one alone, nothing is to be compared. */
export function spendersOf(lines: readonly BudgetAccount[]): Spenders[] {
  const counted = lines.filter(
    (line) => line.scope === 'tenant' && SHOWN_UNITS.has(line.unit) && line.spent > 0,
  )
  const groups = Map.groupBy(counted, ({ window, unit }) => JSON.stringify([window ?? '', unit]))
  return [...groups.values()].flatMap((group): Spenders[] => {
    const [first] = group
    if (first === undefined) return []
    const byTenant = Map.groupBy(group, ({ tenant, key }) => tenant ?? key)
    const used = Array.from(byTenant, ([tenant, own]) => ({ tenant, spent: usedBy(own) }))
    const all = used.reduce((sum, { spent }) => sum + spent, 0)
    const tenants = used
      .toSorted((one, other) => other.spent - one.spent)
      .slice(0, SHOWN)
      .map((one) => ({ ...one, share: one.spent / all }))
    return byTenant.size < 2 ? [] : [{ window: first.window ?? '', unit: first.unit, tenants }]
  })
}

const spendersCard = ({ window, unit, tenants }: Spenders): Html =>
  html`<div class="card">
    <h3>${unitName(unit)} of this ${window}</h3>
    ${tenants.map(
      ({ tenant, spent, share }) =>
        html`<div class="budget">
          <span class="words">${tenant}</span>
          <span class="num">${amount(unit, spent)} <span class="dim">· ${percent(share)}</span></span>
          <progress
            class="bar"
            max="1"
            value="${share}"
            aria-label="${`${tenant}: ${percent(share)} of all`}"
          ></progress>
        </div>`,
    )}
  </div>`

export const spendersSection = (groups: readonly Spenders[]): Html | null =>
  groups.length === 0
    ? null
    : html`<section>
        <h2>Who uses most</h2>
        <div class="plots">${groups.map(spendersCard)}</div>
      </section>`
