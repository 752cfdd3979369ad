// The thread that looks whether the event loop of the process goes round. One that does not is stopped for a moment, as
// a debugger stops it, to ask which call it is in; nothing is asked of a loop that goes round.
import { writeSync } from 'node:fs'
import { Session, type Debugger } from 'node:inspector'
import { basename } from 'node:path'
import { workerData } from 'node:worker_threads'
import { CALL_OF_NOW } from '../containment.ts'
import type { WatchOrder } from './watch.ts'

const STANDARD_OUTPUT = 1
const ERROR_LEVEL = 50
const FRAMES = 5
/** What runs no JavaScript, such as a child process that is waited for, cannot be asked. */
const PATIENCE_MS = 3000
const EXPRESSION = `globalThis[Symbol.for(${JSON.stringify(CALL_OF_NOW)})]?.()`

const { beats, beatMs, missed } = workerData as WatchOrder

type Found = { readonly call: string | null; readonly places: readonly string[] }

/** Function, file and line: no values. */
const placeOf = (
  { functionName, location: { scriptId, lineNumber } }: Debugger.CallFrame,
  files: ReadonlyMap<string, string>,
): string => `${functionName || 'anonymous'} ${basename(files.get(scriptId) ?? '')}:${lineNumber + 1}`

function look(): Promise<Found> {
  const session = new Session()
  session.connectToMainThread()
  const files = new Map<string, string>()
  session.on('Debugger.scriptParsed', ({ params: { scriptId, url } }) => files.set(scriptId, url))
  const asked = new Promise<Found>((resolve) => {
    const patience = setTimeout(() => resolve({ call: null, places: [] }), PATIENCE_MS)
    session.once('Debugger.paused', ({ params: { callFrames } }) => {
      clearTimeout(patience)
      const places = callFrames.slice(0, FRAMES).map((frame) => placeOf(frame, files))
      const callFrameId = callFrames[0]?.callFrameId ?? ''
      const question = { callFrameId, expression: EXPRESSION }
      session.post(
        'Debugger.evaluateOnCallFrame',
        question,
        (_error, answer?: Partial<Debugger.EvaluateOnCallFrameReturnType>) => {
          const value: unknown = answer?.result?.value
          resolve({ call: typeof value === 'string' ? value : null, places })
        },
      )
    })
    session.post('Debugger.enable')
    session.post('Debugger.pause')
  })
  // It goes on with the end of the session.
  return asked.finally(() => session.disconnect())
}

/** In the shape of the server's log, which cannot write while its loop is held. */
function say({ call, places }: Found): void {
  // Made by the containment of calls: names alone, or null.
  const about = JSON.parse(call ?? 'null') as Readonly<Record<string, string>> | null
  const line = {
    level: ERROR_LEVEL,
    time: Date.now(),
    ...about,
    held_s: (beatMs * missed) / 1000,
    places,
    msg: about === null ? 'the event loop is held' : 'a tool holds the event loop: isolate it',
  }
  writeSync(STANDARD_OUTPUT, `${JSON.stringify(line)}\n`)
}

let last = -1
let unchanged = 0
setInterval(() => {
  const now = Atomics.load(beats, 0)
  unchanged = now === last ? unchanged + 1 : 0
  last = now
  // Once for each time that it is held.
  if (unchanged === missed) void look().then(say)
}, beatMs)
