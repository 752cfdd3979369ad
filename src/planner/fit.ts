// Whether a tool is about what an ask is about, and what is said of an ask that no tool serves: closed words alone, so
// that it may be kept in the journal.
import type { Clause } from './clause.ts'
import {
  ADVERBS,
  DETERMINERS,
  NAMED_KINDS,
  NO_NOUNS,
  PARTIES,
  REGIONS,
  RETRIEVING_VERBS,
  SAME_VERBS,
  TIMES,
} from './lexicon.ts'
import { isOfAnotherKind, isOfStrangeKind } from './everyday/kinds.ts'
import type { ToolIndex } from './tool-index.ts'
import { actions, commonNouns, things, type Word } from './vocabulary.ts'
import { isStopWord, stemOf } from './words.ts'

export type Match =
  | { readonly kind: 'tool'; readonly tool: string }
  /** Something is asked for that no tool does; `ask` in closed words. */
  | { readonly kind: 'unserved'; readonly ask: string }
  /** Nothing that could be understood is asked for. */
  | { readonly kind: 'nothing' }

export const NOTHING: Match = { kind: 'nothing' }
const retrieving = new Set([...RETRIEVING_VERBS].map(stemOf))
/** They ask for a thing that is there, and say nothing of which. */
export const listing = new Set([...RETRIEVING_VERBS, 'list', 'see'].map(stemOf))
const making = new Set([...(SAME_VERBS[0] ?? [])].map(stemOf))
const MANAGES = stemOf('manage')
const parties = [...PARTIES].map(stemOf)

export const stemsOf = (words: readonly Word[]): string[] => [
  ...new Set(words.filter(({ text }) => text.length > 1 && !isStopWord(text)).map(({ stem }) => stem)),
]

const wordOf = (word: Word): string | undefined => things.get(word.stem) ?? commonNouns.get(word.stem)

export function unserved({ words, object, question }: Clause): Match {
  const verb = question === 'none' ? actions.get(words[0]?.stem ?? '') : undefined
  const noun = [...object.nouns, ...words].map(wordOf).find((word) => word !== undefined && word !== verb)
  if (question !== 'none')
    return {
      kind: 'unserved',
      ask: noun === undefined ? 'answer a question' : `answer a question about: ${noun}`,
    }
  // "Prepare me: the score, the risk": what is wanted comes after it.
  if (verb !== undefined && object.kind === 'none' && words.length < 3 && making.has(words[0]?.stem ?? ''))
    return NOTHING
  if (verb === undefined)
    return {
      kind: 'unserved',
      ask: noun === undefined ? 'something that no tool is described to do' : `something with: ${noun}`,
    }
  return { kind: 'unserved', ask: noun === undefined ? verb : `${verb}: ${noun}` }
}

export const methodOf = ({ words }: Clause, index: ToolIndex): string | null => {
  for (const { stem } of words) {
    const tool = index.method(stem)
    if (tool !== null) return tool
  }
  return null
}

export const isThing = ({ text, stem, isKnown }: Word): boolean =>
  isKnown && !ADVERBS.has(text) && (things.has(stem) || commonNouns.has(stem))

export const hasParty = (tool: string, index: ToolIndex): boolean =>
  parties.some((party) => index.takes(tool, party))

const namedKinds = [...NAMED_KINDS].map(stemOf)

/** What it is about is called by a name: an account, a rival, a region. */
export const takesNames = (tool: string, index: ToolIndex): boolean =>
  hasParty(tool, index) || namedKinds.some((kind) => index.takes(tool, kind))

/** Whether a tool keeps things of one kind, and the words are about those. */
export const isKeeperOf = (tool: string, head: Word | undefined, index: ToolIndex): boolean =>
  index.verb(tool) === MANAGES && head !== undefined && index.objects(tool).includes(head.stem)

/** "The win rate" is nothing that a tool takes because it says that it rates. */
const isOwnVerb = (tool: string, [head, ...others]: readonly Word[], index: ToolIndex): boolean =>
  head !== undefined &&
  index.doing(head.stem).includes(tool) &&
  others.some(({ stem }) => !index.says(tool, stem))

/** "Retrieve the account" is nothing for a tool that retrieves something of an account: its name ends with another thing. */
const isOnlyOwner = (tool: string, { words: [verb], object }: Clause, index: ToolIndex): boolean => {
  const owned = index.objects(tool).at(-1)
  if (owned === undefined || !retrieving.has(verb?.stem ?? '')) return false
  const [head] = object.nouns
  if (object.kind === 'name') return true
  return head !== undefined && parties.includes(head.stem) && owned !== head.stem
}

