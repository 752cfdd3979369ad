// Rules about recording rules, alerts and their inhibition.
import { anchorOf, DASHBOARDS, RUNBOOK_URL } from '../../dashboards/rules/alert.ts'
import { conjuncts, lintQuery, type Finding, type Report } from './lint-queries.ts'
import { all, has, nameOf, parse, selectors, textOf, type Parsed } from './parsed.ts'
import { labelsOf, withRecords, type Known } from './resolve.ts'
import {
  rulesOf,
  type AlertRule,
  type Alertmanager,
  type Groups,
  type Rule,
  type Shipped,
} from './shipped.ts'

const SCRAPE_S = 15
/** Symptoms: what may wake somebody up. */
const PAGES = [
  'CugarTargetDown',
  'CugarJobDown',
  'CugarAbsent',
  'CugarNoMetrics',
  'CugarApiErrorsHigh',
  'CugarBudgetExhausted',
  'CugarUnknownOutcomes',
  'CugarErrorBudgetBurnFast',
]
const SECONDS = { s: 1, m: 60, h: 3600 } as const
const secondsOf = (duration: string): number => {
  const [, amount = '0', unit = 's'] = /^(\d+)([smh])$/.exec(duration) ?? []
  return Number(amount) * SECONDS[unit as keyof typeof SECONDS]
}
const compares = (text: string): boolean => / (>|>=|<|<=|==) /.test(text)

/** 7: an alert says everything that somebody who is woken up needs. */
function complete(rule: AlertRule, parsed: Parsed, report: Report): void {
  const { alert, labels, annotations } = rule
  const isWatchdog = labels['severity'] === 'none'
  const isAbsence = has(parsed.top, 'Absent')
  if (!isWatchdog && !isAbsence && !compares(rule.expr)) report(7, 'compares with nothing')
  if (!/^\d+[smh]$/.test(rule.for ?? '')) report(7, 'has no for')
  if (!['critical', 'warning', 'none'].includes(labels['severity'] ?? '')) report(7, 'has no severity')
  if (Object.values(labels).some((value) => value.includes('$value'))) report(7, 'has $value in a label')
  if (!annotations['summary']) report(7, 'has no summary')
  const description = annotations['description'] ?? ''
  if (description === '' || (!isWatchdog && !description.includes('{{')))
    report(7, 'has no templated description')
  if (annotations['runbook_url'] !== `${RUNBOOK_URL}#${anchorOf(alert)}`) report(7, 'has no runbook')
  const uids: readonly string[] = Object.values(DASHBOARDS)
  if (!uids.includes(annotations['dashboard_uid'] ?? '')) report(7, 'has no dashboard')
  if (has(parsed.top, 'Topk')) report(7, 'uses topk')
  if (isAbsence && secondsOf(rule.for) < 2 * SCRAPE_S) report(7, 'absent() for less than two scrapes')
}

/** 7: what a description fills in is a label that the alert has. */
function filled(rule: AlertRule, known: Known, report: Report): void {
  const has = labelsOf(parse(rule.expr), known)
  const text = Object.values(rule.annotations).join(' ')
  for (const [, label = ''] of text.matchAll(/\$labels\.(\w+)/g)) {
    if (!has.has(label)) report(7, `fills in ${label}, which it has not`)
  }
}

/** 8, 12, 13: ratios, baselines and burn rates are guarded against the few and the young. */
function guarded(rule: AlertRule, parsed: Parsed, report: Report): void {
  const parts = conjuncts(parsed)
  const texts = parts.map((part) => textOf(parsed, part))
  const hasLeast = texts.some((text) => />= \d+$/.test(text) && /increase\(|cugar_slo:bad/.test(text))
  const isRatio = texts.some(
    (text) => /:error_ratio_/.test(text) || (/ \/ \(/.test(text) && / > [\d.]+$/.test(text)),
  )
  if (isRatio && !hasLeast) report(8, 'a ratio without a minimum of bad events')
  const isBaseline = /(?:avg_over_time|increase)\([^[]*\[1d\]|:rate1d/.test(rule.expr)
  const hasHistory = texts.some((text) => /increase\(.*\[12h\] offset 12h\)\) > 0$/.test(text))
  if (isBaseline && !/cugar_slo:/.test(rule.expr) && !hasHistory) report(12, 'a baseline without history')
  if (/cugar_slo:error:/.test(rule.expr) && !hasLeast)
    report(13, 'a burn rate without a minimum of bad events')
}

/** 9: a factor that asks for more than every event can never fire. */
function reachable(rule: AlertRule, recordings: readonly Rule[], report: Report): void {
  const factor = Number(/cugar_slo:objective:ratio\) \* ([\d.]+)/.exec(rule.expr)?.[1] ?? 0)
  const covered = /slo=~"([^"]*)"/.exec(rule.expr)?.[1]?.split('|') ?? []
  for (const { record, labels, expr } of recordings) {
    if (record !== 'cugar_slo:objective:ratio' || !covered.includes(labels?.['slo'] ?? '')) continue
    const objective = Number(/vector\(([\d.]+)\)/.exec(expr)?.[1])
    if (factor * (1 - objective) >= 1) report(9, `${factor} times ${labels?.['slo']} can never fire`)
  }
}

