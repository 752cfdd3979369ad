// Plays incidents: starts their servers and what watches them, breaks things, and waits for the pages and for their
// end. Several are played at once, each on its own jobs.
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { startCollector, type Collector } from './collector.ts'
import { gatewayTo, type Gateway } from './gateway.ts'
import {
  alertSelector,
  jobOf,
  SERVERS,
  TARGETS,
  timesOf,
  type AlertOf,
  type Backstage,
  type Incident,
  type PastOf,
  type ServerName,
  type Stage,
  type TargetName,
} from './incident.ts'
import { openOutside, type Outside } from './outside.ts'
import { startMonitoring, type Monitoring, type Targets } from './monitoring.ts'
import { stillFiring, takePages, type Notice, type Pages } from './pages.ts'
import { writePast, type PastScrape } from './past.ts'
import { reach } from './reach.ts'
import { chaosServer, type ChaosServer } from './server.ts'
import { eventually, until } from './wait.ts'

type Scratch = {
  readonly servers: ReadonlyMap<string, ChaosServer>
  readonly gateways: Map<string, Gateway>
  /** Of the servers that send spans. */
  readonly collectors: ReadonlyMap<string, Collector>
  readonly outside: Outside
}

export type Theatre = {
  readonly monitoring: Monitoring
  readonly pages: Pages
  /** When it was opened, epoch seconds. */
  readonly since: number
  /** By what the rules' time is divided here. */
  readonly times: number
  readonly gateways: readonly Gateway[]
  /** Breaks things; gives the first notice of each alert of the incident. Errors: an alert that does not come. */
  readonly begin: (incident: Incident) => Promise<readonly Sent[]>
  /** Heals them; gives the notices of their end. Errors: an alert that goes on. */
  readonly heal: (incident: Incident) => Promise<readonly Sent[]>
  readonly stop: () => Promise<void>
}

/** `muted`: it ended while an alert that mutes it fired, and nobody is told of such an end. */
type Told = Omit<Notice, 'status'> & { readonly status: Notice['status'] | 'muted' }
/** A notice, and how long after the cause or the cure it came. */
export type Sent = { readonly notice: Told; readonly afterMs: number }

/** The longest alert waits for three hours of the rules, and machines may be busy. */
const LIMIT_MS = 600_000

function found<T>(map: ReadonlyMap<string, T>, name: string): T {
  const value = map.get(name)
  if (value === undefined) throw new TypeError(`the incident does not name ${name}`)
  return value
}

/** Not started yet, and nothing stands before them. */
async function createServers(dir: string, targets: readonly TargetName[]): Promise<Scratch> {
  const outside = await openOutside()
  const names = [...new Set(targets.map((target): ServerName => TARGETS[target].server))]
  const servers = new Map<string, ChaosServer>()
  const collectors = new Map<string, Collector>()
  for (const name of names) {
    const own = SERVERS[name]
    const collector = 'tracing' in own ? await startCollector() : null
    if (collector !== null) collectors.set(name, collector)
    const options = {
      ...own,
      ...(collector !== null && { otelEndpoint: collector.endpoint }),
      ...(name === 'outside' && { environment: outside.environment }),
    }
    servers.set(name, await chaosServer(join(dir, name), options))
  }
  return { servers, gateways: new Map(), collectors, outside }
}

/** Acts again and again; what fails is tried again, for the incident itself makes things fail. */
function repeating(ending: AbortSignal): Stage['repeat'] {
  return (everyMs, act, limitMs = 5000) => {
    const loop = async (): Promise<void> => {
      while (!ending.aborted) {
        // A limit that nobody needs any more keeps no process alive.
        await Promise.race([act().catch(() => null), sleep(limitMs, undefined, { ref: false })])
        await sleep(everyMs)
      }
    }
    void loop()
  }
}

async function prepare(incidents: readonly Incident[], { servers, gateways, outside }: Scratch) {
  const past: PastScrape[] = []
  const recordPast = async (name: TargetName, { agoMs, metrics }: PastOf): Promise<void> => {
    const { address } = found(servers, TARGETS[name].server)
    const whole = await (await reach(`http://${address()}/metrics`)).text()
    const body = whole
      .split('\n')
      .filter((line) => line.startsWith(metrics))
      .join('\n')
    past.push({ body, job: jobOf(name), instance: found(gateways, name).address, agoMs })
  }
  const backstage: Backstage = { server: (name) => found(servers, name), outside, recordPast }
  await Promise.all(incidents.map(async (incident) => incident.prepare?.(backstage)))
  return past
}

function targetsOf(targets: readonly TargetName[], { gateways }: Scratch): Targets {
  const byJob: Record<string, string[]> = {}
  for (const target of targets) (byJob[jobOf(target)] ??= []).push(found(gateways, target).address)
  return byJob
}

/**
 * Everything that the incidents need, running and scraped; `dir` is theirs alone. Errors: rules have one pace, and
 * incidents that want others have a theatre of their own.
 */
export async function openTheatre(dir: string, incidents: readonly Incident[]): Promise<Theatre> {
  const [times, ...others] = new Set(incidents.map(timesOf))
  if (times === undefined || others.length > 0) throw new TypeError('a theatre has incidents of one pace')
  const stops: (() => Promise<unknown>)[] = []
  const stop = async (): Promise<void> => {
    for (const end of stops.toReversed()) await end()
  }
  try {
    return await open(dir, incidents, { stops, stop, times })
  } catch (error) {
    await stop()
    throw error
  }
}

type Opening = {
  readonly stops: (() => Promise<unknown>)[]
  readonly stop: () => Promise<void>
  readonly times: number
}

