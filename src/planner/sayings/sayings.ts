// A goal is read as if it had been said plainly.
import { ACCOUNTS } from './accounts.ts'
import { CONDITIONS } from './conditions.ts'
import { DEALS } from './deals.ts'
import { DENIED } from './denied.ts'
import { MESSAGES } from './messages.ts'
import { QUESTIONS_OF_TEXTS } from './of-texts.ts'
import { QUESTIONS } from './questions.ts'
import type { Saying } from './saying.ts'
import { RECORDS } from './records.ts'
import { SMALL_WORDS } from './small-words.ts'
import { TASKS } from './tasks.ts'
import { TEAMS } from './teams.ts'
import { WRITTEN } from './written.ts'

/** In this order: a later one may need what an earlier one has said plainly. */
const SAYINGS: readonly Saying[] = [
  ...SMALL_WORDS,
  ...WRITTEN,
  ...CONDITIONS,
  ...DENIED,
  ...MESSAGES,
  ...DEALS,
  ...ACCOUNTS,
  ...TEAMS,
  ...TASKS,
  ...RECORDS,
  ...QUESTIONS_OF_TEXTS,
  ...QUESTIONS,
]

const MARKUP = /<\/?[a-z][^<>]{0,200}>|\{\s*"[^{}]{0,500}\}/gi
/** "One-on-one" is one thing, and no pronoun. */
const COMPOUND = /\b([a-z0-9]{1,20})-(?:on|to|in|by|of|up|out)-([a-z0-9]{1,20})\b/gi
/** What is quoted at length is a text, and asks for nothing. */
const QUOTED = /(?<=\S\s*)["“](?:[^\s"”]+\s+){2,}[^"”]*["”]/g
const WORD = /[a-z]+/g

/** By word, the places of the sayings that have it. */
function placesOf(sayings: readonly Saying[]): ReadonlyMap<string, readonly number[]> {
  const places = new Map<string, number[]>()
  for (const [at, { on }] of sayings.entries())
    for (const word of on.split(' ')) {
      const known = places.get(word)
      if (known === undefined) places.set(word, [at])
      else if (!known.includes(at)) known.push(at)
    }
  return places
}

const PLACES = placesOf(SAYINGS)
/** How many stand first, which others may need: what they have written out may belong to a saying. */
const BEFORE_OTHERS = SMALL_WORDS.length + WRITTEN.length
const NOWHERE: readonly number[] = []

/** The sayings that a text may have, in their order: each is looked for only where its words are. Most have none. */
function possibleIn(text: string): readonly number[] {
  const found: number[] = []
  for (const word of text.toLowerCase().match(WORD) ?? [])
    for (const at of PLACES.get(word) ?? NOWHERE) if (!found.includes(at)) found.push(at)
  return found.length < 2 ? found : found.sort((a, b) => a - b)
}

function said(text: string, places: readonly number[]): string {
  let plain = text
  for (const at of places) {
    const one = SAYINGS[at]
    if (one !== undefined) plain = plain.replaceAll(one.says, one.means)
  }
  return plain
}

/** What is no saying stays as it is. */
export function reworded(goal: string): string {
  const unmarked = goal.includes('<') || goal.includes('{') ? goal.replaceAll(MARKUP, ' ') : goal
  const unquoted = /["“]/.test(unmarked) ? unmarked.replaceAll(QUOTED, ' " ') : unmarked
  const text = unquoted.includes('-') ? unquoted.replaceAll(COMPOUND, '$1$2') : unquoted
  const places = possibleIn(text)
  const [first] = places
  if (first === undefined) return text
  if (first >= BEFORE_OTHERS) return said(text, places)
  // Written out, a word may belong to a saying.
  const written = said(
    text,
    places.filter((at) => at < BEFORE_OTHERS),
  )
  return said(
    written,
    possibleIn(written).filter((at) => at >= BEFORE_OTHERS),
  )
}
