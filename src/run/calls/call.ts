// A call, whatever it calls: intent, flight, outcome, settlement. From its reservation until it is settled it stands
// in the run's open calls with what the ledger holds for it; a call that outlives its process is found there.
import { unnamedCallId } from '../../events/upcast.ts'
import type { CallKind, ModelAsk, OpenCall, OpenCalls } from '../state.ts'

/** Attempts count from 1. */
export const toolCallId = (stepId: string, attempt: number): string => `${stepId}/${attempt}`

/** Model calls of one run are numbered from 1. */
export const modelCallId = (number: number): string => `m${number}`

export const modelCallNumber = (callId: string): number => Number(callId.slice(1))

const LOOKUP_END = '/found'

/** Of one attempt they are numbered from 1. */
export const lookUpId = (stepId: string, attempt: number, number: number): string =>
  `${toolCallId(stepId, attempt)}/${number}${LOOKUP_END}`

/** An id says what it calls: `<step>/<attempt>`, `m<number>`, `<step>/<attempt>/<number>/found`. */
export function kindOfCall(callId: string): CallKind {
  if (callId.endsWith(LOOKUP_END)) return 'lookup'
  return callId.includes('/') ? 'tool' : 'model'
}

/** Of a tool's call, or of a look-up. */
export const stepIdOf = (callId: string): string => callId.split('/')[0] ?? ''

type CallName = { readonly call_id: string; readonly step_id: string | null }

/** The open call that an event means: by its id or, where 0.1.0 named none, the one that its step has open. */
function findCall(calls: OpenCalls, { call_id, step_id }: CallName): OpenCall | undefined {
  const named = calls[call_id]
  if (named !== undefined || step_id === null || call_id !== unnamedCallId(step_id)) return named
  return Object.values(calls).find((call) => call.stepId === step_id)
}

const newCall = ({ call_id, step_id }: CallName): OpenCall => ({
  callId: call_id,
  kind: kindOfCall(call_id),
  stepId: step_id,
  startedAt: null,
  hasEnded: false,
  holds: [],
  ask: null,
})

/** The call as it is, or as it begins. */
export const callOf = (calls: OpenCalls, name: CallName): OpenCall => findCall(calls, name) ?? newCall(name)

/** The open calls with this one as it is now; one that has ended and holds nothing is no longer open. */
export function withCall(calls: OpenCalls, call: OpenCall): OpenCalls {
  if (!call.hasEnded || call.holds.length > 0) return { ...calls, [call.callId]: call }
  const { [call.callId]: _over, ...others } = calls
  return others
}

/** The intent is recorded. A reservation that 0.1.0 made for the step becomes that of the call. */
export function withStart(
  calls: OpenCalls,
  name: CallName,
  start: { readonly at: number; readonly ask?: ModelAsk },
): OpenCalls {
  const unnamed = name.step_id === null ? undefined : calls[unnamedCallId(name.step_id)]
  const call = unnamed ?? callOf(calls, name)
  const started = { ...call, callId: name.call_id, startedAt: start.at, ask: start.ask ?? null }
  if (unnamed === undefined) return { ...calls, [name.call_id]: started }
  const { [unnamed.callId]: _reserved, ...others } = calls
  return { ...others, [name.call_id]: started }
}

/** The outcome is recorded: what the call holds is settled next. */
export function withEnd(calls: OpenCalls, callId: string): OpenCalls {
  const call = calls[callId]
  return call === undefined ? calls : withCall(calls, { ...call, hasEnded: true })
}
