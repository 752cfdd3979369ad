// A journal in which each list stands still at a boundary of its own, right before the store gets the append or right
// after it is durable, so that one kill is a kill at the boundary of every list that stands.
import { once } from 'node:events'
import { only } from '../../engine/story.ts'
import type { Append, AppendResult, Journal } from '../../../src/journal/journal.ts'

/** A list as its process knows it. */
type Course = {
  /** `<number>:<before|after>`, around an append of the list and its runs, counted from 1; of an earlier process: its id. */
  readonly name: string
  appends: number
}

export type StandingJournal = Journal & {
  /** Resolves when each of the lists, by their names, has come to its end or to where it stands. */
  readonly settled: (names: readonly string[], patience: AbortSignal) => Promise<void>
  /** Names of lists that stand at their boundary. */
  readonly standing: ReadonlySet<string>
}

/** Nobody hears of it any more. */
const forever = new Promise<never>(() => undefined)

/** The list that an append is of. A list is called by the boundary at which it stands: its idempotency key. */
function courses(): (append: Append) => Course {
  const listOfRun = new Map<string, string>()
  const known = new Map<string, Course>()
  return ({ runId, lines }) => {
    for (const line of lines) {
      if (line.type === 'batch_started')
        known.set(runId, { name: line.data.idempotency_key ?? runId, appends: 0 })
      if (line.type === 'run_started') listOfRun.set(runId, line.data.batch_id ?? runId)
    }
    const list = listOfRun.get(runId) ?? runId
    const course = known.get(list) ?? { name: list, appends: 0 }
    known.set(list, course)
    return course
  }
}

export function standingJournal(journal: Journal): StandingJournal {
  const courseOf = courses()
  const standing = new Set<string>()
  const ended = new Set<string>()
  let moved = Promise.withResolvers<void>()

  const note = (names: Set<string>, name: string): void => {
    names.add(name)
    moved.resolve()
    moved = Promise.withResolvers()
  }
  const stand = (name: string): Promise<never> => {
    note(standing, name)
    return forever
  }
  const append = async (asked: Append): Promise<AppendResult> => {
    const course = courseOf(asked)
    course.appends += 1
    const { name, appends } = course
    if (standing.has(name) || name === `${appends}:before`) return stand(name)
    const result = await journal.append(asked)
    if (name === `${appends}:after`) return stand(name)
    if (result.ok && only(result.events, 'batch_finished').length > 0) note(ended, name)
    return result
  }
  const settled = async (names: readonly string[], patience: AbortSignal): Promise<void> => {
    const over = once(patience, 'abort')
    const isLeft = (name: string): boolean => !standing.has(name) && !ended.has(name)
    while (names.some(isLeft)) {
      if (patience.aborted) throw new Error(`do not end: ${names.filter(isLeft).join()}`)
      await Promise.race([moved.promise, over])
    }
  }
  return { ...journal, standing, append, settled }
}