async function open(dir: string, incidents: readonly Incident[], opening: Opening): Promise<Theatre> {
  const { stops, stop, times } = opening
  mkdirSync(dir, { recursive: true })
  const since = Date.now() / 1000
  const pages = await takePages()
  stops.push(pages.stop)
  const targets = [...new Set(incidents.flatMap((incident) => incident.targets))]
  const scratch = await createServers(dir, targets)
  const { servers, gateways, collectors, outside } = scratch
  stops.push(outside.stop)
  stops.push(() => Promise.all([...collectors.values()].map((collector) => collector.stop())))
  stops.push(() => Promise.all([...servers.values()].map((server) => server.kill())))
  stops.push(() => Promise.all([...gateways.values()].map((gateway) => gateway.stop())))
  await Promise.all([...servers.values()].map((server) => server.start()))
  for (const target of targets)
    gateways.set(target, await gatewayTo(found(servers, TARGETS[target].server).address()))
  const data = join(dir, 'prometheus')
  await writePast({ dir, data, scrapes: await prepare(incidents, scratch), times })
  const monitoring = await startMonitoring({
    dir,
    pager: pages.url,
    targets: targetsOf(targets, scratch),
    data,
    times,
  })
  stops.push(monitoring.stop)
  await until({ what: 'every server is scraped', limitMs: LIMIT_MS }, async () => {
    const [counted] = await monitoring.prometheus.instant('count(cugar_build_info)')
    return (counted?.value ?? 0) >= gateways.size
  })
  const endings = new Map<Incident, AbortController>()
  stops.push(async () => {
    for (const ending of endings.values()) ending.abort()
  })
  const stageOf = (incident: Incident): Stage => {
    endings.get(incident)?.abort()
    const ending = new AbortController()
    endings.set(incident, ending)
    return {
      server: (name) => found(servers, name),
      gateway: (name) => found(gateways, name),
      collector: (name) => found(collectors, name),
      outside,
      repeat: repeating(ending.signal),
      setTargets: (job, names) =>
        monitoring.setTargets(
          job,
          names.map((name) => found(gateways, name).address),
        ),
    }
  }
  return {
    monitoring,
    pages,
    since,
    times,
    gateways: [...gateways.values()],
    stop,
    begin: (incident) => beginning(incident, stageOf(incident), pages),
    heal: async (incident) => {
      const healed = await healing(incident, stageOf(incident), { pages, monitoring })
      endings.get(incident)?.abort()
      return healed
    },
  }
}

/** Every notice of an alert that an incident sends. */
export const noticesOf = (pages: Pages, { alert, job, labels }: AlertOf): readonly Notice[] =>
  pages.of(alert, { ...(job !== null && { job }), ...labels })

/** Whatever hangs is named. Errors: it has not ended within the limit. */
async function within(act: Promise<void>, what: string): Promise<void> {
  let isOver = false
  const acted = act.finally(() => {
    isOver = true
  })
  await Promise.race([acted, until({ what, limitMs: LIMIT_MS }, () => isOver)])
  await acted
}

async function beginning(incident: Incident, stage: Stage, pages: Pages): Promise<Sent[]> {
  const cause = Date.now()
  await within(incident.begin(stage), `${incident.name} begins`)
  return Promise.all(
    incident.alerts.map((about) =>
      eventually({ what: `${about.alert} fires (${incident.name})`, limitMs: LIMIT_MS }, () => {
        const notice = noticesOf(pages, about).find(({ status }) => status === 'firing')
        return notice === undefined ? null : { notice, afterMs: notice.at - cause }
      }),
    ),
  )
}

type Watched = Pick<Theatre, 'pages' | 'monitoring'>

/** What cannot be scraped, as on a machine that is too busy, mutes the other alerts of its job (alertmanager.yml). */
const MUTING = 'CugarTargetDown|CugarJobDown'
/** So often it is looked whether an end was muted. */
const LOOK_MS = 5000

/** Whether nobody has the alert any more, and one that mutes it fired since its last notice. */
async function endedMuted(about: AlertOf, at: number, { monitoring }: Watched): Promise<boolean> {
  const { prometheus, urls } = monitoring
  const { alert, job } = about
  const ofJob = job === null ? '' : `,job="${job}"`
  if ((await prometheus.instant(alertSelector(about))).length > 0) return false
  const seconds = Math.ceil((Date.now() - at) / 1000)
  const muting = `ALERTS{alertname=~"${MUTING}",alertstate="firing"${ofJob}}`
  if ((await prometheus.instant(`count_over_time(${muting}[${seconds}s])`)).length === 0) return false
  const filter = encodeURIComponent(`alertname="${alert}"`)
  const kept = await (await reach(`${urls.alertmanager}/api/v2/alerts?filter=${filter}`)).text()
  return job === null ? kept.trim() === '[]' : !kept.includes(`"job":"${job}"`)
}

async function healing(incident: Incident, stage: Stage, watched: Watched): Promise<Sent[]> {
  if (incident.heal === null) return []
  const { pages } = watched
  const cure = Date.now()
  await within(incident.heal(stage), `${incident.name} is healed`)
  return Promise.all(
    incident.alerts.map((about) => {
      let looked = cure
      return eventually(
        { what: `${about.alert} resolves (${incident.name})`, limitMs: LIMIT_MS },
        async () => {
          const notices = noticesOf(pages, about)
          const latest = notices.findLast(({ status }) => status === 'resolved')
          const [first] = stillFiring(notices)
          if (latest !== undefined && first === undefined)
            return { notice: latest, afterMs: latest.at - cure }
          const now = Date.now()
          if (first === undefined || now - looked < LOOK_MS) return null
          looked = now
          if (!(await endedMuted(about, first.at, watched))) return null
          return { notice: { ...first, status: 'muted' as const }, afterMs: now - cure }
        },
      )
    }),
  )
}
