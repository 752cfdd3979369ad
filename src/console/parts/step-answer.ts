// What one step gave, in people's words: a draft as a letter, and the tool's own lines.
import { html, type Html } from '../html.ts'
import type { RunStep } from '../shapes.ts'
import { plain } from '../words.ts'
import { anything } from './bits.ts'
import { draftOf, letter } from './letter.ts'
import { lineList } from './lines.ts'

/** What was done, and for which item of a list, counted from 1 as people do. */
const headingOf = ({ tool, items }: RunStep): string =>
  [plain(tool), ...items.map(({ index }) => `item ${index + 1}`)].join(', ')

/** `lines`: as the API's `answer` has them for this step. */
export function answerOf(step: RunStep, lines: readonly string[]): Html {
  const draft = draftOf(step.output)
  return html`<section class="answer" id="answer-${step.step_id}">
    <h2>${headingOf(step)}</h2>
    ${draft ? letter(draft) : null}
    <div class="card">
      ${lineList(lines, draft !== null)}
      <details>
        <summary>Everything it said</summary>
        ${anything(step.output)}
      </details>
    </div>
  </section>`
}
