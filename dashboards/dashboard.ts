// The frame of every dashboard: its identity, variables, annotations and links. Panels stand in rows; the first row
// answers whether all is well.
import {
  AnnotationQueryBuilder,
  AnnotationTargetBuilder,
  DashboardBuilder,
  DashboardCursorSync,
  DatasourceVariableBuilder,
  QueryVariableBuilder,
  RowBuilder,
  TextBoxVariableBuilder,
  VariableHide,
  VariableRefresh,
  VariableSort,
  type Dashboard,
} from '@grafana/grafana-foundation-sdk/dashboard'
import { siblings, TAG } from './links.ts'
import type { PanelMaker } from './panels.ts'
import * as q from './promql.ts'
import { CHOSEN, counter, DATASOURCE, gauge, outside } from './query.ts'
import { DASHBOARDS, type DashboardKey } from './rules/alert.ts'

export type Row = { readonly title: string; readonly panels: readonly PanelMaker[] }
export type Variable = {
  readonly name: string
  /** The label whose values it offers, and the series that have it. */
  readonly label: string
  readonly from: q.Expr<string>
  /** What All means; without it, the values that were found. */
  readonly all?: string
}
type Frame = {
  readonly key: DashboardKey
  readonly title: string
  readonly text: string
  readonly variables: readonly Variable[]
  readonly rows: readonly Row[]
  /** Another tag than that of the dropdown keeps a dashboard out of it. */
  readonly tag?: string
}

/** Of a selector: a variable offers the values of a label that its series really have. */
export const offered = <L extends string>(name: L, from: q.Expr<L>, all?: string): Variable => ({
  name,
  label: name,
  from,
  ...(all !== undefined && { all }),
})

// All jobs are the jobs that were found: `.+` would bring in every other process that Prometheus scrapes.
const job = offered('job', q.within('').gauge('cugar_build_info'))
const of: Readonly<Record<string, q.Expr<string>>> = {
  profile: q.within('job=~"$job"').counter('cugar_runs_started_total'),
  tenant: q.within('job=~"$job"').gauge('cugar_tenant_budget_utilization_ratio'),
}
/** On every dashboard, so that a choice goes along from one to the next. */
const chosen: readonly Variable[] = Object.entries(of)
  .filter(([name]) => CHOSEN.includes(name))
  .map(([name, from]) => ({ name, label: name, from, all: '.+' }))

const instance = offered('instance', q.within('job=~"$job"').gauge('cugar_build_info'), '.+')

function queryVariable({ name, label, from, all }: Variable): QueryVariableBuilder {
  const query = `label_values(${from.text}, ${label})`
  const built = new QueryVariableBuilder(name)
    .label(name)
    .datasource(DATASOURCE)
    .query({ query, refId: `variable-${name}` })
    .definition(query)
    .refresh(VariableRefresh.OnTimeRangeChanged)
    .sort(VariableSort.AlphabeticalAsc)
    .multi(true)
    .includeAll(true)
    .current({ text: 'All', value: '$__all', selected: true })
  if (all !== undefined) built.allValue(all)
  return built
}

const datasource = (): DatasourceVariableBuilder =>
  new DatasourceVariableBuilder('datasource').label('data source').type('prometheus')
const tempo = (): DatasourceVariableBuilder =>
  new DatasourceVariableBuilder('tempo').label('traces').type('tempo').hide(VariableHide.HideVariable)
const console = (): TextBoxVariableBuilder =>
  new TextBoxVariableBuilder('console').label('runtime').defaultValue('http://127.0.0.1:8000')

const restarts = (): AnnotationQueryBuilder =>
  new AnnotationQueryBuilder()
    .name('Restarts')
    .datasource(DATASOURCE)
    .enable(true)
    .iconColor('blue')
    .expr(q.calc(q.changes(outside('process_start_time_seconds'), '2m'), '>', 0).text)
    .step('60s')
    .titleFormat('Restart of {{instance}}')

