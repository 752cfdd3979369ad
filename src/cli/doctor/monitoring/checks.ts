// What watches the runtime: Prometheus, its rules, the series that rules and panels read, and the way of an alert.
import { cliError } from '../../failure.ts'
import { bad, good, sentenceOf, type Check } from '../check.ts'
import { examineReceivers, examineWatchdog } from './alerting.ts'
import { askAt, type Asked } from './ask.ts'
import { examineQueries } from './queries.ts'
import { examineRules } from './rules.ts'
import { examineSeries, hasSeries } from './series.ts'

export type MonitoringUrls = {
  readonly prometheus: string
  /** Without it, the one that Prometheus sends to. */
  readonly alertmanager?: string
}

type Instant = {
  readonly data: {
    readonly result: readonly {
      readonly metric: Readonly<Record<string, string>>
      readonly value: [number, string]
    }[]
  }
}

/** Those of the rules, and where they are not loaded those that show a runtime; beside one of them, whoever does not answer. */
const TARGETS =
  'job_instance:cugar_target:up or on (job, instance) (up and on (job, instance) cugar_build_info) or on (job, instance) (up == 0 and on (job) last_over_time(cugar_build_info[1h]))'

async function examineTargets(prometheus: Asked): Promise<Check> {
  const { data } = (await prometheus.json('/api/v1/query', { query: TARGETS })) as Instant
  const down = data.result.filter(({ value }) => value[1] !== '1')
  const names = down.map(({ metric }) => `${metric['job']} ${metric['instance']}`)
  if (down.length > 0)
    return bad('targets', `does not answer: ${names.join(', ')}`, 'start it, or look at its key')
  if (data.result.length > 0) return good('targets', `${data.result.length} scraped`)
  return bad(
    'targets',
    'Prometheus scrapes no runtime',
    'add the job of docs/monitoring.md to its configuration',
  )
}

async function alertmanagerOf(prometheus: Asked, given: string | undefined): Promise<Asked> {
  if (given !== undefined) return askAt(given, 'Alertmanager')
  const { data } = (await prometheus.json('/api/v1/alertmanagers')) as {
    readonly data: { readonly activeAlertmanagers: readonly { readonly url: string }[] }
  }
  const [first] = data.activeAlertmanagers
  if (first === undefined) throw cliError('UNREACHABLE', 'Prometheus sends alerts to no Alertmanager')
  return askAt(first.url.replace(/\/api\/v\d\/alerts$/, ''), 'Alertmanager')
}

/** A check that could not be made is a problem of its own. */
const attempted = (check: string, advice: string, work: Promise<Check | readonly Check[]>) =>
  work.then(
    (made): readonly Check[] => [made].flat(),
    (error: unknown): readonly Check[] => [bad(check, sentenceOf(error), advice)],
  )

async function examineAlertmanager(prometheus: Asked, given: string | undefined): Promise<readonly Check[]> {
  const alertmanager = await alertmanagerOf(prometheus, given)
  return [...(await examineReceivers(alertmanager)), await examineWatchdog(alertmanager)]
}

/** What rules and panels read, where there is something to read. */
async function examineData(prometheus: Asked): Promise<readonly Check[]> {
  if (await hasSeries(prometheus, 'cugar_build_info'))
    return [await examineSeries(prometheus), ...(await examineQueries(prometheus))]
  const none = 'not examined: no runtime was scraped in the last hour'
  return ['series', 'records', 'panels'].map((check) => bad(check, none, 'mend the targets first'))
}

/** Every check, each made although another one has failed. */
export async function examineMonitoring(urls: MonitoringUrls): Promise<readonly Check[]> {
  const advice = 'give the address of a running Prometheus with --prometheus'
  const reach = async (): Promise<Asked> => {
    const prometheus = askAt(urls.prometheus, 'Prometheus')
    await prometheus.json('/api/v1/status/buildinfo')
    return prometheus
  }
  const reached = await reach().then(
    (prometheus) => ({ prometheus, why: '' }),
    (error: unknown) => ({ prometheus: null, why: sentenceOf(error) }),
  )
  const { prometheus, why } = reached
  if (prometheus === null) return [bad('prometheus', why, advice)]
  return [
    good('prometheus', `answers at ${prometheus.shown}`),
    ...(await attempted('targets', advice, examineTargets(prometheus))),
    ...(await attempted('rules', advice, examineRules(prometheus))),
    ...(await attempted('series', advice, examineData(prometheus))),
    ...(await attempted(
      'alertmanager',
      'name one under `alerting` of Prometheus, or give --alertmanager',
      examineAlertmanager(prometheus, urls.alertmanager),
    )),
  ]
}
