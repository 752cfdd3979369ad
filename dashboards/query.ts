// A query of a panel. Ratios and percentiles get a least step of 75 s: `$__rate_interval` is then at least five
// minutes, below which sparse traffic shows dips that are none (grafana/grafana#84063).
import { DataqueryBuilder, PromQueryFormat } from '@grafana/grafana-foundation-sdk/prometheus'
import { CATALOGUE } from '../src/projections/metrics/catalogue.ts'
import { calc, within, type Expr } from './promql.ts'

export const DATASOURCE = { type: 'prometheus', uid: '${datasource}' } as const
export const SCOPE = 'job=~"$job",instance=~"$instance"'
/** Chosen on every dashboard, and matched wherever a metric has such a label. */
const CHOICES = ['profile', 'tenant'] as const
const hasLabelOf = (set: string): boolean =>
  Object.values(CATALOGUE).some(({ labels }) => Object.values<string>(labels).includes(set))
export const CHOSEN: readonly string[] = CHOICES.filter(hasLabelOf)
export const { counter, gauge, buckets, sumOf, countOf, outside } = within(SCOPE, CHOSEN)

export type Query = {
  readonly expr: Expr<string>
  readonly legend: string
  /** Marks the traces of single observations on the graph. */
  readonly exemplars?: boolean
}
type Shape = 'graph' | 'value' | 'heatmap' | 'table'

export const LEAST_STEP = '75s'
const needsSteps = ({ text }: Expr<string>): boolean =>
  text.includes('histogram_quantile(') || text.includes(' / ')

/** A percentile of nothing is NaN, which a legend, a table or a number would show: it is left out. */
const numbers = (expr: Expr<string>): Expr<string> =>
  expr.text.startsWith('histogram_quantile(') ? calc(expr, '>=', 0) : expr

export function target(query: Query, index: number, shape: Shape): DataqueryBuilder {
  const built = new DataqueryBuilder()
    .refId(String.fromCodePoint(65 + index))
    .datasource(DATASOURCE)
    .expr(numbers(query.expr).text)
    .legendFormat(query.legend)
  if (needsSteps(query.expr)) built.interval(LEAST_STEP)
  if (shape === 'table') return built.instant().format(PromQueryFormat.Table)
  if (shape === 'heatmap') return built.range().format(PromQueryFormat.Heatmap)
  if (query.exemplars === true) built.exemplar(true)
  return built.range()
}
