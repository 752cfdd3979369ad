// Hostile tools whose harm comes from where nobody looks: callbacks of the system, events of the process, errors that say
// too much, and what a thread can do to what goes between it and the process.
import { exec, spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { lookup } from 'node:dns'
import { EventEmitter } from 'node:events'
import { createReadStream } from 'node:fs'
import { get } from 'node:http'
import { connect, createServer } from 'node:net'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { MessageChannel, parentPort, Worker } from 'node:worker_threads'
import { createGzip } from 'node:zlib'
import type { ProblemItem } from '../../src/events/problem.ts'
import { CallError } from '../../src/run/failure.ts'
import type { ToolContext } from '../../src/tools/tool.ts'

const hang = (): Promise<never> => new Promise(() => undefined)
const oops = (): never => {
  throw new Error('thrown by a hostile tool')
}
const fine = { value: 'fine' }

const refuse = (problems: unknown): never => {
  throw new CallError('user_invalid_input', 'x', { problems: problems as readonly ProblemItem[] })
}

/** Collects what nobody holds, as the engine does by itself when it likes. */
function collect(): void {
  setFlagsFromString('--expose-gc')
  const gc: unknown = runInNewContext('gc')
  if (typeof gc === 'function') gc()
}

const registries: unknown[] = []

const forge = (answer: unknown): Promise<never> => {
  parentPort?.postMessage(answer, [])
  return hang()
}

const inherited = (name: string, property: PropertyDescriptor): typeof fine => {
  Object.defineProperty(Object.getPrototypeOf({}), name, { ...property, configurable: true })
  return fine
}

type Behaviour = (context: ToolContext) => unknown

/** What a process survives. */
export const UNSEEN: Readonly<Record<string, Behaviour>> = {
  throws_in_a_message: () => {
    const { port1, port2 } = new MessageChannel()
    port1.on('message', () => {
      port1.close()
      oops()
    })
    port2.postMessage(1, [])
    return hang()
  },
  throws_in_an_event_target: () => {
    const target = new EventTarget()
    target.addEventListener('x', oops)
    setTimeout(() => target.dispatchEvent(new Event('x')), 1)
    return hang()
  },
  throws_when_something_is_collected: async () => {
    const registry = new FinalizationRegistry(oops)
    // It tells only as long as it is there itself.
    registries.push(registry)
    for (let index = 0; index < 1000; index += 1) registry.register({ index }, index)
    await Promise.resolve()
    setTimeout(collect, 1)
    return hang()
  },
  throws_in_a_lookup: () => {
    lookup('localhost', oops)
    return hang()
  },
  throws_in_random_bytes: () => {
    randomBytes(16, oops)
    return hang()
  },
  throws_in_a_stream: () => {
    createGzip().on('data', oops).end('x')
    return hang()
  },
  throws_in_a_web_stream: () => {
    void new ReadableStream({ pull: oops }).getReader().read()
    return hang()
  },
  throws_in_a_server: () => {
    const server = createServer((socket) => {
      socket.destroy()
      oops()
    }).unref()
    server.listen(0, '127.0.0.1', () => {
      const address = server.address()
      if (address !== null && typeof address === 'object')
        connect(address.port, '127.0.0.1').on('error', () => undefined)
    })
    return hang()
  },
  throws_in_an_observer: () => {
    new PerformanceObserver(oops).observe({ entryTypes: ['mark'] })
    performance.mark('hostile')
    return hang()
  },
  throws_when_time_is_up: () => {
    AbortSignal.timeout(1).addEventListener('abort', oops)
    return hang()
  },
  throws_after_a_program: () => {
    exec('true', oops)
    return hang()
  },
  leaves_a_program_that_is_not_there: () => {
    spawn('/no/such/program')
    return hang()
  },
  leaves_a_stream_error: () => {
    createReadStream('/no/such/file')
    return hang()
  },
  leaves_a_request: () => {
    get('http://127.0.0.1:1')
    return hang()
  },
  leaves_a_failing_thread: () => {
    return [new Worker('throw new Error("x")', { eval: true }), hang()][1]
  },
  emits_an_uncaught_error: () => {
    new EventEmitter().emit.call(process, 'uncaughtException', new Error('forged'), 'uncaughtException')
    return hang()
  },
  moves_the_process: () => {
    process.chdir('/')
    return fine
  },
  removes_every_listener: () => {
    process.removeAllListeners()
    setTimeout(oops, 1)
    return hang()
  },
  takes_every_error: () => {
    process.setUncaughtExceptionCaptureCallback(() => undefined)
    throw new Error('it may not take the errors of others')
  },
  takes_another_user: () => {
    process.setuid?.('nobody')
    throw new Error('it may not be another user')
  },
  hides_every_new_file: () => {
    process.umask(0o777)
    return hang()
  },
  opens_the_process: () => {
    const open: unknown = Reflect.get(process, '_debugProcess')
    if (typeof open === 'function') Reflect.apply(open, process, [process.pid])
    throw new Error('it may not open the process')
  },
  kills_its_group: () => process.kill(0, 'SIGKILL'),
  kills_by_another_way: () => {
    const kill: unknown = Reflect.get(process, '_kill')
    if (typeof kill === 'function') Reflect.apply(kill, process, [process.pid, 9])
    throw new Error('it may not kill')
  },
  resumes_standard_input: () => {
    process.stdin.resume()
    process.stdin.on('data', oops)
    return fine
  },
  throws_again_when_it_is_given_up: ({ signal }) => {
    signal.addEventListener('abort', () => setTimeout(oops, 1))
    setTimeout(oops, 1)
    return hang()
  },
  says_far_too_much: () => {
    throw new CallError('agent_bug', '"'.repeat(140_000_000))
  },
  lists_far_too_many_problems: () =>
    refuse(Array.from({ length: 1_000_000 }, () => ({ path: 'p', message: 'm' }))),
  lists_a_problem_far_too_long: () => refuse([{ path: 'p', message: '"'.repeat(50_000_000) }]),
  lists_problems_that_throw: () => refuse(new Proxy([], { get: oops })),
  lists_problems_that_change: () => {
    let reads = 0
    return refuse([
      {
        path: 'p',
        get message(): unknown {
          return (reads += 1) > 1 ? Symbol('x') : 'x'
        },
      },
    ])
  },
  gives_every_object_a_value: () => inherited('value', { get: oops, set: oops }),
  throws_a_function: () => {
    const thrown: unknown = oops
    throw thrown
  },
  answers_a_bigint_in_a_box: () => ({ value: Object(5n) as unknown }),
  answers_an_endless_proxy: () => {
    const proxy: unknown = new Proxy(
      {},
      {
        ownKeys: () => ['a'],
        getOwnPropertyDescriptor: () => ({ value: 1, enumerable: true, configurable: true }),
        get: () => proxy,
      },
    )
    return { value: proxy }
  },
  answers_a_long_key: () => ({ ['k'.repeat(5_000_000)]: 1 }),
  gives_lone_surrogates: () => ({ value: 'a\uD800b\u0000', '\uDC00': 1 }),
  gives_the_names_of_every_object: () =>
    JSON.parse('{"value":{"__proto__":{"x":1},"constructor":1}}') as unknown,
}

/** What only a thread of its own survives. */
export const FATAL_UNSEEN: Readonly<Record<string, Behaviour>> = {
  replaces_promises: () => {
    Reflect.set(Promise.prototype, 'then', oops)
    return fine
  },
  replaces_timers: () => {
    Object.assign(globalThis, { setTimeout: oops, setImmediate: oops, queueMicrotask: oops })
    Reflect.set(process, 'nextTick', oops)
    return fine
  },
  replaces_events: () => {
    Reflect.set(EventEmitter.prototype, 'emit', oops)
    return fine
  },
  replaces_clocks: () => {
    Date.now = () => Number.NaN
    performance.now = () => Number.NaN
    return fine
  },
  freezes_what_everybody_uses: () => {
    Object.freeze(Object.getPrototypeOf({}))
    Object.freeze(Object.getPrototypeOf([]))
    return fine
  },
  fails_the_end_of_the_process: () => {
    process.on('exit', oops)
    process.exitCode = 9
    return fine
  },
  waits_without_end: () => {
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0)
    return fine
  },
  closes_its_port: () => {
    parentPort?.close()
    return hang()
  },
  forges_nothing: () => forge(null),
  forges_a_failure: () =>
    forge({ failure: { mode: 'constructor', message: 5, retryAfterMs: 'x' }, stack: null }),
  matches_for_ever: () => ({ value: /^(a+)+$/.test(`${'a'.repeat(60)}b`) }),
}

/** Of those the calls are fine. */
export const FINE_UNSEEN: readonly string[] = [
  'resumes_standard_input',
  'gives_lone_surrogates',
  'gives_the_names_of_every_object',
  'replaces_promises',
  'replaces_events',
  'replaces_clocks',
  'freezes_what_everybody_uses',
  'fails_the_end_of_the_process',
]

/** What they say is wrong is taken for what it is: wrong input. */
export const REFUSING: readonly string[] = Object.keys(UNSEEN).filter((name) => name.startsWith('lists_'))
