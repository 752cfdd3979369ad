// Plays incidents: starts their servers and what watches them, breaks things, and waits for the pages and for their
// end. Several are played at once, each on its own jobs.
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { startCollector } from './collector.ts'
import { gatewayTo, type Gateway } from './gateway.ts'
import { jobOf, SERVERS, SPARE_JOB, type Incident, type ServerName, type Stage } from './incident.ts'
import { startMonitoring, type Monitoring, type Targets } from './monitoring.ts'
import { stillFiring, takePages, type Notice, type Pages } from './pages.ts'
import { writePast, type PastScrape } from './past.ts'
import { chaosServer, type ChaosServer } from './server.ts'
import { eventually, until } from './wait.ts'

type Scratch = { readonly server: ChaosServer; readonly gateway: Gateway }

export type Theatre = {
  readonly monitoring: Monitoring
  readonly pages: Pages
  readonly gateways: readonly Gateway[]
  /** Breaks things; gives the first notice of each alert of the incident. Errors: an alert that does not come. */
  readonly begin: (incident: Incident) => Promise<readonly Sent[]>
  /** Heals them; gives the notices of their end. Errors: an alert that goes on. */
  readonly heal: (incident: Incident) => Promise<readonly Sent[]>
  readonly stop: () => Promise<void>
}

/** A notice, and how long after the cause or the cure it came. */
export type Sent = { readonly notice: Notice; readonly afterMs: number }

const LIMIT_MS = 240_000

function found<T>(map: ReadonlyMap<ServerName, T>, name: ServerName): T {
  const value = map.get(name)
  if (value === undefined) throw new TypeError(`the incident does not name its server ${name}`)
  return value
}

async function startServers(dir: string, names: readonly ServerName[], otelEndpoint: string) {
  const scratch = new Map<ServerName, Scratch>()
  const starts = names.map(async (name) => {
    const options = { ...SERVERS[name], ...(name === 'traced' && { otelEndpoint }) }
    const server = await chaosServer(join(dir, name), options)
    scratch.set(name, { server, gateway: await gatewayTo(server.address) })
    await server.start()
  })
  await Promise.all(starts)
  return scratch
}

/** Acts again and again; what fails is tried again, for the incident itself makes things fail. */
function repeating(ending: AbortSignal): Stage['repeat'] {
  return (everyMs, act) => {
    const loop = async (): Promise<void> => {
      while (!ending.aborted) {
        await Promise.race([act().catch(() => null), sleep(5000)])
        await sleep(everyMs)
      }
    }
    void loop()
  }
}

async function prepare(incidents: readonly Incident[], scratch: ReadonlyMap<ServerName, Scratch>) {
  const past: PastScrape[] = []
  const recordPast = async (name: ServerName, agoMs: number): Promise<void> => {
    const { server, gateway } = found(scratch, name)
    const body = await (await fetch(`http://${server.address}/metrics`)).text()
    past.push({ body, job: jobOf(name), instance: gateway.address, agoMs })
  }
  for (const incident of incidents)
    await incident.prepare?.({ server: (name) => found(scratch, name).server, recordPast })
  return past
}

function targetsOf(scratch: ReadonlyMap<ServerName, Scratch>): Targets {
  const targets: Record<string, string[]> = {}
  for (const [name, { gateway }] of scratch) (targets[jobOf(name)] ??= []).push(gateway.address)
  const disk = scratch.get('disk')
  return { ...targets, ...(disk !== undefined && { [SPARE_JOB]: [disk.gateway.address] }) }
}

const uniqueServers = (incidents: readonly Incident[]): ServerName[] => [
  ...new Set(incidents.flatMap(({ servers }) => servers)),
]

/** Everything that the incidents need, running and scraped. `dir` is theirs alone. */
export async function openTheatre(dir: string, incidents: readonly Incident[]): Promise<Theatre> {
  const stops: (() => Promise<unknown>)[] = []
  const stop = async (): Promise<void> => {
    for (const end of stops.toReversed()) await end()
  }
  try {
    return await open(dir, incidents, { stops, stop })
  } catch (error) {
    await stop()
    throw error
  }
}

type Ending = { readonly stops: (() => Promise<unknown>)[]; readonly stop: () => Promise<void> }

async function open(dir: string, incidents: readonly Incident[], { stops, stop }: Ending): Promise<Theatre> {
  mkdirSync(dir, { recursive: true })
  const pages = await takePages()
  stops.push(pages.stop)
  const collector = await startCollector()
  stops.push(collector.stop)
  const scratch = await startServers(dir, uniqueServers(incidents), collector.endpoint)
  const gateways = [...scratch.values()].map(({ gateway }) => gateway)
  stops.push(() => Promise.all([...scratch.values()].map(({ server }) => server.kill())))
  stops.push(() => Promise.all(gateways.map((gateway) => gateway.stop())))
  const data = join(dir, 'prometheus')
  await writePast(dir, data, await prepare(incidents, scratch))
  const monitoring = await startMonitoring({ dir, pager: pages.url, targets: targetsOf(scratch), data })
  stops.push(monitoring.stop)
  await until({ what: 'every server is scraped', limitMs: 60_000 }, async () => {
    const [counted] = await monitoring.prometheus.instant('count(cugar_build_info)')
    return (counted?.value ?? 0) >= scratch.size
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
      server: (name) => found(scratch, name).server,
      gateway: (name) => found(scratch, name).gateway,
      collector,
      repeat: repeating(ending.signal),
      setTargets: (job, names) =>
        monitoring.setTargets(
          job,
          names.map((name) => found(scratch, name).gateway.address),
        ),
    }
  }
  return {
    monitoring,
    pages,
    gateways,
    stop,
    begin: (incident) => beginning(incident, stageOf(incident), pages),
    heal: (incident) => healing(incident, stageOf(incident), pages),
  }
}

const noticesOf = (pages: Pages, { alert, job }: Incident['alerts'][number]): readonly Notice[] =>
  pages.of(alert, job ?? undefined)

async function beginning(incident: Incident, stage: Stage, pages: Pages): Promise<Sent[]> {
  const cause = Date.now()
  await incident.begin(stage)
  return Promise.all(
    incident.alerts.map((about) =>
      eventually({ what: `${about.alert} fires (${incident.name})`, limitMs: LIMIT_MS }, () => {
        const notice = noticesOf(pages, about).find(({ status }) => status === 'firing')
        return notice === undefined ? null : { notice, afterMs: notice.at - cause }
      }),
    ),
  )
}

async function healing(incident: Incident, stage: Stage, pages: Pages): Promise<Sent[]> {
  if (incident.heal === null) return []
  const cure = Date.now()
  await incident.heal(stage)
  return Promise.all(
    incident.alerts.map((about) =>
      eventually({ what: `${about.alert} resolves (${incident.name})`, limitMs: LIMIT_MS }, () => {
        const notices = noticesOf(pages, about)
        const latest = notices.findLast(({ status }) => status === 'resolved')
        if (latest === undefined || stillFiring(notices).length > 0) return null
        return { notice: latest, afterMs: latest.at - cure }
      }),
    ),
  )
}
