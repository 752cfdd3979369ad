// Tools that do what no tool should, each in its own way. Loaded by the process of the tests and by the threads of
// isolated tools.
import { EventEmitter } from 'node:events'
import { readFile } from 'node:fs'
import { connect } from 'node:net'
import { Worker } from 'node:worker_threads'
import { z } from 'zod'
import { CallError } from '../../src/run/failure.ts'
import { defineTool, type Tool, type ToolContext } from '../../src/tools/tool.ts'
import { FATAL_UNSEEN, FINE_UNSEEN, UNSEEN } from './unseen.ts'

const hang = (): Promise<never> => new Promise(() => undefined)
const oops = (): never => {
  throw new Error('thrown by a hostile tool')
}
/** Throws or rejects with what is no error. */
const raise = (thrown: unknown): Promise<never> => new Promise((_resolve, reject) => reject(thrown))

const trap = new Proxy(
  {},
  {
    get: oops,
    getPrototypeOf: oops,
    has: oops,
    ownKeys: oops,
    getOwnPropertyDescriptor: oops,
  },
)

const withGetter = (name: string): Error => Object.defineProperty(new Error('x'), name, { get: oops })

const cyclic = (): unknown => {
  const one: Record<string, unknown> = {}
  one['one'] = one
  return one
}

/** A field that is seen as small and read as large. */
const nested = (depth: number): unknown => {
  let value: unknown = 'bottom'
  for (let level = 0; level < depth; level += 1) value = [value]
  return value
}

async function* failingNumbers(): AsyncGenerator<number> {
  yield 1
  await Promise.resolve()
  oops()
}

type Settle = (value: unknown) => void

/** An answer that is waited for like a promise, and is none. */
const thenable = (settle: (resolve: Settle, reject: Settle) => unknown): unknown =>
  Object.defineProperty({}, ['th', 'en'].join(''), { value: settle })

type Behaviour = (context: ToolContext) => unknown

