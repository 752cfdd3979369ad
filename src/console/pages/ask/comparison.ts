// The plans of the rules and of a language model side by side: what differs, what each costs and took, and either started.
import { OFFLINE_PLANNER } from '../../../registry/names.ts'
import { dollars } from '../../../run/figures.ts'
import { html, type Html } from '../../html.ts'
import type { PageContext } from '../../page.ts'
import type { PlanComparison, PlanPreview } from '../../shapes.ts'
import { number, plain } from '../../words.ts'
import type { Asked } from './asked.ts'
import { planCard } from './plan-card.ts'

const namesOf = (tools: readonly string[]): string => tools.map(plain).join(', ')

/** What one has and the other has not, in sentences; nothing where they are the same. */
function differencesOf({ differences }: PlanComparison): string[] {
  const { only_rules: rules, only_llm: llm, same_order: isSame, bindings = [] } = differences
  return [
    ...(rules.length > 0 ? [`Only the rules: ${namesOf(rules)}.`] : []),
    ...(llm.length > 0 ? [`Only the model: ${namesOf(llm)}.`] : []),
    ...(isSame || rules.length + llm.length > 0 ? [] : ['The same steps in another order.']),
    ...bindings.map((binding) => `${binding}.`),
  ]
}

const row = (name: string, of: (plan: PlanPreview) => string, { rules, llm }: PlanComparison): Html =>
  html`<tr>
    <th scope="row">${name}</th>
    <td class="num">${of(rules)}</td>
    <td class="num">${of(llm)}</td>
  </tr>`

const figures = (compared: PlanComparison): Html =>
  html`<table>
    <thead>
      <tr>
        <th scope="col"></th>
        <th scope="col" class="num">the rules</th>
        <th scope="col" class="num">the model</th>
      </tr>
    </thead>
    <tbody>
      ${row('Cost units', (plan) => number(plan.estimated_cost), compared)}
      ${row('At most', (plan) => number(plan.worst_case.cost), compared)}
      ${row('Planned in', ({ made }) => `${Math.round(made?.duration_ms ?? 0)} ms`, compared)}
      ${row('Tokens', ({ made }) => number(made?.llm_tokens ?? 0), compared)}
      ${row('Dollars', ({ made }) => dollars(made?.llm_usd ?? 0), compared)}
    </tbody>
  </table>`

export function comparisonCards(compared: PlanComparison, asked: Asked, context: PageContext): Html {
  const differences = differencesOf(compared)
  const { rules, llm } = compared
  return html`<section class="card" id="compared">
      <h2>Two plans</h2>
      ${
        differences.length === 0
          ? html`<p>Both plan the same.</p>`
          : html`<ul class="plainlist">
              ${differences.map((one) => html`<li>${one}</li>`)}
            </ul>`
      }
      ${figures(compared)}
    </section>
    ${planCard({ plan: rules, asked, title: 'The plan of the rules', id: 'plan-rules', planner: OFFLINE_PLANNER }, context)}
    ${planCard({ plan: llm, asked, title: 'The plan of the model', id: 'plan-model', planner: llm.planner }, context)}`
}
