// A moment later, for all at once: what waits for the event loop to come round goes on in one go, so that the runs that
// share a commit stay together.
import { AsyncResource } from 'node:async_hooks'

/** What goes on then. It may not throw: the others come after it. */
export type Waiting = { readonly goOn: () => void }

/** Ours, whoever's code it is that asks first. */
const ours = new AsyncResource('next-moment')
let gathered: Waiting[] = []

function goOnTogether(waiting: readonly Waiting[]): void {
  for (const one of waiting) one.goOn()
}

function schedule(): void {
  const waiting = gathered
  gathered = []
  setImmediate(goOnTogether, waiting)
}

const scheduleAsOurs = (): void => ours.runInAsyncScope(schedule)

/**
 * Goes on in a moment: after rejected promises that are left now have come to light, and after every immediate that is
 * set now.
 */
export function goOnNextMoment(one: Waiting): void {
  // Once the microtasks of now are done: whatever they still add, and the immediates that they set, come before.
  if (gathered.push(one) === 1) process.nextTick(scheduleAsOurs)
}
