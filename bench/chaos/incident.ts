// What an incident is: what breaks, on which scratch servers, which alerts must tell of it, and what ends it.
import type { Collector } from './collector.ts'
import type { Gateway } from './gateway.ts'
import type { Outside } from './outside.ts'
import type { ChaosServer, ServerOptions } from './server.ts'

/** The scratch servers that incidents happen to. */
export const SERVERS = {
  steps: { registry: { hasManySteps: true } },
  partial: {},
  stuck: { engine: { maxRuns: 64 }, registry: { profiles: ['smb'] } },
  door: { engine: { maxRuns: 8, maxQueue: 5 } },
  budgets: {
    registry: {
      profiles: ['smb', 'sales_rep', 'technical'],
      calls: { smb: 5, sales_rep: 20, technical: 1000 },
    },
  },
  people: {
    engine: { maxRuns: 500 },
    registry: { profiles: ['enterprise', 'sales_manager', 'smb'] },
  },
  traced: {
    registry: { hasManySteps: true },
    tracing: { maxQueuedSpans: 500, batchSpans: 100, exportTimeoutMs: 2000 },
  },
  behind: {
    registry: { hasManySteps: true },
    tracing: { maxQueuedSpans: 40, batchSpans: 20, exportTimeoutMs: 30_000 },
  },
  stutter: {},
  disk: { diskMegabytes: 192 },
  outside: {
    engine: { maxRuns: 500 },
    registry: {
      profiles: ['smb', 'sales_rep', 'technical', 'enterprise'],
      hasOutside: true,
    },
  },
  quiet: {},
  lone: {},
  trickle: {},
  first: {},
} as const satisfies Readonly<Record<string, ServerOptions>>
export type ServerName = keyof typeof SERVERS
/** Those that send their spans to a collector. */
export type TracedName = {
  [N in ServerName]: (typeof SERVERS)[N] extends { tracing: object } ? N : never
}[ServerName]

/** What Prometheus scrapes: a server each, behind a gateway of its own. */
export const TARGETS = {
  ...(Object.fromEntries(
    Object.keys(SERVERS).map((server) => [server, { job: `cugar-${server}`, server }]),
  ) as Record<ServerName, { job: string; server: ServerName }>),
  // A job of three instances under a name of its own, and one that only this target has.
  first: { job: 'sales-trio', server: 'first' },
  second: { job: 'sales-trio', server: 'disk' },
  third: { job: 'sales-trio', server: 'quiet' },
  spare: { job: 'sales-spare', server: 'steps' },
} as const satisfies Readonly<Record<string, { readonly job: string; readonly server: ServerName }>>
export type TargetName = keyof typeof TARGETS

export const jobOf = (target: TargetName): string => TARGETS[target].job

export type Stage = {
  readonly server: (name: ServerName) => ChaosServer
  /** Before the /metrics of a target. */
  readonly gateway: (name: TargetName) => Gateway
  /**
   * Does it again and again until the incident is healed; what fails is tried again, and so is what takes longer than
   * `limitMs`, 5 s if not said, beside what goes on then.
   */
  readonly repeat: (everyMs: number, act: () => Promise<unknown>, limitMs?: number) => void
  /** Where a server sends its spans. */
  readonly collector: (name: TracedName) => Pick<Collector, 'hang' | 'dawdle' | 'answer'>
  /** The models and vendors of server `outside`. */
  readonly outside: Pick<Outside, 'setModel' | 'hubspot' | 'pipedrive'>
  /** What Prometheus scrapes of a job from now on. */
  readonly setTargets: (job: string, targets: readonly TargetName[]) => void
}

export type PastOf = {
  /** Milliseconds, by the rules' time. */
  readonly agoMs: number
  /** How their names begin: every series costs, and most of them no alert asks for. */
  readonly metrics: string
}

/** What is prepared before Prometheus sees anything. */
export type Backstage = Pick<Stage, 'server' | 'outside'> & {
  /** What a target shows of some metrics becomes a scrape of the past. */
  readonly recordPast: (name: TargetName, past: PastOf) => Promise<void>
}

export type AlertOf = {
  readonly alert: string
  readonly job: string | null
  /** Of an alert that another incident sends for the same job. */
  readonly labels?: Readonly<Record<string, string>>
}

export type Incident = {
  readonly name: string
  /** What happens, as one would tell it afterwards. */
  readonly story: string
  /** The servers behind them run. */
  readonly targets: readonly TargetName[]
  /** Name of each alert that it must send, and the job that it is about; null: about none. */
  readonly alerts: readonly AlertOf[]
  /**
   * By what the rules' time is divided where it is played, `TIMES` if not said: less where a second for a minute is too
   * short on a busy machine.
   */
  readonly times?: number
  /** Its alert waits for hours of the rules, and begins to wait anew where the machine stands still for some seconds. */
  readonly isLong?: true
  readonly prepare?: (stage: Backstage) => Promise<void>
  readonly begin: (stage: Stage) => Promise<void>
  /** null: what is there for ever, such as the watchdog. */
  readonly heal: ((stage: Stage) => Promise<void>) | null
}

/** An hour of the rules is a minute, unless an incident says otherwise. */
export const TIMES = 60
export const timesOf = ({ times = TIMES }: Incident): number => times

/** The alert in Prometheus, with `more` labels. */
export function alertSelector(
  { alert, job, labels = {} }: AlertOf,
  more: Readonly<Record<string, string>> = {},
): string {
  const wanted = { alertname: alert, ...(job !== null && { job }), ...labels, ...more }
  const matchers = Object.entries(wanted).map(([name, value]) => `${name}="${value}"`)
  return `ALERTS{${matchers.join(',')}}`
}

/** Alerts about the job of a target. */
export const about = (target: TargetName, ...alerts: readonly string[]): Incident['alerts'] =>
  alerts.map((alert) => ({ alert, job: jobOf(target) }))
