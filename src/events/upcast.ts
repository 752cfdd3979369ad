// Old events, raised to today's shape when they are read; the journal itself is never rewritten. Used by every
// journal that keeps texts; promises a StoredEvent for every event this program or an older one has written.
import { isRecord } from './json.ts'
import type { StoredEvent } from './event.ts'

type Data = Readonly<Record<string, unknown>>

/** Raises the data of one type to the next shape; undefined where it has that shape already. */
type Raise = (data: Data) => Data | undefined

/**
 * The call of an event that names only its step, as 0.1.0 wrote them: it held accounts for a step, whichever attempt
 * of it was under way. Replay finds the open call of the step by it.
 */
export const unnamedCallId = (stepId: string): string => `${stepId}/0`

/** 0.1.0 wrote one event for each account. */
const listOfAccounts: Raise = (data) => {
  if ('accounts' in data) return undefined
  const { step_id, profile, kind, ...account } = data
  return { call_id: unnamedCallId(String(step_id)), step_id, profile, kind, accounts: [account] }
}

const namedCall: Raise = (data) =>
  'call_id' in data ? undefined : { ...data, call_id: unnamedCallId(String(data['step_id'])) }

/** Runs of 0.1.0 go on as 0.1.0 decided. */
const namedRules: Raise = (data) => ('rules' in data ? undefined : { ...data, rules: [] })

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
  run_started: [namedRules],
  plan_created: [planInterface],
  route_decision: [routeWithoutConfidence],
  budget_updated: [listOfAccounts],
  budget_exceeded: [namedCall],
}

/** An event as read from the journal (envelope, type and data) in today's shape. */
export function upcast(event: unknown): StoredEvent {
  const written = event as StoredEvent
  let data: Data = written.data
  for (const raise of STEPS[written.type] ?? []) data = raise(data) ?? data
  return data === written.data ? written : ({ ...written, data } as StoredEvent)
}
