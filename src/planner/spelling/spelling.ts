// Words that are one slip away from a known one: a letter too many, too few, another one, or two that changed places.
// Promises a word only where exactly one is that close and both begin alike (or their first two letters changed places).

/** Shorter words have too many neighbours: of four letters, only two have changed places. */
const SHORTEST = 5
const LONGEST = 30

export type Spelling = (word: string) => string | null

const without = (word: string, at: number): string => word.slice(0, at) + word.slice(at + 1)

const swapped = (word: string, at: number): string =>
  word.slice(0, at) + word.charAt(at + 1) + word.charAt(at) + word.slice(at + 2)

/** By each word with one letter left out, the words that it may have been. */
function neighboursOf(words: Iterable<string>): ReadonlyMap<string, readonly string[]> {
  const neighbours = new Map<string, string[]>()
  for (const word of words) {
    if (word.length < SHORTEST - 1) continue
    for (let at = 1; at < word.length; at += 1) {
      const shorter = without(word, at)
      const others = neighbours.get(shorter)
      if (others === undefined) neighbours.set(shorter, [word])
      else others.push(word)
    }
  }
  return neighbours
}

/** Made when the first unknown word comes. */
export function spelling(known: ReadonlySet<string>): Spelling {
  let made: ReadonlyMap<string, readonly string[]> | undefined
  return (word) => {
    if (word.length < SHORTEST - 1 || word.length > LONGEST || known.has(word)) return null
    const swaps = Array.from({ length: word.length - 1 }, (_, at) => swapped(word, at))
    const exact = new Set(swaps.filter((other) => known.has(other)))
    if (exact.size > 0) return onlyOf(exact)
    if (word.length < SHORTEST) return null
    made ??= neighboursOf(known)
    const close = new Set(made.get(word))
    for (let at = 1; at < word.length; at += 1) {
      const shorter = without(word, at)
      if (known.has(shorter)) close.add(shorter)
      for (const other of made.get(shorter) ?? []) if (isOneOff(word, other)) close.add(other)
    }
    return onlyOf(close)
  }
}

/** The only word, or the one that all others are longer forms of. */
function onlyOf(words: ReadonlySet<string>): string | null {
  const [shortest = null, ...others] = [...words].sort((a, b) => a.length - b.length || (a < b ? -1 : 1))
  return shortest !== null && others.every((other) => other.startsWith(shortest)) ? shortest : null
}

/** Of words of one length: whether they differ in one letter. */
function isOneOff(word: string, other: string): boolean {
  if (word.length !== other.length) return false
  let differences = 0
  for (let at = 0; at < word.length; at += 1) differences += word[at] === other[at] ? 0 : 1
  return differences === 1
}

const VOWELS = /[aeiou]/
/** Of three letters, only a vowel is missing: else every name would be a word. */
const SHORTEST_VERB = 3

/**
 * Shorter words, where only a verb can stand: `drft`, `scor`, `lgo`. A letter is missing or two changed places; none
 * is another, since short words have too many neighbours.
 */
export function shortSpelling(verbs: ReadonlySet<string>): Spelling {
  let made: ReadonlyMap<string, readonly string[]> | undefined
  return (word) => {
    if (word.length < SHORTEST_VERB || word.length >= SHORTEST || verbs.has(word)) return null
    const swaps = Array.from({ length: word.length - 1 }, (_, at) => swapped(word, at))
    const exact = new Set(swaps.filter((other) => verbs.has(other)))
    if (exact.size > 0) return onlyOf(exact)
    made ??= neighboursOf(verbs)
    const longer = (made.get(word) ?? []).filter(
      (verb) => word.length > SHORTEST_VERB || isVowelMissing(word, verb),
    )
    return onlyOf(new Set(longer))
  }
}

const isVowelMissing = (word: string, verb: string): boolean =>
  Array.from(verb).some((letter, at) => VOWELS.test(letter) && without(verb, at) === word)
