// One tool call: time limit, cancellation, and everything that can be wrong with what comes back. Never throws:
// whatever happens is an outcome.
import { isPromise } from 'node:util/types'
import type { Adapter } from '../../adapters/adapter.ts'
import type { ToolSpec } from '../../registry/registry.ts'
import type { ProblemItem } from '../../events/problem.ts'
import { CallError, classify, declaredProblems, isToldWhole, type Failure } from '../../run/failure.ts'
import { spanIdOf } from '../../run/line.ts'
import type { Tool, ToolContext } from '../../tools/tool.ts'
import type { CallTime } from '../slots/call-time.ts'
import { Cancellation, withSignal } from './cancellation.ts'
import { inCall, type Contained, type Owner } from '../../containment.ts'
import { goOnNextMoment, type Waiting } from './next-moment.ts'
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

async function inOpenSpan(request: CallRequest, work: () => void): Promise<void> {
  const { traceId, runId, stepId } = request.context
  const { context, trace, TraceFlags } = await import('@opentelemetry/api')
  const span = {
    traceId,
    spanId: spanIdOf(`${runId}/${stepId}/${request.attempt}`),
    traceFlags: request.isSampled === false ? TraceFlags.NONE : TraceFlags.SAMPLED,
    isRemote: true,
  }
  context.with(trace.setSpanContext(context.active(), span), work)
}

/** Half of the time at most is spent on waiting for the call's turn: a call that is not made in time did not happen. */
const adapterOf = ({ adapter, guard, timeoutMs }: CallRequest, given: Cancellation): Adapter | null =>
  adapter !== null && guard !== undefined
    ? guard(adapter, { signal: given.signal, waitMs: timeoutMs / 2 })
    : adapter

const givenUp = (): CallError => new CallError('user_cancelled', 'The call was given up.')

/**
 * What is waited for; null: the answer is there. Its `then` is read once, and called once: that may be the tool's own
 * code, in what looks like a promise.
 */
function promiseOf(answer: unknown): Promise<unknown> | null {
  if ((typeof answer !== 'object' && typeof answer !== 'function') || answer === null) return null
  if (isPromise(answer)) return answer
  const then: unknown = Reflect.get(answer, 'then')
  if (typeof then !== 'function') return null
  return Promise.resolve().then(
    () => new Promise((resolve, reject) => Reflect.apply(then, answer, [resolve, reject])),
  )
}

type Reading = { readonly took: () => number; readonly isCancelled: boolean }

function failed(request: CallRequest, error: unknown, { took, isCancelled }: Reading): CallOutcome {
  const said = classify(error)
  if (!isToldWhole(error)) request.onThrown?.(error)
  // Only whoever runs the call can cancel it.
  const isForged = said.mode === 'user_cancelled' && !isCancelled
  const problems = declaredProblems(error)
  return { ok: false, failure: isForged ? classify(null) : said, durationMs: took(), problems }
}

function answered(request: CallRequest, output: unknown, reading: Reading): CallOutcome {
  const { tool, spec, input, salt } = request
  try {
    const checked = checkOutput(tool, spec, { input, output, salt })
    if (checked.ok) return { ...checked, durationMs: reading.took() }
    if ('thrown' in checked) request.onThrown?.(checked.thrown)
    return { ok: false, failure: checked.failure, durationMs: reading.took() }
  } catch (error) {
    return failed(request, error, reading)
  }
}

type Told = { readonly resolve: (outcome: CallOutcome) => void; readonly reject: (error: unknown) => void }

/** A call from its begin to its outcome, as it is known to whoever contains the calls. */
class CallUnderWay implements Contained, Waiting {
  readonly #request: CallRequest
  readonly #cancellation: Cancellation
  readonly #told: Told
  /** The tool's own: what its listeners throw is the tool's as well. */
  readonly #given = new Cancellation()
  readonly #begun = performance.now()
  #timer: NodeJS.Timeout | undefined
  #isAnswered = false
  #output: unknown
  #isOver = false

  constructor(request: CallRequest, cancellation: Cancellation, told: Told) {
    this.#request = request
    this.#cancellation = cancellation
    this.#told = told
  }

