// One line of an append: a fact, or a posting that the journal turns into its budget events.
import { sha256 } from '../events/digest.ts'
import type { Draft, StoredEvent } from '../events/event.ts'
import { EMPTY_HASH } from '../events/event.ts'
import type { Posting } from './ledger.ts'
import { evolve } from './replay.ts'
import type { RunState } from './state.ts'

export type Line = Draft | Posting

/** A span id that is the same whenever the same thing is named. */
export const spanIdOf = (name: string): string => sha256(name).slice(0, 16)

const KIND = { reserve: 'reserved', settle: 'settled', release: 'released' } as const

function factOf(state: RunState, posting: Posting): Draft {
  const { scope, key, unit, kind, step_id, profile, amount, held, limit, window_end } = posting
  const before = state.budget[`${scope}|${key}|${unit}`]
  const spent = (before?.spent ?? 0) + (kind === 'settle' ? amount : 0)
  const reserved = Math.max(0, (before?.reserved ?? 0) + (kind === 'reserve' ? amount : -held))
  const delta = kind === 'reserve' ? amount : amount - held
  return {
    type: 'budget_updated',
    data: { scope, key, unit, kind: KIND[kind], step_id, profile, delta, spent, reserved, limit, window_end },
  }
}

/**
 * The run as it will be once the line is in the journal. Shared accounts may read differently there (other runs
 * post to them too); everything that decides the next move is exact.
 */
export function foresee(state: RunState, line: Line, at: number): RunState {
  const draft = line.type === 'posting' ? factOf(state, line) : line
  const event: StoredEvent = {
    ...draft,
    position: 1,
    id: '-',
    run_id: state.runId,
    seq: state.version + 1,
    trace_id: state.traceId,
    span_id: state.spanId,
    at,
    tenant: state.tenant,
    writer: state.writer,
    prev: EMPTY_HASH,
  }
  return evolve(state, event)
}
