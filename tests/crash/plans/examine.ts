// What must hold of plans whose processes were killed, said over the bare journal and what really happened.
import { join } from 'node:path'
import type { StoredEvent } from '../../../src/events/event.ts'
import type { Journal } from '../../../src/journal/journal.ts'
import { sqliteJournal } from '../../../src/journal/sqlite/sqlite.ts'
import { verifyChains } from '../../../src/journal/verify.ts'
import { replay } from '../../../src/run/replay.ts'
import type { RunState } from '../../../src/run/state.ts'
import { isDeterministic, promisesBroken } from '../../engine/plan-promises.ts'
import { only } from '../../engine/story.ts'
import { acceptancesBroken, booksBroken, executionBroken } from '../examine.ts'
import { seen, type Execution } from '../witness.ts'

export type Ending = { readonly status: string | null; readonly completed: readonly string[] }

export type Found = {
  /** Every broken promise; empty: none. */
  readonly broken: readonly string[]
  /** By the name of the run. */
  readonly endings: Readonly<Record<string, Ending>>
  /** Revisions by cause. */
  readonly revisions: Readonly<Record<string, number>>
  readonly branches: number
  /** Calls that were cut and made again, and calls with an unknown outcome. */
  readonly cut: number
  readonly unknown: number
  readonly failed: number
  readonly denied: number
}

/** JSON leaves out what is undefined, as the witness does. */
const plain = (state: RunState): RunState => JSON.parse(JSON.stringify(state)) as RunState

function runBroken(story: readonly StoredEvent[], told: RunState | undefined): string[] {
  const id = story[0]?.run_id ?? ''
  // A process may die after the end of a run is durable, and before it has told anybody.
  const end = told ?? replay(story)
  if (end === null || end.finished === null) return [`${id} did not end`]
  return [
    ...promisesBroken(story, told === undefined ? end : plain(end)).map((promise) => `${id}: ${promise}`),
    ...(isDeterministic(story) ? [] : [`${id}: what follows from a state changes`]),
  ]
}

/** An effect happens once under its key, and nothing happens twice in one process. */
function repeated(executions: readonly Execution[]): string[] {
  const twice = (key: (one: Execution) => string, of: readonly Execution[]): string[] =>
    [...Map.groupBy(of, key)].flatMap(([name, same]) => (same.length > 1 ? [`${name} happened twice`] : []))
  return [
    ...twice(({ life, key }) => `${life} ${key}`, executions),
    ...twice(
      ({ key }) => key,
      executions.filter(({ tool }) => tool === 'send'),
    ),
  ]
}

const countBy = (names: readonly string[]): Record<string, number> =>
  Object.fromEntries([...Map.groupBy(names, (name) => name)].map(([name, same]) => [name, same.length]))

function endingOf(story: readonly StoredEvent[]): [string, Ending] {
  const end = only(story, 'run_finished')[0]?.data
  const name = only(story, 'run_started')[0]?.data.idempotency_key ?? ''
  return [name, { status: end?.status ?? null, completed: end?.completed ?? [] }]
}

async function examineJournal(dir: string, journal: Journal): Promise<Found> {
  const events = await journal.readAll(0, 10_000_000)
  const executions = seen(dir, 'execution')
  const ends = new Map(seen(dir, 'end').map(({ run, state }) => [run, state]))
  const byRun = Map.groupBy(events, ({ run_id }) => run_id)
  const stories = only(events, 'run_started').map(({ run_id }) => byRun.get(run_id) ?? [])
  const { problems } = await verifyChains(journal)
  const errors = only(events, 'tool_call_error')
  return {
    broken: [
      ...problems.map(({ run_id, message }) => `chain of ${run_id}: ${message}`),
      ...stories.flatMap((story) => runBroken(story, ends.get(story[0]?.run_id ?? ''))),
      ...executions.flatMap((one) => executionBroken(one, byRun.get(one.run) ?? [])),
      ...repeated(executions),
      ...acceptancesBroken(dir, events),
      ...(await booksBroken(journal)),
    ],
    endings: Object.fromEntries(stories.map(endingOf)),
    revisions: countBy(only(events, 'plan_created').map(({ data }) => data.cause ?? 'first')),
    branches: only(events, 'branch_taken').length,
    cut: errors.filter(({ data }) => data.cut === true).length,
    unknown: errors.filter(({ data }) => data.mode === 'system_unknown_outcome').length,
    failed: only(events, 'run_finished').reduce((sum, { data }) => sum + data.failed.length, 0),
    denied: only(events, 'approval_received').filter(({ data }) => data.decision === 'denied').length,
  }
}

export async function examine(dir: string): Promise<Found> {
  const journal = await sqliteJournal({ dir: join(dir, 'store'), writer: 'examiner' })
  try {
    return await examineJournal(dir, journal)
  } finally {
    await journal.close()
  }
}
