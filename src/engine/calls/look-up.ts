// What became of a call whose outcome nobody knows: its vendor is asked, and what it says is recorded as a person's word
// would be. A person is asked where it cannot say.
import type { FailureMode } from '../../events/taxonomy.ts'
import { CallError, failure } from '../../run/failure.ts'
import { parseWith } from './input-check.ts'
import { BY_ADAPTER, callLookedUp, nextLookUpAt } from '../../run/calls/look-up.ts'
import { callComplete, callError } from '../../run/calls/tool-call.ts'
import { settle } from '../../run/budgets/charge.ts'
import type { StepState } from '../../run/state.ts'
import type { Message, Turn } from '../active-run.ts'
import { addKnownPayload, keepReceipt, record } from '../turn.ts'
import type { CallOutcome, CallRequest } from './call.ts'

type LookedUp = Extract<Message, { kind: 'looked_up' }>

/** What the call did, by its tool's own look-up; null: the vendor has nothing of it. */
export async function askVendor(
  request: CallRequest,
  make: (request: CallRequest) => Promise<CallOutcome>,
): Promise<CallOutcome | null> {
  const { tool } = request
  let isAbsent = false
  const asking = {
    ...tool,
    call: async (...given: Parameters<typeof tool.call>): Promise<unknown> => {
      const found = await tool.lookUp?.(...given)
      isAbsent = found === null
      // Anything but an output, or that there is none, is no word of the vendor.
      if (found == null) throw new CallError('resource_not_found', 'The vendor has no such record.')
      return found
    },
  }
  // As the call itself had it: with what the tool's schema fills in.
  const read = parseWith(tool.input, request.input, tool.name)
  const input = 'success' in read && read.success ? read.data : request.input
  const outcome = await make({ ...request, tool: asking, input })
  return isAbsent && !outcome.ok ? null : outcome
}

const BY = { by: BY_ADAPTER, reason: null } as const

function recordFound(turn: Turn, stepId: string, found: Extract<CallOutcome, { ok: true }>): void {
  const step = turn.state.steps[stepId]
  if (step === undefined) return
  const output = addKnownPayload(turn, found.payload, found.output)
  const receipt = keepReceipt(turn, step, found.output)
  const bytes = Buffer.byteLength(output.body)
  const done = { durationMs: 0, output: output.digest, bytes, ...receipt, person: BY }
  record(turn, [callComplete(turn.state, step, done)])
}

function recordAbsent(turn: Turn, stepId: string): void {
  const step = turn.state.steps[stepId]
  if (step === undefined) return
  const failed = failure('system_unavailable', 'Its vendor has nothing of the call: it did not happen.')
  const { now } = turn
  record(turn, [callError(turn.state, step, { ...failed, now, retryAt: now, made: false, person: BY })])
}

/** Records what a look-up said; where somebody has settled the call meanwhile, only that it was made. */
export function recordLookUp(turn: Turn, { callId, stepId, outcome, durationMs }: LookedUp): void {
  turn.busy.delete(callId)
  const step = turn.state.steps[stepId]
  if (step?.status !== 'unknown') return
  const { runId, openCalls } = turn.state
  const isFound = outcome?.ok === true
  const nextAt = isFound ? null : nextLookUpAt(step, { now: turn.now, runId })
  const mode = outcome === null || outcome.ok ? null : outcome.failure.mode
  const said = outcome === null ? 'not_found' : outcome.ok ? 'found' : 'failed'
  record(turn, [
    callLookedUp(step, {
      call_id: callId,
      outcome: said,
      mode,
      next_at: nextAt,
      duration_ms: Math.round(durationMs),
    }),
    ...settle(turn.state, openCalls[callId], 'as_reserved'),
  ])
  if (outcome?.ok === true) recordFound(turn, stepId, outcome)
  else if (outcome === null && nextAt === null) recordAbsent(turn, stepId)
}

/** Look-ups after which one whose process died is not made again. */
const MOST_LOST = 20

/** A look-up that cannot be made, or whose process is gone. `isLast`: a person is asked now. */
export function recordNoLookUp(
  turn: Turn,
  step: StepState,
  why: { readonly callId: string; readonly mode: FailureMode; readonly isLast: boolean },
): void {
  const { callId: call_id, mode, isLast } = why
  // A look-up whose process died said nothing: it is made again at once, and not for ever.
  const isGivenUp = isLast || (step.lookUp?.made ?? 0) >= MOST_LOST
  const next_at = isGivenUp ? null : turn.now
  record(turn, [callLookedUp(step, { call_id, outcome: 'failed', mode, next_at, duration_ms: 0 })])
}
