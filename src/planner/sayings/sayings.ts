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
import { withWords, type GoalText } from '../words.ts'

/** In this order: a later one may need what an earlier one has said plainly. */
export const SAYINGS: readonly Saying[] = [
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
const COMPOUNDED = /-(?:on|to|in|by|of|up|out)-/i
/** What is quoted at length is a text, and asks for nothing. */
const QUOTED = /(?<=\S\s*)["“](?:[^\s"”]+\s+){2,}[^"”]*["”]/g
/** A saying at its place, with the groups of words that it needs beside the one that it is found by. */
type Placed = Pick<Saying, 'says' | 'means'> & {
  readonly at: number
  readonly beside: readonly (readonly string[])[]
}

/** By word, the sayings that are found by it. */
function placesOf(sayings: readonly Saying[]): ReadonlyMap<string, readonly Placed[]> {
  const places = new Map<string, Placed[]>()
  for (const [at, { on, says, means }] of sayings.entries()) {
    const [words = [], ...beside] = on.split(' + ').map((group) => group.split(' '))
    const placed = { at, says, means, beside }
    for (const word of new Set(words)) places.set(word, [...(places.get(word) ?? []), placed])
  }
  return places
}

const PLACES = placesOf(SAYINGS)
/** How many stand first, which others may need: what they have written out may belong to a saying. */
const BEFORE_OTHERS = SMALL_WORDS.length + WRITTEN.length
const NOWHERE: readonly Placed[] = []

/** The sayings that a text may have, in their order: each is looked for only where its words are. Most have none. */
function possibleIn({ words }: GoalText): readonly Placed[] {
  const found: Placed[] = []
  for (const word of words)
    for (const placed of PLACES.get(word) ?? NOWHERE) if (!found.includes(placed)) found.push(placed)
  return found.length < 2 ? found : found.sort((a, b) => a.at - b.at)
}

/** Whether one of each group is there. Loops, as this is asked a dozen times of each goal. */
function hasOfEach(groups: Placed['beside'], words: GoalText['words']): boolean {
  for (const group of groups) if (!hasOne(group, words)) return false
  return true
}

function hasOne(group: readonly string[], words: GoalText['words']): boolean {
  for (const word of group) if (words.has(word)) return true
  return false
}

function said(goal: GoalText, possible: readonly Placed[]): GoalText {
  let plain = goal
  for (const { says, means, beside } of possible) {
    if (!hasOfEach(beside, plain.words)) continue
    const text = plain.text.replaceAll(says, means)
    if (text !== plain.text) plain = withWords(text)
  }
  return plain
}

/** Without what is quoted and marked up, and with compounds as one word. */
function bare(text: string): string {
  const unmarked = text.includes('<') || text.includes('{') ? text.replaceAll(MARKUP, ' ') : text
  const unquoted = /["“]/.test(unmarked) ? unmarked.replaceAll(QUOTED, ' " ') : unmarked
  return COMPOUNDED.test(unquoted) ? unquoted.replaceAll(COMPOUND, '$1$2') : unquoted
}

/** What is no saying stays as it is. */
export function reworded(goal: GoalText): string {
  const text = bare(goal.text)
  const plain = text === goal.text ? goal : withWords(text)
  const possible = possibleIn(plain)
  const [first] = possible
  if (first === undefined) return text
  if (first.at >= BEFORE_OTHERS) return said(plain, possible).text
  // Written out, a word may belong to a saying.
  const written = said(
    plain,
    possible.filter(({ at }) => at < BEFORE_OTHERS),
  )
  return said(
    written,
    possibleIn(written).filter(({ at }) => at >= BEFORE_OTHERS),
  ).text
}
