// A scrape of the running product as a promtool case: the shipped rules, with the durations that they ship with, see
// what the product really exported.
import { execFile } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { stringify } from 'yaml'
import { load, pathOf } from '../dashboards/shipped.ts'
import { samplesOf, type Sample } from '../dashboards/cases.ts'

const run = promisify(execFile)

export type Recording = {
  /** Prometheus text. */
  readonly text: string
  /** Epoch milliseconds. */
  readonly at: number
}

/** Counters begin at 0 and have their values from this minute on. */
const MOVES_AT = 5
const EVALUATED_AT = 20
const MINUTES = 25
const PLACE = 'job="sales",instance="a"'
/** Buckets are many and no alert here asks for one; how full this machine's disk is says nothing. */
const isPlain = ({ name }: Sample): boolean =>
  !name.endsWith('_bucket') && !name.startsWith('cugar_data_dir_')

/** promtool's clock begins at 0: times are told from when the alerts are looked at. */
function valuesOf({ name, value }: Sample, at: number): string {
  if (name.endsWith('_timestamp_seconds') && value > 0) {
    const shifted = value - at / 1000 + EVALUATED_AT * 60
    return `${shifted}+0x${MINUTES}`
  }
  return name.endsWith('_total') && value > 0
    ? `0+0x${MOVES_AT - 1} ${value}+0x${MINUTES - MOVES_AT}`
    : `${value}+0x${MINUTES}`
}

const seriesOf = ({ name, labels }: Sample): string =>
  `${name}{${labels === '' ? PLACE : `${labels},${PLACE}`}}`

/** Whether exactly these alerts fire; otherwise promtool's own words. */
export async function recordedFiring(
  dir: string,
  { text, at }: Recording,
  firing: readonly Readonly<Record<string, string>>[],
): Promise<string> {
  const { recordings, alerts } = load()
  const samples = samplesOf(text).filter((sample) => isPlain(sample) && Number.isFinite(sample.value))
  const by = [...new Set(firing.flatMap((labels) => Object.keys(labels)))]
  const labelled = (labels: Readonly<Record<string, string>>): string =>
    `{${Object.entries(labels)
      .map(([name, value]) => `${name}="${value}"`)
      .join(',')}}`
  const file = join(dir, 'recorded.yml')
  writeFileSync(
    file,
    stringify({
      rule_files: ['rules', 'alerts'].map((name) => pathOf(`dashboards/generated/${name}.yml`)),
      evaluation_interval: '1m',
      group_eval_order: [...recordings, ...alerts].map(({ name }) => name),
      tests: [
        {
          interval: '1m',
          input_series: [
            { series: `up{${PLACE}}`, values: `1+0x${MINUTES}` },
            ...samples.map((sample) => ({ series: seriesOf(sample), values: valuesOf(sample, at) })),
          ],
          promql_expr_test: [
            {
              expr: `count by (${by.join(', ')}) (ALERTS{alertstate="firing",alertname!="CugarWatchdog"})`,
              eval_time: `${EVALUATED_AT}m`,
              exp_samples: firing.map((labels) => ({ labels: labelled(labels), value: 1 })),
            },
          ],
        },
      ],
    }),
  )
  const tested = run('promtool', ['test', 'rules', file])
  return tested.then(
    () => 'exactly these',
    (error: unknown) => String(error),
  )
}
