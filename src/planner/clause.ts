// One ask as verb and object: "draft a short email to Jane" asks to draft, and what is drafted is an email.
import { isQuestion, type Ask } from './asks.ts'
import {
  ADVERBS,
  DETERMINERS,
  MEASURE_NOUNS,
  PARTICLES,
  PEOPLE,
  PLAIN_PHRASALS,
  PREPOSITIONS,
  PRONOUNS,
  TAILS,
} from './lexicon.ts'
import type { Vocabulary, Word } from './vocabulary.ts'
import { isStopWord } from './words.ts'

export type Clause = {
  readonly words: readonly Word[]
  /** `choice`: "which accounts"; it asks for those of which something is so. */
  readonly question: 'none' | 'open' | 'choice' | 'closed'
  /** The word it is asked with, `why`; empty where it is no question. */
  readonly asked: string
  /** Its verb goes on with a particle that makes another verb of it. */
  readonly isPhrasal: boolean
  /** The first word is followed by "the", "my", "it": it can only be a verb. */
  readonly hasVerb: boolean
  readonly object: ClauseObject
}

export type ClauseObject = {
  /** `strange`: a thing, in a word that nobody here knows. */
  readonly kind: 'none' | 'pronoun' | 'name' | 'strange' | 'thing'
  /** The last known word first: "proposal email" is an email. */
  readonly nouns: readonly Word[]
  /** Where there is no object: what the first preposition leads to. */
  readonly follows: readonly Word[]
  /** It leads to "the QBR": a thing that nobody here knows. */
  readonly followsStrange: boolean
  /** What follows "to", "in", "into" or "with". */
  readonly leadsTo: readonly Word[]
  /** What follows "of" or "in": "the capacity of the stadium". */
  readonly within: readonly Word[]
  /** It is of a kind that nobody here knows: "the traffic signals". */
  readonly isOfStrange: boolean
}

const DEGREES = new Set('well good strong ready risky likely closely close nicely badly fit'.split(' '))

/** Open: it asks for something that is to be told, and not whether or how well something is so. */
const OPEN = new Set('what who whom whose when where why how was were did has have had'.split(' '))

function questionOf(words: readonly string[]): Clause['question'] {
  if (!isQuestion(words)) return 'none'
  const [first = '', second = ''] = words.slice(0, 2).map((word) => word.toLowerCase())
  const isDegree = first === 'how' && DEGREES.has(second)
  if (first === 'which') return 'choice'
  return OPEN.has(first) && !isDegree ? 'open' : 'closed'
}

const isPreposition = ({ text }: Word): boolean => PREPOSITIONS.has(text)

/** Up to the next preposition. */
const upToPreposition = (words: readonly Word[]): readonly Word[] => {
  const end = words.findIndex(isPreposition)
  return end < 0 ? words : words.slice(0, end)
}

const ARTICLES = new Set(['a', 'an', 'the', 'my', 'our'])

/** For whom, and not what. */
const PERSONS = new Set(['me', 'us', 'him', 'her'])

const isOfMeasure = (nouns: readonly Word[]): boolean =>
  nouns.length > 0 &&
  nouns.every(
    ({ text }) => MEASURE_NOUNS.has(text) || DETERMINERS.has(text) || PERSONS.has(text) || /^\d+$/.test(text),
  )

const SILENT = new Set([...ADVERBS, ...DETERMINERS, ...PRONOUNS, ...TAILS])

/** Known nouns of a group of words, the last one first. */
const nounsOf = (words: readonly Word[]): Word[] =>
  words.filter(({ text, isKnown }) => isKnown && !isStopWord(text) && !SILENT.has(text)).reverse()

/** After "write Jane a poem" only the poem is the object. */
const lastGroup = (words: readonly Word[]): readonly Word[] =>
  words.slice(
    Math.max(
      0,
      words.findLastIndex(({ text }) => DETERMINERS.has(text)),
    ),
  )

/** "The SEO" is no name: names stand alone, or before what they name. */
const isThatThing = (whole: readonly Word[], [only, ...others]: readonly Word[]): boolean =>
  only !== undefined &&
  others.length === 0 &&
  !/\d/.test(only.text) &&
  whole.some(({ text }) => ARTICLES.has(text))

