// Whether a message is about its prospect: by what is known of the prospect, or, where nothing is, by any word.
import { isPlaceholder } from '../reading.ts'
import { foldText, phraseOf, saysPhrase, tokens, type Phrase } from '../text.ts'

/** Values of the prospect that a message can name. */
export type KnownProspect = {
  readonly name?: string | null | undefined
  readonly first_name?: string | null | undefined
  readonly company?: string | null | undefined
  readonly industry?: string | null | undefined
}

const TITLES = new Set(['mr', 'mrs', 'ms', 'dr', 'prof', 'herr', 'frau', 'mme', 'sr', 'sra'])
const LEGAL_FORM =
  /[\s,]+(?:inc|incorporated|corp|corporation|co|company|ltd|limited|llc|plc|gmbh|ag|kg|se|sa|sas|sarl|spa|srl|bv|nv|ab|as|oy|group)\.?$/iu
const ANY_WORD = /(?<![\p{L}\p{N}_])[A-Za-z]{2,}(?![\p{L}\p{N}_])/u

const given = (value: string | null | undefined): string => (isPlaceholder(value) ? '' : (value ?? ''))

/** A person is addressed by the whole name or by its first word. */
function namesOf(name: string): string[] {
  if (name === '') return []
  const [first = ''] = tokens(name)
  return TITLES.has(first) ? [name] : [name, first]
}

/** What of the prospect may stand in a text, each by itself. */
export function knownPhrases(prospect: KnownProspect | undefined): Phrase[] {
  if (prospect === undefined) return []
  const company = given(prospect.company)
  const texts = new Set([
    ...namesOf(given(prospect.name)),
    given(prospect.first_name),
    company,
    company.replace(LEGAL_FORM, ''),
    given(prospect.industry),
  ])
  return [...texts].map(phraseOf).filter((phrase) => phrase.tokens.length > 0)
}

export function isPersonal(message: string, phrases: readonly Phrase[]): boolean {
  if (phrases.length === 0) return ANY_WORD.test(message)
  const folded = foldText(message)
  return phrases.some((phrase) => saysPhrase(folded, phrase))
}
