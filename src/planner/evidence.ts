// What in the words of an ask speaks for a tool, and what speaks against it.
import type { Clause } from './clause.ts'
import { isThing, stemsOf } from './fit.ts'
import { ADVERBS, JUDGEMENTS, NO_NOUNS } from './lexicon.ts'
import type { ToolIndex } from './tool-index.ts'
import { commonNouns, type Word } from './vocabulary.ts'
import { stemOf } from './words.ts'

const adverbs = new Set([...ADVERBS].map(stemOf))

export type Evidence = {
  readonly own: number
  readonly verb: boolean
  readonly named: boolean
  readonly head: boolean
  /** Whether something that the tool takes is good. */
  readonly judged: boolean
}

/** What in the words speaks for a tool. */
export function evidenceFor(tool: string, { words, object }: Clause, index: ToolIndex): Evidence {
  const stems = stemsOf(words)
  // "Alone", "still" stand in every text, and speak for none.
  const own = stems.filter((stem) => index.says(tool, stem) && !commonNouns.has(stem) && !adverbs.has(stem))
  const objects = index.objects(tool)
  const [head] = object.nouns
  return {
    own: own.length,
    verb: stems.some((stem) => index.doing(stem).includes(tool)),
    named:
      objects.length > 0 &&
      objects.every((stem) => stems.includes(stem)) &&
      objects.some((stem) => own.includes(stem)),
    judged:
      words.some(({ text }) => JUDGEMENTS.has(text) && index.says(tool, text === 'better' ? 'good' : text)) &&
      words.some((word) => isThing(word) && index.takes(tool, word.stem) && !NO_NOUNS.has(word.text)),
    head: head !== undefined && own.includes(head.stem),
  }
}

/** Things that the words are about, of which the tool says nothing. */
export const isVetoed = (tool: string, words: readonly Word[], index: ToolIndex): boolean =>
  words.some(
    (word) =>
      (isThing(word) || (word.isKnown && index.named(word.stem).length > 0)) &&
      !NO_NOUNS.has(word.text) &&
      !index.says(tool, word.stem),
  )

/** "Enough coffee": of a thing that nobody here knows. */
export const isOfStrange = (words: readonly Word[]): boolean =>
  words.some(({ text }, at) => text === 'enough' && words[at + 1]?.isKnown === false)

export function enough(
  { own, verb, named, head, judged }: Evidence,
  clause: Clause,
  isLight: boolean,
): boolean {
  if (clause.question === 'open') return named || own > 1
  if (clause.question === 'choice') return named || own > 1 || verb
  if (isLight) return verb || head
  return own > 0 || verb || judged
}
