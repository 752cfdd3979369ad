// The rules for queries, alerts and panels, and proof that each of them finds the fault it is there for.
import { describe, expect, test } from 'vitest'
import { lintBoards } from './lint-boards.ts'
import type { Finding } from './lint-queries.ts'
import { lintRules } from './lint-rules.ts'
import {
  load,
  targetsOf,
  type AlertRule,
  type Board,
  type Panel,
  type Shipped,
  type Target,
} from './shipped.ts'

const shipped = load()
const lint = (all: Shipped): Finding[] => [...lintBoards(all), ...lintRules(all)]

test('the shipped dashboards, rules and alerts break no rule', () => {
  expect(lint(shipped)).toEqual([])
})

const found = <T>(value: T | undefined): T => {
  if (value === undefined) throw new Error('The place for the fault is gone.')
  return value
}
const board = (all: Shipped, uid = 'cugar-overview'): Board =>
  found(all.boards.find((each) => each.uid === uid))
const panel = (all: Shipped, title: string): Panel =>
  found(all.boards.flatMap(({ panels }) => panels).find((each) => each.title === title))
const target = (all: Shipped, title: string, index = 0): Target => found(panel(all, title).targets?.[index])
const alert = (all: Shipped, name: string): AlertRule =>
  found(all.alerts.flatMap(({ rules }) => rules).find((rule) => rule.alert === name))
const edit = (holder: { expr: string }, from: string | RegExp, to: string): void => {
  const before = holder.expr
  holder.expr = before.replace(from, to)
  if (holder.expr === before) throw new Error(`Nothing to change in ${before}`)
}
const rates = '$__rate_interval'
const scope = 'job=~"$job",instance=~"$instance"'

type Fault = readonly [rule: number, what: string, seed: (all: Shipped) => void]

const QUERY_FAULTS: readonly Fault[] = [
  [1, 'a denominator that may be 0', (all) => edit(target(all, 'Success rate (1h)'), / > 0\)$/, ')')],
  [1, 'the same in a rule', (all) => edit(found(all.recordings[0]?.rules[1]), / > 0\)$/, ')')],
  [
    2,
    'a percentile of unsummed buckets',
    (all) => edit(target(all, 'Request P95'), /sum by \(le, route\) /, ''),
  ],
  [2, 'a percentile without le', (all) => edit(target(all, 'Request P95'), '(le, route)', '(route)')],
  [2, 'an average of percentiles', (all) => edit(target(all, 'Request P95'), /^(.*)$/, 'avg($1)')],
  [
    3,
    'a rate of a sum',
    (all) => (target(all, 'CPU').expr = `rate(sum(process_cpu_seconds_total{${scope}})[5m:15s])`),
  ],
  [
    4,
    'a rate of a gauge',
    (all) => (target(all, 'Waiting').expr = `rate(cugar_approvals_pending{${scope}}[${rates}])`),
  ],
  [4, 'a deriv of a counter', (all) => edit(target(all, 'CPU'), 'rate(', 'deriv(')],
  [
    4,
    'a deriv that a reset turns negative',
    (all) =>
      edit(target(all, 'Ledger of budgets (trend over 1h)', 7), /clamp_min\((deriv\(.*?\)), 0\)/, '$1'),
  ],
  [5, 'a fixed window in a graph', (all) => edit(target(all, 'Routing'), rates, '5m')],
  [5, 'a percentile with a short step', (all) => delete target(all, 'Request P95').interval],
  [5, 'a ratio with a short step', (all) => (target(all, 'Server errors').interval = '15s')],
  [6, 'a window that the title hides', (all) => (panel(all, 'Steps per task (1h)').title = 'Mean steps')],
  [6, 'a graph over the whole range', (all) => edit(target(all, 'Routing'), rates, '$__range')],
  [14, 'an age of 56 years', (all) => edit(target(all, 'Oldest waiting'), / > 0\)$/, ')')],
  [15, 'series of every job', (all) => edit(target(all, 'CPU'), 'job=~"$job",', '')],
  [
    15,
    'All jobs as .+',
    (all) => (found(board(all).templating.list.find(({ name }) => name === 'job')).allValue = '.+'),
  ],
]

