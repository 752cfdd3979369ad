// The shipped files as the real programs read them.
import { execFile } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { promisify } from 'node:util'
import { describe, expect, test } from 'vitest'
import { parse } from 'yaml'
import { caseFiles } from './cases.ts'
import { withQuickCases } from './quick-cases.ts'
import { load, pathOf, rulesOf } from './shipped.ts'

const run = promisify(execFile)
const files = caseFiles()

type Case = {
  name: string
  input_series: { series: string }[]
  promql_expr_test?: { expr: string; exp_samples: unknown[] }[]
}
const cases = files.flatMap((file) => (parse(readFileSync(pathOf(file), 'utf8')) as { tests: Case[] }).tests)

/** Expectations about an alert: whether it fires, or stays quiet although the series are there. */
function expectations(alert: string): ('fires' | 'quiet')[] {
  return cases.flatMap(({ input_series, promql_expr_test = [] }) =>
    promql_expr_test
      .filter(({ expr }) => expr.includes(`alertname="${alert}",alertstate="firing"`))
      .flatMap(({ exp_samples, expr }) => {
        if (exp_samples.length > 0) return ['fires' as const]
        const [, job = ''] = /job="([^"]*)"/.exec(expr) ?? []
        return input_series.some(({ series }) => series.includes(`job="${job}"`)) ? ['quiet' as const] : []
      }),
  )
}

describe('promtool and amtool accept what is shipped', () => {
  test('rules and alerts', async () => {
    const { stdout } = await run('promtool', [
      'check',
      'rules',
      pathOf('dashboards/generated/rules.yml'),
      pathOf('dashboards/generated/alerts.yml'),
    ])
    expect(stdout).toMatch(/SUCCESS: 71 rules found[\s\S]*SUCCESS: 44 rules found/)
  })

  test('prometheus.yml, which finds its rules', async () => {
    const { stdout } = await run('promtool', ['check', 'config', pathOf('prometheus.yml')])
    expect(stdout).toContain('2 rule files found')
  })

  test('alertmanager.yml', async () => {
    const { stdout } = await run('amtool', ['check-config', pathOf('alertmanager.yml')])
    expect(stdout).toMatch(/SUCCESS[\s\S]*5 inhibit rules/)
  })

  test('the example with a pager and a dead-man switch, which mutes as the shipped routes do', async () => {
    const { stdout } = await run('amtool', ['check-config', pathOf('deploy/alertmanager-pager.yml')])
    expect(stdout).toMatch(/SUCCESS[\s\S]*5 inhibit rules[\s\S]*4 receivers/)
    const inhibited = (file: string) =>
      (parse(readFileSync(pathOf(file), 'utf8')) as { inhibit_rules: unknown }).inhibit_rules
    expect(inhibited('deploy/alertmanager-pager.yml')).toEqual(inhibited('alertmanager.yml'))
  })

  test.each([
    ['critical', 'pages'],
    ['warning', 'tickets'],
    ['none', 'watchdog'],
  ])('an alert of severity %s goes to %s', async (severity, receiver) => {
    const { stdout } = await run('amtool', [
      'config',
      'routes',
      'test',
      `--config.file=${pathOf('alertmanager.yml')}`,
      `severity=${severity}`,
    ])
    expect(stdout.trim()).toBe(receiver)
  })
})

describe('alerts fire when they must and are quiet when they must not', () => {
  test.concurrent.each(files)(
    '%s',
    async (file) => {
      const { stdout } = await withQuickCases(pathOf(file), (path) =>
        run('promtool', ['test', 'rules', path]),
      ).catch((cause: { stderr: string }) => ({ stdout: cause.stderr }))
      expect(stdout).toContain('SUCCESS')
    },
    600_000,
  )

  const alerts = rulesOf(load().alerts).map(({ alert }) => alert)

  test('every alert has a firing case, and every one but the watchdog a quiet one', () => {
    for (const alert of new Set(alerts)) {
      const found = new Set(expectations(alert))
      expect([alert, found.has('fires'), found.has('quiet')]).toEqual([
        alert,
        true,
        alert !== 'CugarWatchdog',
      ])
    }
  })

  test('every file names the order of its groups', () => {
    const { recordings, alerts: groups } = load()
    const names = [...recordings, ...groups].map(({ name }) => name)
    for (const file of files) {
      const { group_eval_order } = parse(readFileSync(pathOf(file), 'utf8')) as { group_eval_order: string[] }
      expect(group_eval_order).toEqual(names)
    }
  })
})
