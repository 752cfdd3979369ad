// The facts around one call of a language model: the intent, the outcome, and the end of a call that nobody can wait
// for any more. Without a reported usage it is charged what was reserved.
import type { DataOf, Draft } from '../../events/event.ts'
import type { ModelAsk, OpenCall } from '../state.ts'
import type { Charge } from '../budgets/charge.ts'
import { spanIdOf } from '../line.ts'

type End = DataOf<'llm_call'>

/** What a server reports of a call. Cached tokens are part of the input, reasoning tokens part of the output. */
export type Usage = Pick<
  End,
  | 'input_tokens'
  | 'output_tokens'
  | 'cache_read_tokens'
  | 'cache_write_tokens'
  | 'reasoning_tokens'
  | 'cost_micro_usd'
>

/** Everything that was reserved: the ledger charges it, and so the event says it. */
const assumed = ({ most }: ModelAsk): Usage => ({
  input_tokens: most.llm_tokens,
  output_tokens: 0,
  cache_read_tokens: 0,
  cache_write_tokens: 0,
  reasoning_tokens: 0,
  cost_micro_usd: most.llm_usd,
})

/** One span for a call: the same after a restart. */
const spanOf = (runId: string, callId: string): string => spanIdOf(`${runId}/${callId}`)

export const chargeOfAsk = (callId: string, { step_id, domain, tool, most }: ModelAsk): Charge => ({
  callId,
  stepId: step_id,
  domain,
  tool,
  most,
})

/** `request`: the payload of what is sent. */
export const modelCallStart = (
  runId: string,
  call: { readonly callId: string; readonly ask: ModelAsk; readonly request: string },
): Draft => ({
  type: 'llm_call_start',
  span_id: spanOf(runId, call.callId),
  data: { call_id: call.callId, ...call.ask, request: call.request },
})

export type ModelCallEnd = {
  readonly outcome: End['outcome']
  /** null: nobody reported it. */
  readonly usage: Usage | null
  readonly durationMs: number
  /** null: it was not streamed. */
  readonly firstChunkMs: number | null
  /** Payload of what came back. */
  readonly answer: string | null
}

/** The outcome of an open call; empty where its intent was never recorded. */
export function modelCallEnd(runId: string, { callId, ask }: OpenCall, end: ModelCallEnd): Draft[] {
  if (ask === null) return []
  const { most: _most, ...call } = ask
  return [
    {
      type: 'llm_call',
      span_id: spanOf(runId, callId),
      data: {
        call_id: callId,
        ...call,
        outcome: end.outcome,
        usage: end.usage === null ? 'assumed' : 'reported',
        ...(end.usage ?? assumed(ask)),
        duration_ms: end.durationMs,
        first_chunk_ms: end.firstChunkMs,
        answer: end.answer,
      },
    },
  ]
}

/** The end of a call whose answer nobody waits for any more: its process is gone, or the run was cancelled. */
export const modelCallLost = (
  runId: string,
  call: OpenCall,
  lost: { readonly outcome: 'unknown' | 'cancelled'; readonly now: number },
): Draft[] =>
  modelCallEnd(runId, call, {
    outcome: lost.outcome,
    usage: null,
    durationMs: Math.max(0, lost.now - (call.startedAt ?? lost.now)),
    firstChunkMs: null,
    answer: null,
  })
