// Which profiles and tenants accept no new runs, from the control stream; and what an alert asks for. Pure.
import type { TenantLimit } from '../events/policy.ts'
import type { FreezeScope } from '../events/control.ts'
import type { EventOf, StoredEvent } from '../events/event.ts'
import { digestOf } from '../events/digest.ts'
import { isTenantName } from '../events/names.ts'
import type { Registry } from '../registry/registry.ts'
import { ownLimits, profileLimits, standingOf } from './budgets/tenants.ts'
import { windowEnd } from './budgets/window.ts'

/** What can be frozen: a profile by name, or a tenant. */
export type FreezeSubject = { readonly scope: FreezeScope; readonly key: string }

/** How a subject stands since the last change. */
export type Standing = Pick<EventOf<'freeze_changed'>, 'at'> & EventOf<'freeze_changed'>['data']

export type Standings = Map<string, Standing>

export const subjectId = ({ scope, key }: FreezeSubject): string => `${scope} ${key}`

/** What a profile allows each tenant, or a tenant may spend under any profile; only what limits something. */
function limitsOn({ scope, key }: FreezeSubject, registry: Registry): TenantLimit[] {
  const profiles = Object.values(registry.profiles).filter(({ name }) => scope === 'tenant' || name === key)
  const standing = scope === 'tenant' ? standingOf(registry, key) : null
  const own = standing === null ? [] : ownLimits(standing)
  const all = [...profiles.flatMap((profile) => profileLimits(profile, { budget: '' })), ...own]
  return all.filter(({ amounts }) => Object.keys(amounts).length > 0)
}

const limitsDigest = (limits: readonly TenantLimit[]): string => digestOf(limits)

/** Of the limits that a lift is made under. */
export const liftedLimits = (subject: FreezeSubject, registry: Registry): string =>
  limitsDigest(limitsOn(subject, registry))

/** Brings the control stream's next event into the standings. */
export function foldFreeze(standings: Standings, event: StoredEvent): void {
  if (event.type !== 'freeze_changed') return
  standings.set(subjectId(event.data), { ...event.data, at: event.at })
}

export type FreezeChange = FreezeSubject &
  Pick<Standing, 'frozen' | 'cause'> & {
    /** Epoch milliseconds since when its alert fires; null where a person asks. */
    readonly since: number | null
  }

/**
 * Whether what a person lifted stays so: an alert that began before was known to that person, and one that begins later
 * tells nothing new before the window of the budget, or its limit, is another one.
 */
function isLifted(standing: Standing | undefined, change: FreezeChange, registry: Registry): boolean {
  const { since } = change
  if (standing === undefined || standing.frozen || since === null) return false
  if (since <= standing.at) return true
  const limits = limitsOn(change, registry)
  if (standing.limits !== undefined && standing.limits !== limitsDigest(limits)) return false
  const ends = limits.map(({ window, time_zone }) => windowEnd(standing.at, window, time_zone))
  return since < Math.max(...ends)
}

/** Whether it would change anything. */
export function isNews(standings: Standings, change: FreezeChange, registry: Registry): boolean {
  const standing = standings.get(subjectId(change))
  return (standing?.frozen ?? false) !== change.frozen && !isLifted(standing, change, registry)
}

/** An alert as Alertmanager tells of it. */
export type Alert = {
  readonly status: 'firing' | 'resolved'
  readonly labels: Readonly<Record<string, string>>
  readonly annotations: Readonly<Record<string, string>>
  /** Epoch milliseconds. */
  readonly startsAt: number
}

/** A value that somebody put there; `constructor` and its like are there by themselves. */
const own = <T>(record: Readonly<Record<string, T>>, key: string): T | undefined =>
  Object.hasOwn(record, key) ? record[key] : undefined

/** Whether a tenant's runs could be accepted, or it is what the registry calls several that share a budget. */
export const isTenant = (key: string, registry: Registry): boolean =>
  (isTenantName(key) && standingOf(registry, key) !== null) ||
  (registry.tenants !== undefined && Object.hasOwn(registry.tenants.entries, key))

/** The tenant whose budget it is, where an alert names one: nobody else is to blame. */
function subjectOf(
  scope: FreezeScope,
  { labels, annotations }: Alert,
  registry: Registry,
): FreezeSubject | null {
  const tenant = own(labels, 'tenant') || own(annotations, 'tenant') || ''
  if (tenant !== '') return isTenant(tenant, registry) ? { scope: 'tenant', key: tenant } : null
  if (scope === 'tenant') return null
  const key = own(labels, 'budget') ?? ''
  return Object.hasOwn(registry.profiles, key) ? { scope, key } : null
}

/** An alert that says that it begins in the future began before anything that a person has lifted. */
const beginOf = ({ startsAt }: Alert, now: number): number => (startsAt > now ? 0 : startsAt)

/** What the registry has an alert do; null: nothing, as for one that resolves or names nothing that we know. */
export function changeFor(alert: Alert, registry: Registry, now: number): FreezeChange | null {
  const cause = own(alert.labels, 'alertname') ?? ''
  const rule = own(registry.alerts, cause)
  if (rule === undefined || alert.status !== 'firing') return null
  const subject = subjectOf(rule.freeze, alert, registry)
  return subject && { ...subject, frozen: true, cause, since: beginOf(alert, now) }
}