/** How something is said, and not where. */
const MANNER = new Set(['tone', 'style', 'voice', 'manner', 'way', 'words', 'sentences', 'lines', 'format'])

/** "The gaps in the contract", "the capacity of the stadium": of something that a tool knows nothing about. */
export const isElsewhere = (tool: string, within: readonly Word[], index: ToolIndex): boolean => {
  const content = within.filter(
    ({ text }) => !isStopWord(text) && ![DETERMINERS, TIMES, REGIONS].some((kind) => kind.has(text)),
  )
  if (content.some(({ isName }) => isName) || MANNER.has(content.at(-1)?.text ?? '')) return false
  // "Of the dental deal": deals are of every business.
  const head = content.at(-1)
  const isOurs = head !== undefined && index.says(tool, head.stem)
  const isDetermined = !isOurs && within.some(({ text }) => DETERMINERS.has(text))
  return content.some(
    (word) =>
      (isThing(word) || word.isStrange || (isDetermined && !word.isKnown)) &&
      !parties.includes(word.stem) &&
      !index.says(tool, word.stem),
  )
}

/** "Search for Jane": nothing that is searched is named. */
const isOnlySought = (tool: string, { words: [verb, ...others] }: Clause, index: ToolIndex): boolean =>
  retrieving.has(verb?.stem ?? '') && others.length > 0 && !others.some(({ stem }) => index.says(tool, stem))

/** Whoever keeps things of one kind has no others: "the library of contracts", "delete it", "a contract template". */
export function isOfOthers(tool: string, { object }: Clause, index: ToolIndex): boolean {
  if (index.verb(tool) !== MANAGES) return false
  if (!isKeeperOf(tool, object.nouns[0], index)) return true
  return [...object.nouns, ...object.within].some(
    ({ stem, text }) => things.has(stem) && !NO_NOUNS.has(text) && !index.says(tool, stem),
  )
}

/** "Log it in the CRM": the place is the tool's own. */
export const isWhere = (tool: string, place: readonly Word[], index: ToolIndex): boolean => {
  const content = place.filter(({ text }) => !isStopWord(text))
  return index.acts(tool) && content.length > 0 && content.every(({ stem }) => index.says(tool, stem))
}

/** "Log it", "log" say nothing of what: enough to read, and nothing to act upon. A word that is no verb, or all of a tool's name, names the tool. */
const isUntold = ({ words: [verb], object }: Clause, tool: string, index: ToolIndex): boolean =>
  (object.kind === 'pronoun' ||
    (object.kind === 'none' && actions.has(verb?.stem ?? '') && verb?.text !== tool)) &&
  index.acts(tool) &&
  !isWhere(tool, object.leadsTo, index)

/** "Find time to relax", "move to the next stage": towards something that the tool says nothing of. */
const leadsElsewhere = (tool: string, { words: [verb], object }: Clause, index: ToolIndex): boolean => {
  const { kind, leadsTo } = object
  if (kind === 'none') return leadsTo.some((word) => things.has(word.stem) && !index.says(tool, word.stem))
  return (
    retrieving.has(verb?.stem ?? '') &&
    leadsTo.length > 0 &&
    leadsTo.every((word) => !word.isName && !isStopWord(word.text) && !index.says(tool, word.stem))
  )
}

/** "Propose to Jane": to whom, and nothing of what, where nothing that the tool makes is for anybody. */
const isOnlyAddressed = (tool: string, { object, words }: Clause, index: ToolIndex): boolean =>
  object.kind === 'none' &&
  words[1]?.text === 'to' &&
  object.leadsTo.some(({ isName }) => isName) &&
  !index.addresses(tool)

/** "Prepare me for it": something is to be made, and nobody says what. */
const isUnmade = ({ object, words: [verb] }: Clause): boolean =>
  object.kind === 'none' && making.has(verb?.stem ?? '')

/** "List the top reps": a tool that only mentions them has no list of them. */
const isOnlyMentioned = (
  tool: string,
  { words: [verb, ...others], object }: Clause,
  index: ToolIndex,
): boolean => {
  const [head] = object.nouns
  if (head === undefined || !listing.has(verb?.stem ?? '') || !commonNouns.has(head.stem)) return false
  // A name that is a verb alone says nothing of what: its description does.
  if (index.objects(tool).length === 0) return false
  return (
    !index.objects(tool).includes(head.stem) &&
    !others.some(({ stem, text }) => index.takes(tool, stem) && !commonNouns.has(stem) && !ADVERBS.has(text))
  )
}

