// `cugar monitoring export`, by the real command line: what it writes is read back and given to promtool.
import { execFileSync, spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { parse } from 'yaml'
import { matchersOf } from '../../src/cli/monitoring/matchers.ts'
import { narrowed } from '../../src/cli/monitoring/rules.ts'

const folder = mkdtempSync(join(tmpdir(), 'monitoring-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))
const launcher = join(import.meta.dirname, '../../src/cli/launcher.cjs')
const generated = join(import.meta.dirname, '../../dashboards/generated')
const exported = (out: string, ...options: string[]) =>
  spawnSync(process.execPath, [launcher, 'monitoring', 'export', '--out', resolve(folder, out), ...options], {
    encoding: 'utf8',
  })
const read = (...path: string[]): string => readFileSync(join(folder, ...path), 'utf8')
type Groups = { groups: unknown[] }
const shipped = (file: string): unknown[] =>
  (parse(readFileSync(join(generated, file), 'utf8')) as Groups).groups
const every = [...shipped('rules.yml'), ...shipped('alerts.yml')]
const LONG = 240_000

test('every shape holds the same rules and dashboards', { timeout: LONG }, () => {
  for (const format of ['rules', 'prometheusrule', 'mixin', 'grafana', 'configmaps'])
    expect(exported(format, '--format', format)).toMatchObject({ status: 0, stderr: '' })
  expect(parse(read('rules', 'cugar-rules.yml'))).toEqual({ groups: every })
  expect(parse(read('prometheusrule', 'cugar-prometheusrule.yaml'))).toMatchObject({
    apiVersion: 'monitoring.coreos.com/v1',
    kind: 'PrometheusRule',
    spec: { groups: every },
  })
  const mixin = JSON.parse(read('mixin', 'mixin.libsonnet')) as Record<
    string,
    Groups & Record<string, unknown>
  >
  expect(mixin['prometheusRules']?.groups).toEqual(shipped('rules.yml'))
  expect(mixin['prometheusAlerts']?.groups).toEqual(shipped('alerts.yml'))
  const boards = readdirSync(join(folder, 'grafana'))
  expect(boards.toSorted()).toEqual(Object.keys(mixin['grafanaDashboards'] ?? {}).toSorted())
  expect(boards).not.toContain('cugar-llm.json')
  for (const board of boards) {
    const text = readFileSync(join(generated, board), 'utf8')
    expect(read('grafana', board)).toBe(text)
    const map: unknown = parse(read('configmaps', board.replace('.json', '.yaml')))
    expect(map).toMatchObject({ kind: 'ConfigMap', data: { [board]: text } })
  }
})

test('settings are laid over the rules, and promtool takes them', { timeout: LONG }, () => {
  const settings = ['--selector', 'cluster="eu"', '--threshold', 'CugarApprovalQueueDeep=50']
  const more = ['--objective', 'run-success=0.995', '--runbook', 'https://wiki.example/runbook', '--models']
  expect(exported('set', '--format', 'rules', ...settings, ...more).status).toBe(0)
  const file = join(folder, 'set', 'cugar-rules.yml')
  expect(execFileSync('promtool', ['check', 'rules', file], { encoding: 'utf8' })).toContain('SUCCESS')
  const text = read('set', 'cugar-rules.yml')
  expect(text).toContain('sum by (job) (last_over_time(cugar_approvals_pending{cluster="eu"}[5m])) > 50\n')
  expect(text).toContain('vector(0.995)')
  expect(text).toContain('runbook_url: https://wiki.example/runbook#cugar-approval-queue-deep')
})

test('dashboards show only what a selector leaves', { timeout: LONG }, () => {
  expect(exported('narrow', '--format', 'grafana', '--selector', 'cluster="eu"').status).toBe(0)
  const board = read('narrow', 'cugar-governance.json')
  const queries = [...board.matchAll(/"(?:expr|query|definition)": "((?:[^"\\]|\\.)*)"/g)]
  const scraped = queries.map(([, text = '']) => text).filter((text) => text.includes('cugar_'))
  expect(scraped.length).toBeGreaterThan(20)
  for (const text of scraped) {
    const series = text.match(/(?<![\w:])cugar_\w+\{[^}]*\}/g) ?? []
    expect(series).not.toEqual([])
    for (const each of series) expect(each).toContain('cluster=\\"eu\\"')
  }
})

/** Values that a label may have, and that end no selector. */
const ODD = String.raw`job=~"Sales (EU|US) \"x\" {1}.*", namespace="Vertrieb Köln, \\ 2",cluster!="}"`

test('any value of a label narrows every shape to valid rules', { timeout: LONG }, () => {
  for (const format of ['rules', 'prometheusrule', 'mixin', 'grafana', 'configmaps'])
    expect(exported(`odd-${format}`, '--format', format, '--selector', ODD)).toMatchObject({ status: 0 })
  const file = join(folder, 'odd-rules', 'cugar-rules.yml')
  expect(execFileSync('promtool', ['check', 'rules', file], { encoding: 'utf8' })).toContain('SUCCESS')
  const wanted = ODD.replace(', namespace', ',namespace')
  const groups = (parse(read('odd-rules', 'cugar-rules.yml')) as Groups).groups
  expect(JSON.stringify(groups)).toContain(JSON.stringify(wanted).slice(1, -1))
  expect(parse(read('odd-prometheusrule', 'cugar-prometheusrule.yaml'))).toMatchObject({ spec: { groups } })
  expect(read('odd-mixin', 'mixin.libsonnet')).toContain(JSON.stringify(wanted).slice(1, -1))
  for (const board of readdirSync(join(folder, 'odd-grafana'))) {
    expect(JSON.stringify(JSON.parse(read('odd-grafana', board)))).toContain(
      JSON.stringify(wanted).slice(1, -1),
    )
  }
})

test.each([
  ['a pattern that is none', 'job=~"("'],
  ['a pattern of another language', 'job=~"a(?=b)"'],
  ['the name of the series', '__name__="up"'],
  ['the bound of a bucket', 'le="1"'],
  ['a value without quotes', 'job=a'],
  ['a text that goes on', 'job="a" or up'],
  ['a comma too many', 'job="a",'],
  ['an escape that is none', String.raw`job="a\q"`],
])('%s is no matcher', (_what, text) => {
  expect(matchersOf(text)).toBeNull()
})

test.each([
  ['a="b"', 'a="b"'],
  [' a = "b" , c!~"(?i)d.*" ', 'a="b",c!~"(?i)d.*"'],
  ['job=~"(?P<x>sales|ops)-[[:alpha:]]+"', 'job=~"(?P<x>sales|ops)-[[:alpha:]]+"'],
  ['a=""', 'a=""'],
])('%s are matchers', (text, expected) => {
  expect(matchersOf(text)).toBe(expected)
})

test('a place where nothing can be written is told in words', { timeout: LONG }, () => {
  for (const [place, why] of [
    ['/proc/nowhere/x', 'its folder is not there, and cannot be made'],
    ['/dev/null', 'a part of its path is no folder'],
  ] as const) {
    const { status, stderr } = exported(place, '--format', 'rules')
    expect([status, stderr]).toEqual([1, expect.stringContaining(`cannot be written: ${why}`)])
  }
})

test('what is not there is refused', { timeout: LONG }, () => {
  const refused = (...options: string[]) => exported('no', '--format', 'rules', ...options)
  expect(refused('--threshold', 'Nobody=3')).toMatchObject({
    status: 2,
    stderr: expect.stringContaining('no alert Nobody'),
  })
  expect(refused('--objective', 'run-success=1.5').status).toBe(2)
  // Of an objective of 0.93 the budget is 7 %: 14.4 times as much is more than every run.
  expect(refused('--objective', 'run-success=0.93').stderr).toContain('CugarErrorBudgetBurnFast could never')
  expect(exported('just', '--format', 'rules', '--objective', 'run-success=0.931').status).toBe(0)
  expect(refused('--runbook', 'javascript:alert(1)').status).toBe(2)
  expect(refused('--selector', 'cluster="eu"} or up{').status).toBe(2)
  expect(refused('--threshold', 'CugarWatchdog=3').stderr).toContain('no limit of its own')
  expect(refused('--threshold', 'CugarToolErrorRateHigh=20').stderr).toContain('0.2 is 20 %')
  const twice = ['--threshold', 'CugarApprovalQueueDeep=5', '--threshold', 'CugarApprovalQueueDeep=6']
  expect(refused(...twice)).toMatchObject({ status: 2, stderr: expect.stringContaining('is there twice') })
})

test.each([
  ['up == 0', 'up{a="b"} == 0'],
  [
    'sum by (job) (rate(cugar_runs_total{outcome="error"}[5m]))',
    'sum by (job) (rate(cugar_runs_total{outcome="error",a="b"}[5m]))',
  ],
  ['job:cugar_runs:success_ratio_rate5m < 1', 'job:cugar_runs:success_ratio_rate5m < 1'],
  ['x{job=~".*cugar_a.*"}', 'x{job=~".*cugar_a.*"}'],
])('%s is narrowed to the series of a selector', (expr, expected) => {
  expect(narrowed(expr, 'a="b"')).toBe(expected)
})
