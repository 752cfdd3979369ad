// Which passages are about what is asked, best first: full-text search by words of any script, by their stems.
import MiniSearch from 'minisearch'
import { stemmer } from 'stemmer'
import { foldText } from '../text.ts'
import type { Passage } from './passages.ts'

/** They are in every text, and say nothing of what it is about. */
const EMPTY_WORDS = new Set(
  (
    'a about an and any are as at be by can could do does for from has have how i in is it its me my of on or our ' +
    'say says tell that the their there they this to us was we what when where which who why will with you your'
  ).split(' '),
)

const segmenter = new Intl.Segmenter('en', { granularity: 'word' })

const wordsOf = (text: string): string[] =>
  [...segmenter.segment(foldText(text))].flatMap(({ segment, isWordLike }) =>
    isWordLike === true && !EMPTY_WORDS.has(segment) ? [segment] : [],
  )

export type RankedPassage = { readonly passage: Passage; readonly score: number }

/** Passages that have a word of the query, best first; equal ones in their order. */
export function rankPassages(passages: readonly Passage[], query: string): RankedPassage[] {
  const index = new MiniSearch<Passage & { readonly id: number }>({
    fields: ['text', 'heading'],
    tokenize: wordsOf,
    processTerm: stemmer,
    searchOptions: { boost: { heading: 1.5 } },
  })
  index.addAll(passages.map((passage, id) => ({ ...passage, id })))
  return index
    .search(query)
    .map(({ id, score }) => ({ at: Number(id), score }))
    .toSorted((one, other) => other.score - one.score || one.at - other.at)
    .flatMap(({ at, score }) => {
      const passage = passages[at]
      return passage === undefined ? [] : [{ passage, score }]
    })
}
