// The thread of one call of an isolated tool: loads the tool's module, calls it, answers once. What it cannot answer,
// because it is out of memory, has ended itself or goes round for ever, is told by its end.
import { syncBuiltinESMExports } from 'node:module'
import threads, { parentPort, workerData } from 'node:worker_threads'
import { isRecord } from '../../events/json.ts'
import { jsonFault } from '../../events/checks/json-fault.ts'
import { classify, failure, isToldWhole } from '../../run/failure.ts'
import { lendPackages } from '../../lending.ts'
import { NO_TEXTS } from '../text-file.ts'
import type { Tool } from '../tool.ts'
import { noModel } from '../tool-model.ts'
import type { ThreadAnswer, ThreadOrder } from './message.ts'

const isNamed = (value: unknown, name: string): value is Tool =>
  isRecord(value) && value['name'] === name && typeof value['run'] === 'function'

async function loadTool({ module, name, lends }: ThreadOrder): Promise<Tool> {
  for (const folder of lends) lendPackages(folder)
  const loaded: Record<string, unknown> = await import(module)
  const tool = Object.values(loaded)
    .flat()
    .find((one): one is Tool => isNamed(one, name))
  if (tool === undefined) throw new Error(`the module of ${name} does not export it`)
  return tool
}

/** false for what throws when it is read, too: it cannot be copied either. */
function isTooLarge(value: unknown, maxBytes: number): boolean {
  try {
    return jsonFault(value, maxBytes) === 'too_large'
  } catch {
    return false
  }
}

/** Refused here, so that nothing huge is copied. Everything else is judged where it is kept. */
function answerOf(value: unknown, { name, maxOutputBytes }: ThreadOrder): ThreadAnswer {
  if (!isTooLarge(value, maxOutputBytes)) return { value }
  const message = `The output of ${name} is larger than ${maxOutputBytes / 1024} KiB (max_output_kb).`
  return { failure: failure('agent_invalid_output', message, 'yes'), stack: null }
}

const stackOf = (error: unknown): string => {
  try {
    return error instanceof Error ? String(error.stack) : `a thrown ${typeof error}`
  } catch {
    return 'an error that throws when it is read'
  }
}

async function callTool(order: ThreadOrder): Promise<ThreadAnswer> {
  try {
    const tool = await loadTool(order)
    const signal = new AbortController().signal
    const model = noModel('not_allowed')
    const nothing = { adapter: null, texts: NO_TEXTS, runs: null, templates: null, model }
    return answerOf(await tool.call(order.input, { ...order.context, signal, ...nothing }), order)
  } catch (error) {
    return { failure: classify(error), stack: isToldWhole(error) ? null : stackOf(error) }
  }
}

// A thread ends by itself alone: the process is everybody's.
process.kill = () => {
  throw new Error('A tool called process.kill.')
}

/** What a thread would begin has neither its limits nor its end, and shared memory is nobody's that could be counted. */
function keepAlone(): void {
  const refused = function (): never {
    throw new Error('A tool began a thread.')
  }
  Reflect.set(threads, 'Worker', refused)
  syncBuiltinESMExports()
  Reflect.deleteProperty(globalThis, 'SharedArrayBuffer')
}
keepAlone()

function post(answer: ThreadAnswer): void {
  try {
    parentPort?.postMessage(answer, [])
  } catch {
    const message = 'The output cannot be copied: it holds functions, or what is bound to its thread.'
    parentPort?.postMessage({ failure: failure('agent_invalid_output', message, 'yes'), stack: null }, [])
  }
}

// Kept alive until it is ended: a tool that waits for nothing would end it otherwise.
parentPort?.on('message', () => undefined)
// A moment later: a rejected promise that the tool has left ends the thread first.
void callTool(workerData as ThreadOrder).then((answer) => setImmediate(post, answer))
