// The shipped configuration with other addresses, intervals and secrets, and not a word else.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { pathOf } from '../dashboards/shipped.ts'

type Change = readonly [from: string | RegExp, to: string]

/** A change that finds nothing to change is an error: the file is no longer what the test believes. */
function changed(file: string, changes: readonly Change[]): string {
  let text = readFileSync(pathOf(file), 'utf8')
  for (const [from, to] of changes) {
    const next = text.replaceAll(typeof from === 'string' ? from : new RegExp(from, 'g'), to)
    if (next === text) throw new Error(`${file} has nothing like ${String(from)}`)
    text = next
  }
  return text
}

export type Places = {
  /** Where the files go. */
  readonly dir: string
  /** host:port of each. */
  readonly product: string
  readonly alertmanager: string
  /** URL of one more receiver beside the product. */
  readonly pager: string
  readonly keys: { readonly metrics: string; readonly hooks: string }
}

/** Writes the files that the two programs read; alone `for` of the alerts under test is shorter than shipped. */
export function configure({ dir, product, alertmanager, pager, keys }: Places): void {
  const write = (name: string, text: string): string => {
    const path = join(dir, name)
    mkdirSync(dirname(path), { recursive: true })
    writeFileSync(path, text)
    return path
  }
  const metricsKey = write('metrics.key', keys.metrics)
  const hooksKey = write('alertmanager.key', keys.hooks)
  const prometheus = changed('prometheus.yml', [
    [/(scrape_interval|evaluation_interval): 15s/, '$1: 1s'],
    ['scrape_timeout: 10s', 'scrape_timeout: 1s'],
    ['127.0.0.1:9093', alertmanager],
    ['127.0.0.1:8000', product],
    ['# authorization: {', 'authorization: {'],
    ['/etc/cugar/metrics.key', metricsKey],
    // Any name will do.
    ['job_name: cugar', 'job_name: sales'],
  ])
  const alerts = changed('dashboards/generated/alerts.yml', [
    [/(?<=alert: CugarBudgetExhausted\n.*\n +for: )1m/, '2s'],
    [/(?<=alert: CugarRegistryReloadFailed\n.*\n +for: )5m/, '2s'],
  ])
  const routes = changed('alertmanager.yml', [
    [/group_(wait|interval): \d+[sm]/, 'group_$1: 1s'],
    ['127.0.0.1:8000', product],
    ['# http_config: {', 'http_config: {'],
    ['/etc/cugar/alertmanager.key', hooksKey],
    [
      '- name: pages\n    webhook_configs:\n',
      `- name: pages\n    webhook_configs:\n      - url: ${pager}/pages\n`,
    ],
  ])
  write('prometheus.yml', prometheus)
  write('dashboards/generated/alerts.yml', alerts)
  write(
    'dashboards/generated/rules.yml',
    changed('dashboards/generated/rules.yml', [[/interval: 1m/, 'interval: 1s']]),
  )
  write('alertmanager.yml', routes)
}
