// What must hold of lists whose processes were killed, said over the bare journal and what really happened.
import { join } from 'node:path'
import type { StoredEvent } from '../../../src/events/event.ts'
import type { Journal } from '../../../src/journal/journal.ts'
import { sqliteJournal } from '../../../src/journal/sqlite/sqlite.ts'
import { verifyChains } from '../../../src/journal/verify.ts'
import { lawsBroken } from '../../engine/laws.ts'
import { only } from '../../engine/story.ts'
import { booksBroken, executionBroken } from '../examine.ts'
import { seen } from '../witness.ts'
import { isFailing, ITEMS } from './scene.ts'

export type FoundLists = {
  /** Every broken promise; empty: none. */
  readonly broken: readonly string[]
  /** Lists that stood at their boundary when their process was killed. */
  readonly boundaries: number
  readonly lists: number
  readonly runs: number
  /** Calls that were cut by a kill and made again. */
  readonly cut: number
}

const FAILING = Array.from({ length: ITEMS }, (_none, n) => n).filter(isFailing).length

/** One run an item, and an end that says of each what became of it. */
function listBroken(id: string, list: readonly StoredEvent[], runs: ReadonlyMap<number, string>): string[] {
  const broken: string[] = []
  const ends = only(list, 'batch_finished')
  if (ends.length !== 1) broken.push(`${id} ended ${ends.length} times`)
  const { succeeded = 0, failed = 0, not_begun = 0, cost = 0 } = ends[0]?.data ?? {}
  if (succeeded !== ITEMS - FAILING || failed !== FAILING || not_begun !== 0)
    broken.push(`${id}: ${succeeded} succeeded, ${failed} failed, ${not_begun} never begun`)
  if (cost < ITEMS - FAILING) broken.push(`${id} cost ${cost}`)
  if (runs.size !== ITEMS) broken.push(`${id}: ${runs.size} items have a run`)
  for (const [item, status] of runs)
    if (status !== (isFailing(item) ? 'failed' : 'succeeded')) broken.push(`${id}: item ${item} is ${status}`)
  return broken
}

async function outputsBroken(journal: Journal, story: readonly StoredEvent[]): Promise<string[]> {
  const { run_id = '', data } = only(story, 'run_started')[0] ?? {}
  const output = only(story, 'tool_call_complete')[0]?.data.output
  if (data === undefined || output === undefined) return []
  const said = await journal.payload(run_id, output)
  const wanted = JSON.stringify({ text: `hello ${data.item}` })
  return said === wanted ? [] : [`${run_id} says ${said}`]
}

async function examineJournal(dir: string, journal: Journal): Promise<FoundLists> {
  const events = await journal.readAll(0, 100_000_000)
  const streams = Map.groupBy(events, ({ run_id }) => run_id)
  const started = only(events, 'run_started')
  const lists = only(events, 'batch_started')
  const statusOf = (runId: string): string =>
    only(streams.get(runId) ?? [], 'run_finished')[0]?.data.status ?? 'open'
  const itemsOf = (batchId: string): ReadonlyMap<number, string> =>
    new Map(
      started.flatMap(({ run_id, data }) =>
        data.batch_id === batchId && data.item !== undefined ? [[data.item, statusOf(run_id)]] : [],
      ),
    )
  const stories = started.map(({ run_id }) => streams.get(run_id) ?? [])
  const executions = seen(dir, 'execution')
  const known = new Set(lists.map(({ run_id }) => run_id))
  const { problems } = await verifyChains(journal)
  const outputs: string[] = []
  for (const story of stories) outputs.push(...(await outputsBroken(journal, story)))
  return {
    broken: [
      ...problems.map(({ run_id, message }) => `chain of ${run_id}: ${message}`),
      ...lists.flatMap(({ run_id }) => listBroken(run_id, streams.get(run_id) ?? [], itemsOf(run_id))),
      ...(started.length === lists.length * ITEMS ? [] : [`${started.length} runs of ${lists.length} lists`]),
      ...stories.flatMap((story) => lawsBroken(story).map((law) => `${story[0]?.run_id}: ${law}`)),
      ...executions.flatMap((one) => executionBroken(one, streams.get(one.run) ?? [])),
      ...outputs,
      ...seen(dir, 'acceptance').flatMap(({ run, name }) =>
        known.has(run) ? [] : [`${name} was accepted and is lost`],
      ),
      ...(await booksBroken(journal)),
    ],
    boundaries: seen(dir, 'standing').length,
    lists: lists.length,
    runs: started.length,
    cut: only(events, 'tool_call_error').filter(({ data }) => data.cut === true).length,
  }
}

export async function examineLists(dir: string): Promise<FoundLists> {
  const journal = await sqliteJournal({ dir: join(dir, 'store'), writer: 'examiner' })
  try {
    return await examineJournal(dir, journal)
  } finally {
    await journal.close()
  }
}
