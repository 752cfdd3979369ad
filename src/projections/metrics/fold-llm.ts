import type { DataOf, EventOf } from '../../events/event.ts'
import { fromMicro } from '../../registry/registry.ts'
import { CLOSED, type ValueOf } from '../labels.ts'
import { exemplarOf, type MetricsState } from './metrics-state.ts'

type LlmCall = DataOf<'llm_call'>

const STATUS: Readonly<Record<LlmCall['outcome'], ValueOf<'model_status'>>> = {
  success: 'success',
  error: 'error',
  timeout: 'timeout',
  rate_limited: 'error',
  invalid: 'error',
  refused: 'error',
  cancelled: 'error',
  unknown: 'error',
}

/** Cached counts stand inside input, reasoning inside output: taken apart here, so that sums are true. */
const partition = (call: LlmCall): Readonly<Record<ValueOf<'token_type'>, number>> => ({
  input_uncached: Math.max(0, call.input_tokens - call.cache_read_tokens - call.cache_write_tokens),
  input_cache_read: call.cache_read_tokens,
  input_cache_write: call.cache_write_tokens,
  output_response: Math.max(0, call.output_tokens - call.reasoning_tokens),
  output_reasoning: call.reasoning_tokens,
})

export function foldLlmCall({ series }: MetricsState, event: EventOf<'llm_call'>): void {
  const call = event.data
  const { provider, model, purpose: operation } = call
  const seconds = call.duration_ms / 1000
  const tokens = partition(call)
  series.add('cugar_llm_calls_total', { provider, model, operation, status: STATUS[call.outcome] })
  series.observe(
    'cugar_llm_call_duration_seconds',
    { provider, model, operation },
    { value: seconds, exemplar: exemplarOf(event, seconds) },
  )
  if (call.first_chunk_ms !== null) {
    const value = call.first_chunk_ms / 1000
    series.observe('cugar_llm_time_to_first_chunk_seconds', { provider, model }, { value })
  }
  for (const token_type of CLOSED.token_type) {
    series.add('cugar_llm_tokens_total', { provider, model, token_type }, tokens[token_type])
  }
  series.add('cugar_llm_cost_usd_total', { provider, model }, fromMicro(call.cost_micro_usd))
}
