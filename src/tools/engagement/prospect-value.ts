// What stands for a variable: the text of a value that somebody really gave, or why there is none.
import { isPlaceholder, keyOf } from '../reading.ts'
import { cleanText } from '../text.ts'

export type Prospect = Readonly<Record<string, unknown>>

/** `code` says why a variable has no value: nobody gave one, an empty one, or a word that stands for nothing. */
export type ProspectValue =
  | { readonly text: string }
  | { readonly code: 'missing_value' | 'empty_value' | 'placeholder_value' }

const isText = (value: unknown): value is string | number | boolean =>
  ['string', 'number', 'boolean'].includes(typeof value)

/** Blanks, controls and characters without width. */
const NOTHING = /^[\s\p{C}]*$/u

/** "First Name", "firstName" and "FIRST-NAME" are `first_name`; where several keys are, nobody knows which is meant. */
function likeNamed(prospect: Prospect, name: string): string | undefined {
  const folded = keyOf(name)
  if (folded === '') return undefined
  const [only, ...others] = Object.keys(prospect).filter((candidate) => keyOf(candidate) === folded)
  return others.length === 0 ? only : undefined
}

/**
 * The value of a key whatever its form of accents, or of the only key that is the same heading; inherited names of
 * objects are nobody's values.
 */
function given(prospect: Prospect, name: string): unknown {
  if (Object.hasOwn(prospect, name)) return prospect[name] ?? null
  const accented = Object.keys(prospect).find((candidate) => candidate.normalize('NFC') === name)
  const key = accented ?? likeNamed(prospect, name)
  return key === undefined ? null : (prospect[key] ?? null)
}

export const isWritable = (prospect: Prospect, name: string): boolean => {
  const value = given(prospect, name)
  return value === null || isText(value)
}

export function valueOf(prospect: Prospect, name: string): ProspectValue {
  const value = given(prospect, name)
  if (!isText(value)) return { code: 'missing_value' }
  const text = String(value)
  if (NOTHING.test(text)) return { code: 'empty_value' }
  return isPlaceholder(text) ? { code: 'placeholder_value' } : { text: cleanText(text) }
}

/** Texts of the variables that have a value. */
export function textsOf(names: readonly string[], prospect: Prospect): Map<string, string> {
  const texts = new Map<string, string>()
  for (const name of names) {
    const value = valueOf(prospect, name)
    if ('text' in value) texts.set(name, value.text)
  }
  return texts
}
