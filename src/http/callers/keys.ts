// API keys: stored as digests only, compared in constant time. The file is YAML (or JSON):
// keys: [{ id, sha256: <hex of the key>, roles: [...], tenants?: [...], profiles?: [...], expires?, revoked?,
// previous?: { sha256, until } }].
import { hash, randomBytes, timingSafeEqual } from 'node:crypto'
import { isMap, isScalar, isSeq, parseDocument, visit, type Document } from 'yaml'
import { z } from 'zod'
import type { Principal, Reach } from '../../engine/engine.ts'
import { AppError } from '../../errors.ts'
import { digestOf } from '../../events/digest.ts'
import { nameSchema } from '../../events/envelope.ts'
import { isRecord } from '../../events/json.ts'
import {
  ACTOR_PATTERN,
  ACTOR_RULE,
  isOurName,
  OUR_NAME_RULE,
  TENANTS_PATTERN,
  TENANTS_RULE,
} from '../../events/names.ts'
import { problemsOf, type ProblemItem } from '../../events/problem.ts'

export type Key = {
  readonly id: string
  /** SHA-256 of the key. */
  readonly digest: Buffer
  readonly roles: readonly string[]
  /** Whose runs it is for; absent: everybody's. */
  readonly limitedTo?: Reach
  /** Epoch milliseconds from which it opens nothing any more; absent: never. */
  readonly endsAt?: number
}
export type Keys = readonly Key[]

/** The keys, or what gives them as they are now. */
export type KeySource = Keys | (() => Keys)

export const presentKeys = (source: KeySource): Keys => (typeof source === 'function' ? source() : source)

const TIME_RULE = 'must be a time such as 2027-01-31T12:00:00Z'
const time = z.iso.datetime({ offset: true, error: TIME_RULE }).transform((text) => Date.parse(text))

const DIGEST_PATTERN = /^[0-9a-f]{64}$/
const DIGEST_RULE = 'must be 64 lower-case hex digits'

export const keyEntrySchema = z.strictObject({
  id: z
    .string()
    .regex(ACTOR_PATTERN, ACTOR_RULE)
    .refine((id) => !isOurName(id), OUR_NAME_RULE),
  sha256: z.string().regex(DIGEST_PATTERN, DIGEST_RULE),
  /** Ours (viewer, operator, approver, admin, metrics, hooks) and those that profiles ask of approvers. */
  roles: z.array(nameSchema).min(1),
  /** Names, or patterns with one `*`. An empty list would be a key for nothing: it is refused. */
  tenants: z.array(z.string().regex(TENANTS_PATTERN, TENANTS_RULE)).min(1).optional(),
  profiles: z.array(nameSchema).min(1).optional(),
  expires: time.optional(),
  revoked: time.optional(),
  /** The key that a rotation replaced, while it still opens. */
  previous: z.strictObject({ sha256: z.string().regex(DIGEST_PATTERN, DIGEST_RULE), until: time }).optional(),
})

const LIST_RULE = 'must be a list of one key at least: `cugar keys new` makes one'
const FILE_RULE = 'must be a map with the list `keys`: `cugar keys new` makes the first one'
const fileSchema = z.strictObject(
  { keys: z.array(keyEntrySchema, LIST_RULE).refine((keys) => keys.length > 0, LIST_RULE) },
  { error: ({ code }) => (code === 'invalid_type' ? FILE_RULE : undefined) },
)

type Entry = z.output<typeof keyEntrySchema>

/** The key of an entry, and the one before it, which opens the same until its own end. */
function keysOf({ id, sha256, roles, tenants, profiles, expires, revoked, previous }: Entry): Key[] {
  const isLimited = tenants !== undefined || profiles !== undefined
  const owner = {
    id,
    roles,
    ...(isLimited && { limitedTo: { tenants: tenants ?? null, profiles: profiles ?? null } }),
  }
  const keyFor = (hex: string, until?: number): Key => {
    const ends = [expires, revoked, until].filter((at) => at !== undefined)
    return {
      ...owner,
      digest: Buffer.from(hex, 'hex'),
      ...(ends.length > 0 && { endsAt: Math.min(...ends) }),
    }
  }
  return [keyFor(sha256), ...(previous ? [keyFor(previous.sha256, previous.until)] : [])]
}

/** A person is one whatever the case of the name: two keys of one id would be two people to nobody else. */
const repeated = (values: readonly unknown[], name: string): ProblemItem[] => {
  const spelled = values.map((value) => (typeof value === 'string' ? value.toLowerCase() : value))
  return spelled.flatMap((value, index) =>
    typeof value !== 'string' || spelled.indexOf(value) === index
      ? []
      : [{ path: `keys.${index}.${name}`, message: 'is used twice' }],
  )
}

/** Name of the list in the file. */
const LIST = 'keys'
const nameOf = (key: unknown): unknown => (isScalar(key) ? key.value : key)

