// Tools that do what an incident needs. A goal names one by its word.
import { once } from 'node:events'
import { setTimeout as sleep } from 'node:timers/promises'
import { z } from 'zod'
import { CallError, defineTool, type Tool, type ToolContext } from '../../src/runtime.ts'

const output = z.object({ value: z.string() })
const input = z.object({})
const done = { value: 'done' }

/** Longer than the limit of CugarToolLatencyHigh. */
const SLOW_MS = 21_000

type Behaviour = {
  readonly domain: 'intelligence' | 'territory' | 'knowledge' | 'engagement'
  readonly execute?: true
  readonly run: (context: ToolContext) => z.input<typeof output> | Promise<z.input<typeof output>>
}

const works: Behaviour = { domain: 'intelligence', run: () => done }

/** By word. */
export const BEHAVIOURS: Readonly<Record<string, Behaviour>> = {
  amber: works,
  fails: {
    domain: 'intelligence',
    run: () => {
      throw new CallError('system_unavailable', 'The system is down.', { happened: 'no' })
    },
  },
  hangs: {
    domain: 'territory',
    run: async ({ signal }) => {
      await once(signal, 'abort')
      throw new CallError('system_timeout', 'Stopped.', { happened: 'no' })
    },
  },
  dawdles: {
    domain: 'knowledge',
    run: async ({ signal }) => {
      await sleep(SLOW_MS, undefined, { signal })
      return done
    },
  },
  garnet: { domain: 'engagement', execute: true, run: () => done },
  vanishes: {
    domain: 'engagement',
    execute: true,
    run: () => {
      throw new CallError('system_timeout', 'No answer in time.', { happened: 'unknown' })
    },
  },
  // A goal that names them all is a run of many steps.
  beryl: works,
  coral: works,
  dolomite: works,
  ember: works,
  fossil: works,
  granite: works,
  hematite: works,
  indigo: works,
  jasper: works,
}

export const MANY_STEPS =
  'amber and beryl and coral and dolomite and ember and fossil and granite and hematite and indigo and jasper'

export const chaosTools = (): Tool[] =>
  Object.entries(BEHAVIOURS).map(([word, { run }]) =>
    defineTool({ name: `${word}_probe`, input, output, run: (_, context) => run(context) }),
  )
