// Tools whose calls are fine, and whose other code is not: the words for an output, what follows from an edited one, the
// rules of their schemas. Loaded by the process of the tests and by the threads of isolated tools.
import { z } from 'zod'
import { defineTool, type Tool } from '../../src/tools/tool.ts'

const oops = (): never => {
  throw new Error('thrown by a hostile tool')
}
const trap = new Proxy({}, { get: oops, getPrototypeOf: oops, has: oops, ownKeys: oops })

/** Lines for whoever asks for words; anything but an output for whoever asks for one; a yes for a rule. */
const SAYS: Readonly<Record<string, () => unknown>> = {
  throws: oops,
  throws_a_proxy: () => {
    throw trap
  },
  throws_in_a_timer: () => {
    // After its answer has left, also on a machine that is busy.
    setTimeout(oops, 50)
    return ['fine']
  },
  throws_in_a_tick: () => {
    process.nextTick(oops)
    return ['fine']
  },
  leaves_a_rejection: () => {
    void Promise.reject(new Error('left alone'))
    return ['fine']
  },
  exits: () => process.exit(3),
  exits_for_good: () => {
    const end: unknown = Reflect.get(process, 'reallyExit')
    return typeof end === 'function' ? Reflect.apply(end, process, [9]) : null
  },
  aborts: () => process.abort(),
  exits_by_signal: () => process.kill(process.pid, 'SIGKILL'),
  says_a_proxy: () => new Proxy([], { get: oops }),
  says_30_megabytes: () => ['x'.repeat(30_000_000)],
  says_three_million_lines: () => Array.from({ length: 3_000_000 }, () => 'x'),
  says_a_map: () => new Map([['a', 1]]),
  says_a_number: () => 5,
  says_a_text: () => 'fine',
  says_other_things: () => ['fine', null],
  says_a_getter: () => Object.defineProperty(['fine'], 0, { get: oops }),
  says_nothing: () => undefined,
  says_it_later: async () => Promise.resolve(['fine']),
  says_it_never: () => new Promise(() => undefined),
}

/** What only the end of a thread ends. */
const FATAL: Readonly<Record<string, () => unknown>> = {
  goes_round_for_ever: () => {
    for (;;);
  },
  fills_its_memory: () => {
    const kept: unknown[] = []
    for (;;) kept.push(Array.from({ length: 100_000 }, () => ({})))
  },
}

export type Kind = 'words' | 'revised' | 'rules'
export type Beside = { readonly kind: Kind; readonly says: string; readonly tool: Tool }

const output = z.record(z.string(), z.unknown())
const run = (): Record<string, unknown> => ({ value: 'made' })

function toolOf(kind: Kind, name: string, says: () => unknown): Tool {
  const given = { name, output, run, module: import.meta.url }
  const input = z.record(z.string(), z.unknown())
  if (kind === 'words') return defineTool({ ...given, input, summary: says as () => string[] })
  if (kind === 'revised')
    return defineTool({ ...given, input, revised: says as () => Record<string, unknown> })
  return defineTool({ ...given, input: input.refine(says) })
}

const besides = (behaviours: typeof SAYS, suffix: string): Beside[] =>
  (['words', 'revised', 'rules'] as const).flatMap((kind) =>
    Object.entries(behaviours).map(([says, behaviour]) => ({
      kind,
      says,
      tool: toolOf(kind, `${kind}_${says}${suffix}`, behaviour),
    })),
  )

/** Of each kind of harm one: a thread takes its time to begin. */
const ALSO_ALONE = [
  'throws',
  'throws_in_a_timer',
  'leaves_a_rejection',
  'exits',
  'says_30_megabytes',
  'says_nothing',
  'says_it_later',
]
const sharedBy = (names: readonly string[]): typeof SAYS =>
  Object.fromEntries(Object.entries(SAYS).filter(([name]) => names.includes(name)))

export const inProcess = besides(SAYS, '')
export const alone = besides({ ...sharedBy(ALSO_ALONE), ...FATAL }, '_alone')
/** For the threads, which look for a tool by its name. */
export const tools = alone.map(({ tool }) => tool)
