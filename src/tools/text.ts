// How tools read text: words between whitespace for lengths, runs of letters and digits for matching.

/** Pieces between runs of Unicode whitespace. */
export const words = (text: string): string[] => text.split(/\p{White_Space}+/u).filter(Boolean)

/** Runs of letters and digits, case folded: "North-West" is north, west. */
export const tokens = (text: string): string[] =>
  text
    .normalize('NFKC')
    .toLowerCase()
    .match(/[\p{L}\p{M}\p{N}]+/gu) ?? []

/** Whether `phrase` is in `text` as whole words in this order, whatever the case and punctuation. */
export function hasPhrase(text: readonly string[], phrase: readonly string[]): boolean {
  if (phrase.length === 0) return false
  return text.some((_, start) => phrase.every((token, offset) => text[start + offset] === token))
}
