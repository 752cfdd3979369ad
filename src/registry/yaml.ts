// YAML text as plain JSON in which every entry still knows its line. Used by parse.ts; promises to return on any
// text, and that what the file leaves open to interpretation (aliases, tags, odd keys) is a fault, never a guess.
import {
  isAlias,
  isMap,
  isNode,
  isScalar,
  isSeq,
  LineCounter,
  parseDocument,
  type Node,
  type Pair,
  type YAMLError,
} from 'yaml'

export type Path = readonly (string | number)[]

/** Something wrong in the file; `line` where only the text knows it, otherwise the line of `path`. */
export type Fault = {
  readonly path: Path
  readonly message: string
  readonly line?: number
  /** The value at `path` could not be read and stands as null: what else is said of it means nothing. */
  readonly unread?: true
}

export type Located = {
  readonly line: number
  /** JSON; what could not be read is null. */
  readonly value: unknown
  readonly children: ReadonlyMap<string | number, Located>
}

export type Reading = {
  /** null: the text is not YAML at all, only `faults` speaks. */
  readonly root: Located | null
  readonly faults: readonly Fault[]
}

/** The largest text that is read. */
export const MAX_CHARACTERS = 1_000_000
const MAX_DEPTH = 30

const SYNTAX: Readonly<Partial<Record<YAMLError['code'], string>>> = {
  ALIAS_PROPS: 'an alias cannot have an anchor or a tag',
  BAD_ALIAS: 'an alias names an anchor that does not exist',
  BAD_DIRECTIVE: 'lines that start with % are not read here',
  BAD_DQ_ESCAPE: 'a text in double quotes has a wrong \\ escape; use single quotes',
  BAD_INDENT: 'the indentation does not fit the lines around it, or a closing bracket or brace is missing',
  BAD_PROP_ORDER: 'an anchor or a tag is at the wrong place',
  BAD_SCALAR_START: 'a text starts with a character that needs quotes around the text',
  BLOCK_AS_IMPLICIT_KEY: 'there is a second "key:" on one line; start a new line or use quotes',
  BLOCK_IN_FLOW: 'inside [ ] or { } everything must be written with [ ] and { } too',
  KEY_OVER_1024_CHARS: 'a key is too long',
  MISSING_CHAR: 'something is missing: a closing quote, bracket, brace, comma or colon',
  MULTILINE_IMPLICIT_KEY: 'a key goes over several lines, or its ":" is missing',
  MULTIPLE_ANCHORS: 'there are several anchors on one value',
  MULTIPLE_DOCS: 'the file holds several documents; only one is allowed',
  MULTIPLE_TAGS: 'there are several tags on one value',
  RESOURCE_EXHAUSTION: 'the values are nested too deeply',
  TAB_AS_INDENT: 'a tab is used for indentation; use spaces',
  TAG_RESOLVE_FAILED: 'tags (!) are not read here; write the plain value',
  UNEXPECTED_TOKEN: 'something stands where it cannot stand; check quotes, brackets and indentation',
}

type Walk = { readonly lineOf: (offset: number) => number; readonly faults: Fault[] }
type Place = { readonly path: Path; readonly line: number }

const leaf = (line: number, value: unknown): Located => ({ line, value, children: new Map() })

const lineOfNode = (node: Node | null, walk: Walk, otherwise: number): number =>
  node?.range ? walk.lineOf(node.range[0]) : otherwise

function plainScalar(value: unknown, place: Place, walk: Walk): Located {
  if (typeof value === 'number') {
    if (!Number.isFinite(value))
      walk.faults.push({ ...place, unread: true, message: 'must be a finite number' })
    // -0 and 0 are one value in JSON.
    return leaf(place.line, Number.isFinite(value) ? value + 0 : null)
  }
  if (value === null || typeof value === 'string' || typeof value === 'boolean')
    return leaf(place.line, value)
  walk.faults.push({
    ...place,
    unread: true,
    message: 'must be text, a number, true, false, a list or a map',
  })
  return leaf(place.line, null)
}

