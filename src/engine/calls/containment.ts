// What a tool of this process does behind its call: errors that it throws later and rejected promises that it leaves are
// brought to the call that they come from, by async context, and an end of the process that it asks for is an error of
// its own. What comes from no call is the program's own fault, and ends the process as ever.
import { AsyncLocalStorage } from 'node:async_hooks'
import { CALL_OF_NOW } from '../../call-name.ts'

/** A call that may still go wrong, or went wrong after its end. */
export type Contained = {
  readonly fail: (error: unknown) => void
  /** Names alone: they are logged. */
  readonly name: { readonly tool: string; readonly run_id: string; readonly step_id: string }
}

const calls = new AsyncLocalStorage<Contained>()

/** Does the work, and whatever follows from it, in the name of a call. */
export const inCall = <T>(call: Contained, work: () => T): T => calls.run(call, work)

/** Names of the call that the code of this moment belongs to, as JSON; null: it is no call's. */
const callOfNow = (): string => JSON.stringify(calls.getStore()?.name ?? null)

/** Whether the call that this comes from, if it is one's, was told. */
function bringToCall(error: unknown): boolean {
  const call = calls.getStore()
  call?.fail(error)
  return call !== undefined
}

/** Refuses an end of the process that a call asks for. */
function refuseEnd(name: string): void {
  const error = new Error(`A tool called process.${name}.`)
  if (bringToCall(error)) throw error
}

function guardEnds(): void {
  const exit = process.exit.bind(process)
  const abort = process.abort.bind(process)
  const kill = process.kill.bind(process)
  process.exit = (code) => {
    refuseEnd('exit')
    return exit(code)
  }
  process.abort = () => {
    refuseEnd('abort')
    return abort()
  }
  process.kill = (pid, signal) => {
    if (pid === process.pid && signal !== 0) refuseEnd('kill')
    return kill(pid, signal)
  }
}

let isGuarded = false

/**
 * Contains the calls of this process from now on. `onOwnFault` is told of an error that nobody caught and that comes
 * from no call, unless somebody else listens for such errors.
 */
export function containCalls(onOwnFault: (error: unknown) => void): void {
  if (isGuarded) return
  isGuarded = true
  guardEnds()
  Object.defineProperty(globalThis, Symbol.for(CALL_OF_NOW), { value: callOfNow })
  process.on('uncaughtException', (error) => {
    if (!bringToCall(error) && process.listenerCount('uncaughtException') === 1) onOwnFault(error)
  })
  process.on('unhandledRejection', (error) => {
    if (!bringToCall(error) && process.listenerCount('unhandledRejection') === 1) onOwnFault(error)
  })
}
