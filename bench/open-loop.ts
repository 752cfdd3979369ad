// Load at a constant rate, whether or not answers come: everybody has their own time at which they call, and waits
// from that time on. A server that stalls is thus late for all who would have called meanwhile, not for one caller.
import { setTimeout as pause } from 'node:timers/promises'
import { latency, type Latency } from './latency.ts'

export type Clock = {
  /** Milliseconds. */
  readonly now: () => number
  /** Resolves at that time, or later. */
  readonly until: (at: number) => Promise<void>
}

/** A timer, never a loop that spins: the server needs the processor. */
export const machineClock: Clock = {
  now: () => performance.now(),
  until: async (at) => {
    await pause(Math.max(0, at - performance.now()))
  },
}

export type Schedule = {
  /** Calls a second. */
  readonly rate: number
  readonly calls: number
  /** One call: resolves when it is answered. */
  readonly send: (number: number) => Promise<void>
  readonly clock?: Clock
}

export type Answers = {
  /** From the time each call was due to its answer. */
  readonly times: Latency
  /** How late the calls went out: a client that is busy itself shows here, and is in `times` too. */
  readonly lateness: Latency
  /** Answers a second while the schedule lasted; later ones do not count. */
  readonly achieved: number
}

/** Returns when every call is answered. Errors: the first one of `send`, after which nothing more is sent. */
export async function openLoop({ rate, calls, send, clock = machineClock }: Schedule): Promise<Answers> {
  const times = latency()
  const lateness = latency()
  const answers: Promise<void>[] = []
  const failures: unknown[] = []
  const begun = clock.now()
  const dueAt = (number: number): number => begun + (number * 1000) / rate
  const end = dueAt(calls)
  let inTime = 0

  const answered = (number: number): void => {
    const now = clock.now()
    times.record(now - dueAt(number))
    if (now <= end) inTime += 1
  }
  const dispatch = (number: number): void => {
    lateness.record(clock.now() - dueAt(number))
    answers.push(
      send(number).then(
        () => answered(number),
        (cause: unknown) => void failures.push(cause),
      ),
    )
  }

  const goesOn = (next: number): boolean => next < calls && failures.length === 0
  for (let next = 0; goesOn(next);) {
    await clock.until(dueAt(next))
    for (; goesOn(next) && dueAt(next) <= clock.now(); next += 1) dispatch(next)
  }
  await Promise.all(answers)
  if (failures.length > 0) throw failures[0]
  return { times, lateness, achieved: inTime / (calls / rate) }
}
