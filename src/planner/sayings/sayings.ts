// A goal is read as if it had been said plainly.
import { CONDITIONS } from './conditions.ts'
import { DENIED } from './denied.ts'
import { QUESTIONS } from './questions.ts'
import type { Saying } from './saying.ts'
import { TASKS } from './tasks.ts'
import { WRITTEN } from './written.ts'

/** In this order: a later one may need what an earlier one has said plainly. */
const SAYINGS: readonly Saying[] = [...CONDITIONS, ...DENIED, ...TASKS, ...QUESTIONS]

const MARKUP = /<\/?[a-z][^<>]{0,200}>|\{\s*"[^{}]{0,500}\}/gi
const WORD = /[a-z]+/g

/** Says the sayings of a text plainly. Each is looked for only where its words are: most goals have none. */
function rewording(sayings: readonly Saying[]): (text: string) => string {
  const places = new Map<string, number[]>()
  for (const [at, { on }] of sayings.entries())
    for (const word of on.split(' ')) {
      const known = places.get(word)
      if (known === undefined) places.set(word, [at])
      else known.push(at)
    }
  return (goal) => {
    const found = new Set<number>()
    for (const word of goal.toLowerCase().match(WORD) ?? [])
      for (const at of places.get(word) ?? []) found.add(at)
    let text = goal
    for (const at of [...found].sort((a, b) => a - b)) {
      const one = sayings[at]
      if (one !== undefined) text = text.replaceAll(one.says, one.means)
    }
    return text
  }
}

const written = rewording(WRITTEN)
const said = rewording(SAYINGS)

/** What is no saying stays as it is. */
export function reworded(goal: string): string {
  // Markup and data are nobody's words.
  const text = goal.includes('<') || goal.includes('{') ? goal.replaceAll(MARKUP, ' ') : goal
  return said(written(text))
}
