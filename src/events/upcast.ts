// Old events, raised to today's shape when they are read; the journal itself is never rewritten. Used by every
// journal that keeps texts; promises a StoredEvent for every event this program or an older one has written.
import { isRecord } from './json.ts'
import type { StoredEvent } from './event.ts'

type OldEvent = { readonly type: string; readonly data: Readonly<Record<string, unknown>> }

/** Raises one shape of one type to the next; undefined where the event has that shape already. */
type Raise = (event: OldEvent) => OldEvent | undefined

/** Steps of 0.1.0 name an adapter, and no interface. */
const planInterface: Raise = (event) => {
  const { steps } = event.data
  if (!Array.isArray(steps) || steps.every((step) => isRecord(step) && 'interface' in step)) return undefined
  const raised = steps.map((step: unknown) => (isRecord(step) ? { interface: null, ...step } : step))
  return { ...event, data: { ...event.data, steps: raised } }
}

/** In 0.1.0 a route had a confidence, which was always 1. */
const routeWithoutConfidence: Raise = (event) => {
  const { confidence, ...data } = event.data
  return confidence === undefined ? undefined : { ...event, data }
}

/** By type as it was written, oldest shape first. */
const STEPS: Readonly<Record<string, readonly Raise[]>> = {
  plan_created: [planInterface],
  route_decision: [routeWithoutConfidence],
}

/** An event as read from the journal (envelope, type and data) in today's shape. */
export function upcast(event: unknown): StoredEvent {
  let raised = event as OldEvent
  for (const raise of STEPS[raised.type] ?? []) raised = raise(raised) ?? raised
  return raised as StoredEvent
}
