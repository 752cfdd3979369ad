// API keys: stored as digests only, compared in constant time. The file is YAML (or JSON):
// keys: [{ id, sha256: <hex of the key>, roles: [...] }].
import { hash, randomBytes, timingSafeEqual } from 'node:crypto'
import { parseDocument, visit, type Document } from 'yaml'
import { z } from 'zod'
import type { Principal } from '../engine/engine.ts'
import { AppError } from '../errors.ts'
import { nameSchema } from '../events/envelope.ts'
import { isRecord } from '../events/json.ts'
import { ACTOR_PATTERN, ACTOR_RULE } from '../events/names.ts'
import { problemsOf, type ProblemItem } from '../events/problem.ts'

export type Key = {
  readonly id: string
  /** SHA-256 of the key. */
  readonly digest: Buffer
  readonly roles: readonly string[]
}
export type Keys = readonly Key[]

const fileSchema = z.strictObject({
  keys: z
    .array(
      z.strictObject({
        id: z.string().regex(ACTOR_PATTERN, ACTOR_RULE),
        sha256: z.string().regex(/^[0-9a-f]{64}$/, 'must be 64 lower-case hex digits'),
        /** Ours (viewer, operator, approver, admin, metrics, hooks) and those that profiles ask of approvers. */
        roles: z.array(nameSchema).min(1),
      }),
    )
    .min(1),
})

const repeated = (values: readonly unknown[], name: string): ProblemItem[] =>
  values.flatMap((value, index) =>
    typeof value !== 'string' || values.indexOf(value) === index
      ? []
      : [{ path: `keys.${index}.${name}`, message: 'is used twice' }],
  )

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
  // All scalars are read as text: a digest that has only digits must not become a number.
  const document = parseDocument(text, { schema: 'failsafe' })
  const broken = unreadable(text, document)
  if (broken.length > 0) throw new AppError('SETTINGS_INVALID', {}, { problems: broken })
  const value: unknown = document.toJS()
  const result = fileSchema.safeParse(value)
  const problems = [...(result.success ? [] : problemsOf(result.error)), ...repeatedIn(value)]
  if (!result.success || problems.length > 0) throw new AppError('SETTINGS_INVALID', {}, { problems })
  return result.data.keys.map(({ id, sha256, roles }) => ({ id, digest: Buffer.from(sha256, 'hex'), roles }))
}

/** A key to hand out once, and its digest to store. */
export function newKey(): { readonly key: string; readonly sha256: string } {
  const key = `cugar_${randomBytes(32).toString('base64url')}`
  return { key, sha256: hash('sha256', key, 'hex') }
}

/** Whose key is it? Every key is compared, so that the time needed does not depend on which one matches. */
export function principalOf(keys: Keys, key: string): Principal | null {
  const digest = hash('sha256', key, 'buffer')
  const matches = keys.filter((known) => timingSafeEqual(known.digest, digest))
  const found = matches[0]
  return found ? { id: found.id, roles: found.roles } : null
}
