// A journal that takes its process with it: at one append, right before the store gets it, or right after it is
// durable and before anybody hears of it.
import { CONTROL_STREAM } from '../../src/events/control.ts'
import type { Append, Journal } from '../../src/journal/journal.ts'
import { note } from './witness.ts'

export type Moment = 'before' | 'after'
/** `<stream>:<number>:<moment>`. The stream is a run's idempotency key, `control`, or `any` for all together. */
export type KillPoint = `${string}:${number}:${Moment}` | 'none'

/** Names streams by what their caller called them, and counts the appends of each. */
function counter(): (append: Append) => { readonly own: string; readonly all: string } {
  const names = new Map<string, string>([[CONTROL_STREAM, 'control']])
  const counts = new Map<string, number>()
  const count = (name: string): string => {
    const number = (counts.get(name) ?? 0) + 1
    counts.set(name, number)
    return `${name}:${number}`
  }
  return ({ runId, idempotency }) => {
    if (idempotency) names.set(runId, idempotency.key.split('|').at(-1) ?? runId)
    return { own: count(names.get(runId) ?? runId), all: count('any') }
  }
}

/** Nothing after it is reached: the signal is delivered before the call returns. */
const die = (): boolean => process.kill(process.pid, 'SIGKILL')

export function mortalJournal(journal: Journal, point: KillPoint, dir: string): Journal {
  const boundaryOf = counter()
  return {
    ...journal,
    append: async (append) => {
      const { own, all } = boundaryOf(append)
      const isHere = (moment: Moment): boolean => point === `${own}:${moment}` || point === `${all}:${moment}`
      if (isHere('before')) die()
      const result = await journal.append(append)
      if (isHere('after')) die()
      if (result.ok) note(dir, { saw: 'append', boundary: own, types: result.events.map(({ type }) => type) })
      return result
    },
  }
}
