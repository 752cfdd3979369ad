// What is recorded of an outcome: the result or the failure, and the books in the same append.
import { toolCallId } from '../../run/calls/call.ts'
import { settle } from '../../run/budgets/charge.ts'
import { failure, type Failure } from '../../run/failure.ts'
import { isRepeatable } from '../../run/next.ts'
import { retryAt } from '../../run/calls/retry.ts'
import type { StepState } from '../../run/state.ts'
import { callComplete, callError } from '../../run/calls/tool-call.ts'
import { settleAsks } from './model-calls.ts'
import { addKnownPayload, keepProblems, keepReceipt, record } from '../turn.ts'
import type { Message, Turn } from '../active-run.ts'

/** A failure whose effect nobody knows is unknown, unless the call may simply be made again. */
const settledFailure = (step: StepState, failed: Failure): Failure =>
  failed.happened === 'unknown' && !isRepeatable(step)
    ? failure('system_unknown_outcome', failed.message, 'unknown')
    : failed

/** Records an outcome; one of a call that the run has given up changes nothing. */
export function recordOutcome(
  turn: Turn,
  result: Pick<Extract<Message, { kind: 'outcome' }>, 'stepId' | 'attempt' | 'spanId' | 'outcome'>,
): void {
  const step = turn.state.steps[result.stepId]
  if (step?.status !== 'running' || step.attempt !== result.attempt) return
  const { outcome } = result
  const callId = toolCallId(result.stepId, result.attempt)
  const call = turn.state.openCalls[callId]
  turn.busy.delete(callId)
  settleAsks(turn, result.stepId)
  if (outcome.ok) {
    const output = addKnownPayload(turn, outcome.payload, outcome.output)
    const done = {
      spanId: result.spanId,
      durationMs: outcome.durationMs,
      output: output.digest,
      bytes: Buffer.byteLength(output.body),
      ...keepReceipt(turn, step, outcome.output),
    }
    record(turn, [callComplete(turn.state, step, done), ...settle(turn.state, call, 'as_reserved')])
    return
  }
  const failed = settledFailure(step, outcome.failure)
  const at = retryAt(step, failed, { now: turn.now, runId: turn.state.runId })
  const kept = keepProblems(turn, step, outcome.problems ?? [])
  const made = failed.happened !== 'no'
  const error = callError(turn.state, step, { ...failed, ...kept, now: turn.now, retryAt: at, made })
  // Where nothing happened nothing was used, but the call was made: limits on calls are limits on real ones.
  const used = made ? 'as_reserved' : { calls: 1 }
  record(turn, [error, ...settle(turn.state, call, used)])
}
