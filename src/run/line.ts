// One line of an append: a fact, or a posting that the journal turns into its budget events.
import { sha256 } from '../events/digest.ts'
import type { Draft } from '../events/event.ts'
import { evolveBooks, predictBooking } from './budgets/books.ts'
import type { Posting } from './budgets/ledger.ts'
import { evolve } from './replay.ts'
import type { RunState } from './state.ts'

export type Line = Draft | Posting

/** A span id that is the same whenever the same thing is named. */
export const spanIdOf = (name: string): string => sha256(name).slice(0, 16)

/**
 * The run as it will be once the lines are in the journal, at `at`. Shared accounts may read differently there, since
 * other runs post to them too; everything that decides the next move is exact. The version is put right by the journal.
 * Of `state`, steps and approvals are changed in place: it is one of `ownRecords`, as a turn has it.
 */
export const predictState = (state: RunState, lines: readonly Line[], at: number): RunState =>
  lines.reduce(
    (before, line) =>
      line.type === 'posting'
        ? evolveBooks(before, predictBooking(before, line))
        : evolve(before, line, { at, writer: before.writer, seq: state.version + 1 }),
    state,
  )
