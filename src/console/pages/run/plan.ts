// The plan of a run: its steps as a drawing, what was chosen in its branches, what runs together, how often a list is gone
// through, and how it was changed on the way.
import { html, type Html } from '../../html.ts'
import { planGraph } from '../../parts/plan-graph.ts'
import type { Run } from '../../shapes.ts'

type Block = NonNullable<Run['plan']>['blocks'][number]
type Revision = NonNullable<Run['plan']>['revisions'][number]

function takenWords({ taken, cases }: Block): string {
  if (taken === null) return 'not chosen yet'
  if (taken === 'none') return 'no case holds'
  const when = cases.find((one) => one.case === taken)?.when ?? null
  return when === null ? 'no other case holds' : when
}

/** Of the plan as it is now. */
const membersOf = (run: Run, { block, kind }: Block): string[] =>
  run.steps
    .filter(({ skip_reason }) => skip_reason !== 'replanned')
    .filter(({ groups, items }) =>
      kind === 'parallel' ? groups.includes(block) : items.some((item) => item.block === block),
    )
    .map(({ step_id }) => step_id)

function blockWords(run: Run, block: Block): Html {
  const { kind, at_most, items, list } = block
  if (kind === 'branch') return html`<code>${takenWords(block)}</code>`
  const steps = membersOf(run, block)
  if (kind === 'parallel') return html`${steps.join(', ')}: at most ${at_most ?? 1} at once`
  if (items === null) return html`once for each of <code>${list ?? ''}</code>, at most ${at_most ?? 0}`
  return html`${items} ${items === 1 ? 'item' : 'items'} of <code>${list ?? ''}</code>: ${steps.join(', ')}`
}

const KINDS = { branch: 'Branch', parallel: 'Group', for_each: 'List' } as const

const blocks = (run: Run, all: readonly Block[]): Html | null =>
  all.length === 0
    ? null
    : html`<ul class="cons">
        ${all.map((one) => html`<li>${KINDS[one.kind]} <b>${one.block}</b>: ${blockWords(run, one)}</li>`)}
      </ul>`

const change = ({ revision, explanation, added, dropped, redone }: Revision): Html =>
  html`<li>
    <b>Revision ${revision}</b>: ${explanation}
    ${added.length > 0 ? html`<br />New: ${added.map((id) => html`<a href="#step-${id}">${id}</a> `)}` : null}
    ${redone.length > 0 ? html`<br />Done again: ${redone.join(', ')}` : null}
    ${dropped.length > 0 ? html`<br />Not done any more: ${dropped.join(', ')}` : null}
  </li>`

/** Nothing where there is no plan yet. */
export function planOfRun(run: Run): Html | null {
  if (run.plan === null) return null
  const { summary, explanation, revisions, replan } = run.plan
  const used = revisions.filter(({ rule }) => rule !== null).length
  return html`<section>
    <h2>Plan</h2>
    <p>${summary}</p>
    ${planGraph(run.steps, (id) => `#step-${id}`, { blocks: run.plan.blocks })}
    ${blocks(run, run.plan.blocks)}
    ${replan === null ? null : html`<p class="dim">Its rules may change it ${replan.at_most} times; ${used} are used.</p>`}
    ${
      revisions.length === 0
        ? null
        : html`<h3>Changes of the plan</h3>
            <ol class="cons">
              ${revisions.map(change)}
            </ol>`
    }
    <details>
      <summary>In words</summary>
      <p class="dim">${explanation}</p>
    </details>
  </section>`
}