/** What a process survives. */
export const SURVIVABLE: Readonly<Record<string, Behaviour>> = {
  throws_at_once: oops,
  throws_in_a_timer: () => {
    setTimeout(oops, 1)
    return hang()
  },
  throws_in_an_immediate: () => {
    setImmediate(oops)
    return hang()
  },
  throws_in_a_tick: () => {
    process.nextTick(oops)
    return hang()
  },
  throws_in_a_microtask: () => {
    queueMicrotask(oops)
    return hang()
  },
  throws_in_a_callback: () => {
    readFile('/no/such/file', oops)
    return hang()
  },
  throws_when_given_up: ({ signal }) => {
    signal.addEventListener('abort', oops)
    return hang()
  },
  leaves_a_rejection: () => {
    void raise(new Error('left alone'))
    return { value: 'fine' }
  },
  leaves_a_late_rejection: () => {
    setTimeout(() => void raise(new Error('left alone')), 1)
    return hang()
  },
  leaves_an_async_function: () => {
    void (async () => {
      await Promise.resolve()
      oops()
    })()
    return { value: 'fine' }
  },
  rejects_with_nothing: () => raise(undefined),
  rejects_with_null: () => raise(null),
  throws_a_proxy: () => raise(trap),
  throws_a_revoked_proxy: () => {
    const { proxy, revoke } = Proxy.revocable({}, {})
    revoke()
    return raise(proxy)
  },
  throws_a_getter_message: () => raise(withGetter('message')),
  throws_a_getter_stack: () => raise(withGetter('stack')),
  throws_a_getter_cause: () => raise(withGetter('cause')),
  throws_a_getter_code: () => raise(withGetter('code')),
  throws_a_forged_mode: () =>
    raise(Object.assign(new CallError('agent_bug', 'x'), { mode: 'constructor', message: 5 })),
  throws_a_getter_mode: () =>
    raise(Object.defineProperty(new CallError('agent_bug', 'x'), 'mode', { get: oops })),
  throws_a_symbol: () => raise(Symbol('x')),
  exits: () => process.exit(0),
  exits_later: () => {
    setTimeout(() => process.exit(1), 1)
    return hang()
  },
  exits_in_a_catch: () => {
    try {
      process.exit(3)
    } catch {
      return { value: 'fine' }
    }
  },
  aborts: () => process.abort(),
  exits_by_signal: () => process.kill(process.pid, 'SIGKILL'),
  emits_an_error: () => {
    setTimeout(() => new EventEmitter().emit('error', new Error('nobody listens')), 1)
    return hang()
  },
  fails_to_connect: () => {
    connect(1, '127.0.0.1')
    return hang()
  },
  never_answers: hang,
  answers_a_map: () => ({ value: new Map([['a', 1]]) }),
  answers_a_set: () => ({ value: new Set([1]) }),
  answers_an_invalid_date: () => ({ value: new Date('never') }),
  answers_a_bigint: () => ({ value: 1n }),
  answers_nan: () => ({ value: [Number.NaN] }),
  answers_holes: () => ({ value: [1, undefined, 2] }),
  answers_a_tojson: () => ({ value: { toJSON: () => 'other' } }),
  answers_a_cycle: () => ({ value: cyclic() }),
  answers_depth: () => ({ value: nested(200_000) }),
  answers_a_proxy: () => ({ value: trap }),
  answers_a_getter: () => ({ value: Object.defineProperty({}, 'x', { get: oops, enumerable: true }) }),
  answers_a_bad_then: () => Object.defineProperty({}, ['th', 'en'].join(''), { get: oops }),
  answers_huge_text: () => ({ value: '"'.repeat(140_000_000) }),
  throws_in_an_async_generator: async () => {
    for await (const number of failingNumbers()) if (number > 5) return { value: number }
    return { value: 'fine' }
  },
  throws_what_no_text_can_be_made_of: () =>
    raise({ [Symbol.toPrimitive]: oops, toString: oops, valueOf: oops }),
  throws_a_circle: () => {
    const error: Error & { cause?: unknown } = new Error('x')
    error.cause = error
    return raise(error)
  },
  throws_a_crowd: () => raise(new AggregateError(Array.from({ length: 100_000 }, () => new Error('x')))),
  settles_twice: () => thenable((resolve, reject) => [reject(new Error('first')), resolve({ value: 'x' })]),
  throws_after_it_settled: () => thenable((resolve) => [resolve({ value: 'x' }), setTimeout(oops, 0)]),
  throws_later_when_it_is_waited_for_again: () => {
    let reads = 0
    const later = (settle: Settle): void => {
      setTimeout(oops, 0)
      settle({ value: 'x' })
    }
    return Object.defineProperty({ value: 'x' }, ['th', 'en'].join(''), {
      get: () => ((reads += 1) > 1 ? later : undefined),
    })
  },
  throws_later_when_its_answer_is_read: () => ({
    get value() {
      setTimeout(oops, 0)
      return 'fine'
    },
  }),
  throws_later_when_its_error_is_read: () =>
    raise(
      Object.defineProperty(new Error('x'), 'message', {
        get: () => {
          setTimeout(oops, 0)
          return 'x'
        },
      }),
    ),
  never_settles: () => thenable(() => undefined),
  leaves_timers: () => {
    for (let left = 50; left > 0; left -= 1) setTimeout(oops, left).unref()
    return { value: 'fine' }
  },
  floods_the_log: () => {
    for (let left = 10; left > 0; left -= 1) process.stderr.write(`${'x'.repeat(500_000)}\n`)
    return { value: 'fine' }
  },
  answers_an_async_generator: () => ({ value: failingNumbers() }),
  answers_a_promise_inside: () => ({ value: Promise.resolve(1) }),
  answers_a_far_index: () => {
    const far: unknown[] = []
    far[4_000_000_000] = 1
    return { value: far }
  },
  answers_bytes: () => ({ value: new Uint8Array(8) }),
  gives_an_instance: () => ({
    value: new (class Odd {
      readonly own = 1
    })(),
  }),
  gives_a_key_that_is_no_text: () => ({ value: { [Symbol('x')]: 1 } }),
  pollutes_every_object: () => {
    const common: object = Object.getPrototypeOf({})
    Object.assign(common, { polluted: 'yes' })
    Object.defineProperty(common, 'toJSON', { value: oops, configurable: true })
    return { value: 'fine' }
  },
  answers_too_often: () => ({ value: Array.from({ length: 40 }).reduce((inner) => [inner, inner], 'x') }),
}

