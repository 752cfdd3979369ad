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
  /** It asks the language model of its profile. */
  readonly thinks?: true
  readonly run: (context: ToolContext) => z.input<typeof output> | Promise<z.input<typeof output>>
}

const works: Behaviour = { domain: 'intelligence', run: () => done }

/** By word. Each makes series, and every scrape costs: servers have these, and those that need more have more. */
const BEHAVIOURS: Readonly<Record<string, Behaviour>> = {
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
}

/** A goal that names them all is a run of many steps. */
const STEPS: typeof BEHAVIOURS = {
  amber: works,
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

export const MANY_STEPS = Object.keys(STEPS).join(' and ')

const THOUGHT = z.object({ words: z.string() })

/** What only a server with models has. */
const THINKING: typeof BEHAVIOURS = {
  thinks: {
    domain: 'knowledge',
    thinks: true,
    run: async ({ model }) => {
      const messages = [{ role: 'user', content: 'Say it in other words.' }] as const
      await model.ask({ purpose: 'improve', messages, schema: THOUGHT })
      return done
    },
  },
}

/** Which of them a server has beside those that all have. */
export type MoreTools = { readonly hasManySteps?: boolean; readonly hasOutside?: boolean }

export const behavioursOf = ({ hasManySteps = false, hasOutside = false }: MoreTools): typeof BEHAVIOURS => ({
  ...BEHAVIOURS,
  ...(hasManySteps ? STEPS : {}),
  ...(hasOutside ? THINKING : {}),
})

export const chaosTools = (): Tool[] =>
  Object.entries(behavioursOf({ hasManySteps: true, hasOutside: true })).map(([word, { run }]) =>
    defineTool({ name: `${word}_probe`, input, output, run: (_, context) => run(context) }),
  )
