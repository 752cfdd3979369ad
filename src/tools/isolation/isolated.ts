// A tool that runs in a thread of its own, a new one for each call: what it does to its memory, to the process or to the
// event loop ends with its thread, and its thread ends with its call. Used by whoever installs tools.
import { availableParallelism } from 'node:os'
import { extname } from 'node:path'
import { Worker } from 'node:worker_threads'
import { lentFolders } from '../../lending.ts'
import { CallError, type Failure } from '../../run/failure.ts'
import type { Tool, ToolContext } from '../tool.ts'
import { MOST_OUTSIDE_MB, watchMemory } from './memory.ts'
import type { ThreadAnswer, ThreadOrder } from './message.ts'

/** Of the tool's objects; a heap that grows beyond it ends the thread. */
const RESOURCE_LIMITS = { maxOldGenerationSizeMb: 256, maxYoungGenerationSizeMb: 32 }
/** Threads at once, of all isolated tools; more calls wait for theirs, as part of their time. */
const MOST_THREADS = Math.max(4, 2 * availableParallelism())

/** The published package runs the emitted .js, a checkout the .ts itself. */
const THREAD = new URL(`./thread${extname(import.meta.url)}`, import.meta.url)

const waiting: (() => void)[] = []
let taken = 0

/** Waits for a place among the threads; gives it back with `leave`. */
async function enter(signal: AbortSignal): Promise<void> {
  if (taken >= MOST_THREADS) await new Promise<void>((resolve) => waiting.push(resolve))
  else taken += 1
  if (!signal.aborted) return
  leave()
  throw givenUp()
}

function leave(): void {
  const next = waiting.shift()
  // The place goes to whoever waits longest.
  if (next === undefined) taken -= 1
  else next()
}

const givenUp = (): CallError => new CallError('system_timeout', 'The thread of the tool was ended.')

const thrownThere = (stack: string): Error =>
  Object.assign(new Error('thrown in the thread of the tool'), { stack })

/** What a thread says of an error, as the error itself. */
function errorOf({ failure, stack }: { failure: Failure; stack: string | null }): Error {
  if (stack !== null && failure.mode === 'agent_bug') return thrownThere(stack)
  const { mode, message, happened, retryAfterMs } = failure
  return new CallError(mode, message, {
    happened,
    ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
  })
}

const needsMore = (megabytes: number): CallError =>
  new CallError('agent_bug', `The tool needs more than ${megabytes} MB of memory.`)

/** What ended a thread: an error that nobody caught there, whatever its code says, or want of memory. */
function endOf(error: unknown): Error {
  const code = error instanceof Error && 'code' in error ? error.code : null
  const { maxOldGenerationSizeMb } = RESOURCE_LIMITS
  if (code === 'ERR_WORKER_OUT_OF_MEMORY') return needsMore(maxOldGenerationSizeMb)
  return thrownThere(error instanceof Error ? String(error.stack) : `a thrown ${typeof error}`)
}

function answerOf(worker: Worker, signal: AbortSignal): Promise<unknown> {
  return new Promise((resolve, reject) => {
    worker.once('message', (answer: ThreadAnswer) => {
      if ('value' in answer) resolve(answer.value)
      else reject(errorOf(answer))
    })
    worker.once('error', (error) => reject(endOf(error)))
    worker.once('exit', () => reject(new CallError('agent_bug', 'The tool ended its thread.')))
    signal.addEventListener('abort', () => reject(givenUp()))
  })
}

async function inThread(order: ThreadOrder, signal: AbortSignal): Promise<unknown> {
  const worker = new Worker(THREAD, { workerData: order, resourceLimits: RESOURCE_LIMITS })
  let stopLooking = (): void => undefined
  try {
    const { promise: tooMuch, reject } = Promise.withResolvers<never>()
    stopLooking = watchMemory(worker, () => reject(needsMore(MOST_OUTSIDE_MB)))
    return await Promise.race([answerOf(worker, signal), tooMuch])
  } finally {
    stopLooking()
    await worker.terminate()
  }
}

async function callInThread(order: ThreadOrder, signal: AbortSignal): Promise<unknown> {
  await enter(signal)
  try {
    return await inThread(order, signal)
  } finally {
    leave()
  }
}

/**
 * The tool, called in threads; `module` is the URL of what exports it under its name. It is given no adapter, no texts,
 * no past runs, no library and no model.
 */
export const isolated = (
  tool: Tool,
  { module, maxOutputBytes }: Pick<ThreadOrder, 'module' | 'maxOutputBytes'>,
): Tool => ({
  ...tool,
  call: (input, { signal, ...given }: ToolContext) => {
    const { adapter: _a, texts: _t, runs: _r, templates: _l, model: _m, ...context } = given
    return callInThread(
      { module, name: tool.name, input, context, maxOutputBytes, lends: lentFolders() },
      signal,
    )
  },
})
