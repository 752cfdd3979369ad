// Rules about dashboards and their panels.
import { DASHBOARDS } from '../../dashboards/rules/alert.ts'
import { LATENCY_SECONDS, RESPONSE_SECONDS, SLOS } from '../../dashboards/rules/slo.ts'
import type { ExemplarName } from '../../src/projections/metrics/catalogue.ts'
import { lintQuery, type Finding, type Report } from './lint-queries.ts'
import { alertLimits } from './lint-rules.ts'
import { hidden, seen } from './lint-screen.ts'
import { nameOf, parse, selectors, textOf } from './parsed.ts'
import { withRecords, type Known } from './resolve.ts'
import { rulesOf, targetsOf, type Board, type Panel, type Shipped, type Target } from './shipped.ts'

const UNITS = ['percentunit', 's', 'short', 'suffix:/min', 'bytes', 'currencyUSD', 'none']
const EXEMPLARS: readonly ExemplarName[] = [
  'cugar_run_duration_seconds',
  'cugar_run_active_duration_seconds',
  'cugar_tool_call_duration_seconds',
  'cugar_llm_call_duration_seconds',
  'cugar_plan_duration_seconds',
]
/** What a colour means by name. */
const MEANING: Readonly<Record<string, string>> = {
  success: 'green',
  approved: 'green',
  exported: 'green',
  error: 'red',
  denied: 'red',
  failed: 'red',
  succeeded: 'green',
  timeout: 'orange',
  critical: 'red',
  P99: 'red',
}
/** Names that the series of a legend will have, and the metric that has them. */
const SHOWN: readonly (readonly [legend: string, metric: string, names: readonly string[]])[] = [
  ['{{outcome}}', 'cugar_runs_total', ['success', 'error', 'timeout']],
  ['{{outcome}}', 'cugar_batch_items_total', ['succeeded', 'failed']],
  ['{{decision}}', 'cugar_approvals_resolved_total', ['approved', 'denied', 'timeout']],
  ['{{status}}', 'cugar_trace_spans_total', ['exported', 'failed']],
  ['{{status}}', 'cugar_adapter_calls_total', ['success', 'error', 'timeout']],
  ['{{risk}}', 'cugar_approvals_pending', ['critical']],
  ['P99', '', ['P99']],
]
const shownBy = ({ legendFormat, expr }: Target): readonly string[] =>
  SHOWN.flatMap(([legend, metric, names]) => (legend === legendFormat && expr.includes(metric) ? names : []))
/** The first screen of a laptop, in rows of the grid. */
const FIRST_SCREEN = 18

