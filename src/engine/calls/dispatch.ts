// Sends a prepared call on its way and brings its outcome back as a message, whatever it calls. Comes after the
// append: the intent is durable before anything happens.
import { failure } from '../../run/failure.ts'
import { BUILTIN } from '../../run/calls/slot.ts'
import type { StepState } from '../../run/state.ts'
import { deadline } from '../../run/waiting.ts'
import type { ActiveRun, LookUpCall, Message, PreparedCall } from '../active-run.ts'
import { askVendor } from './look-up.ts'
import type { SendRequest } from '../asks.ts'
import { Cancellation } from './cancellation.ts'
import { call, type CallOutcome, type CallRequest } from './call.ts'
import { libraryReader } from '../library.ts'
import type { EngineParts } from '../parts.ts'
import { planRun } from '../planning.ts'
import { happenedIn } from '../revisions/replan.ts'
import { runRecordsOf } from './run-records.ts'
import { toolModel, type ToolCallOf } from './tool-model.ts'

type ToolCall = Extract<PreparedCall, { kind: 'tool' | 'lookup' }>
type ModelCall = Extract<PreparedCall, { kind: 'model' }>

type Deliver = (message: Message) => void
type Order = { readonly prepared: PreparedCall; readonly deliver: Deliver }
type Flown = {
  readonly prepared: ToolCall
  readonly cancellation: Cancellation
  readonly deliver: Deliver
}

/** A question goes through the run's inbox, as everything does that happens to it. */
const sendOf =
  (deliver: Deliver, asker: string | null): SendRequest =>
  (request) =>
    new Promise((resolve) => deliver({ kind: 'asked', request, asker, listener: resolve }))

const unavailable = (message: string): CallOutcome => ({
  ok: false,
  failure: failure('system_unavailable', message),
  durationMs: 0,
})

type Called = Pick<ToolCallOf, 'spec' | 'timeoutMs'> & { readonly step: StepState; readonly flown: Flown }

/** What a tool is told of its call. */
function contextOf(
  parts: EngineParts,
  run: ActiveRun,
  { spec, timeoutMs, step, flown }: Called,
): CallRequest['context'] {
  const { traceId, runId, profile, tenant, updatedAt } = run.state
  const { cancellation, deliver, prepared } = flown
  const { stepId } = prepared
  const told = {
    traceId,
    runId,
    stepId,
    profile,
    tenant,
    at: step.calledAt ?? updatedAt,
    idempotencyKey: step.idempotencyKey ?? '',
    texts: run.texts,
    runs: runRecordsOf({ journal: parts.journal, run }),
    templates: run.libraries.of('templates', libraryReader(run.state, { stepId, until: null })),
    model: toolModel(parts, run, {
      spec,
      stepId,
      timeoutMs,
      signal: () => cancellation.signal,
      send: sendOf(deliver, prepared.callId),
    }),
  }
  return step.degraded ? { ...told, degraded: step.degraded } : told
}

/** The call as it is made, or the sentence that says why it cannot be. */
function requestOf(parts: EngineParts, run: ActiveRun, flown: Flown): CallRequest | string {
  const { state } = run
  const { prepared } = flown
  const step = state.steps[prepared.stepId]
  const tool = run.tools.get(step?.plan.tool ?? '')
  const spec = run.registry.tools[step?.plan.tool ?? '']
  if (step === undefined || tool === undefined || spec === undefined)
    return `The tool of ${prepared.stepId} is not installed.`
  const { adapters, configurationOf } = run.vendors()
  const adapter = adapters.get(prepared.adapter) ?? null
  // The route was announced and is durable: nobody else serves in its place, and nothing is done without it.
  if (adapter === null && prepared.adapter !== BUILTIN)
    return `The adapter ${prepared.adapter} is no longer available.`
  if (adapter !== null && configurationOf(prepared.adapter) !== prepared.configuration)
    return `The adapter ${prepared.adapter} is set up in another way than when the call was decided.`
  const left = (deadline(state) ?? Infinity) - run.clock.now(state)
  const { input, stepId, attempt } = prepared
  const timeoutMs = Math.max(1, Math.min(step.plan.timeout_ms, left))
  return {
    tool,
    spec,
    input,
    onThrown: (error) => parts.onToolError?.({ tool: tool.name, runId: state.runId, stepId, error, input }),
    adapter,
    salt: run.salt,
    attempt,
    isSampled: state.parentSampled ?? true,
    timeoutMs,
    context: contextOf(parts, run, { spec, timeoutMs, step, flown }),
  }
}

