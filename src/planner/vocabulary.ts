// Words of a goal as the planner takes them: their stem, mended where they are one slip away from a known one, and
// what kind of word they are. Knows the registry's words and those of everyday English.
import { memoize } from '../cache.ts'
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

const GRAMMAR = [PREPOSITIONS, DETERMINERS, PRONOUNS, ADVERBS]

export const vocabularyOf: (index: ToolIndex) => Vocabulary = memoize((index: ToolIndex): Vocabulary => {
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
  // The stem of a word of grammar is asked for in every goal.
  const ofGrammar = new Map(
    [...STOP_WORDS, ...GRAMMAR.flatMap((words) => [...words])].map((w) => [w, index.stem(w)]),
  )
  const stemIn = (text: string): string => ofGrammar.get(text) ?? index.stem(text)
  return {
    word: (written, isFirst) => {
      const text = written.toLowerCase()
      const stem = stemIn(text)
      if (ofGrammar.has(text) || known.has(stem)) return knownAs(text, stem)
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
    isEnglish: (text) => ofGrammar.has(text) || known.has(index.stem(text)),
  }
})
