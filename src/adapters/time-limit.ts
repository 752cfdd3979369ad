// The time limit and the cancellation of a call to an adapter, also of one that looks at neither.
import { CallError } from '../run/failure.ts'
import type { AdapterCall } from './adapter.ts'

const late = (name: string, ms: number): CallError =>
  new CallError('system_timeout', `${name} had no answer within ${ms} ms.`)

const givenUp = (name: string): CallError => new CallError('user_cancelled', `${name} was given up.`)

/** Longer ones are more than a timer can count. */
const MOST_MS = 2_147_483_647

/**
 * What `act` answers under a signal that is aborted at the time limit too. Errors: what it throws; CallError
 * `system_timeout` or `user_cancelled`, as soon as there is no more use in its answer.
 */
export function withinTime<T>(
  name: string,
  call: AdapterCall,
  act: (call: AdapterCall) => Promise<T>,
): Promise<T> {
  if (call.signal.aborted)
    return Promise.reject(new CallError('user_cancelled', `${name} was given up.`, { happened: 'no' }))
  const ending = new AbortController()
  return new Promise<T>((resolve, reject) => {
    const end = (error: CallError): void => {
      reject(error)
      ending.abort()
    }
    const ms = Math.min(Math.max(1, Math.ceil(call.timeoutMs)), MOST_MS)
    const timer = setTimeout(() => end(late(name, ms)), ms)
    const onAbort = (): void => end(givenUp(name))
    call.signal.addEventListener('abort', onAbort, { once: true })
    Promise.try(() => act({ ...call, signal: ending.signal }))
      .then(resolve, reject)
      .finally(() => {
        clearTimeout(timer)
        call.signal.removeEventListener('abort', onAbort)
      })
  })
}
