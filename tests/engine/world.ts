// A whole engine over a real journal, with tools that do what a test says. No mocks: every part is the product's.
import { randomBytes } from 'node:crypto'
import { z } from 'zod'
import { createEngine } from '../../src/engine/create.ts'
import type { Engine, Principal, RunRequest } from '../../src/engine/engine.ts'
import { ENGINE_DEFAULTS, type EngineParts, type EngineSettings } from '../../src/engine/parts.ts'
import type { StoredEvent } from '../../src/events/event.ts'
import type { Journal } from '../../src/journal/journal.ts'
import { memoryJournal } from '../../src/journal/memory.ts'
import { rulesPlanner } from '../../src/planner/rules.ts'
import { parseRegistry } from '../../src/registry/parse.ts'
import type { Registry } from '../../src/registry/registry.ts'
import type { RunState } from '../../src/run/state.ts'
import { defineTool, type Tool, type ToolContext } from '../../src/tools/tool.ts'

export const operator: Principal = { id: 'operator-1', roles: ['viewer', 'operator'] }
export const reviewer: Principal = { id: 'reviewer-1', roles: ['viewer', 'approver'] }
export const second: Principal = { id: 'reviewer-2', roles: ['viewer', 'approver'] }

export function registryFrom(text: string): Registry {
  const parsed = parseRegistry(text)
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.problems, null, 1))
  return parsed.registry
}

type Behaviour = (input: Record<string, unknown>, context: ToolContext) => unknown

/** A tool whose output is whatever the test's function makes of its input. */
export const scripted = (name: string, behaviour: Behaviour): Tool =>
  defineTool({
    name,
    input: z.record(z.string(), z.unknown()),
    output: z.record(z.string(), z.unknown()),
    run: (input, context) => behaviour(input, context) as Record<string, unknown>,
  })

export type World = {
  readonly engine: Engine
  readonly journal: Journal
  readonly failures: unknown[]
  readonly events: (runId: string) => Promise<StoredEvent[]>
  readonly run: (request: Partial<RunRequest>, by?: Principal) => Promise<string>
  /** The run when it is over or waits for a person. */
  readonly pause: (runId: string) => Promise<RunState>
  readonly end: (runId: string) => Promise<RunState>
}

export type WorldOptions = {
  readonly registry: Registry
  readonly tools: readonly Tool[]
  readonly journal?: Journal
  readonly clock?: () => number
  readonly writer?: string
  readonly settings?: Partial<EngineSettings>
}

export async function world(options: WorldOptions): Promise<World> {
  const journal = options.journal ?? memoryJournal()
  const failures: unknown[] = []
  const parts: EngineParts = {
    journal,
    planners: { rules: rulesPlanner(), llm: null },
    tools: new Map(options.tools.map((tool) => [tool.name, tool])),
    adapters: new Map(),
    writer: options.writer ?? `test-${randomBytes(4).toString('hex')}`,
    clock: options.clock ?? Date.now,
    randomHex: (digits) =>
      randomBytes(Math.ceil(digits / 2))
        .toString('hex')
        .slice(0, digits),
    settings: { ...ENGINE_DEFAULTS, ...options.settings },
    onFailure: (error) => failures.push(error),
  }
  const engine = await createEngine(parts, options.registry)
  const never = new AbortController().signal
  const pause = async (runId: string): Promise<RunState> => {
    for (;;) {
      const position = journal.position()
      const state = await engine.state(runId)
      if (failures.length > 0) throw failures[0]
      if (state.finished !== null || state.waitingSince !== null) return state
      await journal.changed(position, AbortSignal.timeout(20_000))
    }
  }
  return {
    engine,
    journal,
    failures,
    events: (runId) => journal.read(runId),
    run: async (request, by = operator) => {
      const full = { profile: 'test', context: {}, planner: 'rules', tenant: 'team', limits: {} } as const
      const plain = { goal: 'alpha finds, writes and sends', idempotencyKey: null, traceparent: null, ...full, ...request }
      return (await engine.start(plain, by)).runId
    },
    pause,
    end: (runId) => engine.settled(runId, 30_000, never),
  }
}

export const typesOf = (events: readonly StoredEvent[]): string[] =>
  events.map(({ type }) => type).filter((type) => !type.startsWith('budget_updated'))