/** Copies of our series under the names of a convention. */
const isCopy = (record: string): boolean => record.startsWith('gen_ai_')

/** 16: `level:metric:operations`, the level being the labels; rules stand after those that they read. */
function named(groups: Groups<Rule>, known: Known, found: Finding[]): void {
  for (const { name, rules } of groups) {
    const own = rules.map(({ record }) => record)
    for (const [index, { record, expr }] of rules.entries()) {
      const report: Report = (rule, what) => found.push({ rule, where: record, what })
      const [level = '', metric, operations, ...rest] = record.split(':')
      if (isCopy(record)) continue
      if (!metric || !operations || rest.length > 0) report(16, 'is not level:metric:operations')
      const parsed = parse(expr)
      const labels = [...labelsOf(parsed, known)].toSorted().join('_')
      const isOwnLevel = level === 'cugar_slo'
      if (!isOwnLevel && level.split('_').toSorted().join('_') !== labels) report(16, `has labels ${labels}`)
      const later = own.slice(index + 1)
      const read = selectors(parsed).map((selector) => nameOf(parsed, selector))
      const early = read.filter((each) => later.includes(each) && !own.slice(0, index).includes(each))
      if (early.length > 0) report(16, `stands before ${early.join(', ')} in ${name}`)
    }
  }
}

/** 21: one missed scrape changes nothing: what a scrape tells is read over a range. `up` is there for each of them. */
function continuous(parsed: Parsed, records: ReadonlySet<string>, report: Report): void {
  for (const selector of all(parsed.top, 'VectorSelector')) {
    const name = nameOf(parsed, selector)
    const isRanged = selector.parent?.name === 'MatrixSelector'
    if (!isRanged && name !== 'up' && !records.has(name)) report(21, `${name} at an instant`)
  }
}

/** 11: what is known to follow is not said again. */
const MUTED = [
  ['CugarTargetDown', 'severity="warning"', ['job', 'instance']],
  ['CugarJobDown', 'severity="warning"', ['job']],
  ['CugarJobDown', 'CugarTargetDown', ['job']],
  ['CugarErrorBudgetBurnFast', 'CugarErrorBudgetBurnSlow', ['job', 'slo']],
  ['CugarBudgetExhausted', 'CugarBudgetNearLimit', ['job', 'tenant', 'budget', 'resource', 'window']],
  ['CugarBudgetExhausted', 'CugarBudgetForecastExhausted', ['job', 'tenant', 'budget', 'resource', 'window']],
] as const

function muted({ inhibit_rules }: Alertmanager, found: Finding[]): void {
  for (const [source, target, equal] of MUTED) {
    const isThere = inhibit_rules.some(
      (rule) =>
        rule.source_matchers.some((matcher) => matcher.includes(source)) &&
        rule.target_matchers.some((matcher) => matcher.includes(target)) &&
        rule.equal.join() === equal.join(),
    )
    if (!isThere)
      found.push({ rule: 11, where: 'alertmanager.yml', what: `${source} does not mute ${target}` })
  }
}

export function lintRules({ recordings, alerts, alertmanager }: Shipped): Finding[] {
  const found: Finding[] = []
  const written = rulesOf(recordings)
  const known = withRecords(written)
  const records = new Set(written.map(({ record }) => record))
  for (const { record, expr } of written) {
    const report: Report = (rule, what) => found.push({ rule, where: record, what })
    lintQuery(expr, known, report)
    // A copy has the gaps of what it copies.
    if (!isCopy(record)) continuous(parse(expr), records, report)
  }
  for (const rule of rulesOf(alerts)) {
    const report: Report = (number, what) => found.push({ rule: number, where: rule.alert, what })
    const parsed = parse(rule.expr)
    lintQuery(rule.expr, known, report)
    continuous(parsed, records, report)
    complete(rule, parsed, report)
    filled(rule, known, report)
    guarded(rule, parsed, report)
    reachable(rule, written, report)
    if (rule.labels['severity'] === 'critical' && !PAGES.includes(rule.alert)) report(10, 'pages for a cause')
  }
  named(recordings, known, found)
  muted(alertmanager, found)
  return found
}

/** Numbers that alerts compare with: the only ones that panels may change colour at. */
export const alertLimits = (alerts: Groups<AlertRule>): Set<number> =>
  new Set(
    rulesOf(alerts).flatMap(({ expr }) => {
      const parsed = parse(expr)
      return all(parsed.top, 'NumberDurationLiteral').map((node) => Number(textOf(parsed, node)))
    }),
  )