const RULE_FAULTS: readonly Fault[] = [
  [
    7,
    'an alert that compares with nothing',
    (all) => edit(alert(all, 'CugarApprovalQueueDeep'), ' > 25', ''),
  ],
  [7, 'no for', (all) => (alert(all, 'CugarApprovalQueueDeep').for = '')],
  [7, 'no severity', (all) => delete alert(all, 'CugarApprovalQueueDeep').labels['severity']],
  [7, 'no summary', (all) => delete alert(all, 'CugarApprovalQueueDeep').annotations['summary']],
  [
    7,
    'a description that fills in nothing',
    (all) => (alert(all, 'CugarApprovalQueueDeep').annotations['description'] = 'Deep.'),
  ],
  [
    7,
    'a label that is not there',
    (all) => (alert(all, 'CugarApprovalQueueDeep').annotations['description'] = '{{ $labels.tool }}'),
  ],
  [7, 'no runbook', (all) => delete alert(all, 'CugarApprovalQueueDeep').annotations['runbook_url']],
  [
    7,
    'an unknown dashboard',
    (all) => (alert(all, 'CugarApprovalQueueDeep').annotations['dashboard_uid'] = 'other'),
  ],
  [
    7,
    'a value among the labels',
    (all) => (alert(all, 'CugarApprovalQueueDeep').labels['value'] = '{{ $value }}'),
  ],
  [
    7,
    'topk in an alert',
    (all) => edit(alert(all, 'CugarApprovalQueueDeep'), /^(.*) > 25$/, 'topk(1, $1) > 25'),
  ],
  [7, 'an absence of one scrape', (all) => (alert(all, 'CugarAbsent').for = '15s')],
  [8, 'a ratio of one of three', (all) => edit(alert(all, 'CugarToolErrorRateHigh'), / and on .*$/, '')],
  [8, 'a ratio over raw series', (all) => edit(alert(all, 'CugarRetryStorm'), / and .*$/, '')],
  [
    9,
    'a burn factor above everything',
    (all) => edit(alert(all, 'CugarErrorBudgetBurnFast'), '* 14.4', '* 25'),
  ],
  [10, 'a cause that pages', (all) => (alert(all, 'CugarRetryStorm').labels['severity'] = 'critical')],
  [11, 'a warning that nothing mutes', (all) => all.alertmanager.inhibit_rules.pop()],
  [11, 'a mute across jobs', (all) => (found(all.alertmanager.inhibit_rules[0]).equal = [])],
  [
    12,
    'a baseline of a young installation',
    (all) =>
      edit(
        alert(all, 'CugarStepsPerTaskHigh'),
        / and sum by \(job\) \(increase\(cugar_run_steps_count\[12h.*$/,
        '',
      ),
  ],
  [
    13,
    'a burn rate of one event',
    (all) => edit(alert(all, 'CugarErrorBudgetBurnSlow'), / and cugar_slo:bad:.*$/, ''),
  ],
  [
    16,
    'a name without its level',
    (all) => (found(all.recordings[0]?.rules[0]).record = 'cugar_runs:rate5m'),
  ],
  [
    16,
    'a level that is not its labels',
    (all) => (found(all.recordings[0]?.rules[0]).record = 'job:cugar_runs:rate5m'),
  ],
  [
    21,
    'a state that one missed scrape ends',
    (all) => edit(alert(all, 'CugarApprovalQueueDeep'), /last_over_time\((\w+)\[5m\]\)/, '$1'),
  ],
  [16, 'a rule before what it reads', (all) => all.recordings[0]?.rules.reverse()],
]

const BOARD_FAULTS: readonly Fault[] = [
  [17, 'no description', (all) => (panel(all, 'CPU').description = '')],
  [17, 'a unit that Grafana has not', (all) => (panel(all, 'CPU').fieldConfig.defaults.unit = 'furlongs')],
  [17, 'nothing to show for nothing', (all) => delete panel(all, 'CPU').fieldConfig.defaults.noValue],
  [
    17,
    'a colour where no alert fires',
    (all) => (found(panel(all, 'Event loop lag').fieldConfig.defaults.thresholds?.steps[1]).value = 0.123),
  ],
  [
    17,
    'success in red',
    (all) => (found(panel(all, 'Runs by outcome').fieldConfig.overrides[0]).properties = []),
  ],
  [17, 'no crosshair', (all) => (board(all).graphTooltip = 0)],
  [17, 'links that forget the time', (all) => (found(board(all).links[0]).keepTime = false)],
  [17, 'no annotations', (all) => board(all).annotations.list.pop()],
  [17, 'no exemplars on P99', (all) => delete target(all, 'Active run latency', 2).exemplar],
  [
    17,
    'no way to a run',
    (all) => board(all).panels.forEach((each) => delete each.fieldConfig?.defaults.links),
  ],
  [18, 'topk in a table', (all) => edit(target(all, 'Tool league table'), /^(.*)$/, 'topk(10, $1)')],
  [19, 'a graph before the answer', (all) => (panel(all, 'Approvals waiting').type = 'timeseries')],
  [19, 'a first row below the screen', (all) => (panel(all, 'Approvals waiting').gridPos.h = 40)],
  [
    19,
    'percentiles without their distribution',
    (all) => (panel(all, 'Active latency distribution').targets = []),
  ],
  [20, 'a dashboard that drifts in the browser', (all) => (board(all).editable = true)],
  [20, 'a uid that nobody knows', (all) => (board(all).uid = 'x7f3')],
]

const SCREEN_FAULTS: readonly Fault[] = [
  [22, 'a title that is cut', (all) => (panel(all, 'Fullest budget').title = 'Highest budget utilization')],
  [22, 'a panel beyond the right edge', (all) => (panel(all, 'Disk').gridPos.w = 24)],
  [22, 'a table that is cut', (all) => (panel(all, 'Ledger of budgets (trend over 1h)').gridPos.w = 20)],
  [22, 'a panel too small for its title', (all) => (panel(all, 'Request P95').gridPos.w = 2)],
  [23, 'a percentile of nothing', (all) => edit(target(all, 'Request P95'), ' >= 0', '')],
  [
    24,
    'a legend of every type of event',
    (all) => edit(target(all, 'Events by type'), /^\((.*) and on .*$/, '$1 * 60'),
  ],
  [24, 'a legend of every budget and resource', (all) => edit(target(all, 'Utilization'), / and on .*$/, '')],
  [
    25,
    'zeros under 10,000 %',
    (all) => delete panel(all, 'Server errors').fieldConfig.defaults.custom?.axisSoftMax,
  ],
  [26, 'runs of every profile', (all) => edit(target(all, 'Runs in flight'), ',profile=~"$profile"', '')],
  [
    26,
    'budgets of every profile',
    (all) => edit(target(all, 'Ledger of budgets (trend over 1h)'), ',budget=~"$profile"', ''),
  ],
  [
    26,
    'no profile to choose',
    (all) =>
      (board(all).templating.list = board(all).templating.list.filter(({ name }) => name !== 'profile')),
  ],
  [
    27,
    'a rate a second under the name of a minute',
    (all) => edit(target(all, 'Runs by outcome'), ' * 60', ''),
  ],
  [27, 'a rate a second', (all) => (panel(all, 'CPU').fieldConfig.defaults.unit = 'ops')],
  [
    29,
    'two domains of one colour',
    (all) => {
      const [first, second] = panel(all, 'Routing').fieldConfig.overrides
      found(second).properties = found(first).properties
    },
  ],
  [
    29,
    'two routes of one colour',
    (all) => (panel(all, 'Request P95').fieldConfig.defaults.color = { mode: 'palette-classic-by-name' }),
  ],
  [28, 'a page of models without a model', (all) => board(all, 'cugar-llm').tags.push('cugar')],
]

describe.each([
  ['queries', QUERY_FAULTS],
  ['rules and alerts', RULE_FAULTS],
  ['dashboards', BOARD_FAULTS],
  ['what is seen', SCREEN_FAULTS],
] as const)('a fault in %s is found', (_, faults) => {
  test.each(faults)('rule %i: %s', (rule, _what, seed) => {
    const all = structuredClone(shipped)
    seed(all)
    expect(lint(all).map((finding) => finding.rule)).toContain(rule)
  })
})

test('every rule has a fault that proves it', () => {
  const proven = new Set(
    [...QUERY_FAULTS, ...RULE_FAULTS, ...BOARD_FAULTS, ...SCREEN_FAULTS].map(([rule]) => rule),
  )
  expect([...proven].toSorted((a, b) => a - b)).toEqual(Array.from({ length: 29 }, (_, index) => index + 1))
  expect(shipped.boards.flatMap(targetsOf).length).toBeGreaterThan(60)
})
