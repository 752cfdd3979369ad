// A real Prometheus over scrapes of the past: expositions become its blocks, so that a test need not wait for time.
import { execFile } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { onTestFinished } from 'vitest'
import { askPrometheus, freePort, launch, type Prometheus } from '../../bench/chaos/programs.ts'
import { until } from './traffic.ts'

const run = promisify(execFile)

export type Scrape = {
  /** Prometheus text. */
  readonly body: string
  /** Epoch seconds. */
  readonly at: number
  /** What Prometheus adds to every series, such as `job` and `instance`. */
  readonly labels: Readonly<Record<string, string>>
}

/** Samples as OpenMetrics with their time. */
function timed({ body, at, labels }: Scrape): string[] {
  const added = Object.entries(labels).map(([name, value]) => `${name}="${value}"`)
  const samples = body.split('\n').filter((line) => line !== '' && !line.startsWith('#'))
  return samples.map((line) => {
    const [, name = '', own = '', value = ''] = /^([^\s{]+)(?:\{(.*)\})? (\S+)$/.exec(line) ?? []
    const all = own === '' ? added : [own, ...added]
    return `${name}{${all.join(',')}} ${value} ${at}`
  })
}

/** A Prometheus that knows exactly these scrapes; it ends with the test. */
export async function prometheusOf(scrapes: readonly Scrape[]): Promise<Prometheus> {
  const dir = mkdtempSync(join(tmpdir(), 'cugar-past-'))
  onTestFinished(() => rmSync(dir, { recursive: true, force: true }))
  const samples = join(dir, 'scrapes.om')
  writeFileSync(samples, `${scrapes.flatMap(timed).join('\n')}\n# EOF\n`)
  await run('promtool', ['tsdb', 'create-blocks-from', 'openmetrics', samples, join(dir, 'data')])
  const config = join(dir, 'prometheus.yml')
  writeFileSync(config, 'scrape_configs: []\n')
  const address = `127.0.0.1:${await freePort()}`
  const program = launch('prometheus', [
    `--config.file=${config}`,
    `--storage.tsdb.path=${join(dir, 'data')}`,
    '--storage.tsdb.retention.time=10y',
    `--web.listen-address=${address}`,
  ])
  onTestFinished(program.stop)
  const prometheus = askPrometheus(`http://${address}`)
  await until('Prometheus is ready', () => prometheus.ready())
  return prometheus
}

/** A dashboard's expression with the values of its variables; those not named match everything. */
export const filled = (expr: string, values: Readonly<Record<string, string>>): string =>
  expr.replaceAll(/\$([a-z_]\w*)/g, (_, name: string) => values[name] ?? '.*')
