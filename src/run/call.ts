// A call, whatever it calls: intent, flight, outcome, settlement. From its reservation until it is settled it stands
// in the run's open calls with what the ledger holds for it; a call that outlives its process is found there.
import { unnamedCallId } from '../events/upcast.ts'
import type { CallKind, ModelAsk, OpenCall, RunState } from './state.ts'

/** Attempts count from 1. */
export const toolCallId = (stepId: string, attempt: number): string => `${stepId}/${attempt}`

/** Model calls of one run are numbered from 1. */
export const modelCallId = (number: number): string => `m${number}`

export const modelCallNumber = (callId: string): number => Number(callId.slice(1))

const LOOKUP_END = '/found'

/** An id says what it calls: `<step>/<attempt>`, `m<number>`, `<step>/<attempt>/found`. */
export function kindOfCall(callId: string): CallKind {
  if (callId.endsWith(LOOKUP_END)) return 'lookup'
  return callId.includes('/') ? 'tool' : 'model'
}

type CallName = { readonly call_id: string; readonly step_id: string | null }

/** The open call that an event means: by its id or, where 0.1.0 named none, the one that its step has open. */
export function findCall(state: RunState, { call_id, step_id }: CallName): OpenCall | undefined {
  const named = state.openCalls[call_id]
  if (named !== undefined || step_id === null || call_id !== unnamedCallId(step_id)) return named
  return Object.values(state.openCalls).find((call) => call.stepId === step_id)
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
export const callOf = (state: RunState, name: CallName): OpenCall => findCall(state, name) ?? newCall(name)

/** The run with the call as it is now; one that has ended and holds nothing is no longer open. */
export function withCall(state: RunState, call: OpenCall): RunState {
  if (!call.hasEnded || call.holds.length > 0)
    return { ...state, openCalls: { ...state.openCalls, [call.callId]: call } }
  const { [call.callId]: _over, ...openCalls } = state.openCalls
  return { ...state, openCalls }
}

/** The intent is recorded. A reservation that 0.1.0 made for the step becomes that of the call. */
export function startCall(
  state: RunState,
  name: CallName,
  start: { readonly at: number; readonly ask?: ModelAsk },
): RunState {
  const unnamed = name.step_id === null ? undefined : state.openCalls[unnamedCallId(name.step_id)]
  const call = unnamed ?? callOf(state, name)
  const { [call.callId]: _reserved, ...others } = state.openCalls
  const started = { ...call, callId: name.call_id, startedAt: start.at, ask: start.ask ?? null }
  return { ...state, openCalls: { ...others, [name.call_id]: started } }
}

/** The outcome is recorded: what the call holds is settled next. */
export function endCall(state: RunState, callId: string): RunState {
  const call = state.openCalls[callId]
  return call === undefined ? state : withCall(state, { ...call, hasEnded: true })
}
