// Notices that the event loop is held: as long as it is, the process answers nobody and logs nothing. A thread beside it
// looks every second, and says in the log which call of which run holds it, and where in its source.
import { extname } from 'node:path'
import { Worker } from 'node:worker_threads'

export type WatchOrder = {
  /** Counted up by the event loop as long as it goes round. */
  readonly beats: Int32Array
  /** Milliseconds between two beats, and between two looks. */
  readonly beatMs: number
  /** Looks in a row that see no beat before it is said. */
  readonly missed: number
}

const BEAT_MS = 1000
const MISSED = 5

/** Watches this process from now on, with lines in the shape of the server's log on standard output; returns the end of it. */
export function watchLoop(): () => Promise<void> {
  const beats = new Int32Array(new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT))
  const order: WatchOrder = { beats, beatMs: BEAT_MS, missed: MISSED }
  // The published package runs the emitted .js, a checkout the .ts itself.
  const file = new URL(`./watch-thread${extname(import.meta.url)}`, import.meta.url)
  const worker = new Worker(file, { workerData: order })
  worker.unref()
  const beat = setInterval(() => Atomics.add(beats, 0, 1), BEAT_MS).unref()
  return async () => {
    clearInterval(beat)
    await worker.terminate()
  }
}
