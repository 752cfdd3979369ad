// The runs of one item: the first one, and those that resumed it. Found by the keys under which they were started, so
// that nothing has to be kept for it.
import type { Journal } from '../../journal/journal.ts'
import type { BatchState } from '../../run/batch.ts'
import { replay } from '../../run/replay.ts'
import type { RunState } from '../../run/state.ts'
import { ownKey } from '../commands/start.ts'

/** The key of the run that an item begins with in a round. */
export const itemKey = (batchId: string, item: number, round: number): string =>
  ownKey('item', `${batchId}/${item}/${round}`)

export type ItemRun = {
  readonly state: RunState
  /** Position in the journal of its first event. */
  readonly position: number
}

async function readRun(journal: Journal, runId: string): Promise<ItemRun | null> {
  const events = await journal.read(runId)
  const state = replay(events)
  const position = events[0]?.position
  return state === null || position === undefined ? null : { state, position }
}

/** Their ids, the oldest first; the last one is what has become of the item. */
export async function itemRunIds(
  journal: Journal,
  { batchId, round }: Pick<BatchState, 'batchId' | 'round'>,
  item: number,
): Promise<string[]> {
  const ids: string[] = []
  for (let each = 0; each <= round; each += 1) {
    let holder = await journal.peek(itemKey(batchId, item, each))
    while (holder !== null && !ids.includes(holder.runId)) {
      ids.push(holder.runId)
      holder = await journal.peek(ownKey('resume', holder.runId))
    }
  }
  return ids
}

/** The same with what they are now. */
export async function itemRuns(journal: Journal, batch: BatchState, item: number): Promise<ItemRun[]> {
  const ids = await itemRunIds(journal, batch, item)
  const runs = await Promise.all(ids.map((runId) => readRun(journal, runId)))
  return runs.filter((run) => run !== null)
}
