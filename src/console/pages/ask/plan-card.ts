// A plan before it runs: who planned it, its steps, its price, and the button that starts it.
import { counted, dollars } from '../../../run/figures.ts'
import { html, type Html } from '../../html.ts'
import { note, pill } from '../../parts/bits.ts'
import { planGraph } from '../../parts/plan-graph.ts'
import type { PageContext } from '../../page.ts'
import type { PlanPreview } from '../../shapes.ts'
import { number, plain } from '../../words.ts'
import type { Asked } from './asked.ts'

/** What a language model took for it; nothing where none was asked. */
const askedFor = ({ llm_calls, llm_tokens, llm_usd }: NonNullable<PlanPreview['made']>): Html | null =>
  llm_calls === 0
    ? null
    : html` <span class="dim"
        >${counted(llm_calls, 'call')}, ${counted(llm_tokens, 'token')}, ${dollars(llm_usd)}</span
      >`

export type PlanCard = {
  readonly plan: PlanPreview
  readonly asked: Asked
  readonly title: string
  /** Of the card, one on a page. */
  readonly id: string
  /** Who plans the run where the plan itself is not kept. */
  readonly planner: string
}

/** Whether this very plan is carried out is said to who starts it by the field `made`: the run that a model made it for. */
export const planCard = (
  { plan, asked, title, id, planner }: PlanCard,
  { base, csrf }: PageContext,
): Html => {
  // One key cannot start two plans.
  const isOnly = id === 'plan'
  const reviews = plan.steps.filter(({ review }) => review !== 'none').length
  return html`<section class="card" id="${id}">
    <h2>${title}</h2>
    ${plan.made === undefined ? null : html`<p>${plan.made.summary}${askedFor(plan.made)}</p>`}
    ${plan.unserved.length > 0 ? note('warn', html`Nothing here does this: ${plan.unserved.join('; ')}.`) : null}
    ${plan.fits_budget ? null : note('bad', plan.over_budget.join(' '))}
    ${planGraph(
      plan.steps.map((step) => ({ ...step, status: 'planned' })),
      () => `#${id}`,
      { blocks: plan.blocks },
    )}
    <div class="figures">
      <div class="figure"><b>${number(plan.estimated_cost)}</b><span>cost units</span></div>
      <div class="figure"><b>${number(plan.worst_case.cost)}</b><span>at most, with every retry</span></div>
      <div class="figure"><b>${reviews}</b><span>${reviews === 1 ? 'approval' : 'approvals'}</span></div>
      <div class="figure"><b>${plain(plan.planner)}</b><span>planner</span></div>
    </div>
    <ol class="plainlist">
      ${plan.steps.map((step) => html`<li><strong>${plain(step.tool)}</strong> ${step.review === 'none' ? null : pill('pending', 'a person decides')} <span class="dim">${step.reason}</span></li>`)}
    </ol>
    <details>
      <summary>In words</summary>
      <p>${plan.explanation}</p>
    </details>
    <form method="post" action="${base}/start">
      <input type="hidden" name="_csrf" value="${csrf}" />
      <input type="hidden" name="planner" value="${planner}" />
      ${plan.made?.run_id == null || plan.made.model === null ? null : html`<input type="hidden" name="made" value="${plan.made.run_id}" />`}
      ${Object.entries(asked).map(([name, value]) => html`<input type="hidden" name="${name}" value="${value}" />`)}
      <button
        class="act go"
        ${isOnly ? html`data-key="s"` : null}
        ${plan.fits_budget ? null : html`disabled`}
      >
        Start ${isOnly ? html`<kbd>s</kbd>` : null}
      </button>
    </form>
  </section>`
}
