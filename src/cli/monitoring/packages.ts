// The same rules and dashboards in the shapes in which others keep them.
import { stringify } from 'yaml'
import type { Group } from './rules.ts'

export const FORMATS = ['rules', 'prometheusrule', 'mixin', 'grafana', 'configmaps'] as const
export type Format = (typeof FORMATS)[number]
export type Content = {
  readonly recordings: readonly Group[]
  readonly alerts: readonly Group[]
  /** JSON texts by file name. */
  readonly dashboards: ReadonlyMap<string, string>
}
/** Texts by file name. */
export type Files = ReadonlyMap<string, string>

const yaml = (value: unknown): string => stringify(value, { lineWidth: 0 })
const labels = { 'app.kubernetes.io/name': 'cugar', 'app.kubernetes.io/component': 'monitoring' }

const rules = ({ recordings, alerts }: Content): Files =>
  new Map([['cugar-rules.yml', yaml({ groups: [...recordings, ...alerts] })]])

const prometheusRule = ({ recordings, alerts }: Content): Files =>
  new Map([
    [
      'cugar-prometheusrule.yaml',
      yaml({
        apiVersion: 'monitoring.coreos.com/v1',
        kind: 'PrometheusRule',
        metadata: { name: 'cugar', labels },
        spec: { groups: [...recordings, ...alerts] },
      }),
    ],
  ])

/** JSON is Jsonnet: the fields are those that every mixin has. */
const mixin = ({ recordings, alerts, dashboards }: Content): Files => {
  const boards = [...dashboards].map(([name, text]): [string, unknown] => [name, JSON.parse(text)])
  const value = {
    prometheusRules: { groups: recordings },
    prometheusAlerts: { groups: alerts },
    grafanaDashboards: Object.fromEntries(boards),
  }
  return new Map([['mixin.libsonnet', `${JSON.stringify(value, null, 2)}\n`]])
}

/** One each, with the label that Grafana's sidecar looks for. */
const configMaps = ({ dashboards }: Content): Files =>
  new Map(
    [...dashboards].map(([name, text]) => [
      name.replace(/\.json$/, '.yaml'),
      yaml({
        apiVersion: 'v1',
        kind: 'ConfigMap',
        metadata: { name: name.replace(/\.json$/, ''), labels: { ...labels, grafana_dashboard: '1' } },
        data: { [name]: text },
      }),
    ]),
  )

export const PACKED: Readonly<Record<Format, (content: Content) => Files>> = {
  rules,
  prometheusrule: prometheusRule,
  mixin,
  grafana: ({ dashboards }) => dashboards,
  configmaps: configMaps,
}