const saysNothing = ({ text }: Word): boolean => SILENT.has(text) || isStopWord(text)

/** "The customer churn" is a churn, and no customer. */
const isHeadStrange = (group: readonly Word[]): boolean =>
  group.findLast((word) => !saysNothing(word) && !word.isName)?.isStrange === true

/** Of the words up to the first preposition, and their last group. */
function kindOf(whole: readonly Word[], group: readonly Word[], hasNouns: boolean): ClauseObject['kind'] {
  if (isHeadStrange(group)) return 'strange'
  if (hasNouns) return 'thing'
  const content = group.filter(
    ({ text }) => !ADVERBS.has(text) && !DETERMINERS.has(text) && !PRONOUNS.has(text),
  )
  if (content.length === 0)
    return whole.some(({ text }) => PRONOUNS.has(text) && !PERSONS.has(text)) ? 'pronoun' : 'none'
  const isDetermined = whole.some(({ text }) => DETERMINERS.has(text))
  const isCalled = content.every(({ isName }) => isName) && !isThatThing(whole, content)
  return isDetermined && !isCalled ? 'strange' : 'name'
}

/** What stands behind these is no object. */
const APART = new Set(['to', 'about', 'from', 'like'])
const LEADING = new Set(['to', 'in', 'into', 'with'])
const INSIDE = new Set(['of', 'in'])

export function objectOf(after: readonly Word[]): ClauseObject {
  const whole = upToPreposition(after)
  const rest = after.slice(whole.length)
  if (rest[0]?.text === 'of' && isOfMeasure(whole)) return objectOf(rest.slice(1))
  const follows = rest.length > 1 && !APART.has(rest[0]?.text ?? '') ? rest.slice(1) : []
  const group = lastGroup(whole)
  const nouns = nounsOf(group)
  const leadsTo = LEADING.has(rest[0]?.text ?? '') ? upToPreposition(rest.slice(1)) : []
  const next = upToPreposition(follows)
  const isPerson = next.some(({ text }) => PEOPLE.has(text))
  const followsStrange =
    !isPerson && next.some(({ text }) => DETERMINERS.has(text)) && nounsOf(next).length === 0
  const within = INSIDE.has(rest[0]?.text ?? '') ? upToPreposition(rest.slice(1)) : []
  const isOfStrange = group.some(({ isStrange, text }) => isStrange && !TAILS.has(text))
  const kind = kindOf(whole, group, nouns.length > 0)
  return { kind, nouns, follows: next, followsStrange, leadsTo, within, isOfStrange }
}

/** "Look up", and around a pronoun: "log me out", but "log it in the CRM" says where. */
function particleOf([, second, third, fourth]: readonly Word[]): Word | undefined {
  if (second !== undefined && PARTICLES.has(second.text)) return second
  const isAround = second !== undefined && PRONOUNS.has(second.text) && third !== undefined
  const goesOn = fourth !== undefined && !isPreposition(fourth)
  return isAround && PARTICLES.has(third.text) && !goesOn ? third : undefined
}

export function clauseOf(ask: Ask, vocabulary: Vocabulary): Clause {
  const question = questionOf(ask.words)
  const written = question === 'none' ? ask.words : ask.words.slice(1)
  const words = written.map((word, at) => vocabulary.word(word, at === 0 && question === 'none'))
  const [first, second] = words
  const particle = particleOf(words)
  const isPhrasal = particle !== undefined && !PLAIN_PHRASALS.has(`${first?.text}_${particle.text}`)
  const hasVerb = second !== undefined && (DETERMINERS.has(second.text) || PRONOUNS.has(second.text))
  const asked = question === 'none' ? '' : (ask.words[0] ?? '').toLowerCase()
  // "Which templates do we have": the thing comes first.
  const start = question === 'choice' || asked === 'what' ? 0 : particle ? 2 : 1
  return { words, question, asked, isPhrasal, hasVerb, object: objectOf(words.slice(start)) }
}
