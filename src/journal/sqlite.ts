// The journal of a single machine: SQLite in a thread of its own. Appends that arrive while a commit is under way
// share the next one; the newest events are answered from memory.
import { AppError } from '../errors.ts'
import type { StoredEvent } from '../events/event.ts'
import { upcast } from '../events/upcast.ts'
import { assemble, encode } from './encode.ts'
import type { Append, AppendResult, Journal } from './journal.ts'
import { closedError, progressFrom, type Progress } from './progress.ts'
import { eventRing, type Ring } from './ring.ts'
import type { EncodedAppend } from './seal.ts'
import type { Outcome } from './sqlite-commit.ts'
import { storeThread, type StoreThread } from './store-thread.ts'

const MAX_BATCH_APPENDS = 512
const MAX_BATCH_BYTES = 8 * 1024 * 1024
/** One is being written, the next is ready behind it: the store's thread never waits for this one. */
const BATCHES_UNDER_WAY = 2
/**
 * So many appends leave at once, before the rest of the turn. Otherwise all runs fall into step: every one of them
 * waits for the same commit, and the two threads work by turns (measured at concurrency 32: a fifth fewer runs/s).
 */
const EAGER_APPENDS = 16

type Entry = {
  readonly append: Append
  readonly encoded: EncodedAppend
  readonly since: number
  readonly resolve: (result: AppendResult) => void
  readonly reject: (error: unknown) => void
}

type Parts = {
  readonly thread: StoreThread
  readonly progress: Progress
  readonly ring: Ring
  readonly writer: string
}

const parse = (bodies: readonly string[]): StoredEvent[] =>
  bodies.flatMap((body) => {
    const events: unknown[] = JSON.parse(body)
    return events.map(upcast)
  })

function settle({ ring, writer }: Parts, entry: Entry, outcome: Outcome): number {
  if (!outcome.ok) {
    if (outcome.reason !== 'invalid') entry.resolve(outcome)
    else entry.reject(new AppError('INTERNAL', {}, { cause: new Error(outcome.why) }))
    return 0
  }
  const events = assemble(entry.append, outcome, writer)
  ring.push(events, entry.encoded.bytes)
  entry.resolve({ ok: true, events })
  return events.length
}

function acknowledge(parts: Parts, batch: readonly Entry[], outcomes: readonly Outcome[]): void {
  let batchEvents = 0
  let last = parts.progress.position()
  for (const [index, entry] of batch.entries()) {
    const outcome = outcomes[index]
    if (!outcome) continue
    const count = settle(parts, entry, outcome)
    batchEvents += count
    if (outcome.ok) last = outcome.position + count - 1
  }
  const [oldest] = batch
  if (batchEvents === 0 || !oldest) return
  parts.progress.advance(last)
  parts.progress.report({ appendSeconds: (performance.now() - oldest.since) / 1000, batchEvents })
}

/** As many as make one batch, from the front. */
function takeBatch(queue: Entry[]): Entry[] {
  let count = 0
  for (let bytes = 0; count < queue.length && count < MAX_BATCH_APPENDS; count += 1) {
    bytes += queue[count]?.encoded.bytes ?? 0
    if (count > 0 && bytes > MAX_BATCH_BYTES) break
  }
  return queue.splice(0, count)
}

type Appender = { readonly append: Journal['append']; readonly idle: () => Promise<void> }

function appender(parts: Parts): Appender {
  const queue: Entry[] = []
  const under = new Set<Promise<void>>()
  let scheduled = false

  const write = async (batch: readonly Entry[]): Promise<void> => {
    try {
      const sent = JSON.stringify(batch.map(({ encoded }) => encoded))
      const outcomes: Outcome[] = JSON.parse(await parts.thread.call('commit', sent))
      acknowledge(parts, batch, outcomes)
    } catch (error) {
      for (const { reject } of batch) reject(error)
    }
  }
  const send = (): void => {
    scheduled = false
    while (queue.length > 0 && under.size < BATCHES_UNDER_WAY) {
      const writing = write(takeBatch(queue)).finally(() => {
        under.delete(writing)
        schedule()
      })
      under.add(writing)
    }
  }
  // After this turn of the loop: whoever was waiting for the last commit has its say before the next one leaves.
  const schedule = (): void => {
    if (scheduled || queue.length === 0) return
    scheduled = true
    setImmediate(send)
  }
  return {
    append: async (append) => {
      const encoded = encode(append)
      return new Promise<AppendResult>((resolve, reject) => {
        queue.push({ append, encoded, since: performance.now(), resolve, reject })
        if (queue.length >= EAGER_APPENDS && under.size < BATCHES_UNDER_WAY) send()
        else schedule()
      })
    },
    idle: async () => {
      while (queue.length > 0 || under.size > 0) {
        await new Promise(setImmediate)
        await Promise.all(under)
      }
    },
  }
}

function readers({ thread, progress, ring }: Parts): Pick<Journal, 'read' | 'readAll'> {
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

/**
 * The journal in `dir`, which is made when it is missing. `writer` names this process in its events.
 * Errors: DATA_DIR_LOCKED when a process has it open, JOURNAL_BROKEN when it cannot be used.
 */
export async function sqliteJournal(options: {
  readonly dir: string
  readonly writer: string
}): Promise<Journal> {
  let ended = (_error: AppError): void => undefined
  const thread = storeThread(options, (error) => ended(error))
  const progress = progressFrom(await start(thread))
  ended = progress.end
  const parts: Parts = { thread, progress, ring: eventRing(), writer: options.writer }
  const { append, idle } = appender(parts)
  let closing: Promise<void> | null = null
  const shut = async (): Promise<void> => {
    await idle()
    await thread.close()
  }
  return {
    ...readers(parts),
    append: async (line) => {
      if (closing) throw closedError()
      return append(line)
    },
    position: progress.position,
    changed: progress.changed,
    payload: (runId, digest) => thread.call('payload', runId, digest),
    openRuns: (afterRunId, limit) => thread.call('openRuns', afterRunId, limit),
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

async function start(thread: StoreThread): Promise<number> {
  try {
    return await thread.call('open')
  } catch (error) {
    await thread.exited
    throw error
  }
}
