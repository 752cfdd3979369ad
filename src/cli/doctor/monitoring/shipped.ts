// The rules and dashboards that belong to this version.
import { readdir, readFile } from 'node:fs/promises'
import { parse } from 'yaml'

const FOLDER = new URL('.', import.meta.resolve('#dashboards/rules.yml'))

export type ShippedRule = {
  /** Of the record or alert. */
  readonly name: string
  readonly group: string
  readonly expr: string
  /** How long an alert waits, as 5m; null: a recording rule. */
  readonly wait: string | null
}
export type ShippedQuery = { readonly where: string; readonly expr: string }

type RuleFile = {
  readonly groups: readonly {
    readonly name: string
    readonly rules: readonly {
      readonly record?: string
      readonly alert?: string
      readonly expr: string
      readonly for?: string
    }[]
  }[]
}

async function rulesIn(file: string): Promise<ShippedRule[]> {
  const { groups } = parse(await readFile(new URL(file, FOLDER), 'utf8')) as RuleFile
  return groups.flatMap(({ name: group, rules }) =>
    rules.map(({ record, alert, expr, for: wait = null }) => ({
      name: record ?? alert ?? '',
      group,
      expr,
      wait,
    })),
  )
}

export const shippedRules = async (): Promise<readonly ShippedRule[]> => [
  ...(await rulesIn('rules.yml')),
  ...(await rulesIn('alerts.yml')),
]

type BoardFile = {
  readonly uid: string
  readonly panels: readonly {
    readonly title: string
    readonly targets?: readonly { readonly expr?: string }[]
  }[]
}

/** Every variable as Grafana fills it in for All. */
const filled = (expr: string): string =>
  expr.replaceAll(/\$([a-z_]\w*)/g, (_, name: string) => (name.startsWith('__') ? '1h' : '.*'))

async function queriesIn(file: string): Promise<ShippedQuery[]> {
  const { uid, panels } = JSON.parse(await readFile(new URL(file, FOLDER), 'utf8')) as BoardFile
  return panels.flatMap(({ title, targets = [] }) =>
    targets.flatMap(({ expr }) =>
      expr === undefined ? [] : { where: `${uid}: ${title}`, expr: filled(expr) },
    ),
  )
}

export async function shippedQueries(): Promise<readonly ShippedQuery[]> {
  const boards = (await readdir(FOLDER)).filter((name) => name.endsWith('.json'))
  return (await Promise.all(boards.map(queriesIn))).flat()
}
