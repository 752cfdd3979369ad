// The registry's tools as a full-text index. Built once per registry, in the order of names, so that equal
// registries give equal scores whatever the order of their keys.
import MiniSearch from 'minisearch'
import { boundedMap } from '../cache.ts'
import type { Registry, ToolSpec } from '../registry/registry.ts'
import { partsOf, stemOf, wordsOf } from './words.ts'

export type Hit = {
  readonly tool: string
  readonly score: number
  /** Stems of the query that found something. */
  readonly found: readonly string[]
  /** Stems of the tool's text that were found. */
  readonly matched: readonly string[]
}

export type ToolIndex = {
  /** Best first; ties by name. */
  readonly search: (stems: readonly string[]) => readonly Hit[]
  /** The word of a tool's text behind a stem. */
  readonly word: (tool: string, stem: string) => string
  /** `stemOf` any word; those of the registry are known. */
  readonly stem: (word: string) => string
  /** Stems that a tool's name, description or purpose begins with: what people ask to have done. */
  readonly openings: ReadonlySet<string>
}

const FIELDS = ['name', 'description', 'purpose', 'domain'] as const
/** An unknown word this long may be the beginning of a known one, or (fuzzy) one letter away from it. */
const PREFIX_LENGTH = 4
const FUZZY_LENGTH = 5

type Texts = ReadonlyMap<string, ReadonlyMap<string, string>>

/** For each tool, the first word of its text for each stem. */
function textsOf(tools: readonly ToolSpec[]): Texts {
  const texts = new Map<string, ReadonlyMap<string, string>>()
  for (const tool of tools) {
    const words = new Map<string, string>()
    for (const word of FIELDS.flatMap((field) => wordsOf(tool[field]))) {
      const stem = stemOf(word)
      if (!words.has(stem)) words.set(stem, word)
    }
    texts.set(tool.name, words)
  }
  return texts
}

/** The first words of a text: "Draft, write and personalise outreach: ..." begins with three of them. */
function opening(text: string): string[] {
  const words: string[] = []
  for (const part of partsOf(text).map(wordsOf)) {
    words.push(...part.slice(0, 1))
    if (part.length > 1) break
  }
  return words
}

function openingsOf(tools: readonly ToolSpec[]): Set<string> {
  const texts = tools.flatMap(({ name, description, purpose }) => [name, description, purpose])
  return new Set(texts.flatMap(opening).map(stemOf))
}

/** The stem of each word of the registry: most words of a goal are among them, and Porter's rules take their time. */
function stemsOf(tools: readonly ToolSpec[]): ReadonlyMap<string, string> {
  const words = tools.flatMap((tool) => FIELDS.flatMap((field) => wordsOf(tool[field])))
  return new Map(words.map((word) => [word, stemOf(word)]))
}

const MAX_SEARCHES = 1000

/**
 * Caches what words of the registry find: most of what is asked for in goals is asked in the same few words. Other
 * words count only where they resemble one of the registry's, and are never cached: nothing of a person's text stays.
 */
function cachedSearch(search: ToolIndex['search'], known: ReadonlySet<string>): ToolIndex['search'] {
  const cache = boundedMap<readonly Hit[]>(MAX_SEARCHES)
  return (stems) => {
    const own = stems.filter((stem) => known.has(stem))
    const foreign = stems.filter((stem) => !known.has(stem))
    if (foreign.some((stem) => search([stem]).length > 0)) return search(stems)
    const key = own.join(' ')
    const cached = cache.get(key)
    if (cached !== undefined) return cached
    const hits = own.length === 0 ? [] : search(own)
    cache.set(key, hits)
    return hits
  }
}

/** Every tool of the registry, allowed or not: what a word is worth does not depend on who asks. */
export function toolIndex(registry: Registry): ToolIndex {
  const tools = Object.values(registry.tools).sort((a, b) => (a.name < b.name ? -1 : 1))
  const texts = textsOf(tools)
  const stems = stemsOf(tools)
  const known = new Set([...texts.values()].flatMap((words) => [...words.keys()]))
  const index = new MiniSearch<ToolSpec>({
    idField: 'name',
    fields: [...FIELDS],
    tokenize: wordsOf,
    processTerm: stemOf,
    searchOptions: {
      tokenize: (query) => query.split(' '),
      processTerm: (stem) => stem,
      boost: { name: 2, domain: 0.5 },
      prefix: (stem) => !known.has(stem) && stem.length >= PREFIX_LENGTH,
      fuzzy: (stem) => (!known.has(stem) && stem.length >= FUZZY_LENGTH ? 1 : false),
    },
  })
  index.addAll(tools)
  return {
    search: cachedSearch(
      (stems) =>
        index
          .search(stems.join(' '))
          .map(({ id, score, queryTerms, terms }): Hit => ({
            tool: String(id),
            score,
            found: queryTerms,
            matched: terms,
          }))
          .sort((a, b) => b.score - a.score || (a.tool < b.tool ? -1 : 1)),
      known,
    ),
    word: (tool, stem) => texts.get(tool)?.get(stem) ?? stem,
    stem: (word) => stems.get(word) ?? stemOf(word),
    openings: openingsOf(tools),
  }
}

/** Caches the indexes of `capacity` registries, by digest: building one costs as much as dozens of plans. */
export function toolIndexes(capacity: number): (registry: Registry) => ToolIndex {
  const cache = boundedMap<ToolIndex>(capacity)
  return (registry) => {
    const cached = cache.get(registry.digest)
    if (cached !== undefined) return cached
    const made = toolIndex(registry)
    cache.set(registry.digest, made)
    return made
  }
}
