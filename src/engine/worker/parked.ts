// Runs that cannot go on in this process because something is wrong with them alone: events or payloads that cannot be
// read, a bug of ours that only they meet. They are left as they are, with the reason, and everything else goes on; the
// next process tries again.
import { AppError } from '../../errors.ts'
import type { EngineParts } from '../parts.ts'

export type Parked = {
  /** The error that whoever wants something of the run is told; null: it is not parked. */
  readonly errorOf: (runId: string) => AppError | null
  /** Parks the run, unless the journal itself is at fault: then `onFailure` is told. Resolves with whether it was. */
  readonly park: (runId: string, error: unknown) => Promise<boolean>
}

/** Whoever cannot parse a text quotes it, and it may be anybody's. */
const NOT_JSON = 'What is kept of it is not JSON.'

const causeOf = (error: unknown): unknown =>
  error instanceof AppError && error.cause instanceof Error ? error.cause : error

function reasonOf(error: unknown): string {
  const cause = causeOf(error)
  if (cause instanceof SyntaxError) return NOT_JSON
  return cause instanceof Error ? cause.message : 'It met an error.'
}

const placesOf = (error: unknown): string[] => {
  const cause = causeOf(error)
  const lines = cause instanceof Error ? (cause.stack ?? '').split('\n') : []
  return lines.map((line) => line.trim()).filter((line) => line.startsWith('at '))
}

const isOfJournal = (error: unknown): boolean => error instanceof AppError && error.code === 'JOURNAL_BROKEN'

export function createParked({ journal, onFailure, onParked }: EngineParts): Parked {
  const reasons = new Map<string, string>()
  return {
    errorOf: (runId) => {
      const why = reasons.get(runId)
      return why === undefined ? null : new AppError('RUN_PARKED', { run_id: runId, why })
    },
    park: async (runId, error) => {
      try {
        if (isOfJournal(error)) throw error
        await journal.check()
      } catch (broken) {
        onFailure(broken)
        return false
      }
      const why = reasonOf(error)
      reasons.set(runId, why)
      onParked?.({ runId, why, places: placesOf(error) })
      return true
    },
  }
}
