// Prometheus with the shipped rules and Alertmanager with the shipped routes, both as real programs; only times are
// shorter, addresses are others, and every receiver is the one of the incident.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { parse, stringify } from 'yaml'
import { alertsFile, rulesFile } from '../../dashboards/rules/rules.ts'
import { shorter } from '../../dashboards/rules/time-scale.ts'
import { askPrometheus, freePort, launch, type Program, type Prometheus } from './programs.ts'
import { until } from './wait.ts'

type Route = { group_wait?: string; group_interval?: string; repeat_interval?: string; routes?: Route[] }
type AlertmanagerText = { route: Route; receivers: { name: string }[]; inhibit_rules: unknown[] }

const shorterRoute = ({ routes, ...route }: Route, times: number): Route => ({
  ...Object.fromEntries(
    Object.entries(route).map(([key, value]) => [
      key,
      // Alertmanager takes no interval of 0, and 0 s of waiting stay 0.
      typeof value === 'string' && /^[1-9]\d*[smhd]$/.test(value) ? shorter(value, times) : value,
    ]),
  ),
  ...(routes !== undefined && { routes: routes.map((each) => shorterRoute(each, times)) }),
})

/** Routes and inhibition as shipped; each receiver posts to `pager`/NAME. */
function alertmanagerText(pager: string, times: number): string {
  const shipped = parse(
    readFileSync(new URL('../../alertmanager.yml', import.meta.url), 'utf8'),
  ) as AlertmanagerText
  return stringify({
    ...shipped,
    route: shorterRoute(shipped.route, times),
    receivers: shipped.receivers.map(({ name }) => ({
      name,
      webhook_configs: [{ url: `${pager}/${name}`, send_resolved: true }],
    })),
  })
}

type Scraping = {
  readonly alertmanager: string
  readonly jobs: readonly string[]
  readonly targets: string
  readonly times: number
}

/** Scrapes and rules once a minute of the rules. */
function prometheusText({ alertmanager, jobs, targets, times }: Scraping): string {
  const every = shorter('1m', times)
  return stringify({
    global: { scrape_interval: every, scrape_timeout: every, evaluation_interval: every },
    rule_files: ['rules.yml', 'alerts.yml'],
    alerting: { alertmanagers: [{ static_configs: [{ targets: [alertmanager] }] }] },
    scrape_configs: jobs.map((job) => ({
      job_name: job,
      file_sd_configs: [{ files: [`${targets}/${job}.json`], refresh_interval: '5s' }],
    })),
  })
}

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
  /** By what every duration of rules and routes is divided. */
  readonly times: number
}

export async function startMonitoring(places: MonitoringPlaces): Promise<Monitoring> {
  const { dir, pager, targets, data, times } = places
  const [own, alerts] = [await freePort(), await freePort()]
  const folder = join(dir, 'targets')
  mkdirSync(folder, { recursive: true })
  const setTargets = (job: string, addresses: readonly string[]): void =>
    writeFileSync(join(folder, `${job}.json`), JSON.stringify([{ targets: addresses }]))
  for (const [job, addresses] of Object.entries(targets)) setTargets(job, addresses)
  const write = (name: string, text: string): void => writeFileSync(join(dir, name), text)
  write('rules.yml', rulesFile(times))
  write('alerts.yml', alertsFile(times))
  write(
    'prometheus.yml',
    prometheusText({
      alertmanager: `127.0.0.1:${alerts}`,
      jobs: Object.keys(targets),
      targets: folder,
      times,
    }),
  )
  write('alertmanager.yml', alertmanagerText(pager, times))
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
      `--query.lookback-delta=${shorter('5m', times)}`,
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
