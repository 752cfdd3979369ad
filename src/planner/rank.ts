// What a goal asks for: the tools that serve it, what it forbids, and what nothing here does.
import { boundedMap } from '../cache.ts'
import { plainText, readGoal, type Ask, type Openings } from './asks.ts'
import type { Literals } from './chain.ts'
import { chosenBy, isOtherChoice, NOT_NAMED, settle, type Chosen } from './choices.ts'
import { clauseOf, type Clause } from './clause.ts'
import { isEverydayVerb } from './everyday/everyday.ts'
import { isForeign, mayBeForeign } from './language.ts'
import type { Match } from './fit.ts'
import { ACTIONS, DETAIL_VERBS, DETERMINERS } from './lexicon.ts'
import { matchAfter, matchOf } from './match.ts'
import type { RankedTool } from './planner.ts'
import type { Hit, ToolIndex } from './tool-index.ts'
import {
  actions,
  commonNouns,
  isNounItself,
  lightVerbs,
  vocabularyOf,
  type Vocabulary,
} from './vocabulary.ts'
import { isStopWord, stemOf, withoutAddresses, withWords, type GoalText } from './words.ts'

export type Understanding = {
  /** Every tool that some word speaks for, best first. */
  readonly hits: readonly Hit[]
  /** The tools to be used, in the order of the asks. */
  readonly wanted: readonly string[]
  /** Tools that the goal forbids. */
  readonly excluded: readonly string[]
  /** Asks that no tool serves, in closed words. */
  readonly unserved: readonly string[]
  /** What the goal says about inputs. */
  readonly literals: Literals
  readonly conditional: boolean
  readonly foreign: boolean
}

const MESSAGE = stemOf('message')
const MOST_WANTED = 50
const MOST_UNSERVED = 20
const MOST_MATCHED = 8
const REFERRING = new Set(['it', 'them', 'those', 'these', 'that', 'they'])

/** A forbidden thing forbids what makes it: "no email" leaves out the draft. */
function forbiddenBy(match: Match, clause: Clause, index: ToolIndex): readonly string[] {
  if (match.kind === 'tool') return [match.tool]
  if (clause.words.length > 1 && actions.has(clause.words[0]?.stem ?? '')) return []
  return clause.words.filter(({ stem }) => commonNouns.has(stem)).flatMap(({ stem }) => index.makers(stem))
}

/** "Find ten companies and score them": without the first there is nothing to score. */
function refersTo(
  clause: Clause,
  { before, isAnswer }: Pick<Gathered, 'before' | 'isAnswer'>,
  index: ToolIndex,
): Match | undefined {
  const refers = clause.words.slice(1).some(({ text }) => REFERRING.has(text))
  // What was asked made nothing: "Is Acme worth it? Score them" is about Acme.
  if (refers && before?.kind === 'tool' && !isAnswer)
    return matchAfter(before.tool, clause, index) ?? undefined
  return refers && clause.object.kind !== 'thing' && before?.kind === 'unserved' ? before : undefined
}

/** "Don't delete the template, just show it": what is forbidden says what is meant. */
function insteadOf(clause: Clause, forbidden: Chosen | undefined, index: ToolIndex): Match | undefined {
  if (forbidden === undefined || forbidden.named.size === 0) return undefined
  const match = matchAfter(forbidden.tool, clause, index)
  return match?.kind === 'tool' ? match : undefined
}

const TOLD = /^(?:\w+ed|he|she|they|it|was|is|will|wants|said)$/i

type Place = {
  readonly isContent: boolean
  readonly before: Match | undefined
  /** What the ask itself would be. */
  readonly match: Match
}

/**
 * "Draft an SMS: are you free on Monday?": after the colon, and within quotes, is what shall be written or read. "Score this
 * lead: Jane, pre-approved", "log a call, discussed pricing": what is asked about is told.
 */
