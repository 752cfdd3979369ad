// A whole engine over a real journal, with tools that do what a test says. No mocks: every part is the product's.
import { randomBytes } from 'node:crypto'
import { z } from 'zod'
import type { Adapter } from '../../src/adapters/adapter.ts'
import { createEngine } from '../../src/engine/create.ts'
import type { DecisionRequest, Engine, Principal, RunRequest } from '../../src/engine/engine.ts'
import { ENGINE_DEFAULTS, type EngineParts, type EngineSettings } from '../../src/engine/parts.ts'
import type { StoredEvent } from '../../src/events/event.ts'
import type { Journal } from '../../src/journal/journal.ts'
import { memoryJournal } from '../../src/journal/memory.ts'
import type { Models } from '../../src/models/model.ts'
import type { Planner } from '../../src/planner/planner.ts'
import { rulesPlanner } from '../../src/planner/rules.ts'
import { provePlan } from '../../src/planner/prove.ts'
import { parseRegistry } from '../../src/registry/parse.ts'
import type { Registry } from '../../src/registry/registry.ts'
import type { RunState } from '../../src/run/state.ts'
import { defineTool, type Tool, type ToolContext } from '../../src/tools/tool.ts'

export const operator: Principal = { id: 'operator-1', roles: ['viewer', 'operator'] }
export const reviewer: Principal = { id: 'reviewer-1', roles: ['viewer', 'approver'] }
export const second: Principal = { id: 'reviewer-2', roles: ['viewer', 'approver'] }
/** Never changes anything, and so may approve what the others have changed. */
export const third: Principal = { id: 'reviewer-3', roles: ['viewer', 'approver'] }
/** May decide by role, but started the run. */
export const requester: Principal = { id: operator.id, roles: ['viewer', 'operator', 'approver'] }

export const approve: DecisionRequest = { decision: 'approve', reason: null, changes: null }
export const deny: DecisionRequest = { decision: 'deny', reason: 'no', changes: null }
export const change = (changes: NonNullable<DecisionRequest['changes']>): DecisionRequest => ({
  decision: 'request_changes',
  reason: 'please',
  changes,
})

/** In words alone. */
export const sendBack: DecisionRequest = { decision: 'request_changes', reason: 'shorter', changes: null }

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
  readonly adopt: (registry: Registry, by: Principal) => Promise<unknown>
  readonly run: (request: Partial<RunRequest>, by?: Principal) => Promise<string>
  /** The run when it is over or waits for a person. */
  readonly pause: (runId: string) => Promise<RunState>
  /** The run as soon as it is as asked. */
  readonly when: (runId: string, is: (state: RunState) => boolean) => Promise<RunState>
  /** The run when it is over; throws when it does not end. */
  readonly end: (runId: string) => Promise<RunState>
}

export type WorldOptions = {
  readonly registry: Registry
  readonly tools: readonly Tool[]
  readonly journal?: Journal
  /** Those that a registry switches on; default: none. */
  readonly adaptersOf?: (registry: Registry) => ReadonlyMap<string, Adapter>
  readonly openAdapter?: EngineParts['openAdapter']
  /** In place of the planner that asks nobody. */
  readonly planner?: Planner
  /** Preferred to it. */
  readonly planners?: readonly Planner[]
  readonly models?: Models
  readonly toolAsking?: NonNullable<EngineParts['toolAsking']>
  readonly clock?: () => number
  /** Of a clock that nobody sets; by default it goes as the one above. */
  readonly steady?: () => number
  readonly writer?: string
  readonly settings?: Partial<EngineSettings>
}

const PATIENCE_MS = 55_000

/** What an engine of a test is made of. */
export function partsOf(options: WorldOptions, onFailure: (error: unknown) => void): EngineParts {
  const writer = options.writer ?? `test-${randomBytes(4).toString('hex')}`
  return {
    journal: options.journal ?? memoryJournal({ writer }),
    planners: [...(options.planners ?? []), options.planner ?? rulesPlanner()],
    provePlan,
    models: options.models ?? null,
    ...(options.toolAsking && { toolAsking: options.toolAsking }),
    writer,
    clock: options.clock ?? Date.now,
    steady: options.steady ?? options.clock ?? (() => performance.now()),
    randomHex: (digits) =>
      randomBytes(Math.ceil(digits / 2))
        .toString('hex')
        .slice(0, digits),
    settings: { ...ENGINE_DEFAULTS, ...options.settings },
    onFailure,
    ...(options.openAdapter && { openAdapter: options.openAdapter }),
  }
}

export const isPaused = (state: RunState): boolean => state.finished !== null || state.waitingSince !== null

export async function world(options: WorldOptions): Promise<World> {
  const failures: unknown[] = []
  const broken = new AbortController()
  const parts = partsOf(options, (error) => {
    failures.push(error)
    broken.abort()
  })
  const { journal } = parts
  const tools = new Map(options.tools.map((tool) => [tool.name, tool]))
  const withParts = (registry: Registry) => {
    const adapters = options.adaptersOf?.(registry) ?? new Map<string, Adapter>()
    return { registry, installed: { tools, adapters } }
  }
  const engine = await createEngine(parts, withParts(options.registry))
  const when: World['when'] = async (runId, is) => {
    const patience = AbortSignal.any([broken.signal, AbortSignal.timeout(PATIENCE_MS)])
    for (;;) {
      const position = journal.position()
      const state = await engine.state(runId)
      if (failures.length > 0) throw failures[0]
      if (is(state)) return state
      if (patience.aborted)
        throw new Error(`nothing happens any more: ${JSON.stringify(state.steps, null, 1)}`)
      await journal.changed(position, patience)
    }
  }
  return {
    engine,
    journal,
    failures,
    adopt: (registry, by) => engine.adopt(withParts(registry), by, () => undefined),
    events: (runId) => journal.read(runId),
    run: async (request, by = operator) => {
      const full = { profile: 'test', context: {}, planner: 'rules', tenant: 'team', limits: {} } as const
      const goal = 'alpha finds, writes and sends'
      const asked = { goal, idempotencyKey: null, traceparent: null, ...full, ...request }
      return (await engine.start(asked, by)).runId
    },
    pause: (runId) => when(runId, isPaused),
    when,
    end: (runId) => when(runId, ({ finished }) => finished !== null),
  }
}

/** The id of the approval that a person is asked for; `none` where there is none. */
export const pendingOf = (state: RunState): string =>
  Object.values(state.approvals).find(({ status }) => status === 'pending')?.approvalId ?? 'none'

export const typesOf = (events: readonly StoredEvent[]): string[] =>
  events.map(({ type }) => type).filter((type) => !type.startsWith('budget_updated'))
