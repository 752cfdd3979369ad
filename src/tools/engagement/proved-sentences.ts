// Whether each sentence of a rewritten text says what one sentence of the template says. Known words alone prove nothing:
// put together anew they say who did what to whom, whether it was done, and how much. So a sentence of substance is
// carried whole, its words in their order between the first and the last word of substance, and around it stand only
// words that lead to it. A sentence without a word of substance asks, greets, thanks, or says what its writer would like.
import { foldText } from '../text.ts'
import { ORDINARY_WORDS } from './ordinary-words.ts'

const setOf = (words: string): ReadonlySet<string> => new Set(words.split(' '))

/** They may come and go inside of what is said. */
const FREE = setOf('a an the its also just really quite simply please')
const PERSONS = setOf(
  'i me my mine myself we us our ours ourselves you your yours yourself they them their theirs someone anyone people ' +
    "i'd i'll i'm i've we're we'd we'll we've you're you'd you'll you've",
)
const HELPERS = setOf(
  'am is are was were be been being do does did doing have has had having will would shall should can could may might ' +
    'must let lets work works working help helps helped helping support want need matter matters',
)
/** After what is said they limit it, or take it back. */
const LIMITING = setOf(
  'or but so if as before after until since while when where whether instead because though soon again later now yet ' +
    'still together along with out off up down back something anything someone',
)

/** Who writes would like to say, ask or show what follows. */
const LEADING = setOf(
  "i we i'd we'd i'm we're would like to happy glad pleased let me us you how that why what about with here is here's and so " +
    'share sharing tell telling say saying ask asking show showing talk talking speak speaking discuss discussing ' +
    'mention explain describe note write writing reach reaching out quick quickly brief briefly short shortly thank ' +
    'thanks please hi hello hey dear good morning afternoon evening welcome question questions idea thought word am are a the for',
)
const LEADERS = setOf(
  "i i'd i'm we we'd we're let please thank thanks hi hello hey dear good here here's and so",
)
/** What a sentence of substance is told with. */
const TELLING = setOf('how that why what')

/** How a sentence without a word of substance begins that is no question. */
const OPENERS = setOf(
  "i i'd i'll i'm we'd let please thanks thank looking hi hello hey dear good kind kindly warm warmly best regards " +
    'sincerely cheers yours happy glad hope hoping sorry welcome',
)

type Sentence = {
  readonly lead: readonly string[]
  /** From the first word of substance to the last, without what is free and without units. */
  readonly core: readonly string[]
  readonly units: ReadonlySet<string>
  readonly tail: readonly string[]
  readonly isQuestion: boolean
  readonly text: string
}

