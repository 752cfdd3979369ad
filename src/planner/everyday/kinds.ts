// Of what kind a thing is: its name may be a tool's word, and stand for something else.
import type { Clause } from '../clause.ts'
import { NO_NOUNS, OTHER_KINDS, PARTIES } from '../lexicon.ts'
import type { ToolIndex } from '../tool-index.ts'
import { actions, commonNouns, lightVerbs, things, type Word } from '../vocabulary.ts'

/** They are of one kind, of whatever business they are: "the hospital account". */
const OWNERS: ReadonlySet<string> = new Set([
  ...PARTIES,
  'deal',
  'deals',
  ...[...PARTIES].map((party) => `${party}s`),
])

/**
 * "The credit risk", "the server log": what the thing is of is something else than the tool's. What is written may be about
 * anything: "the renewal email".
 */
export const isOfAnotherKind = (
  tool: string,
  [head, ...others]: readonly Word[],
  index: ToolIndex,
): boolean =>
  head !== undefined &&
  !commonNouns.has(head.stem) &&
  others.some(
    ({ stem, text }) =>
      ([things, actions, lightVerbs].some((words) => words.has(stem)) || index.named(stem).length > 0) &&
      !commonNouns.has(stem) &&
      !NO_NOUNS.has(text) &&
      !index.says(tool, stem),
  )

/** A text may be about anything: "the birthday email"; a note or a script is of one kind or another. */
export const ABOUT_ANYTHING = new Set(['email', 'emails', 'message', 'messages', 'sms', 'outreach'])

/** "The bank account": the word stands for something else here. */
export const isOfOtherKind = (words: readonly Word[], head: Word | undefined): boolean => {
  if (head === undefined) return false
  const before = words[words.indexOf(head) - 1]?.text ?? ''
  return [head.text, head.text.replace(/s$/, '')].some((text) => OTHER_KINDS.has(`${before}_${text}`))
}

/** "The traffic signals": of a kind that nobody here knows. */
export const isOfStrangeKind = ({ object: { nouns, isOfStrange }, words }: Clause): boolean => {
  const [head] = nouns
  if (head === undefined) return false
  if (isOfOtherKind(words, head)) return true
  return isOfStrange && !ABOUT_ANYTHING.has(head.text) && !OWNERS.has(head.text)
}
