// Whether each panel's query is answered and shows something, and each recording rule writes: a series may be there, and
// what is asked of it still have no answer.
import { askEach, type Asked } from './ask.ts'
import { bad, good, type Check } from '../check.ts'
import { metricsIn, whyMissing } from './series.ts'
import { shippedQueries, shippedRules, type ShippedQuery } from './shipped.ts'

type Found = { readonly data: { readonly result: readonly unknown[] } }
type Answer = 'shows' | 'nothing' | 'refused'

/** What Prometheus does not take is answered with a status of its own. */
async function answerOf(prometheus: Asked, expr: string): Promise<Answer> {
  const query = `count(${expr})`
  return prometheus.json('/api/v1/query', { query }).then(
    (answer) => ((answer as Found).data.result.length > 0 ? 'shows' : 'nothing'),
    () => 'refused',
  )
}

const NOTHING_YET = 'nothing of the kind has happened'
/** Of an answer that is empty although its series may be there. */
const reasonOf = (expr: string): string =>
  metricsIn(expr)
    .map(whyMissing)
    .find((why) => why !== null) ?? NOTHING_YET

type Asking = {
  readonly check: string
  readonly queries: readonly ShippedQuery[]
  /** As in "12 of 14 panel queries show something". */
  readonly inWords: string
  readonly advice: string
}

async function examine(prometheus: Asked, { check, queries, inWords, advice }: Asking): Promise<Check> {
  const answers = await askEach(queries, ({ expr }) => answerOf(prometheus, expr))
  const named = (wanted: Answer): readonly ShippedQuery[] =>
    queries.filter((_, index) => answers[index] === wanted)
  const [refused, empty] = [named('refused'), named('nothing')]
  const count = `${queries.length - refused.length - empty.length} of ${queries.length} ${inWords}`
  const byReason = Map.groupBy(empty, ({ expr }) => reasonOf(expr))
  const reasons = [...byReason].map(
    ([reason, these]) => `${[...new Set(these.map(({ where }) => where))].join(', ')} (${reason})`,
  )
  const detail =
    reasons.length === 0 ? count : `${count}; nothing now, perhaps rightly: ${reasons.join('; ')}`
  if (refused.length > 0)
    return bad(check, `${detail}; not answered: ${refused.map(({ where }) => where).join(', ')}`, advice)
  // Something is always there: a runtime that is scraped has its build and its journal.
  if (empty.length === queries.length) return bad(check, detail, advice)
  return good(check, detail)
}

export async function examineQueries(prometheus: Asked): Promise<readonly Check[]> {
  const records = (await shippedRules()).filter(({ wait }) => wait === null)
  return [
    await examine(prometheus, {
      check: 'records',
      queries: records.map(({ name, expr }) => ({ where: name, expr })),
      inWords: 'recording rules have something to write',
      advice: 'let Prometheus scrape /metrics of the runtime',
    }),
    await examine(prometheus, {
      check: 'panels',
      queries: await shippedQueries(),
      inWords: 'panel queries show something',
      advice: 'use Prometheus 2.42 or later, and let it scrape /metrics of the runtime',
    }),
  ]
}