  get name(): Owner {
    const { tool, context } = this.#request
    return { tool: tool.name, run_id: context.runId, step_id: context.stepId }
  }

  /** The tool left an error. */
  fail(error: unknown): void {
    this.#request.onThrown?.(error)
    const left = new CallError('agent_bug', 'The tool left an error that nobody caught.')
    this.#giveUp(left, left)
  }

  begin(): void {
    // While its adapter was made ready, for one.
    if (this.#cancellation.isAborted) return this.#end(givenUp())
    this.#cancellation.onAbort(() => this.#giveUp(givenUp(), this.#cancellation.reason))
    const { context, timeoutMs } = this.#request
    try {
      const adapter = adapterOf(this.#request, this.#given)
      const inner = withSignal({ ...context, adapter, timeoutMs }, this.#given)
      this.#inSpan(() => inCall(this, () => this.#make(inner)))
    } catch (error) {
      inCall(this, () => this.#end(error))
    }
    // One that has answered at once is never late.
    if (!this.#isAnswered && !this.#isOver) this.#limit()
  }

  /**
   * What the tool opens of spans is a child of its attempt's. Without a tracing set-up this is a plain call, and the API
   * is not even loaded.
   */
  #inSpan(work: () => void): void {
    if (!(REGISTERED in globalThis)) return work()
    inOpenSpan(this.#request, work).catch((error: unknown) => this.#end(error))
  }

  /** In the tool's name. What it answers is waited for and read in its name, too: that can run its code. */
  #make(inner: ToolContext): void {
    try {
      const answer: unknown = this.#request.tool.call(this.#request.input, inner)
      const later = promiseOf(answer)
      if (later === null) this.#take(answer)
      else void this.#wait(later)
    } catch (error) {
      // As a rejected promise: what the tool has left for the next moment may come first.
      void this.#wait(Promise.reject(error))
    }
  }

  async #wait(later: Promise<unknown>): Promise<void> {
    try {
      this.#take(await later)
    } catch (error) {
      this.#end(error)
    }
  }

  #take(output: unknown): void {
    this.#isAnswered = true
    this.#output = output
    clearTimeout(this.#timer)
    // A rejected promise that the tool has left comes to light only then.
    goOnNextMoment(this)
  }

  /** The answer is read in the tool's name: that can run its code. */
  goOn(): void {
    inCall(this, () => this.#settle((reading) => answered(this.#request, this.#output, reading)))
  }

  #end(error: unknown): void {
    this.#settle((reading) => failed(this.#request, error, reading))
  }

  /** The first time counts. What is read then throws only where whoever is told of errors does. */
  #settle(read: (reading: Reading) => CallOutcome): void {
    if (this.#isOver) return
    this.#isOver = true
    clearTimeout(this.#timer)
    const took = (): number => Math.round((performance.now() - this.#begun) * 1000) / 1000
    try {
      this.#told.resolve(read({ took, isCancelled: this.#cancellation.isAborted }))
    } catch (error) {
      this.#told.reject(error)
    }
  }

  #limit(): void {
    const { timeoutMs } = this.#request
    const spent = performance.now() - this.#begun
    const expire = (): void => {
      const late = new CallError('system_timeout', `No answer within ${timeoutMs} ms.`)
      this.#end(late)
      // Its reason tells the adapter that it was too slow, and was not merely given up.
      this.#cancellation.abort(late)
    }
    this.#timer = setTimeout(expire, Math.ceil(timeoutMs - spent))
  }

  /** It would keep a process that stops until then; and what goes on for it, such as its thread, is over. */
  #giveUp(error: CallError, reason: unknown): void {
    this.#end(error)
    inCall(this, () => this.#given.abort(reason))
  }
}

/** Makes the call, which the cancellation gives up. What it answers or throws is read in its name, too: that can run its code. */
export const call = (request: CallRequest, cancellation: Cancellation): Promise<CallOutcome> =>
  new Promise((resolve, reject) => {
    new CallUnderWay(request, cancellation, { resolve, reject }).begin()
  })
