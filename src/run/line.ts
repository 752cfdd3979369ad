// One line of an append: a fact, or a posting that the journal turns into its budget events.
import { sha256 } from '../events/digest.ts'
import type { Draft, StoredEvent } from '../events/event.ts'
import { EMPTY_HASH } from '../events/event.ts'
import { isSameAccount, setLine } from './budget-lines.ts'
import type { Posting } from './ledger.ts'
import { evolve } from './replay.ts'
import { patchStep } from './replay-step.ts'
import type { Hold, RunState } from './state.ts'

export type Line = Draft | Posting

/** A span id that is the same whenever the same thing is named. */
export const spanIdOf = (name: string): string => sha256(name).slice(0, 16)

/** The books and the holds of one step after postings of it. Numbers of shared accounts are corrected by the journal. */
function foreseePostings(state: RunState, stepId: string, postings: readonly Posting[]): RunState {
  const step = state.steps[stepId]
  const budget = [...state.budget]
  const holds = [...(step?.holds ?? [])]
  for (const posting of postings) {
    const { scope, key, unit, kind, amount, held, limit, window_end } = posting
    const before = budget.find((line) => isSameAccount(line, posting))
    const spent = (before?.spent ?? 0) + (kind === 'settle' ? amount : 0)
    const reserved = Math.max(0, (before?.reserved ?? 0) + (kind === 'reserve' ? amount : -held))
    setLine(budget, { scope, key, unit, spent, reserved, limit, window_end })
    drop(holds, posting)
    if (kind === 'reserve') holds.push({ scope, key, unit, amount, limit, window_end })
  }
  return patchStep({ ...state, budget }, stepId, { holds })
}

/** A step holds an account once at most. */
function drop(holds: Hold[], account: Posting): void {
  const at = holds.findIndex((hold) => isSameAccount(hold, account))
  if (at >= 0) holds.splice(at, 1)
}

/** Who a run is, and when it was accepted. */
export type Identity = Pick<StoredEvent, 'run_id' | 'trace_id' | 'span_id' | 'tenant' | 'writer' | 'at'>

/** A run that the journal does not have yet, as its first line will make it; at version 0. */
export const unborn = (draft: Draft, identity: Identity): RunState =>
  evolve(null, { ...draft, ...identity, position: 1, id: '-', seq: 0, prev: EMPTY_HASH })

/** `seq` is the turn's, not the event's: nothing that decides a move looks at it, and the journal corrects it. */
function foreseeFact(state: RunState, draft: Draft, turn: { at: number; seq: number }): RunState {
  const event: StoredEvent = {
    ...draft,
    position: 1,
    id: '-',
    run_id: state.runId,
    seq: turn.seq,
    trace_id: state.traceId,
    span_id: state.spanId,
    at: turn.at,
    tenant: state.tenant,
    writer: state.writer,
    prev: EMPTY_HASH,
  }
  return evolve(state, event)
}

/**
 * The run as it will be once the lines are in the journal. Shared accounts may read differently there (other runs
 * post to them too); everything that decides the next move is exact. Postings that stand together are one step of it:
 * they are half of a run's events.
 */
export function foresee(state: RunState, lines: readonly Line[], at: number): RunState {
  let next = state
  const turn = { at, seq: state.version + 1 }
  for (let index = 0; index < lines.length;) {
    const line = lines[index]
    if (line === undefined) break
    if (line.type !== 'posting') {
      next = foreseeFact(next, line, turn)
      index += 1
      continue
    }
    const postings: Posting[] = []
    for (
      let other = lines[index];
      other?.type === 'posting' && other.step_id === line.step_id;
      other = lines[index]
    ) {
      postings.push(other)
      index += 1
    }
    next = foreseePostings(next, line.step_id, postings)
  }
  return next
}