/** What only a thread of its own survives. */
export const FATAL: Readonly<Record<string, Behaviour>> = {
  goes_round_for_ever: () => {
    for (;;);
  },
  goes_round_in_microtasks: () => {
    const again = (): Promise<void> => Promise.resolve().then(again)
    return again()
  },
  fills_the_memory: () => {
    const kept: unknown[] = []
    for (;;) kept.push(Array.from({ length: 1000 }, (_, index) => ({ index })))
  },
  fills_buffers: () => {
    const kept: unknown[] = []
    for (;;) kept.push(Buffer.alloc(16_000_000, 1))
  },
  fills_shared_memory: () => {
    const kept: unknown[] = []
    for (;;) kept.push(new Uint8Array(new SharedArrayBuffer(16_000_000)).fill(1))
  },
  fills_buffers_that_grow: () => {
    const kept: unknown[] = []
    for (;;) {
      const buffer = new ArrayBuffer(1, { maxByteLength: 16_000_000 })
      buffer.resize(16_000_000)
      kept.push(new Uint8Array(buffer).fill(1))
    }
  },
  begins_threads: () => {
    const begun: Worker[] = []
    for (;;) begun.push(new Worker('for (;;);', { eval: true }))
  },
  replaces_what_everybody_uses: () => {
    Object.assign(JSON, { stringify: oops, parse: oops })
    Object.assign(Array.prototype, { map: oops, push: oops, flatMap: oops })
    Reflect.set(Promise.prototype, 'finally', oops)
    return { value: 'fine' }
  },
  ends_the_process_for_good: () => {
    const end: unknown = Reflect.get(process, 'reallyExit')
    if (typeof end === 'function') Reflect.apply(end, process, [9])
    return hang()
  },
}

/** Whose harm is not in what they answer: their calls are fine. */
export const FINE: ReadonlySet<string> = new Set([
  ...FINE_UNSEEN,
  'floods_the_log',
  'gives_an_instance',
  'gives_a_key_that_is_no_text',
  'replaces_what_everybody_uses',
])

/** Who is quicker, their answer or their error, is chance: both are their own call's. */
export const RACING: ReadonlySet<string> = new Set([
  'leaves_timers',
  'throws_after_it_settled',
  'throws_later_when_it_is_waited_for_again',
  'throws_later_when_its_answer_is_read',
])

/** Those that only their time limit ends. */
export const ENDLESS: ReadonlySet<string> = new Set([
  'never_answers',
  'never_settles',
  'throws_when_given_up',
  'goes_round_for_ever',
  'goes_round_in_microtasks',
  'matches_for_ever',
  'emits_an_uncaught_error',
])

const toolsOf = (behaviours: Readonly<Record<string, Behaviour>>, suffix: string): Tool[] =>
  Object.entries(behaviours).map(([name, behaviour]) =>
    defineTool({
      name: `${name}${suffix}`,
      input: z.unknown(),
      output: z.record(z.string(), z.unknown()),
      run: (_input, context) => behaviour(context) as Record<string, unknown>,
      module: import.meta.url,
    }),
  )

/** Called in the process itself. */
export const inProcess = toolsOf({ ...SURVIVABLE, ...UNSEEN }, '')
export const ALONE = { ...SURVIVABLE, ...FATAL, ...UNSEEN, ...FATAL_UNSEEN }
/** The same ones and worse, each in a thread of its own. */
export const alone = toolsOf(ALONE, '_alone')
