// Our series under the names of OpenTelemetry's GenAI conventions, as Prometheus writes them, so that dashboards made for
// those show our runs: calls of models and their tokens, agents, tools. Each is a copy by instance: a counter that
// starts anew is seen as one. How many tokens a single call took is not known here, so token usage has no buckets.
import * as q from '../promql.ts'
import { buckets, counter, countOf, recording, sumOf, type Group, type Recording } from './rule.ts'

const perTarget = ['job', 'instance'] as const

/** Bucket, sum and count of a histogram that is called otherwise. */
function copies(
  name: string,
  parts: readonly (readonly ['bucket' | 'sum' | 'count', q.Expr<string>])[],
  labels: Readonly<Record<string, string>> = {},
): readonly Recording[] {
  return parts.map(([part, expr]) => ({
    ...recording(`${name}_${part}`, expr),
    ...(Object.keys(labels).length > 0 && { labels: { ...labels } }),
  }))
}

const byProvider = <L extends string>(of: q.Expr<L | 'provider' | 'model'>) =>
  q.alsoCalled(q.alsoCalled(of, 'provider', 'gen_ai_provider_name'), 'model', 'gen_ai_request_model')
const ofModel = ['gen_ai_provider_name', 'gen_ai_request_model'] as const
const byOperation = <L extends string>(of: q.Expr<L | 'provider' | 'model' | 'operation'>) =>
  q.alsoCalled(byProvider(of), 'operation', 'gen_ai_operation_name')
const ofOperation = [...perTarget, ...ofModel, 'gen_ai_operation_name'] as const

const CALL = 'cugar_llm_call_duration_seconds'
const calls = copies('gen_ai_client_operation_duration_seconds', [
  ['bucket', q.sum([...ofOperation, 'le'], byOperation(buckets(CALL)))],
  ['sum', q.sum(ofOperation, byOperation(sumOf(CALL)))],
  ['count', q.sum(ofOperation, byOperation(countOf(CALL)))],
])

const FIRST = 'cugar_llm_time_to_first_chunk_seconds'
const firstChunks = copies('gen_ai_client_operation_time_to_first_chunk_seconds', [
  ['bucket', q.sum([...perTarget, ...ofModel, 'le'], byProvider(buckets(FIRST)))],
  ['sum', q.sum([...perTarget, ...ofModel], byProvider(sumOf(FIRST)))],
  ['count', q.sum([...perTarget, ...ofModel], byProvider(countOf(FIRST)))],
])

const tokens = [
  ['input', q.oneOf('input_uncached', 'input_cache_read', 'input_cache_write')],
  ['output', q.oneOf('output_response', 'output_reasoning')],
] as const
const usage = tokens.flatMap(([type, token_type]) =>
  copies(
    'gen_ai_client_token_usage',
    [
      [
        'sum',
        q.sum([...perTarget, ...ofModel], byProvider(counter('cugar_llm_tokens_total', { token_type }))),
      ],
      ['count', q.sum([...perTarget, ...ofModel], byProvider(counter('cugar_llm_calls_total')))],
    ],
    { gen_ai_token_type: type },
  ),
)

const RUN = 'cugar_run_duration_seconds'
const ofAgent = [...perTarget, 'gen_ai_agent_name'] as const
const byAgent = <L extends string>(of: q.Expr<L | 'profile'>) =>
  q.alsoCalled(of, 'profile', 'gen_ai_agent_name')
const agents = copies(
  'gen_ai_invoke_agent_duration_seconds',
  [
    ['bucket', q.sum([...ofAgent, 'le'], byAgent(buckets(RUN)))],
    ['sum', q.sum(ofAgent, byAgent(sumOf(RUN)))],
    ['count', q.sum(ofAgent, byAgent(countOf(RUN)))],
  ],
  { gen_ai_operation_name: 'invoke_agent' },
)

const TOOL = 'cugar_tool_call_duration_seconds'
const ofTool = [...perTarget, 'gen_ai_tool_name'] as const
const byTool = <L extends string>(of: q.Expr<L | 'tool'>) => q.alsoCalled(of, 'tool', 'gen_ai_tool_name')
const tools = copies(
  'gen_ai_execute_tool_duration_seconds',
  [
    ['bucket', q.sum([...ofTool, 'le'], byTool(buckets(TOOL)))],
    ['sum', q.sum(ofTool, byTool(sumOf(TOOL)))],
    ['count', q.sum(ofTool, byTool(countOf(TOOL)))],
  ],
  { gen_ai_operation_name: 'execute_tool' },
)

export const GEN_AI: Group<Recording> = {
  name: 'cugar-gen-ai',
  rules: [...calls, ...firstChunks, ...usage, ...agents, ...tools],
}
