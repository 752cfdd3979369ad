// What is recorded of the calls of language models: the intent and its reservation before the request leaves, the
// outcome and its settlement before anybody is told of it.
import { chargeOfAsk, modelCallEnd, modelCallLost, modelCallStart } from '../../run/calls/model-call.ts'
import { reserve, settle } from '../../run/budgets/charge.ts'
import { modelCallId } from '../../run/calls/call.ts'
import type { ModelAsk, RunState } from '../../run/state.ts'
import type { ModelRequest } from '../../models/model.ts'
import type { Message, Turn } from '../active-run.ts'
import { refusedFacts } from '../refusal.ts'
import { addPayload, prepare, record } from '../turn.ts'

type Asked = Extract<Message, { kind: 'asked' }>
type Answered = Extract<Message, { kind: 'answered' }>

const askOf = ({ body: _body, timeoutMs: _time, ...ask }: ModelRequest): ModelAsk => ask

/** Calls are numbered in the run; one that the books refuse has its number, too. */
const callIdOf = ({ state, refusedAsks }: Turn): string => modelCallId(state.modelCalls + refusedAsks + 1)

/** Nobody waits for an answer: the run, or the call that asks, is over. */
const isIdle = ({ finished, cancelled, openCalls }: RunState, asker: string | null): boolean =>
  finished !== null || cancelled || (asker !== null && openCalls[asker]?.hasEnded !== false)

/** Records that a model is asked, or that the books do not allow it. */
export function recordAsk(turn: Turn, { request, asker, listener }: Asked): void {
  if (isIdle(turn.state, asker)) {
    turn.listeners.push(() => listener(null))
    return
  }
  const callId = callIdOf(turn)
  const refusals = turn.refusals.get(callId)
  if (refusals !== undefined) {
    turn.refusedAsks += 1
    record(turn, refusedFacts(refusals))
    turn.listeners.push(() => listener(null))
    return
  }
  const ask = askOf(request)
  const payload = addPayload(turn, request.body)
  record(turn, [
    ...reserve(turn.state, chargeOfAsk(callId, ask), turn.now),
    modelCallStart(turn.state.runId, { callId, ask, request: payload.digest }),
  ])
  prepare(turn, { kind: 'model', callId, request, listener })
}

/** Records what came of it; an answer that comes after the call was given up changes nothing. */
export function recordAnswer(turn: Turn, { callId, outcome, listener }: Answered): void {
  turn.busy.delete(callId)
  const call = turn.state.openCalls[callId]
  if (call === undefined || call.hasEnded) {
    turn.listeners.push(() => listener(null))
    return
  }
  const answer = outcome.answer === null ? null : addPayload(turn, outcome.answer).digest
  const { usage } = outcome
  const used =
    usage === null
      ? 'as_reserved'
      : { llm_tokens: usage.input_tokens + usage.output_tokens, llm_usd: usage.cost_micro_usd }
  record(turn, [
    ...modelCallEnd(turn.state.runId, call, { ...outcome, answer }),
    ...settle(turn.state, call, used),
  ])
  turn.listeners.push(() => listener(outcome))
}

/** The process that asked is gone: what the call was given is charged, since nobody knows what it used. */
export function settleLost(turn: Turn, callId: string): void {
  const call = turn.state.openCalls[callId]
  if (call === undefined) return
  const lost = modelCallLost(turn.state.runId, call, { outcome: 'unknown', now: turn.now })
  record(turn, [...lost, ...settle(turn.state, call, 'as_reserved')])
}

/** Who asked has ended without its answer: nobody waits for it any more. `stepId` null: the run's planning. */
export function settleAsks(turn: Turn, stepId: string | null): void {
  for (const call of Object.values(turn.state.openCalls)) {
    if (call.kind !== 'model' || call.hasEnded || call.stepId !== stepId) continue
    const late = modelCallLost(turn.state.runId, call, { outcome: 'timeout', now: turn.now })
    record(turn, [...late, ...settle(turn.state, call, 'as_reserved')])
  }
}
