// A whole runtime with the shipped registry, whose language model is the scripted server.
import { readFileSync } from 'node:fs'
import { afterAll } from 'vitest'
import type { StoredEvent } from '../../src/events/event.ts'
import { createRuntime, type Runtime, type RuntimeOptions } from '../../src/runtime.ts'
import type { RunState } from '../../src/run/state.ts'
import { operator } from '../engine/world.ts'
import { only } from '../engine/story.ts'
import { lawsBroken } from '../engine/laws.ts'
import { modelServer, type ModelServer, type Reply } from './server.ts'

export const SHIPPED = readFileSync(new URL('../../registry.yaml', import.meta.url), 'utf8')
export const KEY = 'sk-canary-of-the-key'

export const CONTEXT = {
  account: { name: 'Acme', revenue: 5_000_000, industry: 'software', employees: 200, region: 'EMEA' },
  icp_criteria: { min_revenue: 1_000_000, industries: ['software'] },
}

export const GOAL = 'Score the account'

export const DRAFT_GOAL = 'Draft an email to the prospect'

/** A draft that a language model is asked to word better. */
export const DRAFT_CONTEXT = {
  ...CONTEXT,
  template:
    'A question about {{topic}}\n\nHi {{first_name|there}},\n\nAcme cut onboarding from 12 days to 3. Are you open to a call?',
  prospect: { first_name: 'Zoraida', topic: 'onboarding' },
  improve: true,
}

/** Words that can be proved. */
export const DRAFT_ANSWER = {
  subject: 'A quick question about {{topic}}',
  message:
    'Hi {{first_name|there}},\n\nAcme cut onboarding from 12 days to 3. Would you like to talk about how?',
}

/** The shipped registry with other words for what a language model may do under profile `demo`. */
export const withLlm = (llm: string): string =>
  SHIPPED.replace(/llm: \{ planner: plan, model: gpt-4o-mini, share.*\}/, `llm: ${llm}`)

export type Outcome = {
  readonly runId: string
  readonly state: RunState
  readonly events: readonly StoredEvent[]
  readonly planner: string | undefined
  readonly reason: string | null | undefined
  readonly tools: readonly string[]
  /** Of each attempt. */
  readonly calls: readonly string[]
}

export type House = {
  readonly runtime: Runtime
  readonly start: (more?: Readonly<Record<string, unknown>>) => Promise<string>
  readonly end: (runId: string) => Promise<Outcome>
  readonly run: (more?: Readonly<Record<string, unknown>>) => Promise<Outcome>
  /** Accounts that hold something, or hold more than their limit. */
  readonly unsettled: () => Promise<unknown[]>
}

/** A server, and a house that asks it, until the tests of the file are over. */
export async function modelHouse(
  first: Reply,
  more: Partial<RuntimeOptions> = {},
): Promise<{ readonly server: ModelServer; readonly h: House }> {
  const server = await modelServer(first)
  const h = await house(server.url, more)
  // The client is loaded before anything is measured by its time limit.
  await h.run()
  afterAll(async () => {
    await h.runtime.stop()
    await server.stop()
  })
  return { server, h }
}

export async function house(baseUrl: string, more: Partial<RuntimeOptions> = {}): Promise<House> {
  const llm = { apiKey: KEY, baseUrl, model: null }
  const runtime = await createRuntime({ registry: SHIPPED, dataDir: null, llm, ...more })
  const { engine, journal } = runtime
  const asked = { goal: GOAL, profile: 'demo', context: CONTEXT, planner: 'auto', tenant: 'acme', limits: {} }
  const start: House['start'] = async (other = {}) =>
    (await engine.start({ ...asked, idempotencyKey: null, traceparent: null, ...other }, operator)).runId
  const end: House['end'] = async (runId) => {
    const state = await engine.settled(runId, 60_000, new AbortController().signal)
    const events = await journal.read(runId)
    const [created] = only(events, 'plan_created')
    const broken = lawsBroken(events)
    if (broken.length > 0) throw new Error(broken.join('\n'))
    return {
      runId,
      state,
      events,
      planner: created?.data.planner,
      reason: created?.data.fallback_reason,
      tools: created?.data.steps.map(({ tool }) => tool) ?? [],
      calls: only(events, 'llm_call').map(({ data }) => data.outcome),
    }
  }
  return {
    runtime,
    start,
    end,
    run: async (other) => end(await start(other)),
    unsettled: async () =>
      (await journal.accounts()).filter(
        ({ spent, reserved, limit }) => reserved !== 0 || spent + reserved > limit,
      ),
  }
}
