// What the tenants have used of their budgets, by profile, as last seen in the journal. Used by the metrics (the
// highest tenant of each profile) and by the signals; bounded, and a window that has ended no longer counts.
import type { DataOf } from '../../../events/event.ts'
import { UNITS, type BudgetWindow, type LimitOwner, type Unit } from '../../../events/policy.ts'
import { keyedCache } from '../../../cache.ts'
import { SEPARATOR } from '../../labels.ts'
import { noteSpent, type SpentSlot } from './pace.ts'

/** One limit on one tenant: ledger integers, and the end of its window in epoch milliseconds. JSON. */
export type TenantUse = {
  spent: number
  limit: number
  windowEnd: number
  /** What calls under way hold; absent: none does, or version 0.1.0 wrote it. */
  reserved?: number
  /** Limit under which a reservation was refused last, in this window; a higher one is open again; absent: none was. */
  refusedAt?: number
  /** How it was spent; version 0.1.0 does not say it. */
  slots?: SpentSlot[]
  /** What version 0.1.0 does not say is absent. */
  readonly tenant?: string
  readonly window?: BudgetWindow | undefined
  readonly limitOf?: LimitOwner | undefined
}

/** By `<profile>\t<unit>`, then by tenant and limit. */
export type BudgetBooks = Map<string, Map<string, TenantUse>>

/** With more tenants the least used half is dropped: only the highest tenant is ever shown. */
const MAX_TENANTS = 1000

const shareOf = (use: Readonly<TenantUse>): number => (use.limit > 0 ? use.spent / use.limit : 0)

/** A key is needed at every booking: each is joined once. */
const bookKeys = keyedCache<string>()

function keyOf(profile: string, unit: Unit): string {
  const keys = [profile, unit]
  return bookKeys.get(keys) ?? bookKeys.set(keys, keys.join('\t'))
}

function prune(tenants: Map<string, TenantUse>, at: number): void {
  const live = [...tenants].filter(([, use]) => use.windowEnd > at)
  const kept = live.sort(([, a], [, b]) => shareOf(b) - shareOf(a)).slice(0, MAX_TENANTS / 2)
  tenants.clear()
  for (const [tenant, use] of kept) tenants.set(tenant, use)
}

/** What an event says of a tenant's account. */
export type AccountSeen = Pick<
  DataOf<'budget_updated'>['accounts'][number],
  'key' | 'unit' | 'spent' | 'reserved' | 'limit' | 'window' | 'limit_of'
> & { readonly window_end?: number | null | undefined }

/** Which limit it is, and in which window. */
type LimitSeen = Pick<AccountSeen, 'key' | 'window' | 'limit_of' | 'window_end'>

const FOREVER = Number.MAX_SAFE_INTEGER

/** A tenant's limit of one length, in any of its windows; of what 0.1.0 wrote the tenant alone. */
const limitLineOf = ({ key, window, limit_of }: LimitSeen): string =>
  window === undefined ? key : `${key}\t${window}\t${limit_of ?? ''}`

/**
 * One window of it: after a reload that changed the time zone two last at once, that of runs which began before, and the
 * one that holds now. They are told apart by their ends, as their accounts are.
 */
const lineOf = (account: LimitSeen): string =>
  account.window === undefined ? account.key : `${limitLineOf(account)}\t${account.window_end ?? FOREVER}`

/** Of a limit whose window is new: those that are over. */
function forgetEnded(tenants: Map<string, TenantUse>, account: LimitSeen, at: number): void {
  const beginning = `${limitLineOf(account)}${SEPARATOR}`
  for (const [line, { windowEnd }] of tenants)
    if (windowEnd <= at && line.startsWith(beginning)) tenants.delete(line)
}

/** A tenant's own limit holds under every profile: each profile that spends of it has the same line. */
function sharedLine(
  books: BudgetBooks,
  { unit, limit_of }: AccountSeen,
  line: string,
): TenantUse | undefined {
  if (limit_of !== 'tenant') return undefined
  for (const [key, tenants] of books) {
    const use = key.endsWith(`${SEPARATOR}${unit}`) ? tenants.get(line) : undefined
    if (use) return use
  }
  return undefined
}

