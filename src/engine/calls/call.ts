// One tool call: time limit, cancellation, and everything that can be wrong with what comes back. Never throws:
// whatever happens is an outcome.
import type { Adapter } from '../../adapters/adapter.ts'
import type { ToolSpec } from '../../registry/registry.ts'
import type { ProblemItem } from '../../events/problem.ts'
import { CallError, classify, declaredProblems, isToldWhole, type Failure } from '../../run/failure.ts'
import { spanIdOf } from '../../run/line.ts'
import type { Tool, ToolContext } from '../../tools/tool.ts'
import type { CallTime } from '../slots/call-time.ts'
import { Cancellation, withSignal } from './cancellation.ts'
import { inCall, type Contained } from '../../containment.ts'
import { checkOutput, type Kept } from './output.ts'

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
  readonly context: Omit<ToolContext, 'signal' | 'adapter' | 'timeoutMs'>
  readonly adapter: Adapter | null
  /** Puts limits and breaker around the adapter; absent: there is no adapter. */
  readonly guard?: ((adapter: Adapter, time: CallTime) => Adapter) | undefined
  readonly timeoutMs: number
  /** Counts from 1. */
  readonly attempt: number
  /** false: whoever asked for the run does not export its trace. */
  readonly isSampled?: boolean
  /** Of the run: the output's payload is named with it. */
  readonly salt: string
  /** Is told what the tool, or one of its schemas, threw without declaring it; and why a declared failure came about. */
  readonly onThrown?: (error: unknown) => void
}

/** Where OpenTelemetry's API keeps what was registered with it, by whichever copy of it: its major version is in the name. */
const REGISTERED = Symbol.for('opentelemetry.js.api.1')

async function inOpenSpan<T>(request: CallRequest, work: () => Promise<T>): Promise<T> {
  const { traceId, runId, stepId } = request.context
  const { context, trace, TraceFlags } = await import('@opentelemetry/api')
  const span = {
    traceId,
    spanId: spanIdOf(`${runId}/${stepId}/${request.attempt}`),
    traceFlags: request.isSampled === false ? TraceFlags.NONE : TraceFlags.SAMPLED,
    isRemote: true,
  }
  return context.with(trace.setSpanContext(context.active(), span), work)
}

/**
 * What the tool opens of spans is a child of its attempt's. Without a tracing set-up this is a plain call, and the API is
 * not even loaded.
 */
const inSpan = <T>(request: CallRequest, work: () => Promise<T>): Promise<T> =>
  REGISTERED in globalThis ? inOpenSpan(request, work) : work()

/** Half of the time at most is spent on waiting for the call's turn: a call that is not made in time did not happen. */
const adapterOf = ({ adapter, guard, timeoutMs }: CallRequest, given: Cancellation): Adapter | null =>
  adapter !== null && guard !== undefined
    ? guard(adapter, { signal: given.signal, waitMs: timeoutMs / 2 })
    : adapter

type ContainedCall = Contained & {
  /** Who is told of an error that the tool left, while the call is waited for. */
  readonly onLeft: (listener: (error: CallError) => void) => void
}

/** As whoever contains the calls knows this one. */
function containedOf(request: CallRequest): ContainedCall {
  const { runId, stepId } = request.context
  // A variable: a function that is written where it is put into a field is made old at once, with all that it knows.
  let tell = (_error: CallError): void => undefined
  return {
    name: { tool: request.tool.name, run_id: runId, step_id: stepId },
    fail: (error) => {
      request.onThrown?.(error)
      tell(new CallError('agent_bug', 'The tool left an error that nobody caught.'))
    },
    onLeft: (listener) => {
      tell = listener
    },
  }
}

const givenUp = (): CallError => new CallError('user_cancelled', 'The call was given up.')

/** The output in a list: to wait for it once more would call what it is again. */
function limited(
  request: CallRequest,
  cancellation: Cancellation,
  contained: ContainedCall,
): Promise<readonly [unknown]> {
  return new Promise((resolve, reject) => {
    // The tool's own: what its listeners throw is the tool's as well.
    const given = new Cancellation()
    const timer = setTimeout(() => {
      const late = new CallError('system_timeout', `No answer within ${request.timeoutMs} ms.`)
      reject(late)
      // Its reason tells the adapter that it was too slow, and was not merely given up.
      cancellation.abort(late)
    }, request.timeoutMs)
    contained.onLeft((error) => {
      // It would keep a process that stops until then.
      clearTimeout(timer)
      reject(error)
      // What goes on for it, such as its thread, is over.
      inCall(contained, () => given.abort(error))
    })
    cancellation.onAbort(() => {
      clearTimeout(timer)
      reject(givenUp())
      inCall(contained, () => given.abort(cancellation.reason))
    })
    const { context, timeoutMs } = request
    const inner = withSignal({ ...context, adapter: adapterOf(request, given), timeoutMs }, given)
    // What it answers is waited for in its name: that may be the tool's own code, which looks like a promise.
    inSpan(request, () =>
      inCall(contained, async () => [await request.tool.call(request.input, inner)] as const),
    ).then(
      (answer) => {
        clearTimeout(timer)
        // A moment later: a rejected promise that the tool has left comes to light only then.
        setImmediate(resolve, answer)
      },
      (error: unknown) => {
        clearTimeout(timer)
        reject(error)
      },
    )
  })
}

function answered(request: CallRequest, output: unknown, took: () => number): CallOutcome {
  const { tool, spec, input, salt } = request
  const checked = checkOutput(tool, spec, { input, output, salt })
  if (checked.ok) return { ...checked, durationMs: took() }
  if ('thrown' in checked) request.onThrown?.(checked.thrown)
  return { ok: false, failure: checked.failure, durationMs: took() }
}

function failed(
  request: CallRequest,
  error: unknown,
  { took, isCancelled }: { readonly took: () => number; readonly isCancelled: boolean },
): CallOutcome {
  const said = classify(error)
  if (!isToldWhole(error)) request.onThrown?.(error)
  // Only whoever runs the call can cancel it.
  const isForged = said.mode === 'user_cancelled' && !isCancelled
  const problems = declaredProblems(error)
  return { ok: false, failure: isForged ? classify(null) : said, durationMs: took(), problems }
}

/** Makes the call, which the cancellation gives up. What it answers or throws is read in its name, too: that can run its code. */
export async function call(request: CallRequest, cancellation: Cancellation): Promise<CallOutcome> {
  const begun = performance.now()
  const took = (): number => Math.round((performance.now() - begun) * 1000) / 1000
  const contained = containedOf(request)
  try {
    // While its adapter was made ready, for one.
    if (cancellation.isAborted) throw givenUp()
    const [output] = await limited(request, cancellation, contained)
    return inCall(contained, () => answered(request, output, took))
  } catch (error) {
    const isCancelled = cancellation.isAborted
    return inCall(contained, () => failed(request, error, { took, isCancelled }))
  }
}
