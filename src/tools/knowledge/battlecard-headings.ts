// What a heading says of the passages below it, for a battlecard: that they speak for a competitor, against it, or answer
// what buyers say in its favour. "Our strengths" speak against the competitor.
import { mentions, tokens } from '../text.ts'

export type Side = 'strengths' | 'weaknesses' | 'objections'

const setOf = (words: string): ReadonlySet<string> => new Set(words.split(' '))

const FOR = setOf('strength strengths advantage advantages pros benefits')
const AGAINST = setOf(
  'weakness weaknesses disadvantage disadvantages cons drawbacks limitations shortcomings gaps',
)
const OBJECTIONS = setOf('objection objections rebuttal rebuttals')
const WINNING = setOf('win wins winning')
const OURS = setOf('our ours us we')
const THEIRS = setOf('their theirs they them its it')
/** They tell nothing of whose a heading's strengths are. */
const PLAIN = setOf('the a an key main top known common typical most important and or of in on for to')
/** What sections about all competitors together are called. */
const GENERAL = setOf(
  'competitor competitors competition competitive rival rivals alternatives alternative landscape battlecard battlecards ' +
    'overview comparison market versus vs analysis intelligence',
)

const hasAny = (said: readonly string[], words: ReadonlySet<string>): boolean =>
  said.some((word) => words.has(word))

/** "Strengths of Harbour Flow", "Harbour Flow strengths", "Advantages over Routely": not of the competitor. */
function isOurs(title: string, said: readonly string[], competitor: string): boolean {
  if (hasAny(said, OURS)) return true
  if (hasAny(said, THEIRS)) return false
  const over = /\b(?:over|against|versus|vs\.?|compared (?:to|with))\s+(.*)$/iu.exec(title)?.[1]
  if (over !== undefined) return mentions(over, competitor) || hasAny(tokens(over), GENERAL)
  if (mentions(title, competitor)) return false
  const at = said.findIndex((word) => FOR.has(word) || AGAINST.has(word))
  const owners = said[at + 1] === 'of' ? said.slice(at + 2) : said.slice(0, at)
  return owners.some((word) => !PLAIN.has(word) && !GENERAL.has(word))
}

function sideOfTitle(title: string, competitor: string): Side | null {
  const said = tokens(title)
  if (hasAny(said, OBJECTIONS)) return 'objections'
  const swap = { strengths: 'weaknesses', weaknesses: 'strengths' } as const
  if (hasAny(said, WINNING)) {
    const isTheirs = hasAny(said, THEIRS) || mentions(title, competitor)
    return isTheirs && !hasAny(said, OURS) ? 'strengths' : 'weaknesses'
  }
  const side = hasAny(said, FOR) ? 'strengths' : hasAny(said, AGAINST) ? 'weaknesses' : null
  return side === null || !isOurs(title, said, competitor) ? side : swap[side]
}

export type Heading = {
  /** null: it says none. */
  readonly side: Side | null
  /** The one that says it. */
  readonly at: number
}

/** The nearest heading that says a side. */
export function sideOf(titles: readonly string[], competitor: string): Heading {
  for (let at = titles.length - 1; at >= 0; at -= 1) {
    const side = sideOfTitle(titles[at] ?? '', competitor)
    if (side !== null) return { side, at }
  }
  return { side: null, at: -1 }
}

/** Whether a section is about all competitors: none of its headings names another one, as far as headings can tell. */
export const isGeneral = (titles: readonly string[]): boolean =>
  titles.every((title) => tokens(title).every((word) => isOfNobody(word)))

const isOfNobody = (word: string): boolean =>
  [FOR, AGAINST, OBJECTIONS, WINNING, OURS, THEIRS, PLAIN, GENERAL].some((words) => words.has(word)) ||
  ['handling', 'where', 'why', 'how', 'answers'].includes(word)
