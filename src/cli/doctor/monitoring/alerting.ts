// Whether an alert reaches a person: the receivers of Alertmanager, and the watchdog that must arrive there.
import { parse } from 'yaml'
import type { Asked } from './ask.ts'
import { bad, doubtful, good, type Check } from '../check.ts'

type ReceiverText = { readonly name: string } & Readonly<Record<string, unknown>>
type RouteText = {
  readonly receiver?: string
  readonly matchers?: readonly string[]
  readonly routes?: readonly RouteText[]
}
type AlertmanagerText = { readonly route: RouteText; readonly receivers: readonly ReceiverText[] }
type Delivered = {
  readonly receivers: readonly { readonly name: string }[]
  readonly status: { readonly state: string }
}

/** The runtime itself: it may freeze something, and wakes nobody up. */
const RUNTIME_HOOK = /\/v1\/hooks\/alertmanager$/

/** Ways out of a receiver, but those that lead back to the runtime. */
function outsideOf(receiver: ReceiverText | undefined): number {
  const configs = Object.entries(receiver ?? {}).flatMap(([key, value]) =>
    key.endsWith('_configs') && Array.isArray(value) ? (value as readonly { readonly url?: string }[]) : [],
  )
  return configs.filter(({ url }) => !RUNTIME_HOOK.test(url ?? '')).length
}

/** Receivers of every route below that names this severity; without one, of the root. */
function receiversFor(severity: string, route: RouteText): readonly string[] {
  const named = (each: RouteText): readonly string[] => {
    const below = (each.routes ?? []).flatMap(named)
    const isOwn = (each.matchers ?? []).some((matcher) => matcher.includes(`severity="${severity}"`))
    return isOwn && each.receiver !== undefined ? [each.receiver, ...below] : below
  }
  const found = named(route)
  return found.length > 0 || route.receiver === undefined ? found : [route.receiver]
}

type Way = {
  readonly check: string
  readonly severity: string
  readonly without: string
  readonly advice: string
}

const WAYS: readonly Way[] = [
  {
    check: 'pager',
    severity: 'critical',
    without: 'no pager: an alert that must wake somebody up goes to the runtime alone, or to nobody',
    advice: 'add a receiver to the route of severity critical, as deploy/alertmanager-pager.yml does',
  },
  {
    check: 'dead man',
    severity: 'none',
    without: 'nobody outside expects the watchdog: when Prometheus is down, nothing says so',
    advice:
      'send severity none to a service that alerts when it stops, as deploy/alertmanager-pager.yml does',
  },
]

function examineWay(
  { check, severity, without, advice }: Way,
  { route, receivers }: AlertmanagerText,
): Check {
  const names = receiversFor(severity, route)
  const count = names.reduce(
    (sum, name) => sum + outsideOf(receivers.find((receiver) => receiver.name === name)),
    0,
  )
  if (count === 0) return doubtful(check, without, advice)
  return good(check, `severity ${severity} goes to ${names.join(', ')}`)
}

export async function examineReceivers(alertmanager: Asked): Promise<readonly Check[]> {
  const { config } = (await alertmanager.json('/api/v2/status')) as {
    readonly config: { readonly original: string }
  }
  const text = parse(config.original) as AlertmanagerText
  return WAYS.map((way) => examineWay(way, text))
}

export async function examineWatchdog(alertmanager: Asked): Promise<Check> {
  const filter = 'alertname="CugarWatchdog"'
  const alerts = (await alertmanager.json('/api/v2/alerts', { filter })) as readonly Delivered[]
  const [first] = alerts.filter(({ status }) => status.state === 'active')
  if (first !== undefined)
    return good('watchdog', `arrives, for ${first.receivers.map(({ name }) => name).join(', ')}`)
  const advice = 'name this Alertmanager under `alerting` of Prometheus, and load alerts.yml'
  return bad(
    'watchdog',
    alerts.length > 0 ? 'it is silenced or inhibited' : 'it does not arrive: alerts are lost',
    advice,
  )
}
