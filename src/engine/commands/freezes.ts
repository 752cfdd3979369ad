// Profiles and tenants that take no new runs, as the control stream says of them; the only place that changes it.
import { AppError } from '../../errors.ts'
import { MANUAL } from '../../events/control.ts'
import { payloadOf } from '../../events/digest.ts'
import type { Registry } from '../../registry/registry.ts'
import {
  changeFor,
  isTenant,
  isNews,
  liftedLimits,
  subjectId,
  type Alert,
  type FreezeChange,
  type Standing,
  type FreezeSubject,
} from '../../run/freeze.ts'
import type { Control } from '../control.ts'
import type { AlertsApplied, FreezeRequest, Principal } from '../engine.ts'

export type Freezes = {
  /** What is frozen, the oldest freeze first. */
  readonly list: () => Standing[]
  /** The first of the subjects that is frozen; null: none. */
  readonly first: (subjects: readonly FreezeSubject[]) => FreezeSubject | null
  readonly freeze: (request: FreezeRequest, registry: Registry, by: Principal) => Promise<Standing>
  readonly lift: (request: FreezeRequest, registry: Registry, by: Principal) => Promise<boolean>
  /** Freezes what the registry says these alerts freeze. */
  readonly applyAlerts: (
    alerts: readonly Alert[],
    registry: Registry,
    by: Principal,
  ) => Promise<AlertsApplied>
}

type Wanted = {
  readonly changes: readonly FreezeChange[]
  readonly why: string | null
  readonly by: Principal
  readonly registry: Registry
}

/** Writes those that change anything, in one append; how many did. */
async function change(control: Control, { changes, why, by, registry }: Wanted): Promise<number> {
  const reason = why === null ? null : payloadOf(why, control.salt)
  for (;;) {
    await control.catchUp()
    const news = changes.filter((each) => isNews(control.standings, each, registry))
    if (news.length === 0) return 0
    const lines = news.map(({ since: _since, ...each }) => {
      const lifted = each.frozen ? {} : { limits: liftedLimits(each, registry) }
      const data = { ...each, by: by.id, reason: reason?.digest ?? null, ...lifted }
      return { type: 'freeze_changed', data } as const
    })
    if (await control.append(lines, reason === null ? [] : [reason])) return news.length
  }
}

function checkKnown({ scope, key }: FreezeSubject, registry: Registry): void {
  if (scope === 'tenant') {
    if (isTenant(key, registry)) return
    throw new AppError('UNKNOWN_TENANT', { tenant: key })
  }
  if (Object.hasOwn(registry.profiles, key)) return
  throw new AppError('UNKNOWN_PROFILE', { profile: key, known: Object.keys(registry.profiles).join(', ') })
}

const frozenAt = ({ standings }: Control, subject: FreezeSubject): Standing | null => {
  const standing = standings.get(subjectId(subject))
  return standing?.frozen === true ? standing : null
}

const byHand = ({ scope, key }: FreezeSubject, frozen: boolean): FreezeChange => ({
  scope,
  key,
  frozen,
  cause: MANUAL,
  since: null,
})

async function freeze(
  control: Control,
  request: FreezeRequest,
  { registry, by }: { readonly registry: Registry; readonly by: Principal },
): Promise<Standing> {
  for (;;) {
    await change(control, { changes: [byHand(request, true)], why: request.reason, by, registry })
    const standing = frozenAt(control, request)
    // Somebody may have lifted it in between.
    if (standing !== null) return standing
  }
}

async function applyAlerts(
  control: Control,
  { alerts, registry, by, now }: { alerts: readonly Alert[]; registry: Registry; by: Principal; now: number },
): Promise<AlertsApplied> {
  const asked = alerts.flatMap((alert) => changeFor(alert, registry, now) ?? [])
  // Several alerts may name one subject (a budget has several resources): the latest decides whether it is news.
  const latest = new Map(
    asked.toSorted((a, b) => (a.since ?? 0) - (b.since ?? 0)).map((each) => [subjectId(each), each]),
  )
  await change(control, { changes: [...latest.values()], why: null, by, registry })
  const held = asked.filter((each) => frozenAt(control, each) !== null)
  const frozen = [
    ...new Map(held.map(({ scope, key }) => [subjectId({ scope, key }), { scope, key }])).values(),
  ]
  return { frozen, ignored: alerts.length - held.length }
}

export function createFreezes(control: Control): Freezes {
  return {
    list: () =>
      [...control.standings.values()]
        .filter(({ frozen }) => frozen)
        .sort((left, right) => left.at - right.at),
    first: (subjects) => subjects.find((subject) => frozenAt(control, subject) !== null) ?? null,
    freeze: async (request, registry, by) => {
      checkKnown(request, registry)
      return freeze(control, request, { registry, by })
    },
    lift: async (request, registry, by) => {
      // A profile or tenant that has left the registry while it was frozen can be lifted too.
      if (frozenAt(control, request) === null) checkKnown(request, registry)
      const changes = [byHand(request, false)]
      return (await change(control, { changes, why: request.reason, by, registry })) > 0
    },
    applyAlerts: (alerts, registry, by) =>
      applyAlerts(control, { alerts, registry, by, now: control.clock() }),
  }
}
