// Appends that arrive together share one commit, whatever the store is: gathers them into batches, keeps a store
// busy, and tells each caller how its own append went, in the order of the journal.
import { AppError } from '../errors.ts'
import { assemble, encode, type Receipt } from './encode.ts'
import type { Append, AppendResult, Journal } from './journal.ts'
import type { Progress } from './progress.ts'
import type { Ring } from './ring.ts'
import type { AppendRefusal, EncodedAppend } from './seal.ts'

/** What became of one append of a batch. */
export type CommitOutcome = ({ readonly ok: true } & Receipt) | AppendRefusal

const MAX_BATCH_APPENDS = 512
const MAX_BATCH_BYTES = 8 * 1024 * 1024
/** One is being written, the next is ready behind it. */
const BATCHES_UNDER_WAY = 2
/**
 * So many appends leave at once, before the rest of the turn. Otherwise all runs fall into step: every one of them
 * waits for the same commit, and the threads work by turns (measured at concurrency 32: a fifth fewer runs/s).
 */
const EAGER_APPENDS = 16

type Entry = {
  readonly append: Append
  readonly encoded: EncodedAppend
  readonly since: number
  readonly resolve: (result: AppendResult) => void
  readonly reject: (error: unknown) => void
}

export type GroupCommitParts = {
  /** Outcomes in order, once they are durable; batches are asked for in order, too. */
  readonly commit: (batch: readonly EncodedAppend[]) => Promise<readonly CommitOutcome[]>
  readonly progress: Progress
  readonly ring: Ring
  readonly writer: string
}

function settle({ ring, writer }: GroupCommitParts, entry: Entry, outcome: CommitOutcome): number {
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

function acknowledge(
  parts: GroupCommitParts,
  batch: readonly Entry[],
  outcomes: readonly CommitOutcome[],
): void {
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

/** Removes as many from the front as make one batch. */
function nextBatch(queue: Entry[]): Entry[] {
  let count = 0
  for (let bytes = 0; count < queue.length && count < MAX_BATCH_APPENDS; count += 1) {
    bytes += queue[count]?.encoded.bytes ?? 0
    if (count > 0 && bytes > MAX_BATCH_BYTES) break
  }
  return queue.splice(0, count)
}

export type GroupCommit = {
  readonly append: Journal['append']
  /** Resolves when everything that was asked has its answer. */
  readonly idle: () => Promise<void>
}

export function groupCommit(parts: GroupCommitParts): GroupCommit {
  const queue: Entry[] = []
  const writing = new Set<Promise<void>>()
  let scheduled = false

  const write = async (batch: readonly Entry[]): Promise<void> => {
    try {
      acknowledge(parts, batch, await parts.commit(batch.map(({ encoded }) => encoded)))
    } catch (error) {
      for (const { reject } of batch) reject(error)
    }
  }
  const send = (): void => {
    scheduled = false
    while (queue.length > 0 && writing.size < BATCHES_UNDER_WAY) {
      const one = write(nextBatch(queue)).finally(() => {
        writing.delete(one)
        schedule()
      })
      writing.add(one)
    }
  }
  // After this turn of the loop: appends of those who waited for the last commit still join the next one.
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
        if (queue.length >= EAGER_APPENDS && writing.size < BATCHES_UNDER_WAY) send()
        else schedule()
      })
    },
    idle: async () => {
      while (queue.length > 0 || writing.size > 0) {
        await new Promise(setImmediate)
        await Promise.all(writing)
      }
    },
  }
}
