// What one step gave, in people's words: figures first, a draft as a letter, then lists.
import { isRecord } from '../../events/json.ts'
import { html, type Html } from '../html.ts'
import type { RunStep } from '../shapes.ts'
import { number, plain } from '../words.ts'
import { anything } from './bits.ts'
import { draftOf, letter } from './letter.ts'

const lead = (step: RunStep): Html | null => {
  const { output } = step
  if (!isRecord(output)) return null
  const words: Html[] = []
  for (const [name, value] of Object.entries(output)) {
    if (typeof value === 'number' && /score|probability|confidence|capacity/.test(name))
      words.push(html`<div class="figure"><b>${number(value)}</b><span>${plain(name)}</span></div>`)
    else if (
      typeof value === 'string' &&
      /^(recommendation|verdict|quality_grade|risk_level|framework)$/.test(name)
    )
      words.push(html`<div class="figure"><b>${plain(value)}</b><span>${plain(name)}</span></div>`)
  }
  return words.length === 0 ? null : html`<div class="figures">${words}</div>`
}

const LISTS = [
  'reasoning',
  'strengths',
  'gaps',
  'questions',
  'recommendations',
  'issues',
  'warnings',
  'unknowns',
  'unknown',
  'assumptions',
  'missing_variables',
] as const

const textOf = (item: unknown): Html =>
  isRecord(item) && typeof item['description'] === 'string'
    ? html`${item['description']}${typeof item['suggestion'] === 'string' ? html` <span class="dim">${item['suggestion']}</span>` : null}`
    : anything(item)

function lists(output: Readonly<Record<string, unknown>>): Html[] {
  return LISTS.flatMap((name) => {
    const items = output[name]
    if (!Array.isArray(items) || items.length === 0) return []
    return [
      html`<div>
        <h3>${plain(name)}</h3>
        <ul class="${name === 'gaps' || name === 'questions' ? 'todo' : 'cons'}">
          ${items.map((item: unknown) => html`<li>${textOf(item)}</li>`)}
        </ul>
      </div>`,
    ]
  })
}

/** null: it has not given anything yet. */
export function answerOf(step: RunStep): Html | null {
  if (step.status !== 'completed' || step.output === null || step.output === undefined) return null
  const draft = draftOf(step.output)
  const output = isRecord(step.output) ? step.output : {}
  return html`<section class="answer" id="answer-${step.step_id}">
    <h2>${plain(step.tool)}</h2>
    ${lead(step)}${draft ? letter(draft) : null}
    <div class="lists">${lists(output)}</div>
    <details>
      <summary>Everything it said</summary>
      ${anything(step.output)}
    </details>
  </section>`
}
