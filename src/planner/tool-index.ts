// The registry's tools as a full-text index. Built once per registry, in the order of names, so that equal
// registries give equal scores whatever the order of their keys.
import MiniSearch from 'minisearch'
import { boundedMap } from '../cache.ts'
import type { Registry, ToolSpec } from '../registry/registry.ts'
import { COMMON_NOUNS, PARTICLES } from './lexicon.ts'
import { addressingOf, takenBy } from './taken.ts'
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
  /** Tools whose name, description or purpose begins with this stem: they say that they do it. By name. */
  readonly doing: (verb: string) => readonly string[]
  /** Whether a tool's name, description or purpose has this stem. */
  readonly says: (tool: string, stem: string) => boolean
  /** It has effects of its own: it is asked for by what it does, and never by what it is about. */
  readonly acts: (tool: string) => boolean
  /** As `says`, but for those to whom or from where: "an email to a prospect" takes no prospect. */
  readonly takes: (tool: string, stem: string) => boolean
  /** Whether it is described as being to somebody: "an SMS to a prospect". */
  readonly addresses: (tool: string) => boolean
  /** Whether it searches for what it is asked: about anything. */
  readonly seeks: (tool: string) => boolean
  /** Whether it is a tool's name. */
  readonly isTool: (name: string) => boolean
  /** Stem of the first word of a tool's name: mostly what it does. */
  readonly verb: (tool: string) => string
  /** Stems of a tool's name that do not say what it does. */
  readonly objects: (tool: string) => readonly string[]
  /** Tools whose name has this stem, but not as what they do. By name. */
  readonly named: (stem: string) => readonly string[]
  /** The only tool that names this method in capitals (BANT, ICP); null: none, or several do. */
  readonly method: (stem: string) => string | null
  /** Inputs of a tool that take one of several words: the words by input. */
  readonly choices: (tool: string) => ReadonlyMap<string, readonly string[]>
  /** Tools that do more than read, and whose text has this stem. */
  readonly makers: (stem: string) => readonly string[]
  /** Whether a tool is described with this verb and particle: "Looks up an account". */
  readonly hasPhrasal: (verb: string, particle: string) => boolean
  /** Tools whose text asks this itself, as "why we lose" does: `<why> <stem>`. By name. */
  readonly asking: (question: string, verb: string) => readonly string[]
  /** Every stem of the registry's texts, and every word. */
  readonly known: ReadonlySet<string>
  readonly words: ReadonlySet<string>
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

type Naming = Pick<ToolIndex, 'doing' | 'objects' | 'named' | 'method'>

const NONE: readonly string[] = []
const CAPITALS = /\b\p{Lu}{3,}\b/gu

function add<V>(map: Map<string, V[]>, key: string, value: V): void {
  const values = map.get(key)
  if (values === undefined) map.set(key, [value])
  else if (!values.includes(value)) values.push(value)
}

function namingOf(tools: readonly ToolSpec[]): Naming {
  const doing = new Map<string, string[]>()
  const methods = new Map<string, string[]>()
  const objects = new Map<string, string[]>()
  const named = new Map<string, string[]>()
  for (const { name, description, purpose } of tools) {
    const verbs = new Set([name, description, purpose].flatMap(opening).map(stemOf))
    for (const verb of verbs) add(doing, verb, name)
    objects.set(
      name,
      wordsOf(name)
        .map(stemOf)
        .filter((stem) => !verbs.has(stem)),
    )
    for (const stem of objects.get(name) ?? []) add(named, stem, name)
    for (const method of `${description} ${purpose}`.match(CAPITALS) ?? [])
      add(methods, stemOf(method.toLowerCase()), name)
  }
  return {
    doing: (verb) => doing.get(verb) ?? NONE,
    named: (stem) => named.get(stem) ?? NONE,
    objects: (tool) => objects.get(tool) ?? NONE,
    method: (stem) => {
      const [only = null, another] = methods.get(stem) ?? NONE
      return another === undefined && !COMMON_NOUNS.has(stem) ? only : null
    },
  }
}

/** The stem of each word of the registry: most words of a goal are among them, and Porter's rules take their time. */
function stemsOf(tools: readonly ToolSpec[]): ReadonlyMap<string, string> {
  const words = tools.flatMap((tool) => FIELDS.flatMap((field) => wordsOf(tool[field])))
  return new Map(words.map((word) => [word, stemOf(word)]))
}

/** Verbs with the particle behind them, as the tools are described: `<stem> <particle>`. */
function phrasalsOf(tools: readonly ToolSpec[]): ReadonlySet<string> {
  const found = new Set<string>()
  for (const { name, description, purpose } of tools) {
    const words = `${name} ${description} ${purpose}`.toLowerCase().split(/[^\p{L}\p{N}]+/u)
    for (const [at, word] of words.entries())
      if (at > 0 && PARTICLES.has(word)) found.add(`${stemOf(words[at - 1] ?? '')} ${word}`)
  }
  return found
}

const ASKED =
  /\b(why|who|where|what|how|when) (?:(?:we|they|it|to|much|many) (?:is |are )?)?(\p{L}+)(?=(?: (?:and|or) (\p{L}+))?)/giu

