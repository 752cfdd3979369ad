// The journal of a single machine: SQLite in a thread of its own. Appends that arrive while a commit is under way
// share the next one; the newest events are answered from memory.
import { AppError } from '../../errors.ts'
import type { StoredEvent } from '../../events/event.ts'
import { upcast } from '../../events/upcast.ts'
import { batchTexts } from '../batch-texts.ts'
import { groupCommit, type CommitOutcome, type GroupCommitParts } from '../group-commit.ts'
import type { Journal, Standby } from '../journal.ts'
import { closedError, progressFrom, type Progress } from '../progress.ts'
import { eventRing, type Ring } from '../ring.ts'
import { storeThread, type StoreThread } from './store-thread.ts'

type ReadParts = { readonly thread: StoreThread; readonly progress: Progress; readonly ring: Ring }

const parse = (bodies: readonly string[]): StoredEvent[] =>
  bodies.flatMap((body) => {
    const events: unknown[] = JSON.parse(body)
    return events.map(upcast)
  })

const commitBy =
  (thread: StoreThread): GroupCommitParts['commit'] =>
  async (batch) =>
    JSON.parse(await thread.call('commit', batchTexts(batch))) as CommitOutcome[]

function readers({ thread, progress, ring }: ReadParts): Pick<Journal, 'read' | 'readAll'> {
  return {
    read: async (runId, afterSeq = 0) => {
      const events = parse(await thread.call('run', runId, afterSeq + 1))
      return events.filter(({ seq }) => seq > afterSeq)
    },
    readAll: async (after, limit) => {
      if (after >= progress.position()) return []
      const newest = ring.after(after, limit)
      if (newest) return newest
      const events = parse(await thread.call('all', after, limit))
      return events.filter(({ position }) => position > after).slice(0, limit)
    },
  }
}

export type SqliteOptions = {
  readonly dir: string
  readonly writer: string
  readonly standby?: Standby
  /** Work that must succeed before anything is opened. The thread, which takes a while to be there, starts beside it. */
  readonly first?: () => Promise<unknown>
}

type Opened = { readonly thread: StoreThread; readonly position: number }

const isLocked = (error: unknown): boolean => error instanceof AppError && error.code === 'DATA_DIR_LOCKED'

/** `ended` is told when the thread that has the store has ended. */
async function openThread(options: SqliteOptions, ended: (error: AppError) => void): Promise<Opened> {
  const { dir, writer, standby, first } = options
  const open = async (wait: boolean): Promise<Opened> => {
    const thread = storeThread({ dir, writer, wait }, ended)
    if (!wait) await before(thread, first)
    return { thread, position: await start(thread) }
  }
  try {
    return await open(false)
  } catch (error) {
    if (!standby || !isLocked(error)) throw error
    standby('waiting')
    const opened = await open(true)
    standby('active')
    return opened
  }
}

/**
 * The journal in `dir`, which is made when it is missing. `writer` names this process in its events.
 * Errors: DATA_DIR_LOCKED when a process has it open and there is no `standby`, JOURNAL_BROKEN when it cannot be used.
 */
export async function sqliteJournal(options: SqliteOptions): Promise<Journal> {
  let ended = (_error: AppError): void => undefined
  const { thread, position } = await openThread(options, (error) => ended(error))
  const progress = progressFrom(position)
  ended = progress.end
  const ring = eventRing()
  const { append, idle } = groupCommit({ commit: commitBy(thread), progress, ring, writer: options.writer })
  let closing: Promise<void> | null = null
  const shut = async (): Promise<void> => {
    await idle()
    await thread.close()
  }
  return {
    ...readers({ thread, progress, ring }),
    append: async (line) => {
      if (closing) throw closedError()
      return append(line)
    },
    position: progress.position,
    changed: progress.changed,
    payload: (runId, digest) => thread.call('payload', runId, digest),
    openRuns: (afterRunId, limit) => thread.call('openRuns', afterRunId, limit),
    openBatches: (afterBatchId, limit) => thread.call('openBatches', afterBatchId, limit),
    stream: (runId) => thread.call('stream', runId),
    children: (parent, afterId, limit) => thread.call('children', parent, afterId, limit),
    peek: (key) => thread.call('peek', key),
    accounts: (owner) => thread.call('accounts', owner ?? null),
    loadCheckpoint: (name) => thread.call('loadCheckpoint', name),
    saveCheckpoint: (checkpoint) => thread.call('saveCheckpoint', checkpoint),
    rows: (query) => thread.call('rows', query),
    row: (view, id) => thread.call('row', view, id),
    raw: (after, limit) => thread.call('raw', after, limit),
    heads: (afterRunId, limit) => thread.call('heads', afterRunId, limit),
    onCommit: progress.onCommit,
    check: () => thread.call('check'),
    close: () => (closing ??= shut()),
  }
}

async function before(thread: StoreThread, work: SqliteOptions['first']): Promise<void> {
  try {
    await work?.()
  } catch (error) {
    await thread.discard()
    throw error
  }
}

async function start(thread: StoreThread): Promise<number> {
  try {
    return await thread.call('open')
  } catch (error) {
    await thread.exited
    throw error
  }
}
