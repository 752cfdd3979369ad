// Old events, raised to today's shape when they are read; the journal itself is never rewritten. Used by every
// journal that keeps texts; promises a StoredEvent for every event this program or an older one has written.
import type { StoredEvent } from './event.ts'

type OldEvent = { readonly type: string; readonly data: Readonly<Record<string, unknown>> }

/** Raises one shape of one type to the next; undefined where the event has that shape already. */
type Raise = (event: OldEvent) => OldEvent | undefined

/** By type as it was written, oldest shape first. Every type still has the shape it was born with. */
const STEPS: Readonly<Record<string, readonly Raise[]>> = {}

/** An event as read from the journal (envelope, type and data) in today's shape. */
export function upcast(event: unknown): StoredEvent {
  let raised = event as OldEvent
  for (const raise of STEPS[raised.type] ?? []) raised = raise(raised) ?? raised
  return raised as StoredEvent
}
