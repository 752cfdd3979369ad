// What in the words of an ask speaks for a tool, and what speaks against it.
import { objectOf, type Clause } from './clause.ts'
import { isThing, listing, stemsOf } from './fit.ts'
import { ABOUT_ANYTHING, isOfAnotherKind, isOfOtherKind } from './everyday/kinds.ts'
import { ADVERBS, DETERMINERS, JUDGEMENTS, JUDGING_VERBS, NAMED_KINDS, NO_NOUNS, PARTIES } from './lexicon.ts'
import type { ToolIndex } from './tool-index.ts'
import { commonNouns, type Word } from './vocabulary.ts'
import { stemOf } from './words.ts'

/** Every deal is closed once; and how many there are of a thing is not what a tool knows of it. */
const CLOSE = stemOf('close')
const COUNTS = new Set(['many', 'much', 'few', 'more', 'fewer', 'most', 'least'])
/** Everything may be asked of what people call by a name. */
const called = new Set([...PARTIES, ...NAMED_KINDS, 'change'].map(stemOf))
const FOR = new Set(['to', 'for'])
const ANY = new Set(['a', 'an', 'another', 'some'])
const judging = new Set([...JUDGING_VERBS].map(stemOf))
/** What people say around what they ask: "which risks do you see in it", "what do we still need to know". */
const AROUND = new Set(
  'see look think know need say tell believe expect still really properly already actually currently there mean wrong doing happening exactly'.split(
    ' ',
  ),
)

export type Evidence = {
  readonly own: number
  readonly verb: boolean
  readonly named: boolean
  readonly head: boolean
  /** Whether something that the tool takes is good. */
  readonly judged: boolean
  /** "An email to Jane": it makes what is wanted. */
  readonly made: boolean
  /** It knows every word but names. */
  readonly covered: boolean
  /** What it is called by is what is asked about. */
  readonly core: boolean
}

/** "To qualify": one tool does it, and nobody judges anything else by that word. */
const isOnlyDoneBy = (tool: string, stem: string, index: ToolIndex): boolean => {
  const [doer, ...others] = index.doing(stem)
  return (
    doer === tool &&
    others.length === 0 &&
    !judging.has(stem) &&
    tool.startsWith(`${index.word(tool, stem)}_`)
  )
}

/** What in the words speaks for a tool. */
export function evidenceFor(tool: string, { words, object }: Clause, index: ToolIndex): Evidence {
  const stems = stemsOf(words.filter(({ text }) => !ADVERBS.has(text)))
  const said = stemsOf(words.filter(({ isName, text }) => !isName && !ADVERBS.has(text) && !AROUND.has(text)))
  // "Alone", "still" stand in every text, and speak for none.
  const own = stems.filter(
    (stem) => index.says(tool, stem) && ![commonNouns, listing].some((words) => words.has(stem)),
  )
  const objects = index.objects(tool)
  const [head] = object.nouns
  return {
    own: own.length,
    verb: stems.some((stem) => index.doing(stem).includes(tool) && !listing.has(stem)),
    named:
      objects.length > 0 &&
      objects.every((stem) => stems.includes(stem)) &&
      objects.some((stem) => own.includes(stem)),
    judged:
      words.some(({ text }) => JUDGEMENTS.has(text) && index.says(tool, text === 'better' ? 'good' : text)) &&
      words.some((word) => isThing(word) && index.takes(tool, word.stem) && !NO_NOUNS.has(word.text)),
    head: head !== undefined && own.includes(head.stem),
    made:
      head !== undefined &&
      index.addresses(tool) &&
      index.takes(tool, head.stem) &&
      words.slice(0, 2).some(({ text }) => ANY.has(text)),
    covered:
      own.some((stem) => stem !== CLOSE) &&
      !words.some(({ text }) => COUNTS.has(text)) &&
      said.every((stem) => index.says(tool, stem)),
    core:
      objects.some((stem) => own.includes(stem) && index.named(stem).length === 1 && !called.has(stem)) ||
      own.some((stem) => isOnlyDoneBy(tool, stem, index)),
  }
}

/** "Traffic signals": of a kind that nobody here knows. Whoever searches texts may be asked for anything. */
const isStrangeTo = (tool: string, words: readonly Word[], index: ToolIndex): boolean => {
  const { nouns, isOfStrange, kind } = objectOf(words)
  if (kind === 'strange') return true
  const isText = nouns[0] !== undefined && ABOUT_ANYTHING.has(nouns[0].text)
  return !isText && (isOfStrange || isOfOtherKind(words, nouns[0]) || isOfAnotherKind(tool, nouns, index))
}

/** "Do we have the parking slots?": questions are longer than a thing, which is after its article. */
const isAskedOfStrange = (tool: string, words: readonly Word[], index: ToolIndex): boolean =>
  words.some(({ isStrange }) => isStrange) ||
  (words.some(({ text }) => DETERMINERS.has(text)) && isOfAnotherKind(tool, objectOf(words).nouns, index))

/** What a group of words is of, where it is no question: "the region map" is a map. */
export const isOfOtherHead = (tool: string, words: readonly Word[], index: ToolIndex): boolean => {
  const [head, before] = objectOf(words).nouns
  if (head === undefined) return false
  // "A capacity check": what is checked is the thing.
  if (judging.has(head.stem)) return before !== undefined && !index.takes(tool, before.stem)
  return index.says(tool, head.stem) ? !index.takes(tool, head.stem) : !commonNouns.has(head.stem)
}

/** "A reminder email": it may be about anything. */
const isMail = (tool: string, words: readonly Word[], index: ToolIndex): boolean =>
  index.addresses(tool) && ABOUT_ANYTHING.has(objectOf(words).nouns[0]?.text ?? '')

/** Things that the words are about, of which the tool says nothing. */
export const isVetoed = (
  tool: string,
  { words, isQuestion }: { readonly words: readonly Word[]; readonly isQuestion: boolean },
  index: ToolIndex,
): boolean =>
  (!index.seeks(tool) &&
    (isQuestion ? isAskedOfStrange(tool, words, index) : isStrangeTo(tool, words, index))) ||
  ((isQuestion || !isMail(tool, words, index)) &&
    words.some(
      (word) =>
        (isThing(word) || (word.isKnown && index.named(word.stem).length > 0)) &&
        !NO_NOUNS.has(word.text) &&
        !index.says(tool, word.stem),
    ))

/** "Enough coffee": of a thing that nobody here knows. */
export const isOfStrange = (words: readonly Word[]): boolean =>
  words.some(({ text }, at) => text === 'enough' && words[at + 1]?.isKnown === false)

export function enough(
  { own, verb, named, head, judged, made, covered, core }: Evidence,
  clause: Clause,
  isLight: boolean,
): boolean {
  if (clause.question === 'open') return named || own > 1 || (core && covered)
  if (clause.question === 'choice') return named || own > 1 || verb || covered
  if (isLight) return verb || head || made
  if (made && clause.words.some(({ text }) => FOR.has(text))) return true
  return own > 0 || verb || judged
}