/** 5 and 6: windows follow the range of the dashboard, and wide ones say so. */
function windows(panel: Panel, { expr, interval }: Target, report: Report): void {
  const inPercent = /histogram_quantile|\) \/ \(/.test(expr)
  if (inPercent && interval !== '75s') report(5, 'a ratio or percentile without a least step of 75 s')
  // What is over the whole range and taken at its end picks lines; it is not drawn itself.
  const drawn = expr.replaceAll('[$__range] @ end()', '')
  for (const [, fn = '', window = ''] of drawn.matchAll(/(rate|increase|deriv)\([^[]*\[([^\]]+)\]/g)) {
    if (fn === 'deriv' || window === '$__rate_interval') continue
    const isStat = ['stat', 'gauge', 'bargauge', 'table'].includes(panel.type)
    if (window === '$__range' && !isStat) report(6, 'a graph over $__range')
    if (window === '$__range') continue
    if (!panel.title.endsWith(`(${window})`)) report(isStat ? 6 : 5, `a fixed window of ${window}`)
  }
}

/** 15: what is shown is of the chosen jobs and instances. */
function scoped({ expr }: Target, known: Known, report: Report): void {
  const parsed = parse(expr)
  for (const selector of selectors(parsed)) {
    const labels = known.get(nameOf(parsed, selector))?.labels
    const text = textOf(parsed, selector)
    // An alert may speak of a job that is gone.
    if (text.startsWith('ALERTS')) continue
    if (labels?.has('job') && !text.includes('job=~"$job"')) report(15, `${text} of any job`)
    if (labels?.has('instance') && !text.includes('instance=~"$instance"'))
      report(15, `${text} of any instance`)
  }
}

/** 17: a panel explains itself. */
function explained(panel: Panel, limits: ReadonlySet<number>, report: Report): void {
  const { unit, noValue, thresholds } = panel.fieldConfig.defaults
  if (panel.title === '') report(17, 'no title')
  if ((panel.description ?? '').length < 40) report(17, 'does not say how to read it')
  if (!UNITS.includes(unit ?? '')) report(17, `unit ${unit}`)
  if (!noValue) report(17, 'shows nothing when there is nothing')
  for (const { value } of thresholds?.steps ?? []) {
    if (value !== null && !limits.has(value)) report(17, `changes colour at ${value}, where no alert fires`)
  }
}

/** 17: a name has its colour, and P95 and P99 lead to traces. */
function marked(panel: Panel, target: Target, report: Report): void {
  if (panel.type !== 'timeseries') return
  for (const name of shownBy(target)) {
    const override = panel.fieldConfig.overrides.find(({ matcher }) => matcher.options === name)
    const color = override?.properties.find(({ id }) => id === 'color')?.value
    const isRight = JSON.stringify(color ?? '').includes(`"${MEANING[name]}"`)
    if (!isRight) report(17, `${name} is not ${MEANING[name]}`)
  }
  const isHigh = /histogram_quantile\(0\.9[59]/.test(target.expr)
  const carries = EXEMPLARS.some((name) => target.expr.includes(`${name}_bucket`))
  if (isHigh && carries && target.exemplar !== true) report(17, 'no exemplars on a high percentile')
}

const ANNOTATED = ['Restarts', 'Firing alerts', 'Deploys', 'Reloads', 'Freezes and lifts', 'Benchmarks']

/** 15, 17, 20: the frame. */
function framed(board: Board, report: Report): void {
  const job = board.templating.list.find(({ name }) => name === 'job')
  const instance = board.templating.list.find(({ name }) => name === 'instance')
  if (!job || job.allValue !== undefined) report(15, 'All jobs are not the discovered ones')
  if (instance?.allValue !== '.+') report(15, 'All instances are not .+')
  if (board.graphTooltip !== 1) report(17, 'no shared crosshair')
  if (!board.links.some(({ keepTime, includeVars }) => keepTime && includeVars))
    report(17, 'no links that keep time')
  for (const name of ANNOTATED) {
    if (!board.annotations.list.some((annotation) => annotation.name === name))
      report(17, `no annotations of ${name}`)
  }
  const hasRuns = board.panels.some(({ fieldConfig }) => (fieldConfig?.defaults.links ?? []).length > 0)
  if (!hasRuns && board.uid !== DASHBOARDS.platform) report(17, 'no way to runs or traces')
  if (board.editable) report(20, 'can be edited')
  const uids: readonly string[] = Object.values(DASHBOARDS)
  if (!uids.includes(board.uid)) report(20, 'has no stable uid')
  if (board.schemaVersion !== 42) report(20, 'another schema')
}

const TALL = /cugar_(run_active_duration_seconds|tool_call_duration_seconds|approval_wait_seconds)_bucket/

/** 18 and 19: order of importance. */
function laidOut(board: Board, report: Report): void {
  const panels = board.panels.filter(({ type }) => type !== 'row')
  const rows = board.panels.filter(({ type }) => type === 'row')
  const second = rows[1]?.gridPos.y ?? 0
  const top = panels.filter(({ gridPos }) => gridPos.y < second)
  if (top.some(({ gridPos }) => gridPos.y + gridPos.h > FIRST_SCREEN))
    report(19, 'the first row needs scrolling')
  const stats = top.filter(({ type }) => ['stat', 'gauge'].includes(type))
  if (board.uid === DASHBOARDS.overview && stats.length !== top.length)
    report(19, 'the first row is no answer')
  const measured = new Set(
    targetsOf(board)
      .filter(({ panel, target }) => panel.type !== 'heatmap' && /histogram_quantile/.test(target.expr))
      .flatMap(({ target }) => TALL.exec(target.expr)?.[0] ?? []),
  )
  const spread = targetsOf(board).filter(({ panel }) => panel.type === 'heatmap')
  for (const name of measured) {
    if (!spread.some(({ target }) => target.expr.includes(name))) report(19, `no heatmap of ${name}`)
  }
  for (const { panel, target } of targetsOf(board)) {
    if (panel.type === 'table' && target.expr.includes('topk('))
      report(18, `topk in the table ${panel.title}`)
  }
}

export function lintBoards({ boards, recordings, alerts }: Shipped): Finding[] {
  const found: Finding[] = []
  const known = withRecords(rulesOf(recordings))
  const objectives = SLOS.map(({ objective }) => objective)
  const limits = new Set([...alertLimits(alerts), ...objectives, LATENCY_SECONDS, RESPONSE_SECONDS, 0])
  for (const board of boards) {
    const say =
      (where: string): Report =>
      (rule, what) =>
        found.push({ rule, where: `${board.uid}: ${where}`, what })
    framed(board, say(board.title))
    laidOut(board, say(board.title))
    for (const panel of board.panels) if (panel.type !== 'row') explained(panel, limits, say(panel.title))
    hidden(board, say(board.title))
    for (const panel of board.panels) seen(board, panel, say(panel.title))
    for (const { panel, target } of targetsOf(board)) {
      const report = say(panel.title)
      lintQuery(target.expr, known, report)
      windows(panel, target, report)
      scoped(target, known, report)
      marked(panel, target, report)
    }
  }
  return found
}
