// The newest events, kept in memory so that followers near the head read the very same objects, without disk or
// parsing. Bounded by count and by bytes, and no more than readers ask for: a loaded process needs 480 events and not
// 20,000, and each collection of garbage copies what is held.
import type { StoredEvent } from '../events/event.ts'

const MAX_EVENTS = 20_000
const MAX_BYTES = 64 * 1024 * 1024
/** Always kept, however near to the head everybody reads. */
const FEW = 256
/** How far behind the last so many readings were decides how much is kept for the next ones. */
const READINGS = 32

export type Ring = {
  /** The events of one append, about `bytes` in all; the oldest leave when there are too many. */
  readonly push: (events: readonly StoredEvent[], bytes: number) => void
  /** Events after a position, at most `limit`; undefined when the first of them has left already. */
  readonly after: (position: number, limit: number) => StoredEvent[] | undefined
}

/** How many events are kept: half as many again as the reading furthest behind needed. */
function demand(maxEvents: number) {
  const behind: number[] = Array.from({ length: READINGS }, () => 0)
  let readings = 0
  let kept = FEW
  return {
    read: (events: number): void => {
      behind[readings % READINGS] = events
      readings += 1
      kept = Math.ceil(1.5 * Math.max(FEW, ...behind))
    },
    kept: (): number => Math.min(kept, maxEvents),
  }
}

export function eventRing(maxEvents = MAX_EVENTS, maxBytes = MAX_BYTES): Ring {
  const slots: (StoredEvent | undefined)[] = []
  const sizes: number[] = []
  /** It holds the positions from `oldest` up to, without, `next`. */
  const held = { oldest: 1, next: 1, bytes: 0 }
  const asked = demand(maxEvents)

  const drop = (): void => {
    const slot = held.oldest % maxEvents
    slots[slot] = undefined
    held.bytes -= sizes[slot] ?? 0
    held.oldest += 1
  }
  const clear = (): void => {
    while (held.oldest < held.next) drop()
  }
  const makeRoom = (size: number): void => {
    while (held.oldest < held.next) {
      if (held.next - held.oldest < asked.kept() && held.bytes + size <= maxBytes) return
      drop()
    }
  }
  const add = (event: StoredEvent, size: number): void => {
    if (event.position !== held.next) clear()
    makeRoom(size)
    if (held.oldest === held.next) held.oldest = event.position
    const slot = event.position % maxEvents
    slots[slot] = event
    sizes[slot] = size
    held.bytes += size
    held.next = event.position + 1
  }

  return {
    push: (events, total) => {
      for (const event of events) add(event, total / events.length)
    },
    after: (position, limit) => {
      asked.read(held.next - 1 - position)
      if (position + 1 < held.oldest || held.oldest === held.next) return undefined
      const found: StoredEvent[] = []
      for (let at = position + 1; at < held.next && found.length < limit; at += 1) {
        const event = slots[at % maxEvents]
        if (event) found.push(event)
      }
      return found
    },
  }
}
