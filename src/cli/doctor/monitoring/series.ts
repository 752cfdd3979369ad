// Whether rules and panels find the series that they read, and why one may rightly be missing.
import { askEach, type Asked } from './ask.ts'
import { bad, good, type Check } from '../check.ts'
import { shippedQueries, shippedRules } from './shipped.ts'

/** Names of metrics and records in an expression, in words that only they have. */
export const metricsIn = (expr: string): readonly string[] => [
  ...new Set(
    expr
      .replaceAll(/"[^"]*"/g, '""')
      .match(/\b(?:cugar_[\w:]+|job(?:_\w+)?:[\w:]+|nodejs_\w+|process_\w+|scrape_duration_seconds|up)\b/g),
  ),
]

/** What a missing series means when everything is as it should be. */
const MAY_BE_MISSING: readonly (readonly [RegExp, string])[] = [
  [/llm|gen_ai_client/, 'no language model is set up, or none was called'],
  [/projection_lag|cugar_trace/, 'spans are exported only with OTEL_EXPORTER_OTLP_ENDPOINT'],
  [/journal_bytes|data_dir/, 'the journal is in PostgreSQL or in memory'],
  [/adapter/, 'no adapter is switched on'],
  [/budget_remaining|:error:|burn_rate|success_ratio|error_ratio|mean_rate|:p\d+_/, 'nothing has run lately'],
  [/approval/, 'no approval waits'],
  [/forecast/, 'no budget has been watched for an hour'],
  [/freeze|frozen_by/, 'nothing is frozen'],
  [/exhaustion/, 'no budget runs out before its window ends'],
  [/tenant_budget/, 'no tenant has spent anything in a window that is open'],
]

export const whyMissing = (name: string): string | null =>
  MAY_BE_MISSING.find(([pattern]) => pattern.test(name))?.[1] ?? null

type Found = { readonly data: { readonly result: readonly unknown[] } }

async function isThere(prometheus: Asked, query: string): Promise<boolean> {
  const { data } = (await prometheus.json('/api/v1/query', { query })) as Found
  return data.result.length > 0
}

export const hasSeries = (prometheus: Asked, name: string): Promise<boolean> =>
  isThere(prometheus, `count(last_over_time(${name}[1h]))`)

/** Groups of rules are evaluated once a minute at most: one may have been before the first scrape, and not since. */
const FIRST_RECORDS = '2m'
const isRecord = (name: string): boolean => name.includes(':')

/** Why a series is rightly missing; null: it is not. */
type Reason = (name: string) => string | null

async function reasonsAt(prometheus: Asked): Promise<Reason> {
  const isOld = await isThere(prometheus, `count(cugar_build_info offset ${FIRST_RECORDS})`)
  const early = `scraped for less than ${FIRST_RECORDS}: not recorded yet`
  return (name) => whyMissing(name) ?? (!isOld && isRecord(name) ? early : null)
}

async function missingOf(prometheus: Asked, names: readonly string[]): Promise<readonly string[]> {
  const there = await askEach(names, (name) => hasSeries(prometheus, name))
  return names.filter((_, index) => !there[index])
}

const inWords = (names: readonly string[], reason: Reason): string =>
  names.map((name) => `${name} (${reason(name) ?? 'not known'})`).join(', ')

/** Every series that rules or panels read. */
export async function examineSeries(prometheus: Asked): Promise<Check> {
  const [rules, queries] = [await shippedRules(), await shippedQueries()]
  const read = [...rules, ...queries].flatMap(({ expr }) => metricsIn(expr))
  const names = [...new Set(read)].filter((name) => name !== 'ALERTS')
  const [missing, reason] = [await missingOf(prometheus, names), await reasonsAt(prometheus)]
  const wrong = missing.filter((name) => reason(name) === null)
  const rightly = missing.filter((name) => reason(name) !== null)
  const counts = `${names.length - missing.length} of ${names.length} series that ${rules.length} rules and ${queries.length} panel queries read are there`
  const why =
    rightly.length === 0 ? counts : `${counts}; perhaps rightly missing: ${inWords(rightly, reason)}`
  if (wrong.length === 0) return good('series', why)
  const readers = [...rules.map(({ name, expr }) => ({ where: name, expr })), ...queries].filter(({ expr }) =>
    metricsIn(expr).some((name) => wrong.includes(name)),
  )
  return bad(
    'series',
    `${why}; missing: ${wrong.join(', ')}; so these show nothing: ${[...new Set(readers.map(({ where }) => where))].join(', ')}`,
    'let Prometheus scrape /metrics of the runtime and load dashboards/generated/rules.yml',
  )
}
