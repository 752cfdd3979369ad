// What is committed, as Grafana, Prometheus and Alertmanager will read it.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parse } from 'yaml'
import { DASHBOARDS } from '../../dashboards/rules/alert.ts'

const root = join(import.meta.dirname, '../..')
export const pathOf = (name: string): string => join(root, name)
const read = (name: string): string => readFileSync(pathOf(name), 'utf8')

export type Target = {
  refId: string
  expr: string
  legendFormat?: string
  interval?: string
  exemplar?: boolean
}
export type Panel = {
  id: number
  type: string
  title: string
  description?: string
  targets?: Target[]
  gridPos: { x: number; y: number; w: number; h: number }
  fieldConfig: {
    defaults: {
      unit?: string
      noValue?: string
      color?: { mode: string }
      links?: { url: string }[]
      custom?: { axisSoftMin?: number; axisSoftMax?: number }
      thresholds?: { steps: { value: number | null; color: string }[] }
    }
    overrides: {
      matcher: { id: string; options: string }
      properties: { id: string; value: unknown }[]
    }[]
  }
}
type Variable = { type: string; name: string; allValue?: string; query: string | { query: string } }
export type Board = {
  uid: string
  title: string
  tags: string[]
  editable: boolean
  schemaVersion: number
  graphTooltip: number
  panels: Panel[]
  templating: { list: Variable[] }
  annotations: {
    /** Without `expr`: kept by Grafana itself, found by `target.tags`. */
    list: { name: string; expr?: string; datasource: { uid: string }; target?: { tags: string[] } }[]
  }
  links: { keepTime: boolean; includeVars: boolean }[]
}
export type Rule = { record: string; expr: string; labels?: Record<string, string> }
export type AlertRule = {
  alert: string
  expr: string
  for: string
  labels: Record<string, string>
  annotations: Record<string, string>
}
export type Groups<R> = { name: string; rules: R[] }[]
export type Alertmanager = {
  inhibit_rules: { source_matchers: string[]; target_matchers: string[]; equal: string[] }[]
}
export type Shipped = {
  boards: Board[]
  recordings: Groups<Rule>
  alerts: Groups<AlertRule>
  alertmanager: Alertmanager
}

export const load = (): Shipped => ({
  boards: Object.values(DASHBOARDS).map(
    (uid) => JSON.parse(read(`dashboards/generated/${uid}.json`)) as Board,
  ),
  recordings: (parse(read('dashboards/generated/rules.yml')) as { groups: Groups<Rule> }).groups,
  alerts: (parse(read('dashboards/generated/alerts.yml')) as { groups: Groups<AlertRule> }).groups,
  alertmanager: parse(read('alertmanager.yml')) as Alertmanager,
})

export const rulesOf = <R>(groups: Groups<R>): R[] => groups.flatMap(({ rules }) => rules)
export const targetsOf = ({ panels }: Board): { panel: Panel; target: Target }[] =>
  panels.flatMap((panel) => (panel.targets ?? []).map((target) => ({ panel, target })))
/** What annotations ask Prometheus. */
export const annotationQueries = ({ annotations: { list } }: Board): string[] =>
  list.flatMap(({ expr }) => expr ?? [])
/** `label_values(<selector>, <label>)` of the variables. */
export const variableQueries = ({ templating }: Board): string[] =>
  templating.list.flatMap(({ type, query }) =>
    type === 'query' && typeof query === 'object' ? [query.query] : [],
  )
