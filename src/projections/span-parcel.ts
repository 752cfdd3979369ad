// Spans as the body of the request that takes them to a collector. Each is written down as soon as it has ended:
// neither the spans nor one text of a megabyte live until a batch is full, and the bytes are used again.
import { frameOf, spanText } from './span-json.ts'
import type { Span } from './span.ts'

export type SpanParcel = {
  readonly add: (span: Span) => void
  /** Spans in it. */
  readonly count: () => number
  /** The whole body; nothing is added after it. */
  readonly body: () => Uint8Array
  /** Nobody reads the body any more: its memory is free for another. */
  readonly release: () => void
}

/** A request of some hundred spans; what does not suffice is doubled. */
const FIRST_BYTES = 262_144
/** One that is filled while another is under way. */
const SPARES = 2
/** Of a UTF-16 unit in UTF-8, at most. */
const BYTES_PER_UNIT = 3

/** Makes empty parcels. `origin`: who the spans come from, JSON, and the version of what made them. */
export function parcels(origin: { readonly resource: string; readonly version: string }): () => SpanParcel {
  const { head, tail } = frameOf(origin)
  const spares: Buffer[] = []
  return () => {
    let buffer = spares.pop() ?? Buffer.allocUnsafeSlow(FIRST_BYTES)
    let used = 0
    let spans = 0
    const write = (text: string): void => {
      const most = used + text.length * BYTES_PER_UNIT
      if (most > buffer.length) {
        const larger = Buffer.allocUnsafeSlow(Math.max(most, 2 * buffer.length))
        buffer.copy(larger, 0, 0, used)
        buffer = larger
      }
      used += buffer.write(text, used)
    }
    write(head)
    return {
      add: (span) => {
        write(spans === 0 ? spanText(span) : `,${spanText(span)}`)
        spans += 1
      },
      count: () => spans,
      body: () => {
        write(tail)
        return buffer.subarray(0, used)
      },
      release: () => {
        if (spares.length < SPARES) spares.push(buffer)
      },
    }
  }
}
