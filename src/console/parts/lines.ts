// What a tool says in words, one line each: a lead, and below it what is indented.
import { html, type Html } from '../html.ts'
import { dated } from '../words.ts'

const TO_DO = /^(gap|to ask|question): /

const below = (line: string): Html => {
  const text = dated(line.trim())
  return html`<li class="${TO_DO.test(text) ? 'todo' : ''}">${text}</li>`
}

/** Lines of a draft are the letter itself, which is shown as one. */
const isOfLetter = (line: string): boolean => /^( {4}|draft (subject|message):|$)/.test(line)

/** null: nothing to say. `hasLetter`: the draft is shown beside it. */
export function lineList(lines: readonly string[], hasLetter: boolean): Html | null {
  const told = hasLetter ? lines.filter((line) => !isOfLetter(line)) : lines
  if (told.length === 0) return null
  const parts: Html[] = []
  let under: string[] = []
  const close = (): void => {
    if (under.length > 0)
      parts.push(
        html`<ul class="said">
          ${under.map(below)}
        </ul>`,
      )
    under = []
  }
  for (const line of told) {
    if (line.startsWith(' ') || line === '') under.push(line)
    else {
      close()
      parts.push(html`<p class="lead">${dated(line)}</p>`)
    }
  }
  close()
  return html`${parts}`
}
