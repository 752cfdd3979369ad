// Spans as the body of the request that takes them to a collector. Each is written down as soon as it has ended: the
// spans do not live until a batch is full, and the memory of a body is used again.
import { wire, type Wire } from '../wire/protobuf.ts'
import { headOf, putSpan, type Origin } from './wire/span-proto.ts'
import type { Span } from './span.ts'

export type ExportBatch = {
  readonly add: (span: Span) => void
  /** Number of spans in it. */
  readonly count: () => number
  /** The whole body; nothing is added after it. */
  readonly body: () => Uint8Array
  /** Nobody reads the body any more: its memory is free for another. */
  readonly release: () => void
}

/** A request of some hundred spans; where it does not suffice, it is doubled. */
const FIRST_BYTES = 262_144
/** Bodies whose memory is kept: one is filled while another is under way. */
const MAX_FREE = 2

/** Makes empty batches for the spans of one process. */
export function exportBatches(origin: Origin): () => ExportBatch {
  const head = headOf(origin)
  // It tells how long the rest is, so it is written last, before the rest.
  const headSize = head(Number.MAX_SAFE_INTEGER).length
  const free: Wire[] = []
  return () => {
    const to = free.pop() ?? wire(FIRST_BYTES)
    to.at = headSize
    let spans = 0
    return {
      add: (span) => {
        putSpan(to, span)
        spans += 1
      },
      count: () => spans,
      body: () => {
        const beginning = head(to.at - headSize)
        const start = headSize - beginning.length
        to.bytes.set(beginning, start)
        return to.bytes.subarray(start, to.at)
      },
      release: () => {
        if (free.length < MAX_FREE) free.push(to)
      },
    }
  }
}
