// Words of a goal as the planner takes them: their stem, mended where they are one slip away from a known one, and
// what kind of word they are. Knows the registry's words and those of everyday English.
import { fixedMap, type BoundedMap } from '../cache.ts'
import {
  ACTIONS,
  ADVERBS,
  COMMON_NOUNS,
  DETERMINERS,
  LIGHT_VERBS,
  PREPOSITIONS,
  PRONOUNS,
  THINGS,
} from './lexicon.ts'
import { isEverydayNoun, isEverydayVerb } from './everyday/everyday.ts'
import { LOOK_ALIKES } from './spelling/look-alikes.ts'
import { shortSpelling, spelling } from './spelling/spelling.ts'
import type { ToolIndex } from './tool-index.ts'
import { STOP_WORDS, stemOf } from './words.ts'

export type Word = {
  /** As it was written, in lower case. */
  readonly text: string
  readonly stem: string
  /** Of the registry, or of everyday English. */
  readonly isKnown: boolean
  /** A number, or written with a capital and not known. */
  readonly isName: boolean
  /** A common noun of English that is nothing in sales: "garden". */
  readonly isStrange: boolean
}

export type Vocabulary = {
  readonly word: (written: string, isFirst: boolean) => Word
  readonly isEnglish: (text: string) => boolean
}

/** By stem, the word itself. */
const byStem = (words: ReadonlySet<string>): ReadonlyMap<string, string> =>
  new Map([...words].reverse().map((word) => [stemOf(word), word]))

export const actions = byStem(ACTIONS)
export const things = byStem(THINGS)
export const commonNouns = byStem(COMMON_NOUNS)
export const lightVerbs = byStem(LIGHT_VERBS)

/** "Closed" is a thing, and to close something is none. */
export const isNounItself = (text: string): boolean => NOUNS.has(text)
const NOUNS = new Set([...COMMON_NOUNS, ...THINGS].flatMap((noun) => [noun, `${noun}s`]))

const knownAs = (text: string, stem: string): Word => ({
  text,
  stem,
  isKnown: true,
  isName: false,
  isStrange: false,
})

/** More than English has of one registry's stems. */
const MOST_KEPT = 10_000
/** Longer words that are cut out of a goal hold the whole goal in memory. */
const LONGEST_KEPT = 12

const GRAMMAR = [PREPOSITIONS, DETERMINERS, PRONOUNS, ADVERBS]

/** Known words as they are taken, those of grammar and of the registry to begin with: most words of most goals. */
function keptWords(index: ToolIndex): Pick<BoundedMap<Word>, 'get' | 'set'> {
  const kept = fixedMap<Word>(MOST_KEPT)
  for (const words of [STOP_WORDS, ...GRAMMAR, index.words])
    for (const text of words) kept.set(text, knownAs(text, index.stem(text)))
  return kept
}

export function vocabularyOf(index: ToolIndex): Vocabulary {
  const known = new Set([
    ...index.known,
    ...[actions, things, commonNouns, lightVerbs].flatMap((words) => [...words.keys()]),
  ])
  const mendStem = spelling(known)
  const mendWord = spelling(new Set([...index.words, ...ACTIONS, ...THINGS, ...COMMON_NOUNS, ...LIGHT_VERBS]))
  const mendVerb = shortSpelling(
    new Set([...index.words].filter((word) => index.doing(index.stem(word)).length > 0).concat([...ACTIONS])),
  )
  const mend = (stem: string, text: string): string | null => {
    const word = mendStem(stem) ?? mendWord(text)
    return word === null ? null : index.stem(word)
  }
  const kept = keptWords(index)
  /** A word with a known stem. */
  const withStem = (text: string, stem: string): Word | undefined => {
    if (!known.has(stem)) return undefined
    const word = knownAs(text, stem)
    if (text.length <= LONGEST_KEPT) kept.set(text, word)
    return word
  }
  return {
    word: (written, isFirst) => {
      const text = written.toLowerCase()
      const listed = kept.get(text)
      if (listed !== undefined) return listed
      const stem = index.stem(text)
      const right = withStem(text, stem)
      if (right !== undefined) return right
      const isNumber = /\d/.test(text)
      const isCapital = written !== text && !isFirst && written !== written.toUpperCase()
      const isIdentifier = text.includes('_')
      const isStrange = !isNumber && !isCapital && isEverydayNoun(text)
      const isOrder = isFirst && isEverydayVerb(text)
      const isRight = [isNumber, isCapital, isIdentifier, isStrange, isOrder, LOOK_ALIKES.has(text)].includes(
        true,
      )
      const mended = isRight ? null : mend(stem, text)
      if (mended !== null) return knownAs(text, mended)
      const isVerb =
        isFirst && !isStrange && !isOrder && written !== written.toUpperCase() && !LOOK_ALIKES.has(text)
      const verb = isVerb ? mendVerb(text) : null
      if (verb !== null) return knownAs(text, index.stem(verb))
      return {
        text,
        stem,
        isKnown: false,
        isName: !isStrange && (isNumber || isIdentifier || written !== text),
        isStrange,
      }
    },
    isEnglish: (text) => (kept.get(text) ?? withStem(text, index.stem(text))) !== undefined,
  }
}
