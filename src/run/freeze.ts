// Which profiles and tenants accept no new runs, from the control stream; and what an alert asks for. Pure.
import type { FreezeScope } from '../events/control.ts'
import type { EventOf, StoredEvent } from '../events/event.ts'
import { TENANT_PATTERN } from '../events/names.ts'
import type { Registry } from '../registry/registry.ts'

/** What can be frozen: a profile by name, or a tenant. */
export type FreezeSubject = { readonly scope: FreezeScope; readonly key: string }

/** How a subject stands since the last change. */
export type Standing = Pick<EventOf<'freeze_changed'>, 'at'> & EventOf<'freeze_changed'>['data']

export type Standings = Map<string, Standing>

export const subjectId = ({ scope, key }: FreezeSubject): string => `${scope} ${key}`

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

/** An alert that began before a person lifted the freeze was known to that person: it does not freeze again. */
const wasLifted = (standing: Standing | undefined, since: number | null): boolean =>
  standing !== undefined && !standing.frozen && since !== null && since <= standing.at

/** Whether it would change anything. */
export function isNews(standings: Standings, change: FreezeChange): boolean {
  const standing = standings.get(subjectId(change))
  return (standing?.frozen ?? false) !== change.frozen && !wasLifted(standing, change.since)
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

function subjectOf(
  scope: FreezeScope,
  { labels, annotations }: Alert,
  registry: Registry,
): FreezeSubject | null {
  if (scope === 'profile') {
    const key = own(labels, 'budget') ?? ''
    return Object.hasOwn(registry.profiles, key) ? { scope, key } : null
  }
  const key = own(labels, 'tenant') ?? own(annotations, 'tenant') ?? ''
  return TENANT_PATTERN.test(key) ? { scope, key } : null
}

/** What the registry has an alert do; null: nothing, as for one that resolves or names nothing that we know. */
export function changeFor(alert: Alert, registry: Registry): FreezeChange | null {
  const cause = own(alert.labels, 'alertname') ?? ''
  const rule = own(registry.alerts, cause)
  if (rule === undefined || alert.status !== 'firing') return null
  const subject = subjectOf(rule.freeze, alert, registry)
  return subject && { ...subject, frozen: true, cause, since: alert.startsAt }
}