/** Where it stands, counted from 1. */
const lineIn = (text: string, offset: number): string => `line ${text.slice(0, offset).split('\n').length}`

/** What keeps the text from being read at all: broken YAML, and aliases, which this file has no use for. */
function unreadable(text: string, document: Document): ProblemItem[] {
  const problems = document.errors.map((error) => ({
    path: `line ${error.linePos?.[0].line ?? 1}`,
    message: `not valid YAML (${error.code})`,
  }))
  visit(document, {
    Alias: (_key, { range }) => {
      problems.push({
        path: lineIn(text, range?.[0] ?? 0),
        message: 'is a YAML alias (*name): write the value itself',
      })
    },
  })
  return problems
}

/** Ids and digests of every entry, also of one that has another problem. */
function repeatedIn(value: unknown): ProblemItem[] {
  const entries = isRecord(value) && Array.isArray(value['keys']) ? (value['keys'] as unknown[]) : []
  const valuesOf = (name: string): unknown[] =>
    entries.map((entry) => (isRecord(entry) ? entry[name] : undefined))
  return ['id', 'sha256'].flatMap((name) => repeated(valuesOf(name), name))
}

/**
 * The text as YAML. What `cugar keys new` prints may be put at the end of the file as it is: a second list of keys goes
 * on with the first one.
 */
export function readKeysDocument(text: string): Document {
  const isSame = (a: unknown, b: unknown): boolean => nameOf(a) === nameOf(b) && nameOf(a) !== LIST
  // All scalars are read as text: a digest that has only digits must not become a number.
  const document = parseDocument(text, { schema: 'failsafe', uniqueKeys: isSame })
  const { contents } = document
  if (!isMap(contents)) return document
  const [first, ...others] = contents.items.filter(({ key }) => nameOf(key) === LIST)
  if (!isSeq(first?.value)) return document
  const list = first.value
  for (const other of others) {
    if (!isSeq(other.value)) continue
    list.items.push(...other.value.items)
    contents.items.splice(contents.items.indexOf(other), 1)
  }
  return document
}

/**
 * The text of a keys file, YAML or JSON, as a runtime takes it. Errors: SETTINGS_INVALID with every problem.
 *
 * @example
 * ```ts
 * import { parseKeys } from 'cugar-sales'
 *
 * const sha256 = '8f'.repeat(32) // of the key, as `cugar keys new` prints it
 * const keys = parseKeys(JSON.stringify({ keys: [{ id: 'alice', sha256, roles: ['operator'] }] }))
 * console.log(keys.map(({ id }) => id)) // [ 'alice' ]
 * ```
 */
export function parseKeys(text: string): Keys {
  const document = readKeysDocument(text)
  const broken = unreadable(text, document)
  if (broken.length > 0) throw new AppError('SETTINGS_INVALID', {}, { problems: broken })
  const value: unknown = document.toJS()
  const result = fileSchema.safeParse(value)
  const problems = [...(result.success ? [] : problemsOf(result.error)), ...repeatedIn(value)]
  if (!result.success || problems.length > 0) throw new AppError('SETTINGS_INVALID', {}, { problems })
  return result.data.keys.flatMap(keysOf)
}

/** A key to hand out once, and its digest to store. */
export function newKey(): { readonly key: string; readonly sha256: string } {
  const key = `cugar_${randomBytes(32).toString('base64url')}`
  return { key, sha256: hash('sha256', key, 'hex') }
}

const ownerOf = ({ id, roles, limitedTo }: Key): Principal => ({ id, roles, ...(limitedTo && { limitedTo }) })

const isOpen = ({ endsAt = Infinity }: Key, now: number): boolean => now < endsAt

/** Whose key is it? Every key is compared, so that the time needed does not depend on which one matches. */
export function principalOf(keys: Keys, key: string, now: number = Date.now()): Principal | null {
  const digest = hash('sha256', key, 'buffer')
  const matches = keys.filter((known) => timingSafeEqual(known.digest, digest))
  const found = matches.find((known) => isOpen(known, now))
  return found === undefined ? null : ownerOf(found)
}

/** The holder of the key with this id; null: it is gone, revoked or expired. */
export function principalById(keys: Keys, id: string, now: number): Principal | null {
  const found = keys.find((known) => known.id === id && isOpen(known, now))
  return found === undefined ? null : ownerOf(found)
}

/** By name, a digest of what the keys of one owner are and open; it tells nothing of them. */
export const knownKeys = (keys: Keys): ReadonlyMap<string, string> =>
  new Map(
    Array.from(
      Map.groupBy(keys, ({ id }) => id),
      ([id, own]) => {
        const said = own.map(({ digest, roles, limitedTo = null, endsAt = null }) => ({
          key: digest.toString('hex'),
          roles: [...roles],
          limitedTo: limitedTo && {
            tenants: limitedTo.tenants ?? null,
            profiles: limitedTo.profiles ?? null,
          },
          endsAt,
        }))
        return [id, digestOf(said)] as const
      },
    ),
  )