function askingOf(tools: readonly ToolSpec[]): ToolIndex['asking'] {
  const found = new Map<string, string[]>()
  for (const { name, description, purpose } of tools)
    for (const [, question = '', ...asked] of `${description} ${purpose}`.matchAll(ASKED))
      for (const word of asked.filter((one) => one !== undefined))
        add(found, `${question.toLowerCase()} ${stemOf(word.toLowerCase())}`, name)
  return (question, verb) => found.get(`${question} ${verb}`) ?? NONE
}

const NO_CHOICES: ReadonlyMap<string, readonly string[]> = new Map()

const choicesOf = ({ inputs }: ToolSpec): ReadonlyMap<string, readonly string[]> =>
  new Map(
    Object.entries(inputs).flatMap(([input, { type, values }]) => {
      const words = values.filter((value) => typeof value === 'string')
      return type === 'enum' && words.length > 1 ? [[input, words]] : []
    }),
  )

const MAX_SEARCHES = 1000

/**
 * Whether a word may be the beginning of a known one, or one letter away from it: then its first or its second half is
 * that of the known one, too. Quicker than to search for each name and number of a goal, which resemble nothing.
 */
function resemblance(known: ReadonlySet<string>): (stem: string) => boolean {
  const ends = new Set<string>()
  const beginnings = new Set<string>()
  for (const word of known) {
    for (let at = 0; at <= word.length; at += 1) {
      beginnings.add(word.slice(0, at))
      ends.add(word.slice(at))
    }
  }
  return (stem) => {
    if (stem.length < PREFIX_LENGTH) return false
    const half = stem.length >> 1
    return beginnings.has(stem.slice(0, half)) || ends.has(stem.slice(half))
  }
}

/**
 * Caches what words of the registry find: most of what is asked for in goals is asked in the same few words. Other
 * words count only where they resemble one of the registry's, and are never cached: nothing of a person's text stays.
 */
function cachedSearch(search: ToolIndex['search'], known: ReadonlySet<string>): ToolIndex['search'] {
  const cache = boundedMap<readonly Hit[]>(MAX_SEARCHES)
  const mayResemble = resemblance(known)
  return (stems) => {
    const own: string[] = []
    for (const stem of stems) {
      if (known.has(stem)) own.push(stem)
      else if (mayResemble(stem) && search([stem]).length > 0) return search(stems)
    }
    const key = own.join(' ')
    const cached = cache.get(key)
    if (cached !== undefined) return cached
    const hits = own.length === 0 ? [] : search(own)
    cache.set(key, hits)
    return hits
  }
}

/** By everything that the tools' texts say. */
function searchOf(tools: readonly ToolSpec[], known: ReadonlySet<string>): ToolIndex['search'] {
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
  return (stems) =>
    index
      .search(stems.join(' '))
      .map(({ id, score, queryTerms, terms }): Hit => ({
        tool: String(id),
        score,
        found: queryTerms,
        matched: terms,
      }))
      .sort((a, b) => b.score - a.score || (a.tool < b.tool ? -1 : 1))
}

/** Every tool of the registry, allowed or not: what a word is worth does not depend on who asks. */
export function toolIndex(registry: Registry): ToolIndex {
  const tools = Object.values(registry.tools).sort((a, b) => (a.name < b.name ? -1 : 1))
  const texts = textsOf(tools)
  const stems = stemsOf(tools)
  const taken = takenBy(tools)
  const choices = new Map(tools.map((tool) => [tool.name, choicesOf(tool)]))
  const making = tools.flatMap(({ name, side_effects }) => (side_effects === 'read-only' ? [] : [name]))
  const known = new Set([...texts.values()].flatMap((words) => [...words.keys()]))
  const phrasals = phrasalsOf(tools)
  const stem = (word: string): string => stems.get(word) ?? stemOf(word)
  const verbs = new Map(tools.map(({ name }) => [name, stem(name.split('_')[0] ?? '')]))
  const seeking = new Set(tools.filter(({ inputs }) => 'query' in inputs).map(({ name }) => name))
  const acting = new Set(
    tools.filter(({ side_effects }) => side_effects === 'execute').map(({ name }) => name),
  )
  return {
    search: cachedSearch(searchOf(tools, known), known),
    word: (tool, stem) => texts.get(tool)?.get(stem) ?? stem,
    stem,
    verb: (tool) => verbs.get(tool) ?? '',
    choices: (tool) => choices.get(tool) ?? NO_CHOICES,
    makers: (stem) => making.filter((tool) => texts.get(tool)?.has(stem)),
    takes: (tool, stem) => taken.get(tool)?.has(stem) ?? false,
    acts: (tool) => acting.has(tool),
    addresses: addressingOf(tools),
    seeks: (tool) => seeking.has(tool),
    isTool: (name) => texts.has(name),
    says: (tool, stem) => texts.get(tool)?.has(stem) ?? false,
    known,
    words: new Set(stems.keys()),
    hasPhrasal: (verb, particle) => phrasals.has(`${verb} ${particle}`),
    asking: askingOf(tools),
    ...namingOf(tools),
  }
}
