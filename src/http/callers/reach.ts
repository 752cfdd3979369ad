// Whose runs a caller may see and act on. A run out of reach is answered as one that does not exist, so that nobody
// learns of it; only what a caller says itself, such as the tenant of a new run, is refused by name.
import type { Engine, Principal } from '../../engine/engine.ts'
import { AppError } from '../../errors.ts'
import type { RunState } from '../../run/state.ts'

/** What a run, an approval or a row of a list belongs to. */
export type Owned = { readonly tenant: string; readonly profile: string }

const fits = (name: string, pattern: string): boolean => {
  const [start = '', end] = pattern.split('*')
  if (end === undefined) return name === pattern
  return name.length >= start.length + end.length && name.startsWith(start) && name.endsWith(end)
}

/** A pattern is within reach where it is the key's own word, or all that it fits is. */
export const reachesTenant = ({ limitedTo }: Principal, tenant: string): boolean =>
  limitedTo === undefined ||
  limitedTo.tenants === null ||
  limitedTo.tenants.some((pattern) => pattern === tenant || fits(tenant, pattern))

export const reachesProfile = ({ limitedTo }: Principal, profile: string): boolean =>
  limitedTo === undefined || limitedTo.profiles === null || limitedTo.profiles.includes(profile)

export const reaches = (by: Principal, { tenant, profile }: Owned): boolean =>
  reachesTenant(by, tenant) && reachesProfile(by, profile)

/** Every tenant, or every profile, as far as the other one is not asked for. */
export const reachesAll = ({ limitedTo }: Principal, of: 'tenants' | 'profiles'): boolean =>
  limitedTo === undefined || limitedTo[of] === null

const listed = (names: readonly string[] | null, what: string): string[] =>
  names === null ? [] : [`${what} ${names.join(', ')}`]

/** What a limited key may not do or name. */
export function keyLimited({ limitedTo }: Principal): AppError {
  const words = [
    ...listed(limitedTo?.tenants ?? null, 'tenant'),
    ...listed(limitedTo?.profiles ?? null, 'profile'),
  ]
  return new AppError('KEY_LIMITED', { what: words.join(' and ') })
}

/** The run, if the caller may know of it. Errors: RUN_NOT_FOUND. */
export async function reachableRun(engine: Engine, runId: string, by: Principal): Promise<RunState> {
  const state = await engine.state(runId)
  if (!reaches(by, state)) throw new AppError('RUN_NOT_FOUND', { run_id: runId })
  return state
}

/** Before something is done to a run. A caller without limits is not looked up. Errors: RUN_NOT_FOUND. */
export async function checkReach(engine: Engine, runId: string, by: Principal): Promise<void> {
  if (by.limitedTo !== undefined) await reachableRun(engine, runId, by)
}

type Page<T> = { readonly items: readonly T[]; readonly next_cursor: string | null }
type PageAsked = { readonly cursor?: string | undefined; readonly limit: number }

/** Pages that are read for one answer: beyond it the answer is shorter than asked, and its cursor goes on. */
const MAX_PAGES = 20

/** What an answer takes of the rows of a list, as it shows them. */
export type Taking<T, S> = {
  readonly take: (items: readonly T[]) => Promise<readonly S[]>
  /** Nothing can be taken after this one. */
  readonly isPast: (item: T) => boolean
}

/** One page of a list that may have more than the caller sees or looks for. */
export async function pageWithin<T, S, Q extends PageAsked>(
  list: (query: Q) => Promise<Page<T>>,
  query: Q,
  { take, isPast }: Taking<T, S>,
): Promise<Page<S>> {
  const items: S[] = []
  let cursor = query.cursor
  for (let read = 0; read < MAX_PAGES; read += 1) {
    const page = await list({ ...query, cursor, limit: query.limit - items.length })
    items.push(...(await take(page.items)))
    const last = page.items.at(-1)
    if (page.next_cursor === null || (last && isPast(last))) return { items, next_cursor: null }
    cursor = page.next_cursor
    if (items.length === query.limit) break
  }
  return { items, next_cursor: cursor ?? null }
}

/** A list's query with the one tenant or profile that a key is for: the journal's index finds them then. */
export function narrowed<
  Q extends { readonly tenant?: string | undefined; readonly profile?: string | undefined },
>(query: Q, { limitedTo }: Principal): Q {
  const only = (names: readonly string[] | null | undefined): string | undefined =>
    names?.length === 1 && names[0]?.includes('*') === false ? names[0] : undefined
  const tenant = query.tenant ?? only(limitedTo?.tenants)
  const profile = query.profile ?? only(limitedTo?.profiles)
  return { ...query, ...(tenant !== undefined && { tenant }), ...(profile !== undefined && { profile }) }
}
