// One move of one run: what came in, what follows from it, one append, and then the calls. The only place where a
// run goes forward; an acceptance, a restart, a retry, a decision and an outcome all come through here.
import { AppError } from '../errors.ts'
import type { AppendResult } from '../journal/journal.ts'
import { withBooks } from '../run/budgets/books.ts'
import type { Refusal } from '../run/budgets/ledger.ts'
import { next, wakeAt } from '../run/next.ts'
import { handOver, replay } from '../run/replay.ts'
import type { StoredEvent } from '../events/event.ts'
import type { RunState } from '../run/state.ts'
import type { ActiveRun, Acceptance, Message, PreparedCall, Turn } from './active-run.ts'
import { recordAnswer, recordAsk } from './calls/model-calls.ts'
import { recordLookUp } from './calls/look-up.ts'
import { recordMove } from './moves.ts'
import { recordOutcome } from './calls/outcome.ts'
import type { EngineParts } from './parts.ts'
import { recordPlanning } from './revisions/replan.ts'
import { openTurn } from './turn.ts'

type Command = Extract<Message, { kind: 'command' }>

function applyAcceptance(turn: Turn, { line, payloads, idempotency, waits }: Acceptance): void {
  // The state has it already: it begins with this line.
  turn.lines.push(line)
  for (const payload of payloads) turn.payloads.set(payload.digest, payload)
  turn.idempotency = idempotency
  turn.waits = waits
}

/** A refused command is answered after the turn too: what refused it, as an approval that expired, is durable then. */
async function applyCommand(turn: Turn, command: Command): Promise<void> {
  try {
    await command.apply(turn)
    turn.listeners.push(() => command.resolve(turn.run.state))
  } catch (error) {
    if (!(error instanceof AppError)) throw error
    turn.listeners.push(() => command.reject(error))
  }
}

function applyMessage(turn: Turn, message: Exclude<Message, Command>): void {
  switch (message.kind) {
    case 'wake':
      return
    case 'accepted':
      return applyAcceptance(turn, message)
    case 'outcome':
      return recordOutcome(turn, message)
    case 'looked_up':
      return recordLookUp(turn, message)
    case 'planned':
      return recordPlanning(turn, message)
    case 'asked':
      return recordAsk(turn, message)
    case 'answered':
      return recordAnswer(turn, message)
  }
}

/** Follows the run's moves until it waits for something: all of it becomes one append. */
async function followMoves(parts: EngineParts, turn: Turn): Promise<void> {
  const { parallelCalls: parallel } = parts.settings
  for (;;) {
    const { isFromStop } = turn.run
    const moves = next(turn.state, { now: turn.now, busy: turn.busy, parallel, isFromStop })
    if (moves.length === 0) return
    const { stopped } = turn.state
    for (const move of moves) {
      await recordMove(parts, turn, move)
      // A refused budget can stop the run: what was to follow is then decided anew.
      if (turn.state.stopped !== stopped) break
    }
  }
}

const append = ({ journal }: EngineParts, turn: Turn): Promise<AppendResult> => {
  const { state, run } = turn
  return journal.append({
    runId: run.runId,
    salt: run.salt,
    ...(state.batch && { parent: state.batch.id }),
    expectedVersion: run.state.version,
    traceId: state.traceId,
    spanId: state.spanId,
    tenant: state.tenant,
    at: turn.now,
    lines: turn.lines,
    payloads: [...turn.payloads.values()],
    head: {
      open: state.finished === null,
      wakeAt: wakeAt(state),
      waiting: turn.calls.length === 0 && state.waitingSince !== null,
    },
    idempotency: turn.idempotency,
  })
}

/**
 * The run after its append. What was predicted of it is what happened, but for the numbers of the books, which other
 * runs post to as well, and for the last seq: folding every event a second time was a twentieth of a run's cost.
 */
function stateAfter(predicted: RunState, events: readonly StoredEvent[]): RunState {
  const bookings = events.flatMap((event) => (event.type === 'budget_updated' ? [event.data] : []))
  return { ...withBooks(predicted, bookings), version: events.at(-1)?.seq ?? predicted.version }
}

/** Messages that are not answered yet, and what the books refused on the way. */
type Round = { readonly messages: readonly Message[]; readonly refusals: Map<string, readonly Refusal[]> }

/** Those of the first call that was refused. The calls after it were measured beside what it would have held. */
function noteRefusals(round: Round, refused: readonly Refusal[]): void {
  const callId = refused[0]?.posting.call_id
  if (callId === undefined) return
  round.refusals.set(
    callId,
    refused.filter(({ posting }) => posting.call_id === callId),
  )
}

const acceptanceIn = ({ messages }: Round): Acceptance | undefined =>
  messages.find((message) => message.kind === 'accepted')

/** Brings what is known up to date after a refused append; true: there is nothing to try again. */
async function applyRefusal(
  parts: EngineParts,
  run: ActiveRun,
  { round, refusal }: { round: Round; refusal: Extract<AppendResult, { ok: false }> },
): Promise<boolean> {
  if (refusal.reason === 'budget') {
    noteRefusals(round, refusal.refusals)
    return false
  }
  if (run.state.version === 0) {
    acceptanceIn(round)?.settle(refusal)
    return true
  }
  if (refusal.reason === 'duplicate') throw new TypeError('only a new run has an idempotency key')
  const state = replay(await parts.journal.read(run.runId, run.state.version), run.state)
  if (state !== null) run.state = handOver(state, parts.writer, run.clock.now(state))
  return false
}

/** null: the append was refused, and everything is to be decided anew. */
async function attempt(
  parts: EngineParts,
  run: ActiveRun,
  round: Round,
): Promise<readonly PreparedCall[] | null> {
  const turn = openTurn(run, round.refusals)
  for (const message of round.messages) {
    if (message.kind === 'command') await applyCommand(turn, message)
    else applyMessage(turn, message)
  }
  if (!turn.waits) await followMoves(parts, turn)
  if (turn.lines.length > 0) {
    const result = await append(parts, turn)
    if (!result.ok) return (await applyRefusal(parts, run, { round, refusal: result })) ? [] : null
    run.state = stateAfter(turn.state, result.events)
  }
  acceptanceIn(round)?.settle(null)
  for (const tell of turn.listeners) tell()
  return turn.calls
}

/**
 * Applies the messages and brings the run forward, durably. Returns the calls that are to be made now. A run that is still at
 * version 0 after it was not accepted.
 */
export async function advance(
  parts: EngineParts,
  run: ActiveRun,
  messages: readonly Message[],
): Promise<readonly PreparedCall[]> {
  const round: Round = { messages, refusals: new Map() }
  for (;;) {
    const calls = await attempt(parts, run, round)
    if (calls !== null) return calls
  }
}
