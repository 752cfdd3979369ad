// A whole runtime with the shipped registry, whose language model is the scripted server.
import { afterAll } from 'vitest'
import type { StoredEvent } from '../../src/events/event.ts'
import { createRuntime, type Runtime, type RuntimeOptions } from '../../src/runtime.ts'
import type { RunState } from '../../src/run/state.ts'
import { operator } from '../engine/world.ts'
import { only } from '../engine/story.ts'
import { lawsBroken } from '../engine/laws.ts'
import { CONTEXT, GOAL, KEY, SHIPPED } from './asked.ts'
import { modelServer, type ModelServer, type Reply } from './server.ts'

const PATIENCE_MS = 60_000
const never = new AbortController().signal

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
    // As long as it takes on a busy machine: the test's own limit ends it.
    let state = await engine.settled(runId, PATIENCE_MS, never)
    while (state.finished === null) state = await engine.settled(runId, PATIENCE_MS, never)
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
