// Reads what people have: values from forms, spreadsheets and CRM exports. Used by every tool. Promises that nothing is
// guessed: a value is read, unknown, or a problem that tells the kind of what came and never its text; and that
// whatever was read differently from what came can be told (`interpreted[]`).
import { isDeepStrictEqual } from 'node:util'
import { z } from 'zod'
import type { RuleContext } from '../events/checks/value-rule.ts'
import { cleanText, foldText } from './text.ts'

/** How one value of an input was read: where it stood, as what, by which rule. In outputs only, never in events. */
export const interpretationSchema = z.strictObject({
  /** Dotted path into the tool's input. */
  path: z.string(),
  as: z.union([
    z.string(),
    z.number(),
    z.boolean(),
    z.null(),
    z.strictObject({ min: z.number().nullable(), max: z.number().nullable() }),
  ]),
  rule: z.string(),
})
export type Interpretation = z.output<typeof interpretationSchema>

type ReadAs<T> = {
  readonly value: T
  readonly rule: string | null
  /** What is taken, where something came that nobody can read: a problem, unless another key says it. */
  readonly wanted?: string
}

/** What came of one value: `rule` says by what it was read, null where it was taken as it came. */
export type Reading<T> = ReadAs<T> | { readonly problem: string }

/** What a value is, for messages: its kind, as its text may be personal. */
export function kindOf(value: unknown): string {
  if (value === null || value === undefined) return 'nothing'
  if (Array.isArray(value)) return 'a list'
  if (typeof value === 'string') return value.trim() === '' ? 'an empty text' : 'a text'
  if (typeof value === 'number') return 'a number'
  return typeof value === 'boolean' ? 'true or false' : 'an object'
}

/** What stands for "nobody knows" in forms and exports, case folded. */
const PLACEHOLDERS = new Set([
  '',
  ...'n/a|n / a|na|n.a.|n.a|#n/a|none|nil|nan|null|undefined|tbd|tba|t.b.d.|to be determined|unknown'.split(
    '|',
  ),
  ...'(unknown)|not known|not sure|not available|not applicable|unspecified|not specified|not provided'.split(
    '|',
  ),
  ...'not set|k.a.|k. a.|keine angabe|unbekannt|nicht bekannt|inconnu|non renseigné|nc|n.c.'.split('|'),
  ...'desconocido|sin datos|n/d|n.d.|s/d|sconosciuto|desconhecido|onbekend|n.v.t.|okänd|ukjent'.split('|'),
  ...'nieznane|brak danych|(blank)|(none)|[none]|--none--|- none -'.split('|'),
])

/** A long text would be read through to look it up. */
const LONGEST_PLACEHOLDER = Math.max(...[...PLACEHOLDERS].map((text) => text.length))

