// Old events, raised to today's shape when they are read; the journal itself is never rewritten. Used by every
// journal that keeps texts; promises a StoredEvent for every event this program or an older one has written.
import { isRecord } from './json.ts'
import type { StoredEvent } from './event.ts'

type Data = Readonly<Record<string, unknown>>

/** Raises the data of one type to the next shape; undefined where it has that shape already. */
type Raise = (data: Data) => Data | undefined

const namesInterface = (step: unknown): boolean => isRecord(step) && 'interface' in step

/** Steps of 0.1.0 name an adapter, and no interface. */
const planInterface: Raise = ({ steps, ...plan }) => {
  if (!Array.isArray(steps) || steps.every(namesInterface)) return undefined
  return {
    ...plan,
    steps: steps.map((step: unknown) => (isRecord(step) ? { interface: null, ...step } : step)),
  }
}

/** In 0.1.0 a route had a confidence, which was always 1. */
const routeWithoutConfidence: Raise = ({ confidence, ...route }) =>
  confidence === undefined ? undefined : route

/** By type as it was written, oldest shape first. */
const STEPS: Readonly<Record<string, readonly Raise[]>> = {
  plan_created: [planInterface],
  route_decision: [routeWithoutConfidence],
}

/** An event as read from the journal (envelope, type and data) in today's shape. */
export function upcast(event: unknown): StoredEvent {
  const written = event as StoredEvent
  let data: Data = written.data
  for (const raise of STEPS[written.type] ?? []) data = raise(data) ?? data
  return data === written.data ? written : ({ ...written, data } as StoredEvent)
}