const firing = (): AnnotationQueryBuilder =>
  new AnnotationQueryBuilder()
    .name('Firing alerts')
    .datasource(DATASOURCE)
    .enable(true)
    .iconColor('red')
    .expr(
      q.within('').outside('ALERTS', {
        alertname: q.oneOf('Cugar.*'),
        alertstate: 'firing',
        severity: q.oneOf('critical', 'warning'),
      }).text,
    )
    .step('60s')
    .titleFormat('{{alertname}}')
    .textFormat('{{severity}} {{budget}}{{slo}}{{tool}}{{model}}{{risk}}')

type Happened = {
  readonly name: string
  readonly color: string
  readonly expr: q.Expr<string>
  readonly words: string
}
const happened = ({ name, color, expr, words }: Happened): AnnotationQueryBuilder =>
  new AnnotationQueryBuilder()
    .name(name)
    .datasource(DATASOURCE)
    .enable(true)
    .iconColor(color)
    .expr(expr.text)
    .step('60s')
    .titleFormat(words)

const deploys = (): AnnotationQueryBuilder =>
  happened({
    name: 'Deploys',
    color: 'green',
    expr: q.joined(
      q.max(['version', 'revision'], gauge('cugar_build_info')),
      { op: 'unless', on: ['version', 'revision'] },
      q.max(['version', 'revision'], q.before(gauge('cugar_build_info'), '2m')),
    ),
    words: 'Deploy of {{version}} {{revision}}',
  })

const reloads = (): AnnotationQueryBuilder =>
  happened({
    name: 'Reloads',
    color: 'yellow',
    expr: q.calc(q.changes(gauge('cugar_registry_reload_timestamp_seconds'), '2m'), '>', 0),
    words: 'Registry loaded by {{instance}}',
  })

const freezes = (): AnnotationQueryBuilder =>
  happened({
    name: 'Freezes and lifts',
    color: 'dark-orange',
    expr: q.calc(q.sum(['scope', 'action'], q.increase(counter('cugar_freezes_total'), '2m')), '>', 0),
    words: '{{scope}} {{action}}',
  })

/** The tag that a benchmark pushes with `--annotate`; Grafana keeps these itself, Prometheus knows nothing of them. */
const BENCH_TAG = 'bench'
const KEPT_BY_GRAFANA = { type: 'grafana', uid: '-- Grafana --' } as const

const benchmarks = (): AnnotationQueryBuilder => {
  const tagged = new AnnotationTargetBuilder()
    .type('tags')
    .tags([BENCH_TAG])
    .matchAny(false)
    .limit(100)
    .build()
  const target = { ...tagged, _implementsDataqueryVariant: () => undefined, _dataqueryType: () => '' }
  return new AnnotationQueryBuilder()
    .name('Benchmarks')
    .datasource(KEPT_BY_GRAFANA)
    .enable(true)
    .iconColor('purple')
    .target({ build: () => target })
}

export function dashboard({ key, title, text, variables, rows, tag }: Frame): Dashboard {
  const built = new DashboardBuilder(`Cugar / ${title}`)
    .uid(DASHBOARDS[key])
    .description(text)
    .tags([tag ?? TAG])
    .readonly()
    .tooltip(DashboardCursorSync.Crosshair)
    .time({ from: 'now-6h', to: 'now' })
    .refresh('30s')
    .timezone('browser')
    .withVariable(datasource())
    .withVariable(tempo())
    .withVariable(console())
    .annotation(restarts())
    .annotation(firing())
    .annotation(deploys())
    .annotation(reloads())
    .annotation(freezes())
    .annotation(benchmarks())
    .link(siblings())
  for (const variable of [job, instance, ...chosen, ...variables]) built.withVariable(queryVariable(variable))
  let id = 1
  for (const row of rows) {
    built.withRow(new RowBuilder(row.title).id(id++))
    for (const panel of row.panels) built.withPanel(panel().id(id++))
  }
  return built.build()
}