/** Dashes, dots and question marks alone, and what a spreadsheet shows where it has no value. */
const NO_VALUE = /^(?:[-–—_.…\s]+|[?\s]+|#+|#(?:ref!|value!|div\/0!|name\?|null!|num!|error!))$/u

/** Null, an empty text, or a text that stands for one ("n/a", "-", "TBD"). False and 0 are values. */
export function isPlaceholder(value: unknown): boolean {
  if (value === null || value === undefined) return true
  if (typeof value !== 'string') return false
  const text = foldText(value)
  return (text.length <= LONGEST_PLACEHOLDER && PLACEHOLDERS.has(text)) || NO_VALUE.test(text)
}

const ANSWERS: ReadonlyMap<string, boolean> = new Map([
  ['true', true],
  ['yes', true],
  ['y', true],
  ['1', true],
  ['false', false],
  ['no', false],
  ['n', false],
  ['0', false],
])

const ANSWERS_TAKEN =
  'must be true or false, yes or no, y or n, 1 or 0; or, where nobody knows, null, "", "-", "?", "n/a", "tbd", "unknown" or "not sure"'

/** Yes, no, or null where nobody knows. Anything else is a problem: a maybe is no answer. */
export function readAnswer(value: unknown): Reading<boolean | null> {
  if (typeof value === 'boolean') return { value, rule: null }
  if (isPlaceholder(value)) return { value: null, rule: typeof value === 'string' ? 'placeholder' : null }
  const isWritten = typeof value === 'string' || typeof value === 'number'
  const answer = isWritten ? ANSWERS.get(foldText(String(value))) : undefined
  if (answer !== undefined) return { value: answer, rule: 'answer' }
  return { problem: `${ANSWERS_TAKEN}; it is ${kindOf(value)}${isWritten ? ' that is none of these' : ''}` }
}

const ENTITIES: ReadonlyMap<string, string> = new Map([
  ['&amp;', '&'],
  ['&lt;', '<'],
  ['&gt;', '>'],
  ['&quot;', '"'],
  ['&#39;', "'"],
  ['&apos;', "'"],
  ['&nbsp;', ' '],
])

/** "Acme &amp; Sons": an export from a web page. */
const withoutEntities = (text: string): string =>
  text.includes('&')
    ? text.replaceAll(/&(?:amp|lt|gt|quot|#39|apos|nbsp);/g, (one) => ENTITIES.get(one) ?? one)
    : text

/** A text without what nobody sees; null for a placeholder. Whole numbers of spreadsheets are texts too. */
export function readText(value: unknown, max = 1000): Reading<string | null> {
  if (isPlaceholder(value)) return { value: null, rule: typeof value === 'string' ? 'placeholder' : null }
  if (typeof value === 'number' && Number.isFinite(value)) return { value: String(value), rule: 'text' }
  if (typeof value !== 'string')
    return { problem: `must be a text of at most ${max} characters; it is ${kindOf(value)}` }
  const text = cleanText(withoutEntities(value))
  if (text.length > max)
    return { problem: `must be a text of at most ${max} characters; it is a longer text` }
  return { value: text, rule: text === value ? null : 'cleaned_text' }
}

/** A name of a field without case, blanks, underscores and punctuation: "# Employees" is "employees". */
export function keyOf(name: string): string {
  const folded = foldText(name.replace(/__c$/, ''))
  return folded.replaceAll(/[^\p{L}\p{M}\p{N}]+/gu, '') || folded
}

/** For each field the names that it goes by, best first; its own name is always the first. */
export type FieldNames<F extends string> = Readonly<Record<F, readonly string[]>>

export type Candidate = { readonly key: string; readonly value: unknown; readonly rank: number }

export type Fields<F extends string> = {
  /** By field the values that came for it, best name first. */
  readonly found: ReadonlyMap<F, readonly Candidate[]>
  /** Keys that name no field. */
  readonly ignored: string[]
}

/** Makes a function that finds the fields of a record under whatever name they have there. */
export function fieldFinder<F extends string>(
  names: FieldNames<F>,
  nameOf: (key: string) => string = keyOf,
): (record: Readonly<Record<string, unknown>>) => Fields<F> {
  const index = new Map<string, { field: F; rank: number }>()
  // As the names are listed, which most keys are: they need not be folded.
  const listed = new Map<string, { field: F; rank: number }>()
  for (const field of Object.keys(names) as F[])
    for (const [rank, name] of [field, ...names[field]].entries()) {
      const known = index.get(keyOf(name)) ?? { field, rank }
      index.set(keyOf(name), known)
      if (nameOf(name) === keyOf(name)) listed.set(name, known)
    }
  return (record) => {
    const found = new Map<F, Candidate[]>()
    const ignored: string[] = []
    for (const key of Object.keys(record)) {
      const known = listed.get(key) ?? index.get(nameOf(key))
      const others = known && found.get(known.field)
      const value = record[key]
      if (!known) ignored.push(key)
      else if (others) others.push({ key, value, rank: known.rank })
      else found.set(known.field, [{ key, value, rank: known.rank }])
    }
    for (const candidates of found.values())
      if (candidates.length > 1) candidates.sort((one, other) => one.rank - other.rank)
    return { found, ignored }
  }
}

export type ReadingProblem = { readonly path: readonly (string | number)[]; readonly message: string }

/** What came of the candidates for one field. */
export type Taken<T> = {
  /** Of the first that can be read and is no placeholder; null where none is. */
  readonly value: T | null
  /** Keys with something in them that were passed over before it, or all of them. */
  readonly passedOver: readonly string[]
  /** Keys whose reading ended with the rule `unreadable`. */
  readonly unreadable: readonly string[]
  readonly interpreted: readonly Interpretation[]
  readonly problems: readonly ReadingProblem[]
}

/** How the values for one field are read: the field's own name, the path to its record, one value. */
export type FieldReading<T> = {
  readonly field: string
  readonly at: readonly (string | number)[]
  readonly read: (value: unknown, key: string) => Reading<T | null>
  /** How a value stands in `interpreted`; itself where this is absent. */
  readonly shown?: (value: T) => Interpretation['as']
}

const NONE: readonly never[] = []

/** A value of which there is nothing to tell. */
const plainly = <T>(value: T | null): Taken<T> => ({
  value,
  passedOver: NONE,
  unreadable: NONE,
  interpreted: NONE,
  problems: NONE,
})

/** What comes of no candidates at all: most fields of most records. */
const NOTHING_TAKEN = plainly<never>(null)

/** Takes the first usable one of a field's candidates; what cannot be read at all is a problem wherever it stands. */
export function takeFirst<T>(candidates: readonly Candidate[] | undefined, how: FieldReading<T>): Taken<T> {
  if (candidates === undefined) return NOTHING_TAKEN
  const [first, another] = candidates
  if (first === undefined) return NOTHING_TAKEN
  const reading = how.read(first.value, first.key)
  if (another !== undefined || !('value' in reading)) return takenWithNotes(candidates, how, reading)
  const { value, rule } = reading
  if (value === null) return takenWithNotes(candidates, how, reading)
  return takenAlone(first.key, how, { value, rule })
}

/** The only one that came, which is read: most of the values of most records. */
function takenAlone<T>(key: string, how: FieldReading<T>, { value, rule }: ReadAs<T>): Taken<T> {
  if (key === how.field && rule === null) return plainly(value)
  const interpreted: Interpretation[] = []
  const path = pathOf(how, key)
  if (key !== how.field) interpreted.push({ path, as: how.field, rule: 'key' })
  if (rule !== null) interpreted.push({ path, as: shownOf(value, how.shown), rule })
  return { ...plainly(value), interpreted }
}

function pathOf({ at }: { readonly at: readonly (string | number)[] }, key: string): string {
  let path = ''
  for (const name of at) path += `${name}.`
  return path + key
}

/** `ofFirst`: what came of the first one. */
function takenWithNotes<T>(
  candidates: readonly Candidate[],
  how: FieldReading<T>,
  ofFirst: Reading<T | null>,
): Taken<T> {
  let value: T | null = null
  const passedOver: string[] = []
  const unreadable: string[] = []
  const interpreted: Interpretation[] = []
  const problems: ReadingProblem[] = []
  const unread: ReadingProblem[] = []
  for (const [index, { key, value: came }] of candidates.entries()) {
    const reading = index === 0 ? ofFirst : how.read(came, key)
    if ('problem' in reading) {
      problems.push({ path: [...how.at, key], message: reading.problem })
      continue
    }
    const note = (as: Interpretation['as'], rule: string): void => {
      interpreted.push({ path: pathOf(how, key), as, rule })
    }
    if (value !== null) {
      if (reading.value !== null && !isDeepStrictEqual(reading.value, value)) note(null, 'passed_over')
      continue
    }
    value = reading.value
    if (value === null && typeof came === 'string' && came.trim() !== '') passedOver.push(key)
    if (reading.rule === 'unreadable') unreadable.push(key)
    if (reading.wanted !== undefined) unread.push({ path: [...how.at, key], message: reading.wanted })
    if (value !== null && key !== how.field) note(how.field, 'key')
    if (reading.rule !== null) note(shownOf(value, how.shown), reading.rule)
  }
  if (value === null) problems.push(...unread)
  return { value, passedOver, unreadable, interpreted, problems }
}

function shownOf<T>(value: T | null, shown: FieldReading<T>['shown']): Interpretation['as'] {
  if (value === null) return null
  if (shown) return shown(value)
  return typeof value === 'boolean' || typeof value === 'number' ? value : String(value)
}

/** Adds problems of a reading to the zod check of the value that stands `depth` names down their paths. */
export function addProblems(context: RuleContext, problems: readonly ReadingProblem[], depth: number): void {
  for (const { path, message } of problems)
    context.addIssue({ code: 'custom', path: path.slice(depth), message })
}