function isSaid({ mark, words }: Ask, { isContent, before, match }: Place, index: ToolIndex): boolean {
  if (isContent) return !/^[.!?;\n]/.test(mark)
  if (before?.kind !== 'tool') return false
  if (index.takes(before.tool, MESSAGE) && /^[:"“”]/.test(mark)) return true
  if (mark.startsWith(':')) return match.kind === 'nothing'
  return index.acts(before.tool) && /^[,(]/.test(mark) && TOLD.test(words[0] ?? '')
}

type Understood = { readonly clause: Clause; readonly match: Match; readonly chosen: Chosen | null }

const MOST_ASKS = 1000
const NONE: readonly string[] = []

/**
 * Clause by clause against the tools. Asks in words of English or of the registry are remembered: most goals ask for
 * the same things in the same words. Other words are a person's, and never kept.
 */
function askReader(index: ToolIndex, vocabulary: Vocabulary): (ask: Ask) => Understood {
  const asks = boundedMap<Understood>(MOST_ASKS)
  const read = (ask: Ask): Understood => {
    const clause = clauseOf(ask, vocabulary)
    const match = matchOf(clause, index)
    return { clause, match, chosen: match.kind === 'tool' ? chosenBy(match.tool, clause, index) : null }
  }
  return (ask) => {
    const text = ask.words.join(' ')
    const known = asks.get(text)
    if (known !== undefined) return known
    const made = read(ask)
    if (ask.words.every((word) => vocabulary.isEnglish(word.toLowerCase()))) asks.set(text, made)
    return made
  }
}

const hasMeaning = (text: string): boolean => /\p{L}{2}/u.test(text)

/** How the parts of a goal begin, in the words of a registry. */
function openingsOf(index: ToolIndex, vocabulary: Vocabulary): Openings {
  const opens = (words: readonly string[]): boolean => {
    const word = vocabulary.word(words[0] ?? '', true)
    const { stem, text: written } = word
    if (isNounItself(written) && !ACTIONS.has(written) && index.doing(stem).length === 0) return false
    const isKnown = index.doing(stem).length > 0 || actions.has(stem) || lightVerbs.has(stem)
    // "Shred the contract": whatever it is, it is to be done.
    const isTold = !word.isKnown && DETERMINERS.has((words[1] ?? '').toLowerCase())
    return isKnown || isTold || isEverydayVerb(written)
  }
  return {
    opens,
    isLight: (words) => lightVerbs.has(vocabulary.word(words[0] ?? '', true).stem),
    names: (words) => words.flatMap((word) => index.named(vocabulary.word(word, false).stem)),
    isTool: index.isTool,
  }
}

/** What is gathered of a goal, ask by ask. */
type Gathered = {
  readonly wanted: string[]
  readonly chosen: Chosen[]
  readonly forbidden: Chosen[]
  readonly unserved: string[]
  readonly stems: Set<string>
  before: Match | undefined
  isAnswer: boolean
}

function forbid(gathered: Gathered, { clause, match, chosen }: Understood, index: ToolIndex): void {
  for (const tool of forbiddenBy(match, clause, index))
    gathered.forbidden.push(chosen?.tool === tool ? chosen : { tool, named: NOT_NAMED })
}

function want(gathered: Gathered, { clause, match, chosen }: Understood, index: ToolIndex): void {
  const { wanted, unserved, stems, forbidden, before } = gathered
  for (const { text, stem } of clause.words) if (text.length > 1 && !isStopWord(text)) stems.add(stem)
  const meant = refersTo(clause, gathered, index) ?? insteadOf(clause, forbidden.at(-1), index) ?? match
  if (meant.kind === 'tool' && wanted.length < MOST_WANTED) {
    if (!wanted.includes(meant.tool)) wanted.push(meant.tool)
    gathered.chosen.push(chosen?.tool === meant.tool ? chosen : chosenBy(meant.tool, clause, index))
  }
  if (meant.kind === 'unserved' && unserved.length < MOST_UNSERVED && !unserved.includes(meant.ask))
    unserved.push(meant.ask)
  const isDetail = meant.kind === 'unserved' && DETAIL_VERBS.has(clause.words[0]?.text ?? '')
  if (meant.kind === 'nothing' || (isDetail && before?.kind === 'tool')) return
  gathered.before = meant
  gathered.isAnswer = clause.question !== 'none'
}

function gather(asks: readonly Ask[], readAsk: (ask: Ask) => Understood, index: ToolIndex): Gathered {
  const gathered: Gathered = {
    wanted: [],
    chosen: [],
    forbidden: [],
    unserved: [],
    stems: new Set(),
    before: undefined,
    isAnswer: false,
  }
  let isContent = false
  for (const ask of asks) {
    const understood = readAsk(ask)
    const { before } = gathered
    isContent = isSaid(ask, { isContent, before, match: understood.match }, index)
    if (isContent) continue
    if (ask.forbidden) forbid(gathered, understood, index)
    else want(gathered, understood, index)
  }
  return gathered
}

/** Tools that are forbidden, and not wanted for something else. */
function excludedOf({ forbidden, chosen }: Gathered): readonly string[] {
  if (forbidden.length === 0) return NONE
  const left = forbidden.filter((one) => !chosen.some((other) => isOtherChoice(other, one)))
  return [...new Set(left.map(({ tool }) => tool))]
}

/** Reads goals against every tool of the index; who may use which is the caller's to sort out. */
export function goalReader(index: ToolIndex): (goal: string) => Understanding {
  const vocabulary = vocabularyOf(index)
  const readAsk = askReader(index, vocabulary)
  const openings = openingsOf(index, vocabulary)
  return (goal) => {
    const plain = withWords(plainText(goal))
    const { asks, conditional } = readGoal(plain, openings)
    const gathered = gather(asks, readAsk, index)
    const said = settle(gathered.chosen, index)
    return {
      literals: said.literals,
      hits: index.search([...gathered.stems]),
      wanted: gathered.wanted,
      excluded: excludedOf(gathered),
      unserved: [...gathered.unserved, ...said.unserved],
      conditional,
      foreign: isInForeign(plain, vocabulary),
    }
  }
}

const isInForeign = (goal: GoalText, { isEnglish }: Vocabulary): boolean =>
  mayBeForeign(goal) && hasMeaning(goal.text) && isForeign(withoutAddresses(goal.text), isEnglish)

/** Only the usable tools, best first and the best with 1; those that no word speaks for come last, by name. */
export function rankingOf(
  hits: readonly Hit[],
  usable: ReadonlyMap<string, unknown>,
  index: ToolIndex,
): RankedTool[] {
  const matching = hits.filter(({ tool }) => usable.has(tool))
  const best = matching[0]?.score ?? 1
  const named = new Set(matching.map(({ tool }) => tool))
  const silent = [...usable.keys()].filter((name) => !named.has(name)).sort()
  return [
    ...matching.map(({ tool, score, matched }) => ({
      tool,
      score: Math.round((score / best) * 1000) / 1000,
      matched: [...new Set(matched.map((stem) => index.word(tool, stem)))].slice(0, MOST_MATCHED),
    })),
    ...silent.map((tool) => ({ tool, score: 0, matched: [] })),
  ]
}
