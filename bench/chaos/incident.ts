// What an incident is: what breaks, on which scratch servers, which alerts must tell of it, and what ends it.
import type { Collector } from './collector.ts'
import type { Gateway } from './gateway.ts'
import type { ChaosServer, ServerOptions } from './server.ts'

/** The servers that an incident happens to, each a job of its own that is named `cugar-NAME`. */
export const SERVERS = {
  busy: { engine: { maxRuns: 500 } },
  partial: {},
  stuck: { engine: { maxRuns: 64, maxQueue: 5 } },
  budgets: { calls: { smb: 5, sales_rep: 20, technical: 1000 } },
  people: { engine: { maxRuns: 500 } },
  traced: { tracing: { maxQueuedSpans: 500, batchSpans: 100, exportTimeoutMs: 2000 } },
  stutter: {},
  disk: { diskMegabytes: 64 },
  quiet: {},
  lone: {},
  first: {},
  second: {},
  third: {},
} as const satisfies Readonly<Record<string, ServerOptions>>
export type ServerName = keyof typeof SERVERS

/** Servers that share a job; the others have one of their own. */
const SHARED_JOB: Readonly<Partial<Record<ServerName, string>>> = {
  first: 'sales-trio',
  second: 'sales-trio',
  third: 'sales-trio',
}
export const jobOf = (server: ServerName): string => SHARED_JOB[server] ?? `cugar-${server}`

/** A second job that scrapes the server `disk`. */
export const SPARE_JOB = 'sales-spare'

export type Stage = {
  readonly server: (name: ServerName) => ChaosServer
  /** Before a server's /metrics. */
  readonly gateway: (name: ServerName) => Gateway
  /** Does it again and again until the incident is healed; what fails is tried again. */
  readonly repeat: (everyMs: number, act: () => Promise<unknown>) => void
  /** Where the server `traced` sends its spans. */
  readonly collector: Pick<Collector, 'hang' | 'answer'>
  /** What Prometheus scrapes of a job from now on. */
  readonly setTargets: (job: string, servers: readonly ServerName[]) => void
}

/** What is prepared before Prometheus sees anything. */
export type Backstage = Pick<Stage, 'server'> & {
  /** A scrape of a server becomes one of the past, so many milliseconds ago by the rules' time. */
  readonly recordPast: (name: ServerName, agoMs: number) => Promise<void>
}

export type Incident = {
  readonly name: string
  /** What happens, as one would tell it afterwards. */
  readonly story: string
  readonly servers: readonly ServerName[]
  /** Name of each alert that it must send, and the job that it is about; null: about none. */
  readonly alerts: readonly { readonly alert: string; readonly job: string | null }[]
  readonly prepare?: (stage: Backstage) => Promise<void>
  readonly begin: (stage: Stage) => Promise<void>
  /** null: what is there for ever, such as the watchdog. */
  readonly heal: ((stage: Stage) => Promise<void>) | null
}

/** Alerts about the job of one server. */
export const about = (server: ServerName, ...alerts: readonly string[]): Incident['alerts'] =>
  alerts.map((alert) => ({ alert, job: jobOf(server) }))
