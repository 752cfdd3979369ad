// What changed between two texts, word by word, so that a reader sees it without comparing.
import { diffWordsWithSpace } from 'diff'
import { html, type Html } from '../html.ts'

/** Longer texts are not compared: the time for it would be others'. */
const LONGEST = 50_000

export function difference(before: string, after: string): Html {
  if (before.length + after.length > LONGEST)
    return html`<p class="dim">These texts are too long to be compared here.</p>`
  const parts = diffWordsWithSpace(before, after)
  return html`<div class="diff">
    ${parts.map(({ value, added, removed }) =>
      added ? html`<ins>${value}</ins>` : removed ? html`<del>${value}</del>` : value,
    )}
  </div>`
}
