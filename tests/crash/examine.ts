// What must hold in a folder when its last process has ended by itself, whatever was killed there before. Opens the
// store itself and takes nobody's word for it. Every broken promise is one sentence.
import { readFileSync } from 'node:fs'
import type { StoredEvent } from '../../src/events/event.ts'
import type { Journal } from '../../src/journal/journal.ts'
import { sqliteJournal } from '../../src/journal/sqlite/sqlite.ts'
import { verifyChains } from '../../src/journal/verify.ts'
import { savedMetrics, verifyMetrics } from '../../src/projections/metrics/recompute.ts'
import { RUNS_VIEW } from '../../src/projections/lists/runs.ts'
import { lawsBroken } from '../engine/laws.ts'
import { only, planOf } from '../engine/story.ts'
import { numbersOf, recomputedNumbers, unequal } from './exposed.ts'
import { metricsIn, storeIn } from './product.ts'
import { ONCE_ONLY, registry } from './scenario.ts'
import { seen, type Execution } from './witness.ts'

export type Ending = {
  readonly status: string | null
  readonly completed: readonly string[]
  /** One of its calls was made as often as it may be. */
  readonly isGivenUp?: true
}
export type Examined = {
  readonly broken: readonly string[]
  /** By idempotency key of the run. */
  readonly endings: Readonly<Record<string, Ending>>
  readonly events: readonly StoredEvent[]
}

/** Where a step, or what it judges, was last sent back: from there on it is done again. */
function sentBackAt(known: readonly StoredEvent[], step: string): number {
  const judged = planOf(known).find(({ step_id }) => step_id === step)?.judges
  const sentBack = only(known, 'approval_received').findLast(
    ({ data }) => data.decision === 'changes_requested' && [step, judged].includes(data.step_id),
  )
  return sentBack?.position ?? 0
}

/** One real execution against the journal: after its intent, before any outcome of it, never of a completed step. */
export function executionBroken(execution: Execution, events: readonly StoredEvent[]): string[] {
  const { run, step, key, at, tool } = execution
  const broken: string[] = []
  const known = events.filter((event) => event.run_id === run && event.position <= at)
  const starts = only(known, 'tool_call_start')
  // What a process left is made again as a new attempt under the same key.
  const intent = starts.findLast(({ data }) => data.idempotency_key === key)
  if (intent === undefined) broken.push(`${tool} of ${key} ran before its intent was durable`)
  const outcomes = [...only(known, 'tool_call_complete'), ...only(known, 'tool_call_error')]
  const since = sentBackAt(known, step)
  for (const { type, data, position } of outcomes) {
    if (data.step_id !== step || position <= since) continue
    if (type === 'tool_call_complete') broken.push(`${tool} of ${key} ran after ${step} was completed`)
    else if (data.attempt === intent?.data.attempt) broken.push(`${tool} of ${key} ran after it had failed`)
  }
  return broken
}

function groupBy<T>(items: readonly T[], keyOf: (item: T) => string): T[][] {
  return Object.values(Object.groupBy(items, keyOf)).map((group) => group ?? [])
}

/** The person in these tests looks at the world, so even a call with an unknown outcome happens once. */
function repetitionsBroken(executions: readonly Execution[]): string[] {
  const inOneLife = groupBy(executions, ({ key, life }) => `${life} ${key}`).filter(
    ({ length }) => length > 1,
  )
  const sent = executions.filter(({ tool }) => tool === ONCE_ONLY)
  const sentTwice = groupBy(sent, ({ run }) => run).filter(({ length }) => length > 1)
  return [
    ...inOneLife.map(([one]) => `${one?.key} ran twice in one process`),
    ...sentTwice.map(([one]) => `${one?.run} sent twice`),
  ]
}

/** No accepted run is lost, and none is there twice. */
export function acceptancesBroken(dir: string, events: readonly StoredEvent[]): string[] {
  const started = only(events, 'run_started')
  const names = started.map(({ data }) => data.idempotency_key ?? '')
  const lost = seen(dir, 'acceptance').filter(
    ({ name, run }) => !started.some(({ run_id, data }) => run_id === run && data.idempotency_key === name),
  )
  const doubled = names.filter((name, index) => names.indexOf(name) !== index)
  return [
    ...lost.map(({ name }) => `${name} was accepted and is lost`),
    ...doubled.map((name) => `${name} is there twice`),
  ]
}