type Guarded = { readonly adapter: string; readonly cancellation: Cancellation }

async function makeGuarded(
  run: ActiveRun,
  request: CallRequest,
  { adapter, cancellation }: Guarded,
): Promise<CallOutcome> {
  return call({ ...request, guard: await run.vendors().guards(adapter) }, cancellation)
}

/** Limits and breakers are loaded with the first call that goes through an adapter: the others know nothing of them. */
const makeCall = (run: ActiveRun, request: CallRequest, guarded: Guarded): Promise<CallOutcome> =>
  request.adapter === null ? call(request, guarded.cancellation) : makeGuarded(run, request, guarded)

async function callTool(parts: EngineParts, run: ActiveRun, flown: Flown): Promise<Message> {
  const { prepared, cancellation } = flown
  const { stepId, attempt } = prepared
  const request = requestOf(parts, run, flown)
  const outcome =
    typeof request === 'string'
      ? unavailable(request)
      : await makeCall(run, request, { adapter: prepared.adapter, cancellation })
  const spanId = prepared.kind === 'tool' ? prepared.spanId : undefined
  return { kind: 'outcome', stepId, attempt, spanId, outcome }
}

/** As the call itself is made, but for what is asked; it has its own time, whatever the run has left. */
async function lookUp(
  parts: EngineParts,
  run: ActiveRun,
  { prepared, ...flown }: Omit<Flown, 'prepared'> & { readonly prepared: LookUpCall },
): Promise<Message> {
  const { callId, stepId, adapter } = prepared
  const begun = performance.now()
  const { cancellation } = flown
  const request = requestOf(parts, run, { ...flown, prepared })
  const timeoutMs = run.state.steps[stepId]?.plan.timeout_ms ?? 1
  const outcome =
    typeof request === 'string'
      ? unavailable(request)
      : await askVendor({ ...request, timeoutMs }, (asked) => makeCall(run, asked, { adapter, cancellation }))
  return { kind: 'looked_up', callId, stepId, outcome, durationMs: performance.now() - begun }
}

async function askModel(
  { models }: EngineParts,
  { callId, request, listener }: ModelCall,
  signal: AbortSignal,
): Promise<Message> {
  const none = { outcome: 'error', usage: null, durationMs: 0, firstChunkMs: null, answer: null } as const
  const outcome = models === null ? none : await models.ask(request, signal)
  return { kind: 'answered', callId, outcome, listener }
}

function fly(
  parts: EngineParts,
  run: ActiveRun,
  { prepared, cancellation, deliver }: Order & { cancellation: Cancellation },
): Promise<Message> {
  switch (prepared.kind) {
    case 'tool':
      return callTool(parts, run, { prepared, cancellation, deliver })
    case 'lookup':
      return lookUp(parts, run, { prepared, cancellation, deliver })
    case 'model':
      return askModel(parts, prepared, cancellation.signal)
    case 'plan':
      return planRun(parts, run, {
        controller: cancellation,
        send: sendOf(deliver, null),
        ...(run.state.plan === null ? {} : { happened: happenedIn(run.state) }),
      })
  }
}

/** What comes back of a call that was given up in between is not delivered: the run may have been let go. */
export function dispatch(
  parts: EngineParts,
  run: ActiveRun,
  order: { readonly call: PreparedCall; readonly deliver: (message: Message) => void },
): void {
  const { call: prepared, deliver } = order
  const cancellation = new Cancellation()
  run.flights.set(prepared.callId, cancellation)
  fly(parts, run, { prepared, cancellation, deliver }).then((message) => {
    if (run.flights.get(prepared.callId) === cancellation) {
      run.flights.delete(prepared.callId)
      deliver(message)
    } else if (prepared.kind === 'model') prepared.listener(null)
  }, parts.onFailure)
}
