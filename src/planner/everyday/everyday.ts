// Whether a word that neither the registry nor the lexicon knows is one of English: then it is no name that somebody wrote in
// small letters, and what is asked of it, or by it, is nothing that is done here.
import { NOUNS_A_TO_L } from './nouns-a-to-l.ts'
import { NOUNS_M_TO_Z } from './nouns-m-to-z.ts'
import { VERBS } from './verbs.ts'

const setOf = (words: string): ReadonlySet<string> => new Set(words.split(/\s+/).filter(Boolean))

const NOUNS = setOf(`${NOUNS_A_TO_L} ${NOUNS_M_TO_Z}`)
const ORDERS = setOf(VERBS)

const singulars = (text: string): readonly string[] => {
  if (!text.endsWith('s') || text.endsWith('ss')) return []
  if (text.endsWith('ies')) return [`${text.slice(0, -3)}y`, text.slice(0, -1)]
  return text.endsWith('es') ? [text.slice(0, -1), text.slice(0, -2)] : [text.slice(0, -1)]
}

/** In lower case; one or several of it. */
export const isEverydayNoun = (text: string): boolean =>
  NOUNS.has(text) || singulars(text).some((one) => NOUNS.has(one))

/** In lower case, as it is told to be done: "bake". */
export const isEverydayVerb = (text: string): boolean => ORDERS.has(text)