/** A variable, an address, a figure with its signs, a word. */
const PIECE =
  /\{\{[^{}]*\}\}|https?:\/\/[^\s<>"')]+|[\w.+-]{1,64}@[\w-]+(?:\.[\w-]+)+|[#@$€£¥]?\p{N}[\p{N}.,:/]*[%‰+kKmMbB]*|[\p{L}\p{M}]+(?:['’-][\p{L}\p{M}]+)*/gu
const END = /(?<=[.!?…])["')\]]*\s+|[\n\r\u2028\u2029]+/u
const isFigure = (piece: string): boolean => /\p{N}/u.test(piece) && !piece.startsWith('{{')
const isSubstance = (piece: string): boolean => piece.startsWith('{{') || !ORDINARY_WORDS.has(piece)

const piecesOf = (text: string): string[] =>
  (text.match(PIECE) ?? []).map((piece) =>
    piece.startsWith('{{') ? piece : foldText(piece.replaceAll('’', "'")).replace(/[.,:/;!?]+$/, ''),
  )

function sentenceOf(text: string): Sentence {
  const pieces = piecesOf(text)
  const first = pieces.findIndex(isSubstance)
  const last = pieces.findLastIndex(isSubstance)
  const between = first === -1 ? [] : pieces.slice(first, last + 1)
  const isUnit = (piece: string, at: number): boolean =>
    at > 0 &&
    isFigure(between[at - 1] ?? '') &&
    isSubstance(piece) &&
    !isFigure(piece) &&
    !piece.startsWith('{{')
  return {
    lead: first === -1 ? pieces : pieces.slice(0, first),
    core: between.filter((piece, at) => !FREE.has(piece) && !isUnit(piece, at)),
    units: new Set(between.filter(isUnit)),
    tail: first === -1 ? [] : pieces.slice(last + 1),
    isQuestion: /\?["')\]]*\s*$/.test(text),
    text: pieces.join(' '),
  }
}

/** Points of a figure and of a variable's fallback end no sentence. */
const sentencesIn = (text: string): Sentence[] =>
  text
    .split(END)
    .filter((one) => /[\p{L}\p{N}]/u.test(one))
    .map(sentenceOf)

const ENDINGS = /(?:'s|ing|es|ed|s|d|e|ly)$/
const stem = (word: string): string => (word.length > 5 ? word.replace(ENDINGS, '') : word)

/** Equal, or two forms of one word of substance. */
const isSame = (one: string, other: string): boolean =>
  one === other || (isSubstance(one) && isSubstance(other) && !isFigure(one) && stem(one) === stem(other))

const areSame = (one: readonly string[], other: readonly string[]): boolean =>
  one.length === other.length && one.every((word, at) => isSame(word, other[at] ?? ''))

const has = (pieces: readonly string[], words: ReadonlySet<string>): boolean =>
  pieces.some((piece) => words.has(piece))

/** Joins and greets, and speaks of nobody. */
const isSilent = (pieces: readonly string[]): boolean => !has(pieces, PERSONS) && !has(pieces, HELPERS)

/** More than a topic: it says something of it. */
const isClaim = ({ core }: Sentence): boolean => core.length > 1

function isLeading({ lead, core }: Sentence): boolean {
  const [first = ''] = lead
  const isTold = core.length < 2 || TELLING.has(lead.at(-1) ?? '')
  return LEADERS.has(first) && isTold && lead.every((piece) => LEADING.has(piece))
}

const plain = (pieces: readonly string[]): string => pieces.filter((piece) => !FREE.has(piece)).join(' ')

function isLead(said: Sentence, told: Sentence): boolean {
  if (plain(said.lead) === plain(told.lead)) return true
  // What stood before it may have been a part of what was said.
  const isFree = isSilent(told.lead) || isLeading(told) || told.isQuestion
  if (!isFree) return false
  if (said.isQuestion) return told.isQuestion || !isClaim(told)
  if (isClaim(said) && has(said.lead, LIMITING) && said.lead[0] !== 'so') return false
  return isSilent(said.lead) || isLeading(said)
}

function isTail(said: Sentence, told: Sentence): boolean {
  if (plain(said.tail) === plain(told.tail)) return true
  if (said.isQuestion) return isSilent(told.tail)
  return isSilent(told.tail) && isSilent(said.tail) && !has(said.tail, LIMITING) && !has(told.tail, LIMITING)
}

function carries(said: Sentence, told: Sentence): boolean {
  // To ask what was told casts doubt on it, and to tell what was asked claims it.
  if (said.isQuestion !== told.isQuestion && isClaim(told)) return false
  const hasUnits =
    [...told.units].every((unit) => said.units.has(unit)) && said.units.size === told.units.size
  return hasUnits && areSame(said.core, told.core) && isLead(said, told) && isTail(said, told)
}

/** It asks, greets, thanks or wishes; or it stands in the template. */
function isCourtesy(said: Sentence, template: readonly Sentence[]): boolean {
  if (said.isQuestion || template.some(({ text }) => text === said.text)) return true
  return OPENERS.has(said.lead[0] ?? '') || (isSilent(said.lead) && !said.lead.includes('it'))
}

/** More are no message; each is held against each. */
const MOST_SENTENCES = 1000

/**
 * Numbers of the sentences of `text`, from 1, that say what no sentence of `template` says, or say it in another order.
 * Both with their variables as they are written.
 */
export function unprovedSentences(text: string, template: string): number[] {
  const [known, sentences] = [sentencesIn(template), sentencesIn(text)]
  if (Math.max(known.length, sentences.length) > MOST_SENTENCES) return [MOST_SENTENCES + 1]
  let from = 0
  return sentences.flatMap((said, at) => {
    if (said.core.length === 0) return isCourtesy(said, known) ? [] : [at + 1]
    const found = known.findIndex((told, index) => index >= from && carries(said, told))
    if (found === -1) return [at + 1]
    from = found
    return []
  })
}