function keyOf(pair: Pair, place: Place, walk: Walk): string | null {
  const key = isScalar(pair.key) ? pair.key.value : undefined
  if (typeof key === 'string' && key !== '__proto__' && key !== '<<') {
    if (isScalar(pair.key) && (pair.key.anchor !== undefined || pair.key.tag !== undefined))
      walk.faults.push({ ...place, message: 'a key cannot have an anchor or a tag' })
    return key
  }
  const message =
    key === '__proto__' || key === '<<' ? `${key} is not allowed as a key` : 'a key must be text; use quotes'
  walk.faults.push({ ...place, message })
  return null
}

function locateMap(pairs: readonly Pair[], place: Place, walk: Walk): Located {
  const children = new Map<string | number, Located>()
  for (const pair of pairs) {
    const line = lineOfNode(isNode(pair.key) ? pair.key : null, walk, place.line)
    const key = keyOf(pair, { path: place.path, line }, walk)
    if (key === null) continue
    const here = { path: [...place.path, key], line }
    const first = children.get(key)
    if (first) walk.faults.push({ ...here, message: `this key is there twice; first on line ${first.line}` })
    const child = locate(pair.value, here, walk)
    if (!first) children.set(key, child)
  }
  const value = Object.fromEntries([...children].map(([key, child]) => [key, child.value]))
  return { line: place.line, value, children }
}

function locateList(items: readonly unknown[], place: Place, walk: Walk): Located {
  const located = items.map((item, index) => {
    const line = lineOfNode(isNode(item) ? item : null, walk, place.line)
    return locate(item, { path: [...place.path, index], line }, walk)
  })
  return { line: place.line, value: located.map((item) => item.value), children: new Map(located.entries()) }
}

function locate(node: unknown, place: Place, walk: Walk): Located {
  const lost = (message: string): Located => {
    walk.faults.push({ ...place, unread: true, message })
    return leaf(place.line, null)
  }
  if (place.path.length > MAX_DEPTH) return lost('the values are nested too deeply')
  if (isAlias(node)) return lost('aliases (*) are not read here; write the value out')
  if (isScalar(node) || isMap(node) || isSeq(node)) {
    if (node.anchor !== undefined)
      walk.faults.push({ ...place, message: 'anchors (&) are not read here; write the value out' })
    if (node.tag !== undefined)
      walk.faults.push({ ...place, message: 'tags (!) are not read here; write the plain value' })
  }
  if (isMap(node)) return locateMap(node.items, place, walk)
  if (isSeq(node)) return locateList(node.items, place, walk)
  return plainScalar(isScalar(node) ? node.value : null, place, walk)
}

const syntaxFault = (error: YAMLError, lineOf: Walk['lineOf']): Fault => ({
  path: [],
  line: lineOf(error.pos[0]),
  message: SYNTAX[error.code] ?? 'this is not valid YAML',
})

/** Reads one YAML document. A text with broken syntax gives its syntax faults alone. */
export function readYaml(text: string): Reading {
  if (text.length > MAX_CHARACTERS) {
    const message = `the file has more than ${MAX_CHARACTERS} characters`
    return { root: null, faults: [{ path: [], line: 1, message }] }
  }
  const counter = new LineCounter()
  // Duplicate keys are found by the walk: the library's own check takes quadratic time.
  const document = parseDocument(text, { lineCounter: counter, prettyErrors: false, uniqueKeys: false })
  const lineOf = (offset: number): number => Math.max(1, counter.linePos(offset).line)
  const warnings = document.warnings.filter((warning) => warning.code !== 'TAG_RESOLVE_FAILED')
  const faults = [...document.errors, ...warnings].map((error) => syntaxFault(error, lineOf))
  if (document.directives?.yaml.explicit === true)
    faults.push({ path: [], line: 1, message: SYNTAX.BAD_DIRECTIVE ?? '' })
  if (faults.length > 0) return { root: null, faults }
  if (document.contents === null) {
    return { root: null, faults: [{ path: [], line: 1, message: 'the file is empty' }] }
  }
  const walk: Walk = { lineOf, faults: [] }
  const root = locate(document.contents, { path: [], line: lineOfNode(document.contents, walk, 1) }, walk)
  return { root, faults: walk.faults }
}

/** The line of an entry; of the nearest one around it where there is none. */
export function lineAt(root: Located, path: Path): number {
  let here = root
  for (const key of path) {
    const child = here.children.get(key)
    if (!child) break
    here = child
  }
  return here.line
}