const freshLine = (account: AccountSeen): TenantUse => ({
  spent: account.spent,
  limit: account.limit,
  windowEnd: account.window_end ?? FOREVER,
  tenant: account.key,
  window: account.window,
  limitOf: account.limit_of,
})

/** The line of an account; `profile` must be one of the registry, `at` the event's time. */
function lineAt(
  books: BudgetBooks,
  account: AccountSeen,
  { profile, at }: { readonly profile: string; readonly at: number },
): TenantUse {
  const key = keyOf(profile, account.unit)
  // A tenant may have several limits under one profile: each is a line of its own.
  const line = lineOf(account)
  const known = books.get(key)
  const tenants = known ?? new Map<string, TenantUse>()
  if (!known) books.set(key, tenants)
  const use = tenants.get(line)
  if (use) return use
  forgetEnded(tenants, account, at)
  const fresh = sharedLine(books, account, line) ?? freshLine(account)
  tenants.set(line, fresh)
  if (tenants.size > MAX_TENANTS) prune(tenants, at)
  return fresh
}

/** Takes a tenant's account as an event shows it. What still ends in a window before changes nothing of this one. */
export function noteTenantUse(
  books: BudgetBooks,
  account: AccountSeen,
  where: { readonly profile: string; readonly at: number },
): void {
  const use = lineAt(books, account, where)
  const windowEnd = account.window_end ?? FOREVER
  if (windowEnd < use.windowEnd && use.windowEnd !== FOREVER) return
  if (windowEnd !== use.windowEnd || account.limit > (use.refusedAt ?? FOREVER)) delete use.refusedAt
  if (windowEnd !== use.windowEnd) use.slots = []
  if (account.spent > 0 && (account.spent !== use.spent || !use.slots?.length))
    noteSpent((use.slots ??= []), account.spent, where.at)
  use.spent = account.spent
  use.reserved = account.reserved
  use.limit = account.limit
  use.windowEnd = windowEnd
}

/** Takes a reservation that a tenant's account refused: it refuses until its window ends, or its limit rises. */
export function noteTenantRefusal(
  books: BudgetBooks,
  account: AccountSeen,
  where: { readonly profile: string; readonly at: number },
): void {
  noteTenantUse(books, account, where)
  const use = lineAt(books, account, where)
  if (use.windowEnd === (account.window_end ?? FOREVER)) use.refusedAt = account.limit
}

/** One line of a profile's tenants, in its present window. */
export type BudgetLineSeen = {
  readonly profile: string
  readonly unit: Unit
  readonly use: Readonly<TenantUse>
}

/** Every line whose window lasts; a tenant's own limit once for each profile that spends of it. */
export function presentLines(books: BudgetBooks, now: number): BudgetLineSeen[] {
  const lines: BudgetLineSeen[] = []
  for (const [key, tenants] of books) {
    const [profile = '', name] = key.split(SEPARATOR)
    const unit = UNITS.find((each) => each === name)
    if (unit === undefined) continue
    for (const use of tenants.values()) if (use.windowEnd > now) lines.push({ profile, unit, use })
  }
  return lines
}

/** As a line of today is named, whichever version saved it. */
const savedLineOf = (line: string, { tenant, window, limitOf, windowEnd }: TenantUse): string =>
  tenant === undefined ? line : lineOf({ key: tenant, window, limit_of: limitOf, window_end: windowEnd })

/** What was saved, with today's names, and the lines of tenants' own limits as one object again under every profile. */
export function restoreLines(books: BudgetBooks): void {
  const own = new Map<string, TenantUse>()
  for (const [key, tenants] of books) {
    const unit = key.split(SEPARATOR)[1] ?? ''
    const saved = [...tenants]
    tenants.clear()
    for (const [old, use] of saved) {
      const line = savedLineOf(old, use)
      const name = `${unit}${SEPARATOR}${line}`
      const shared = use.limitOf === 'tenant' ? (own.get(name) ?? use) : use
      own.set(name, shared)
      tenants.set(line, shared)
    }
  }
}
