// A tool that runs in a thread of its own, a new one for each call: what it does to its memory, to the process or to the
// event loop ends with its thread, and its thread ends with its call. Used by whoever installs tools.
import { availableParallelism } from 'node:os'
import { extname } from 'node:path'
import { Worker } from 'node:worker_threads'
import { z } from 'zod'
import { boundedMap } from '../../cache.ts'
import { payloadOf } from '../../events/digest.ts'
import { lentFolders } from '../../lending.ts'
import { endThread } from '../../process-ends.ts'
import { CallError, type Failure } from '../../run/failure.ts'
import { PATIENCE_MS } from '../in-time.ts'
import type { Tool, ToolContext } from '../tool.ts'
import { MOST_OUTSIDE_MB, watchMemory } from './memory.ts'
import type { ThreadAnswer, ThreadOrder, ThreadQuestion } from './message.ts'

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
function errorOf({ failure, stack, problems = [] }: Extract<ThreadAnswer, { failure: Failure }>): Error {
  if (stack !== null && failure.mode === 'agent_bug') return thrownThere(stack)
  const { mode, message, happened, retryAfterMs } = failure
  return new CallError(mode, message, {
    happened,
    problems,
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

/** What a thread sent. Its tool may send for it whatever it likes, and nobody would end a thread whose word throws here. */
function readAnswer(sent: unknown): { readonly value: unknown } | { readonly error: Error } {
  try {
    const answer = sent as ThreadAnswer
    return 'value' in answer ? { value: answer.value } : { error: errorOf(answer) }
  } catch {
    return { error: new CallError('agent_bug', 'The thread of the tool sent what is no answer.') }
  }
}

function answerOf(worker: Worker, signal: AbortSignal): Promise<unknown> {
  return new Promise((resolve, reject) => {
    worker.once('message', (answer: unknown) => {
      const said = readAnswer(answer)
      if ('value' in said) resolve(said.value)
      else reject(said.error)
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
    await ended(worker)
  }
}

/** Threads that are not to be ended give their places to others, but not so many that the machine is full of them. */
const MOST_STUCK = 50
let stuck = 0

/** Waits for the end of a thread, which has its place until then, for as long as that makes sense. */
async function ended(worker: Worker): Promise<void> {
  if (await endThread(worker, PATIENCE_MS)) return
  const over = worker.terminate()
  if (stuck >= MOST_STUCK) {
    await over
    return
  }
  stuck += 1
  void over.then(() => (stuck -= 1))
}

async function callInThread(order: ThreadOrder, signal: AbortSignal): Promise<unknown> {
  await enter(signal)
  try {
    return await inThread(order, signal)
  } finally {
    leave()
  }
}

/** What a schema says as data alone, without the rules that are code: those are read in the thread. */
function asData(schema: z.ZodType, io: 'input' | 'output'): z.ZodType {
  try {
    return z.fromJSONSchema(z.toJSONSchema(schema, { io, unrepresentable: 'any' }))
  } catch {
    return z.unknown()
  }
}

/** Outputs whose words are remembered: a thread for each look at a page would be many. */
const MOST_WORDS = 200

/** Words that failed, or took too long, are asked for again after this: their threads are also those of calls. */
const REST_MS = 60_000

function remembered<T>(make: (output: unknown) => Promise<T>): (output: unknown) => Promise<T> {
  const known = boundedMap<Promise<T>>(MOST_WORDS)
  return (output) => {
    const key = payloadOf(output).digest
    const before = known.get(key)
    if (before !== undefined) return before
    const said = make(output)
    known.set(key, said)
    said.catch(() => setTimeout(() => known.delete(key), REST_MS).unref())
    return said
  }
}

type Threads = Pick<ThreadOrder, 'module' | 'maxOutputBytes'>

/**
 * The tool, called in threads; `module` is the URL of what exports it under its name. It is given no adapter, no texts,
 * no past runs, no library and no model. What it says of its outputs, and the rules of its schemas, run there too.
 */
export function isolated(tool: Tool, { module, maxOutputBytes }: Threads): Tool {
  const { name, summary } = tool
  const order = (): Omit<ThreadOrder, 'asks' | 'input' | 'context'> => ({
    module,
    name,
    maxOutputBytes,
    lends: lentFolders(),
  })
  const made = (asks: ThreadQuestion, input: unknown): Promise<unknown> =>
    callInThread({ ...order(), asks, input, context: null }, AbortSignal.timeout(PATIENCE_MS))
  return {
    ...tool,
    input: asData(tool.input, 'input'),
    output: asData(tool.output, 'output'),
    call: (input, { signal, ...given }: ToolContext) => {
      const { adapter: _a, texts: _t, runs: _r, templates: _l, model: _m, ...context } = given
      return callInThread({ ...order(), asks: 'call', input, context }, signal)
    },
    revised: (output) => made('revised', output),
    ...(summary && { summary: remembered((output) => made('words', output)) }),
  }
}