export async function booksBroken(journal: Journal): Promise<string[]> {
  const accounts = await journal.accounts()
  return accounts
    .filter(({ reserved }) => reserved !== 0)
    .map(({ scope, key, unit, reserved }) => `${scope} ${key} ${unit} still holds ${reserved}`)
}

async function metricsBroken(dir: string, journal: Journal): Promise<string[]> {
  const shown = numbersOf(readFileSync(metricsIn(dir), 'utf8'))
  const saved = await savedMetrics(journal)
  const broken = unequal(shown, await recomputedNumbers(journal, registry))
  if (Object.keys(shown).length < 100) broken.push('/metrics shows hardly anything')
  if (saved?.position !== journal.position()) broken.push('the last checkpoint does not cover the journal')
  return [...broken, ...(await verifyMetrics(journal, registry))]
}

/** A call that the journal calls completed and that nobody saw happen. */
function unseenBroken(executions: readonly Execution[], events: readonly StoredEvent[]): string[] {
  const steps = new Set(executions.map(({ run, step }) => `${run}/${step}`))
  return only(events, 'tool_call_complete')
    .filter(({ run_id, data }) => !steps.has(`${run_id}/${data.step_id}`))
    .map(({ run_id, data }) => `${run_id}/${data.step_id} was completed and never ran`)
}

/** The list of runs, which is kept by checkpoints too, against the events. */
async function listBroken(journal: Journal, stories: readonly (readonly StoredEvent[])[]): Promise<string[]> {
  const rows = await journal.rows({ view: RUNS_VIEW, limit: 1_000_000 })
  const listed = new Map(rows.map(({ id, status }) => [id, status]))
  return stories.flatMap((story) => {
    const id = story[0]?.run_id ?? ''
    const status = only(story, 'run_finished')[0]?.data.status
    return listed.get(id) === status ? [] : [`${id} is ${status}, the list says ${listed.get(id)}`]
  })
}

async function examineJournal(dir: string, journal: Journal): Promise<Examined> {
  const events = await journal.readAll(0, 10_000_000)
  const executions = seen(dir, 'execution')
  const byRun = Object.groupBy(events, ({ run_id }) => run_id)
  const stories = only(events, 'run_started').map(({ run_id }) => byRun[run_id] ?? [])
  const { problems } = await verifyChains(journal)
  const broken = [
    ...problems.map(({ run_id, seq, message }) => `chain of ${run_id} at ${seq}: ${message}`),
    ...executions.flatMap((execution) => executionBroken(execution, byRun[execution.run] ?? [])),
    ...repetitionsBroken(executions),
    ...unseenBroken(executions, events),
    ...acceptancesBroken(dir, events),
    ...stories.flatMap((story) => lawsBroken(story).map((law) => `${story[0]?.run_id}: ${law}`)),
    ...(await booksBroken(journal)),
    ...(await listBroken(journal, stories)),
    ...(await metricsBroken(dir, journal)),
  ]
  const endings = stories.map((story): [string, Ending] => {
    const end = only(story, 'run_finished')[0]?.data
    const name = only(story, 'run_started')[0]?.data.idempotency_key ?? ''
    // A call during which the process died three times is not made again, and what needs it is not done.
    const isGivenUp = only(story, 'tool_call_error').some(({ data }) =>
      data.message.startsWith('The process ended 3 times during this call'),
    )
    return [
      name,
      { status: end?.status ?? null, completed: end?.completed ?? [], ...(isGivenUp && { isGivenUp }) },
    ]
  })
  return { broken, endings: Object.fromEntries(endings), events }
}

export async function examine(dir: string): Promise<Examined> {
  const journal = await sqliteJournal({ dir: storeIn(dir), writer: 'examiner' })
  try {
    return await examineJournal(dir, journal)
  } finally {
    await journal.close()
  }
}
