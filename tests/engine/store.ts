// A journal that outlives the processes that write to it, in memory: every process opens it under its own name, may
// be killed at any moment, and then neither reads nor writes any more. What was written can be taken up to any append.
import type { StoredEvent } from '../../src/events/event.ts'
import type { Append, AppendResult, Journal } from '../../src/journal/journal.ts'
import { memoryJournal } from '../../src/journal/memory.ts'

export type Life = { readonly journal: Journal; readonly kill: () => void }

export type Store = {
  readonly open: (writer: string) => Life
  /** Every append that was written, in order. */
  readonly written: readonly { readonly append: Append; readonly writer: string }[]
  /** A store as this one was after its first `appends`. */
  readonly until: (appends: number) => Promise<Store>
}

const never = <T>(): Promise<T> => new Promise(() => {})

export function openStore(): Store {
  const kept = memoryJournal()
  const writers: string[] = []
  const written: { append: Append; writer: string }[] = []
  const signed = (event: StoredEvent): StoredEvent => ({
    ...event,
    writer: writers[event.position - 1] ?? event.writer,
  })

  const write = async (append: Append, writer: string): Promise<AppendResult> => {
    const result = await kept.append(append)
    if (!result.ok) return result
    for (const { position } of result.events) writers[position - 1] = writer
    written.push({ append, writer })
    return { ok: true, events: result.events.map(signed) }
  }

  const open = (writer: string): Life => {
    let alive = true
    const journal: Journal = {
      ...kept,
      append: (append) => (alive ? write(append, writer) : never()),
      read: async (runId, after) => (alive ? (await kept.read(runId, after)).map(signed) : never()),
      readAll: async (after, limit) => (alive ? (await kept.readAll(after, limit)).map(signed) : never()),
      payload: (runId, digest) => (alive ? kept.payload(runId, digest) : never()),
    }
    return { journal, kill: () => (alive = false) }
  }

  const until = async (appends: number): Promise<Store> => {
    const earlier = openStore()
    for (const { append, writer } of written.slice(0, appends)) {
      await earlier.open(writer).journal.append(append)
    }
    return earlier
  }
  return { open, written, until }
}
