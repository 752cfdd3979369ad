// Sends a prepared call on its way and brings its outcome back as a message. Comes after the append: the intent
// is durable before anything happens.
import { failure } from '../run/failure.ts'
import { deadline } from '../run/waiting.ts'
import type { ActiveRun, Message } from './active-run.ts'
import { call, type CallRequest, type Outcome } from './call.ts'
import type { EngineParts } from './parts.ts'
import type { PreparedCall } from './turn.ts'

const notInstalled = (name: string): Outcome => ({
  ok: false,
  failure: failure('system_unavailable', `The tool ${name} is not installed.`),
  durationMs: 0,
})

function requestOf(parts: EngineParts, run: ActiveRun, prepared: PreparedCall): CallRequest | null {
  const { state } = run
  const step = state.steps[prepared.stepId]
  const tool = parts.tools.get(step?.plan.tool ?? '')
  const spec = run.registry.tools[step?.plan.tool ?? '']
  if (step === undefined || tool === undefined || spec === undefined) return null
  const left = (deadline(state) ?? Infinity) - parts.clock()
  return {
    tool,
    spec,
    input: prepared.input,
    adapter: parts.adapters.get(prepared.adapter) ?? null,
    timeoutMs: Math.max(1, Math.min(step.plan.timeout_ms, left)),
    context: {
      traceId: state.traceId,
      runId: state.runId,
      stepId: prepared.stepId,
      profile: state.profile,
      tenant: state.tenant,
      at: step.calledAt ?? state.updatedAt,
      idempotencyKey: step.idempotencyKey ?? '',
    },
  }
}

export function dispatch(
  parts: EngineParts,
  run: ActiveRun,
  order: { readonly call: PreparedCall; readonly deliver: (message: Message) => void },
): void {
  const { stepId, attempt } = order.call
  const controller = new AbortController()
  run.flights.set(stepId, { attempt, abort: () => controller.abort() })
  const request = requestOf(parts, run, order.call)
  const outcome = request ? call(request, controller) : Promise.resolve(notInstalled(stepId))
  void outcome.then((result) => {
    if (run.flights.get(stepId)?.attempt !== attempt) return
    run.flights.delete(stepId)
    order.deliver({ kind: 'outcome', stepId, attempt, outcome: result })
  })
}
