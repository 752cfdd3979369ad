// One move of one run: what came in, what follows from it, one append, and then the calls. The only place where a
// run goes forward; a restart, a retry, a decision and an outcome all come through here.
import { AppError } from '../errors.ts'
import type { Append, AppendResult } from '../journal/journal.ts'
import type { Refusal } from '../run/ledger.ts'
import { next, wakeAt } from '../run/next.ts'
import { handOver, replay, withBooks } from '../run/replay.ts'
import type { Draft, StoredEvent } from '../events/event.ts'
import type { RunState } from '../run/state.ts'
import type { ActiveRun, Message } from './active-run.ts'
import { make, type Refusals } from './moves.ts'
import { recordOutcome } from './outcome.ts'
import type { EngineParts } from './parts.ts'
import { recordPlan } from './planning.ts'
import { openTurn, type PreparedCall, type Turn } from './turn.ts'

type Command = Extract<Message, { kind: 'command' }>
type Refused = Extract<AppendResult, { ok: false }>

/** What the caller does after an append. */
export type Advanced = {
  readonly calls: readonly PreparedCall[]
  readonly startPlanning: boolean
}

/** true when the command is part of the turn; a refused one is answered at once. */
function accepts(turn: Turn, command: Command): boolean {
  try {
    command.apply(turn)
    return true
  } catch (error) {
    if (!(error instanceof AppError)) throw error
    command.reject(error)
    return false
  }
}

/** Applies the messages to the turn; those that stay. */
function takeIn(turn: Turn, messages: readonly Message[]): Message[] {
  return messages.filter((message) => {
    if (message.kind === 'outcome') recordOutcome(turn, message)
    if (message.kind === 'planned') recordPlan(turn, message.result, message.durationMs)
    return message.kind !== 'command' || accepts(turn, message)
  })
}

/** Follows the run's moves until it waits for something: all of it becomes one append. */
async function pursue(parts: EngineParts, turn: Turn, refusals: Refusals): Promise<void> {
  const { parallelCalls: parallel } = parts.settings
  for (;;) {
    const around = { now: turn.now, busy: turn.busy, planning: turn.planning, parallel }
    const moves = next(turn.state, around)
    if (moves.length === 0) return
    const { stopped } = turn.state
    for (const move of moves) {
      await make(parts, turn, { move, refusals })
      // A refused budget can stop the run: what was to follow is then decided anew.
      if (turn.state.stopped !== stopped) break
    }
  }
}

const append = (
  parts: EngineParts,
  turn: Turn,
  idempotency: Append['idempotency'] = null,
): Promise<AppendResult> => {
  const { state, run } = turn
  return parts.journal.append({
    runId: run.runId,
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
    idempotency,
  })
}

/** Those of the first step that was refused. The steps after it were measured beside what it would have held. */
function ofFirstStep(refusals: readonly Refusal[]): Refusal[] {
  const stepId = refusals[0]?.posting.step_id
  return refusals.filter(({ posting }) => posting.step_id === stepId)
}

/** The run as the journal has it: somebody else has written to it. */
async function reread(parts: EngineParts, run: ActiveRun): Promise<void> {
  const state = replay(await parts.journal.read(run.runId, run.state.version), run.state)
  if (state !== null) run.state = handOver(state, parts.writer, parts.clock())
}

/**
 * The run after its append. What was foreseen of it is what happened, but for the numbers of the books, which other
 * runs post to as well, and for the last seq: folding every event a second time was a twentieth of a run's cost.
 */
function taken(foreseen: RunState, events: readonly StoredEvent[]): RunState {
  const version = events.at(-1)?.seq ?? foreseen.version
  return {
    ...withBooks(
      foreseen,
      events.filter((event) => event.type === 'budget_updated'),
    ),
    version,
  }
}

type Round = { messages: Message[]; readonly refusals: Map<string, readonly Refusal[]> }

/** What a refused append teaches for the next attempt. */
async function learn(parts: EngineParts, run: ActiveRun, refused: Refused & { round: Round }): Promise<void> {
  if (refused.reason === 'version') return reread(parts, run)
  if (refused.reason === 'duplicate') throw new TypeError('only a new run has an idempotency key')
  note(refused.round, refused.refusals)
}

function note(round: Round, refused: readonly Refusal[]): void {
  const refusals = ofFirstStep(refused)
  for (const { posting } of refusals) round.refusals.set(posting.step_id, refusals)
}

async function attempt(parts: EngineParts, run: ActiveRun, round: Round): Promise<Advanced | null> {
  const turn = openTurn(run, Math.max(parts.clock(), run.state.updatedAt))
  round.messages = takeIn(turn, round.messages)
  await pursue(parts, turn, round.refusals)
  if (turn.lines.length > 0) {
    const result = await append(parts, turn)
    if (!result.ok) {
      await learn(parts, run, { ...result, round })
      return null
    }
    run.state = taken(turn.state, result.events)
  }
  for (const message of round.messages) if (message.kind === 'command') message.resolve(run.state)
  return { calls: turn.calls, startPlanning: turn.planning && !run.planning }
}

/** Takes in the messages and brings the run forward, durably; what is left to do is in the answer. */
export async function advance(parts: EngineParts, run: ActiveRun, messages: Message[]): Promise<Advanced> {
  const round: Round = { messages, refusals: new Map() }
  for (;;) {
    const done = await attempt(parts, run, round)
    if (done !== null) return done
  }
}

/** What the journal hears first of a run. */
export type Birth = Pick<Append, 'payloads' | 'idempotency'> & { readonly line: Draft }

/**
 * The first turn of a run that only its caller knows yet: acceptance, plan and first intents in one append. Why the
 * journal did not take it, if so: the key is another run's, or this one must not be.
 */
export async function bear(
  parts: EngineParts,
  run: ActiveRun,
  first: { readonly birth: Birth; readonly planned: Message },
): Promise<Advanced | Exclude<Refused, { reason: 'budget' }>> {
  const { birth } = first
  const round: Round = { messages: [first.planned], refusals: new Map() }
  for (;;) {
    const turn = openTurn(run, run.state.updatedAt)
    turn.lines.push(birth.line)
    for (const payload of birth.payloads) turn.payloads.set(payload.digest, payload)
    takeIn(turn, round.messages)
    await pursue(parts, turn, round.refusals)
    const result = await append(parts, turn, birth.idempotency)
    if (result.ok) {
      run.state = taken(turn.state, result.events)
      return { calls: turn.calls, startPlanning: false }
    }
    if (result.reason !== 'budget') return result
    note(round, result.refusals)
  }
}
