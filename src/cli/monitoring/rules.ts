// The shipped rules with the settings of an installation laid over them.
import { usage } from '../failure.ts'

export type Rule = {
  readonly record?: string
  readonly alert?: string
  readonly expr: string
  readonly labels?: Readonly<Record<string, string>>
  readonly annotations?: Readonly<Record<string, string>>
}
export type Group = { readonly name: string; readonly rules: readonly Rule[] }
export type RuleSettings = {
  /** Matchers that every series must meet, as `cluster="eu",namespace="sales"`; empty for none. */
  readonly selector: string
  /** The limit of an alert by its name. */
  readonly thresholds: ReadonlyMap<string, number>
  /** The objective of a service level by its name, above 0 and below 1. */
  readonly objectives: ReadonlyMap<string, number>
  /** Where the runbook is read, without an anchor; null: where the alerts say. */
  readonly runbook: string | null
}

/** Scraped series, not what rules record: that comes from series that were narrowed already. Quoted text is no series. */
const SERIES =
  /"[^"]*"|(?<![\w:])(?:cugar|nodejs|process|scrape)_\w+(?![\w:])(\{[^}]*\})?|(?<![\w:])up(?![\w:])(\{[^}]*\})?/g

/** The expression with the matchers in the selector of every scraped series. */
export function narrowed(expr: string, selector: string): string {
  if (selector === '') return expr
  return expr.replaceAll(SERIES, (found, first?: string, second?: string) => {
    if (found.startsWith('"')) return found
    const braces = first ?? second
    if (braces === undefined) return `${found}{${selector}}`
    const own = braces.slice(1, -1)
    return `${found.slice(0, -braces.length)}{${[own, selector].filter((each) => each !== '').join(',')}}`
  })
}

type Shown = { readonly [key: string]: unknown }
const isShown = (value: unknown): value is Shown => typeof value === 'object' && value !== null

/** Where a dashboard has PromQL: in its panels and annotations as `expr`, in its variables as `query`. */
const QUERY_FIELDS: readonly string[] = ['expr', 'query', 'definition']

/** A dashboard, as JSON, that shows only series which meet the matchers. */
export function narrowedBoard(text: string, selector: string): string {
  if (selector === '') return text
  const within = (key: string, value: unknown): unknown => {
    if (typeof value === 'string') return QUERY_FIELDS.includes(key) ? narrowed(value, selector) : value
    if (Array.isArray(value)) return value.map((each) => within(key, each))
    if (!isShown(value)) return value
    return Object.fromEntries(Object.entries(value).map(([name, each]) => [name, within(name, each)]))
  }
  return `${JSON.stringify(within('', JSON.parse(text)), null, 2)}\n`
}

/** What an alert compares with; 0 is no limit but whether anything is there at all. */
const LIMIT = /(?<= (?:>|>=|<|<=) )\d+(?:\.\d+)?(?![\d.])/g

/** Errors: USAGE for an alert without a limit, and for a share of more than everything. */
function limited({ alert = '', expr, annotations }: Rule, threshold: number): string {
  const limits = [...expr.matchAll(LIMIT)].filter(([text]) => Number(text) !== 0)
  const [limit] = limits
  if (limit === undefined) throw usage(`${alert} has no limit of its own that could be set`)
  const isShare =
    Number(limit[0]) < 1 && annotations?.['description']?.includes('humanizePercentage') === true
  if (isShare && threshold >= 1)
    throw usage(
      `${alert} compares with a share, and ${limit[0]} is ${Number(limit[0]) * 100} %: give a number below 1`,
    )
  return `${expr.slice(0, limit.index)}${threshold}${expr.slice(limit.index + limit[0].length)}`
}

const OBJECTIVE = 'cugar_slo:objective:ratio'

function setRule(rule: Rule, { selector, thresholds, objectives, runbook }: RuleSettings): Rule {
  const threshold = thresholds.get(rule.alert ?? '')
  const objective = rule.record === OBJECTIVE ? objectives.get(rule.labels?.['slo'] ?? '') : undefined
  const expr = threshold === undefined ? rule.expr : limited(rule, threshold)
  const url = rule.annotations?.['runbook_url']
  return {
    ...rule,
    expr: objective === undefined ? narrowed(expr, selector) : `vector(${objective})`,
    ...(runbook !== null &&
      url !== undefined && {
        annotations: { ...rule.annotations, runbook_url: `${runbook}#${url.split('#')[1] ?? ''}` },
      }),
  }
}

const unknown = (given: Iterable<string>, known: readonly (string | undefined)[], what: string): void => {
  for (const name of given) if (!known.includes(name)) throw usage(`there is no ${what} ${name}`)
}

/** Of a burn alert: the service levels that it is about, and how many times the allowed rate of errors it waits for. */
const BURN =
  /\{slo=~"([^"]+)"\} > on \(slo\) group_left \(\) \(1 - cugar_slo:objective:ratio\) \* (\d+(?:\.\d+)?)/g

/** Nothing fails more often than always: an alert that waits for more never fires. */
function checkBurn({ alert = '', expr }: Rule, objectives: RuleSettings['objectives']): void {
  for (const [, levels = '', factor] of expr.matchAll(BURN))
    for (const level of levels.split('|')) {
      const objective = objectives.get(level)
      const least = 1 - 1 / Number(factor)
      if (objective !== undefined && objective <= least)
        throw usage(
          `at an objective of ${objective} ${alert} could never fire for ${level}: it waits for ${factor} times the errors that are allowed; above ${least.toFixed(3)} it can`,
        )
    }
}

/** The groups with the settings in force. Errors: USAGE for what is not there, or an objective that nothing can miss. */
export function configured(groups: readonly Group[], settings: RuleSettings): Group[] {
  const rules = groups.flatMap((group) => group.rules)
  unknown(
    settings.thresholds.keys(),
    rules.map(({ alert }) => alert),
    'alert',
  )
  const levels = rules.filter(({ record }) => record === OBJECTIVE).map(({ labels }) => labels?.['slo'])
  unknown(settings.objectives.keys(), levels, 'service level')
  for (const rule of rules) checkBurn(rule, settings.objectives)
  return groups.map((group) => ({ ...group, rules: group.rules.map((rule) => setRule(rule, settings)) }))
}
