// The recorded cases: what a running product exported in each incident, by which the shipped alerts fire and end.
import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { parse } from 'yaml'
import { digestOf } from '../../bench/chaos/recording/record.ts'
import { INCIDENTS, roomOf } from '../../bench/chaos/incidents/all.ts'
import { recordedFiles, type RecordedCase } from './cases.ts'
import { load, pathOf, rulesOf } from './shipped.ts'

/** Alerts without a recording in which they fire and end. */
const WITHOUT: Readonly<Record<string, string>> = {
  CugarWatchdog:
    'It fires always, by nothing that is scraped. tests/telemetry/chaos.test.ts sees it arrive by a live Alertmanager.',
}

const files = recordedFiles().map((name) => {
  const text = readFileSync(pathOf(name), 'utf8')
  return { name, text, cases: (parse(text) as { tests: RecordedCase[] }).tests }
})
const cases = files.flatMap((file) => file.cases)

const nameOf = ({ alert, labels }: { alert: string; labels: Readonly<Record<string, string>> }): string =>
  labels['long_window'] === undefined ? alert : `${alert} over ${labels['long_window']}`

describe('recorded cases', () => {
  test('every shipped rule has one, or a reason why not', () => {
    const shipped = rulesOf(load().alerts).map(nameOf)
    expect([...new Set([...cases.map(({ name }) => name), ...Object.keys(WITHOUT)])].toSorted()).toEqual(
      shipped.toSorted(),
    )
  })

  test('in each the alert is quiet first, then fires, and then is quiet again', () => {
    for (const { name, promql_expr_test } of cases) {
      const [alert] = name.split(' ')
      expect(promql_expr_test.map(({ exp_samples }) => [name, exp_samples.length])).toEqual(
        [0, 1, 0].map((count) => [name, count]),
      )
      for (const { expr } of promql_expr_test) expect(expr).toContain(`alertname="${alert}"`)
    }
  })

  test('each file is of an incident, and its series are as they were recorded', () => {
    for (const { name, text, cases: own } of files) {
      const incident = INCIDENTS.find((one) => name.endsWith(`/${roomOf(one)}/${one.name}.yml`))
      expect(text.startsWith(`# ${incident?.story}\n`)).toBe(true)
      expect([name, /^# sha256 (\w+)$/m.exec(text)?.[1]]).toEqual([name, digestOf(own)])
    }
  })
})
