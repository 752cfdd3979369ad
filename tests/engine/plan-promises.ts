// What every plan promises, whatever is in it and whatever becomes of it, said over the events of a run that is over.
import { isDeepStrictEqual } from 'node:util'
import type { StoredEvent } from '../../src/events/event.ts'
import { PLANNING, next } from '../../src/run/next.ts'
import { handOver, replay } from '../../src/run/replay.ts'
import type { RunState } from '../../src/run/state.ts'
import { lawsBroken } from './laws.ts'
import { only } from './story.ts'

/** What is wrong with the story of a run that is over; `end`: as whoever worked on it last knew it. */
export function promisesBroken(events: readonly StoredEvent[], end: RunState): string[] {
  const found = [...lawsBroken(events)]
  const certificate = only(events, 'plan_created')[0]?.data.worst_case
  // A call that a process died in is made once more, and charged once more, or a person says what became of it and has it
  // asked for anew: no plan can know of that.
  const errors = only(events, 'tool_call_error')
  const unknown = errors.filter(({ data }) => data.mode === 'system_unknown_outcome')
  const lost = [...errors.filter(({ data }) => data.cut === true), ...unknown]
  const asked = only(events, 'approval_requested').length - unknown.length
  const calls = end.calls - lost.length
  const spentCost = end.spentCost - lost.reduce((sum, { data }) => sum + data.cost * 1e6, 0)
  if (certificate === undefined) return [...found, 'no plan']
  if (calls > certificate.calls) found.push(`${calls} calls, certified ${certificate.calls}`)
  if (spentCost / 1e6 > certificate.cost) found.push(`cost ${spentCost}, certified ${certificate.cost}`)
  if (asked > certificate.approvals) found.push(`${asked} approvals, certified ${certificate.approvals}`)
  const open = Object.values(end.steps).filter(
    ({ status }) => status !== 'completed' && status !== 'failed' && status !== 'skipped',
  )
  if (open.length > 0) found.push(`open: ${open.map(({ plan }) => plan.step_id).join(' ')}`)
  const twice = only(events, 'tool_call_complete').map(({ data }) => data.step_id)
  if (new Set(twice).size < twice.length) found.push('a step was completed twice')
  const left = Object.values(end.approvals).filter(
    ({ status, used }) => status === 'pending' || (status === 'approved' && !used),
  )
  if (left.length > 0) found.push(`left: ${left.map(({ stepId }) => stepId).join(' ')}`)
  // A process that only reads a run has it in its own hands.
  const replayed = replay(events)
  const again = replayed && handOver(replayed, end.writer, end.updatedAt)
  const others = Object.entries(end).filter(
    ([name, value]) => !isDeepStrictEqual(value, again == null ? null : Reflect.get(again, name)),
  )
  if (others.length > 0) found.push(`a replay has another ${others.map(([name]) => name).join(' ')}`)
  return found
}

/** What follows from a state is the same, however often it is asked and whoever replayed it. */
export function isDeterministic(events: readonly StoredEvent[]): boolean {
  const around = { now: events.at(-1)?.at ?? 0, busy: new Set([PLANNING]), parallel: 4 }
  let live: RunState | null = null
  return events.every((event, index) => {
    live = replay([event], live)
    const again = index % 5 === 0 ? replay(events.slice(0, index + 1)) : live
    return (
      live !== null &&
      again !== null &&
      JSON.stringify(next(live, around)) === JSON.stringify(next(again, around))
    )
  })
}
