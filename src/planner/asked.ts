// What is asked, and of what: by whom a question is answered that a tool's own text asks, and what a phrase is about.
import { objectOf, type Clause } from './clause.ts'
import { isKeeperOf, takesNames } from './fit.ts'
import { DETERMINERS, PRONOUNS } from './lexicon.ts'
import type { ToolIndex } from './tool-index.ts'
import { lightVerbs, type Word } from './vocabulary.ts'
import { isStopWord } from './words.ts'

const upTo = (words: readonly Word[], ends: ReadonlySet<string>): readonly Word[] => {
  const end = words.findIndex(({ text }) => ends.has(text))
  return end < 0 ? words : words.slice(0, end)
}
const PLACES = new Set([
  'about',
  'for',
  'of',
  'to',
  'with',
  'on',
  'in',
  'at',
  'from',
  'by',
  'against',
  'between',
  'before',
  'after',
])
const CIRCUMSTANCES = new Set(['about', 'for', 'before', 'after'])

const saysNothing = ({ text, stem }: Word): boolean =>
  isStopWord(text) || DETERMINERS.has(text) || PRONOUNS.has(text) || lightVerbs.has(stem)

/** What the words are about: not for whom, and not where. "Tell me about the risk" is about the risk. */
export function subjectOf({ words, question }: Clause, isLight: boolean): readonly Word[] {
  const about = upTo(words, question === 'none' ? PLACES : CIRCUMSTANCES)
  const rest = words.slice(about.length + 1)
  if (isLight && about.every(saysNothing) && rest.length > 0) return upTo(rest, PLACES)
  return isLight ? about.slice(1) : about
}

const ASKED_OF = new Set(['do', 'can', 'could', 'should', 'would', 'shall', 'might'])
const DOERS = new Set(['i', 'we', 'you', 'one'])
const COUNTED = new Set(['last', 'first', 'most', 'often', 'usually', 'so', 'too'])

/** Whoever asks about "you" asks this program about itself. */
const ADDRESSED = new Set(['you', 'your', 'yours', 'yourself'])

/** Written as a name, or in a word that nobody here knows where only a name can stand: "of globex". */
const isNamed = (word: Word, words: readonly Word[]): boolean =>
  word.isName || (!word.isKnown && words[words.indexOf(word) - 1]?.text === 'of')

/**
 * "Why do we lose?": a tool whose own text asks it, and knows every word of it. What is asked of a name is another question, but
 * where the tool is about what has one.
 */
export function byQuestion({ words, question, asked }: Clause, index: ToolIndex): string | undefined {
  if (question !== 'open' || words.some(({ text }) => ADDRESSED.has(text))) return undefined
  const content = words.filter(({ text }) => !isStopWord(text) && !COUNTED.has(text) && !/^\d+$/.test(text))
  const said = content.filter((word) => !isNamed(word, words))
  return said
    .flatMap(({ stem }) => index.asking(asked, stem))
    .find(
      (tool) =>
        said.every(({ stem }) => index.says(tool, stem)) &&
        (said.length === content.length || takesNames(tool, index)),
    )
}

/** "How do I archive it?": it is asked how something is done, and by its verb who does it. */
export function orderIn({ words: [aux, who, ...order], asked }: Clause): Clause | undefined {
  const [verb] = order
  if (asked !== 'how' || verb === undefined || !ASKED_OF.has(aux?.text ?? '') || !DOERS.has(who?.text ?? ''))
    return undefined
  const hasVerb = order.length > 1
  return {
    words: order,
    question: 'none',
    asked: '',
    isPhrasal: false,
    hasVerb,
    object: objectOf(order.slice(1)),
  }
}

/** "Which templates do we have?": whoever keeps them shows them. */
export const isListed = (tool: string, { question, asked, object }: Clause, index: ToolIndex): boolean =>
  (question === 'choice' || asked === 'what') && isKeeperOf(tool, object.nouns[0], index)
