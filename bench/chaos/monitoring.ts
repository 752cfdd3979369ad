// Prometheus with the shipped rules and Alertmanager with the shipped routes, both as real programs; only times are
// shorter, addresses are others, and every receiver is the one of the incident.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { parse, stringify } from 'yaml'
import { alertsFile, rulesFile } from '../../dashboards/rules/rules.ts'
import { shorter } from '../../dashboards/rules/time-scale.ts'
import { askPrometheus, freePort, launch, type Program, type Prometheus } from './programs.ts'
import { until } from './wait.ts'

/** An hour of the rules is a minute. */
export const TIMES = 60
const EVERY = '1s'

type Route = { group_wait?: string; group_interval?: string; repeat_interval?: string; routes?: Route[] }
type AlertmanagerText = { route: Route; receivers: { name: string }[]; inhibit_rules: unknown[] }

const shorterRoute = ({ routes, ...route }: Route): Route => ({
  ...Object.fromEntries(
    Object.entries(route).map(([key, value]) => [
      key,
      // Alertmanager takes no interval of 0, and 0 s of waiting stay 0.
      typeof value === 'string' && /^[1-9]\d*[smhd]$/.test(value) ? shorter(value, TIMES) : value,
    ]),
  ),
  ...(routes !== undefined && { routes: routes.map(shorterRoute) }),
})

/** Routes and inhibition as shipped; each receiver posts to `pager`/NAME. */
function alertmanagerText(pager: string): string {
  const shipped = parse(
    readFileSync(new URL('../../alertmanager.yml', import.meta.url), 'utf8'),
  ) as AlertmanagerText
  return stringify({
    ...shipped,
    route: shorterRoute(shipped.route),
    receivers: shipped.receivers.map(({ name }) => ({
      name,
      webhook_configs: [{ url: `${pager}/${name}`, send_resolved: true }],
    })),
  })
}

const prometheusText = (alertmanager: string, jobs: readonly string[], targets: string): string =>
  stringify({
    global: { scrape_interval: EVERY, scrape_timeout: EVERY, evaluation_interval: EVERY },
    rule_files: ['rules.yml', 'alerts.yml'],
    alerting: { alertmanagers: [{ static_configs: [{ targets: [alertmanager] }] }] },
    scrape_configs: jobs.map((job) => ({
      job_name: job,
      file_sd_configs: [{ files: [`${targets}/${job}.json`], refresh_interval: '5s' }],
    })),
  })

export type Targets = Readonly<Record<string, readonly string[]>>

export type Monitoring = {
  readonly prometheus: Prometheus
  readonly urls: { readonly prometheus: string; readonly alertmanager: string }
  /** What a job is scraped at from now on: host:port each. */
  readonly setTargets: (job: string, addresses: readonly string[]) => void
  readonly log: () => string
  readonly stop: () => Promise<void>
}

export type MonitoringPlaces = {
  readonly dir: string
  /** URL of the webhook receiver. */
  readonly pager: string
  readonly targets: Targets
  /** Folder of Prometheus' data; blocks may be there already. */
  readonly data: string
}

export async function startMonitoring({ dir, pager, targets, data }: MonitoringPlaces): Promise<Monitoring> {
  const [own, alerts] = [await freePort(), await freePort()]
  const folder = join(dir, 'targets')
  mkdirSync(folder, { recursive: true })
  const setTargets = (job: string, addresses: readonly string[]): void =>
    writeFileSync(join(folder, `${job}.json`), JSON.stringify([{ targets: addresses }]))
  for (const [job, addresses] of Object.entries(targets)) setTargets(job, addresses)
  const write = (name: string, text: string): void => writeFileSync(join(dir, name), text)
  write('rules.yml', rulesFile(TIMES))
  write('alerts.yml', alertsFile(TIMES))
  write('prometheus.yml', prometheusText(`127.0.0.1:${alerts}`, Object.keys(targets), folder))
  write('alertmanager.yml', alertmanagerText(pager))
  const programs: readonly Program[] = [
    launch('prometheus-alertmanager', [
      `--config.file=${dir}/alertmanager.yml`,
      `--storage.path=${dir}/alertmanager`,
      `--web.listen-address=127.0.0.1:${alerts}`,
      '--cluster.listen-address=',
    ]),
    launch('prometheus', [
      `--config.file=${dir}/prometheus.yml`,
      `--storage.tsdb.path=${data}`,
      `--web.listen-address=127.0.0.1:${own}`,
      `--query.lookback-delta=${shorter('5m', TIMES)}`,
    ]),
  ]
  const log = (): string => programs.map((program) => program.log()).join('\n')
  const stop = async (): Promise<void> => {
    await Promise.all(programs.map((program) => program.stop()))
  }
  const urls = { prometheus: `http://127.0.0.1:${own}`, alertmanager: `http://127.0.0.1:${alerts}` }
  const prometheus = askPrometheus(urls.prometheus)
  try {
    await until({ what: 'Prometheus is ready', limitMs: 120_000 }, () => prometheus.ready())
  } catch (cause) {
    await stop()
    throw new Error(`Prometheus does not start:\n${log()}`, { cause })
  }
  return { prometheus, urls, setTargets, log, stop }
}
