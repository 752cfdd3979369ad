// The thread of one call of an isolated tool: loads the tool's module, calls it, answers once. What it cannot answer,
// because it is out of memory, has ended itself or goes round for ever, is told by its end.
import { syncBuiltinESMExports } from 'node:module'
import threads, { parentPort, workerData } from 'node:worker_threads'
import { isRecord } from '../../events/json.ts'
import { jsonFault } from '../../events/checks/json-fault.ts'
import { classify, declaredProblems, failure, isToldWhole } from '../../run/failure.ts'
import { lendPackages } from '../../lending.ts'
import { guardThread } from '../../process-ends.ts'
import { NO_TEXTS } from '../text-file.ts'
import type { Tool } from '../tool.ts'
import { unfitProblems } from '../unfit.ts'
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

const unfitOutput = (name: string): ThreadAnswer => ({
  failure: failure('agent_invalid_output', `The output of ${name} does not fit its declaration.`, 'yes'),
  stack: null,
})

/** Its own schemas are read here, on both sides of the call: their rules are code of the tool's. */
async function calledTool(tool: Tool, order: ThreadOrder): Promise<ThreadAnswer> {
  const input = tool.input.safeParse(order.input)
  if (!input.success) {
    const message = `The inputs do not fit ${order.name}.`
    const problems = unfitProblems(input.error.issues, order.input)
    return { failure: failure('user_invalid_input', message), stack: null, problems }
  }
  const { context } = order
  if (context === null) throw new TypeError('a call has a context')
  const signal = new AbortController().signal
  const model = noModel('not_allowed')
  const nothing = { adapter: null, texts: NO_TEXTS, runs: null, templates: null, model }
  const answer = answerOf(await tool.call(input.data, { ...context, signal, ...nothing }), order)
  if (!('value' in answer)) return answer
  const output = tool.output.safeParse(answer.value)
  return output.success ? { value: output.data } : unfitOutput(order.name)
}

/** What a tool makes of an output of its own, beside its calls. */
async function madeOf(tool: Tool, order: ThreadOrder): Promise<ThreadAnswer> {
  const output = tool.output.safeParse(order.input)
  if (!output.success) return unfitOutput(order.name)
  if (order.asks === 'words') return answerOf(await tool.summary?.(output.data), order)
  const revised = (await tool.revised?.(output.data)) ?? order.input
  const again = tool.output.safeParse(revised)
  return again.success ? answerOf(again.data, order) : unfitOutput(order.name)
}

async function answerTo(order: ThreadOrder): Promise<ThreadAnswer> {
  try {
    const tool = await loadTool(order)
    return order.asks === 'call' ? await calledTool(tool, order) : await madeOf(tool, order)
  } catch (error) {
    const problems = declaredProblems(error)
    return { failure: classify(error), stack: isToldWhole(error) ? null : stackOf(error), problems }
  }
}

// A thread ends by itself alone: the process is everybody's.
guardThread((name) => {
  throw new Error(`A tool called process.${name}.`)
})

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
void answerTo(workerData as ThreadOrder).then((answer) => setImmediate(post, answer))