const JOINING = new Set(['how', 'what', 'why', 'that', 'who', 'when', 'where', 'which'])

/** "Explain how to cook rice": a whole sentence of which the tool says not a word. */
const isClauseOfOthers = (
  tool: string,
  { words: [, joint, ...others] }: Clause,
  index: ToolIndex,
): boolean => {
  const content = others.filter(({ text }) => !isStopWord(text))
  return (
    JOINING.has(joint?.text ?? '') &&
    content.length > 0 &&
    !content.some(({ stem }) => index.says(tool, stem))
  )
}

/** "Log it's done in the CRM": by its very verb, and with the place, whatever is to be written there. */
const isCalled = (tool: string, { words: [verb], object }: Clause, index: ToolIndex): boolean =>
  index.verb(tool) === verb?.stem && isWhere(tool, object.leadsTo, index)

/** Whether a tool is about what the verb is to be done to. */
export function fits(tool: string, clause: Clause, index: ToolIndex): boolean {
  const { object } = clause
  const [head] = object.nouns
  if (object.kind === 'strange' || isOfStrangeKind(clause) || isOnlyOwner(tool, clause, index)) return false
  if (isOfOthers(tool, clause, index) || isOnlyAddressed(tool, clause, index)) return false
  if (isUnmade(clause) || isOnlyMentioned(tool, clause, index)) return false
  if (isUntold(clause, tool, index) || leadsElsewhere(tool, clause, index)) return false
  if (isOnlySought(tool, clause, index) || isElsewhere(tool, object.within, index)) return false
  if (object.kind === 'thing')
    return (
      head !== undefined &&
      index.takes(tool, head.stem) &&
      !isOwnVerb(tool, object.nouns, index) &&
      !isOfAnotherKind(tool, object.nouns, index)
    )
  if (object.kind === 'name')
    return (
      (!index.acts(tool) || isCalled(tool, clause, index)) &&
      hasParty(tool, index) &&
      !object.followsStrange &&
      object.leadsTo.every(({ stem }) => !things.has(stem) || index.says(tool, stem))
    )
  if (isClauseOfOthers(tool, clause, index)) return false
  const next = object.follows.find(isThing)
  if (object.followsStrange) return false
  return object.kind === 'pronoun' || next === undefined || index.says(tool, next.stem)
}

const FINITE = new Set([
  'wants',
  'needs',
  'asks',
  'says',
  'is',
  'has',
  'likes',
  'thinks',
  'will',
  'would',
  'loves',
  'hates',
])
const TOLD_OF = new Set(
  'asked called wanted mentioned said told replied answered agreed confirmed visited met wrote'.split(' '),
)
const TOLD = /(?:ed|^said|^told|^wrote|^came|^went|^got|^did|^was|^were|^had|^met)$/
const TOLD_WHAT = new Set(['for', 'that', 'to', 'about', 'us', 'me', 'a', 'an', 'the', 'our', 'my'])

/** "Jane from Hooli asked for a demo": somebody did something, and nobody is to do anything. */
export function isStatement({ words }: Clause): boolean {
  const [first] = words
  if (first !== undefined && TOLD_OF.has(first.text)) return true
  if (first === undefined || first.isKnown) return false
  if (!first.isStrange && FINITE.has(words[1]?.text ?? '')) return true
  const told = words.findIndex(({ text }, at) => at > 0 && at < 5 && TOLD.test(text))
  return told > 0 && TOLD_WHAT.has(words[told + 1]?.text ?? '')
}

const COPULAS = new Set(['is', 'are', 'was', 'were', 'seems', 'seem', 'looks', 'felt', 'feels'])

/** "Our quarter was bad", "Jane is our contact": how things stand, and nothing to be done. */
export function isTold({ words, question }: Clause): boolean {
  const [first] = words
  if (first === undefined || question !== 'none') return false
  const isSubject = first.isName || DETERMINERS.has(first.text) || first.text === 'several'
  const copula = words.findIndex(({ text }) => COPULAS.has(text))
  return isSubject && copula > 0 && copula < 5
}

const CIRCUMSTANCE = new Set(['before', 'after', 'while', 'since', 'because', 'as', 'during', 'until'])

/** "Before the board meets": when, and nothing to be done. */
export const isCircumstance = ({ words }: Clause, index: ToolIndex): boolean =>
  CIRCUMSTANCE.has(words[0]?.text ?? '') && !words.some(({ stem }) => index.doing(stem).length > 0)
