// Ways out of a dashboard: to its siblings, to the runs behind a number, to the traces of the same time.
import { DashboardLinkBuilder, DashboardLinkType } from '@grafana/grafana-foundation-sdk/dashboard'

export const TAG = 'cugar'

/** A dropdown of our dashboards that keeps the time range and the variables. */
export const siblings = (): DashboardLinkBuilder =>
  new DashboardLinkBuilder('Dashboards')
    .type(DashboardLinkType.Dashboards)
    .tags([TAG])
    .asDropdown(true)
    .includeVars(true)
    .keepTime(true)

const to = (title: string, url: string): DashboardLinkBuilder =>
  new DashboardLinkBuilder(title).type(DashboardLinkType.Link).url(url).targetBlank(true)

/** Grafana fills variables in before it follows the link: only their marks stay as they are. */
const encoded = (value: object): string =>
  encodeURIComponent(JSON.stringify(value)).replaceAll(/%24%7B([\w.]+)%7D/g, '$${$1}')

function explore(traceql: string): string {
  const pane = {
    datasource: '${tempo}',
    queries: [{ refId: 'A', queryType: 'traceql', query: traceql }],
    range: { from: '${__from}', to: '${__to}' },
  }
  return `/explore?schemaVersion=1&panes=${encoded({ traces: pane })}`
}

const LINKS = {
  runs: () => to('Runs, newest first', '${console}/runs'),
  'failed runs': () => to('Failed runs, newest first', '${console}/runs?status=failed'),
  budgets: () => to('Every account with what is reserved, as JSON', '${console}/v1/budgets'),
  freezes: () => to('Who froze what, and lift it', '${console}/budgets'),
  approvals: () => to('Waiting approvals', '${console}/inbox'),
  'run traces': () => to('Traces of runs', explore('{ span.gen_ai.operation.name = "invoke_agent" }')),
  'tool traces': () => to('Traces of tool calls', explore('{ span.gen_ai.operation.name = "execute_tool" }')),
  'model traces': () => to('Traces of model calls', explore('{ span.gen_ai.operation.name = "chat" }')),
  'failed traces': () => to('Traces with errors', explore('{ status = error }')),
} as const
export type LinkName = keyof typeof LINKS
export const dataLink = (name: LinkName): DashboardLinkBuilder => LINKS[name]()
