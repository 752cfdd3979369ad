// Tools that do what no tool should, each in its own way. Loaded by the process of the tests and by the threads of
// isolated tools.
import { EventEmitter } from 'node:events'
import { readFile } from 'node:fs'
import { connect } from 'node:net'
import { z } from 'zod'
import { CallError } from '../../src/run/failure.ts'
import { defineTool, type Tool, type ToolContext } from '../../src/tools/tool.ts'

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
}

/** Those that only their time limit ends. */
export const ENDLESS: ReadonlySet<string> = new Set([
  'never_answers',
  'throws_when_given_up',
  'goes_round_for_ever',
  'goes_round_in_microtasks',
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
export const inProcess = toolsOf(SURVIVABLE, '')
/** The same ones and worse, each in a thread of its own. */
export const alone = toolsOf({ ...SURVIVABLE, ...FATAL }, '_alone')
