// One tool call: time limit, cancellation, and everything that can be wrong with what comes back. Never throws:
// whatever happens is an outcome.
import type { Adapter } from '../adapters/adapter.ts'
import { keptPayload, type Payload } from '../events/digest.ts'
import { brokenGuardrails } from '../registry/guardrail.ts'
import { checkFields } from '../registry/fields.ts'
import type { ToolSpec } from '../registry/registry.ts'
import type { ProblemItem } from '../events/problem.ts'
import { CallError, classify, failure, type Failure } from '../run/failure.ts'
import { spanIdOf } from '../run/line.ts'
import type { Tool, ToolContext } from '../tools/tool.ts'
import { brokenSchema, parseWith } from './input-check.ts'

/** An output, and the payload it is kept as. */
export type Kept = { readonly output: unknown; readonly payload: Payload }

export type CallOutcome =
  | ({ readonly ok: true; readonly durationMs: number } & Kept)
  | {
      readonly ok: false
      readonly failure: Failure
      readonly durationMs: number
      /** What the tool says is wrong with its input; for whoever may see the run. */
      readonly problems?: readonly ProblemItem[]
    }

export type CallRequest = {
  readonly tool: Tool
  readonly spec: ToolSpec
  readonly input: unknown
  readonly context: Omit<ToolContext, 'signal' | 'adapter'>
  readonly adapter: Adapter | null
  readonly timeoutMs: number
  /** Of the run: the output's payload is named with it. */
  readonly salt: string
  /** Is told what the tool threw without declaring it. */
  readonly onThrown?: (error: unknown) => void
}

/** The value as the journal keeps it and gives it back, shared with nobody; null: it is not JSON. */
function keptAs(value: unknown, salt: string): Kept | null {
  const kept = keptPayload(value, salt)
  return kept && { output: kept.value, payload: kept.payload }
}

/** The output as it may be kept, or why it may not. */
export function checkOutput(
  tool: Tool,
  spec: ToolSpec,
  values: { readonly input: unknown; readonly output: unknown; readonly salt: string },
): ({ readonly ok: true } & Kept) | { readonly ok: false; readonly failure: Failure } {
  const parsed = parseWith(tool.output, values.output)
  if (parsed === null) return { ok: false, failure: brokenSchema(spec.name) }
  const kept = parsed.success ? keptAs(parsed.data, values.salt) : null
  if (kept === null || checkFields(spec.outputs, kept.output).length > 0) {
    const message = `The output of ${spec.name} does not fit its declaration.`
    return { ok: false, failure: failure('agent_invalid_output', message, 'yes') }
  }
  const broken = brokenGuardrails(spec.guardrails, { input: values.input, output: kept.output })
  if (broken.length === 0) return { ok: true, ...kept }
  const message = `The output of ${spec.name} breaks a guardrail of the registry.`
  return { ok: false, failure: failure('policy_security', message, 'yes') }
}

/** Where OpenTelemetry's API keeps what was registered with it, by whichever copy of it: its major version is in the name. */
const REGISTERED = Symbol.for('opentelemetry.js.api.1')

/**
 * What the tool opens of spans is a child of its attempt's. Without a tracing set-up this is a plain call, and the API is
 * not even loaded.
 */
async function inSpan<T>(request: CallRequest, work: () => T | Promise<T>): Promise<T> {
  if (!(REGISTERED in globalThis)) return work()
  const { traceId, idempotencyKey } = request.context
  const { context, trace, TraceFlags } = await import('@opentelemetry/api')
  const span = { traceId, spanId: spanIdOf(idempotencyKey), traceFlags: TraceFlags.SAMPLED, isRemote: true }
  return context.with(trace.setSpanContext(context.active(), span), work)
}

function limited(request: CallRequest, controller: AbortController): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => {
      reject(new CallError('system_timeout', `No answer within ${request.timeoutMs} ms.`))
      controller.abort()
    }, request.timeoutMs)
    controller.signal.addEventListener('abort', () => {
      clearTimeout(timer)
      reject(new CallError('user_cancelled', 'The call was given up.'))
    })
    const inner = { ...request.context, adapter: request.adapter, signal: controller.signal }
    inSpan(request, () => request.tool.call(request.input, inner))
      .then(resolve, reject)
      .finally(() => clearTimeout(timer))
  })
}

/** Makes the call; the controller gives it up. */
export async function call(request: CallRequest, controller: AbortController): Promise<CallOutcome> {
  const begun = performance.now()
  const took = (): number => Math.round((performance.now() - begun) * 1000) / 1000
  try {
    const output = await limited(request, controller)
    const checked = checkOutput(request.tool, request.spec, {
      input: request.input,
      output,
      salt: request.salt,
    })
    return { ...checked, durationMs: took() }
  } catch (error) {
    const failed = classify(error)
    if (!(error instanceof CallError)) request.onThrown?.(error)
    // Only whoever runs the call can cancel it.
    const isForged = failed.mode === 'user_cancelled' && !controller.signal.aborted
    const problems = error instanceof CallError ? error.problems : []
    return { ok: false, failure: isForged ? classify(null) : failed, durationMs: took(), problems }
  }
}
