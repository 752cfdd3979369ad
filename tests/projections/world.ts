// What the tests of this folder share: the shipped registry, recorded runs and generated ones.
import { readFileSync } from 'node:fs'
import * as fc from 'fast-check'
import { draftsOf, type RunShape, type StepShape } from '../../bench/run-events.ts'
import { EMPTY_HASH, type Draft, type StoredEvent } from '../../src/events/event.ts'
import { FAILURE_MODES } from '../../src/events/taxonomy.ts'
import type { Append, Journal } from '../../src/journal/journal.ts'
import {
  createProjections,
  type Projections,
  type ProjectionsOptions,
} from '../../src/projections/projections.ts'
import { parseRegistry } from '../../src/registry/parse.ts'
import type { Registry } from '../../src/registry/registry.ts'

function readRegistry(): Registry {
  const parsed = parseRegistry(readFileSync(new URL('../../registry.yaml', import.meta.url), 'utf8'))
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.problems))
  return parsed.registry
}

export const registry = readRegistry()
export const NOON = Date.UTC(2026, 5, 1, 12)

/** Drafts as they would stand in a journal of their own. */
export const stored = (drafts: readonly Draft[], runId = 'run_1'): StoredEvent[] =>
  drafts.map((draft, index) => ({
    ...draft,
    position: index + 1,
    id: `${runId}-${index + 1}`,
    run_id: runId,
    seq: index + 1,
    trace_id: '0af7651916cd43dd8448eb211c80319c',
    span_id: 'b7ad6b7169203331',
    at: NOON,
    tenant: 'acme',
    writer: 'test',
    prev: EMPTY_HASH,
  }))

export async function record(
  journal: Journal,
  run: Pick<RunShape, 'runId' | 'tenant' | 'at'>,
  drafts: readonly Draft[],
) {
  const head = await journal.read(run.runId)
  const append: Append = {
    runId: run.runId,
    expectedVersion: head.length,
    traceId: '0af7651916cd43dd8448eb211c80319c',
    spanId: 'b7ad6b7169203331',
    tenant: run.tenant,
    at: run.at,
    lines: drafts,
    payloads: [],
    head: { open: true, wakeAt: null, waiting: false },
    idempotency: null,
  }
  const result = await journal.append(append)
  if (!result.ok) throw new Error(result.reason)
  return result.events
}

export const recordRun = (journal: Journal, run: RunShape) => record(journal, run, draftsOf(run))

export const step = (shape: Partial<StepShape> = {}): StepShape => ({
  tool: 'score_account_fit',
  domain: 'intelligence',
  approval: 'none',
  quorum: 1,
  fails: [],
  end: 'complete',
  reconciled: false,
  ms: 100,
  ...shape,
})

export const run = (shape: Partial<RunShape> = {}): RunShape => ({
  runId: 'run_1',
  profile: 'demo',
  tenant: 'acme',
  at: NOON,
  planner: 'rules',
  steps: [step()],
  status: 'succeeded',
  cause: null,
  finishes: true,
  ...shape,
})

type StartOptions = { now?: () => number; registry?: Registry } & Pick<
  ProjectionsOptions,
  'checkpointMs' | 'others' | 'spanCounts' | 'freezes' | 'dataDir'
>

export type Started = Projections & { readonly failures: unknown[] }

export async function start(journal: Journal, { now, ...options }: StartOptions = {}): Promise<Started> {
  const failures: unknown[] = []
  const projections = await createProjections({
    journal,
    registry,
    version: '1.0.0',
    revision: 'abc',
    workers: () => ({ busy: 1, idle: 3 }),
    clock: now ?? (() => NOON),
    onFailure: (error) => failures.push(error),
    ...options,
  })
  return { ...projections, failures }
}

/** Lines of the metrics of the journal, without what only this process knows. */
export const journalLines = (body: string): string[] =>
  body.split('\n').filter((line) => /^cugar_(?!journal|projection|metrics|http|build|stream)/.test(line))

/** Value of one series; NaN where it is not exposed. */
export const valueOf = (body: string, series: string): number => {
  const line = body.split('\n').find((text) => text.startsWith(`${series} `))
  return line === undefined ? Number.NaN : Number(line.slice(series.length + 1))
}

const mode = fc.constantFrom(...FAILURE_MODES)
const tool = fc.constantFrom(
  ...Object.values(registry.tools).map(({ name, domain }) => ({ tool: name, domain })),
)

const stepShape: fc.Arbitrary<StepShape> = fc
  .record({
    known: tool,
    approval: fc.constantFrom('none', 'approved', 'denied', 'changes_requested', 'expired', 'cancelled'),
    quorum: fc.integer({ min: 1, max: 3 }),
    fails: fc.array(mode, { maxLength: 2 }),
    end: fc.oneof(fc.constant('complete' as const), fc.constant('skip' as const), mode),
    reconciled: fc.boolean(),
    ms: fc.integer({ min: 0, max: 100_000 }),
  })
  .map(({ known, ...shape }) => ({ ...shape, ...known }))

const runShape = fc.record({
  profile: fc.constantFrom(...Object.keys(registry.profiles), 'stranger'),
  tenant: fc.constantFrom('acme', 'initech'),
  planner: fc.constantFrom('rules', 'llm'),
  steps: fc.array(stepShape, { minLength: 1, maxLength: 4 }),
  status: fc.constantFrom('succeeded', 'partial', 'failed', 'cancelled'),
  cause: fc.option(mode, { nil: null }),
  finishes: fc.boolean(),
})

/** Several runs, one after the other. */
export const runShapes: fc.Arbitrary<RunShape[]> = fc
  .array(runShape, { minLength: 1, maxLength: 6 })
  .map((shapes) =>
    shapes.map((shape, index) => ({
      ...shape,
      runId: `run_${index + 1}`,
      at: NOON - 600_000 + index * 1000,
    })),
  )

/** Events that no shape of a run has, and that only count themselves. */
export const silentDrafts: readonly Draft[] = [
  { type: 'branch_taken', data: { block: 'worth_it', case: '1', why: `sha256:${'0'.repeat(64)}` } },
  { type: 'condition_met', data: { step_id: 's2', why: `sha256:${'0'.repeat(64)}` } },
  {
    type: 'rule_checked',
    data: { rule: 1, about: ['s2'], outcome: 'not_met', why: `sha256:${'0'.repeat(64)}` },
  },
  {
    type: 'step_failed',
    data: {
      step_id: 's2',
      tool: 'score_account_fit',
      domain: 'intelligence',
      mode: 'agent_condition',
      category: 'AGENT',
      message: '',
    },
  },
  {
    type: 'batch_started',
    data: {
      order: `sha256:${'1'.repeat(64)}`,
      chunks: [`sha256:${'2'.repeat(64)}`],
      items: 3,
      rejected: 0,
      problems: null,
      planner: 'auto',
      profile: 'demo',
      requester: 'alice',
      parallel: 2,
      idempotency_key: null,
    },
  },
  {
    type: 'library_changed',
    data: {
      library: 'templates',
      action: 'created',
      item: `sha256:${'4'.repeat(64)}`,
      run_id: 'run_1',
      step_id: 's1',
      by: 'alice',
    },
  },
  {
    type: 'keys_changed',
    data: { added: [{ id: 'alice', digest: `sha256:${'5'.repeat(64)}` }], changed: [], removed: ['bob'] },
  },
  { type: 'results_taken', data: { list: 'bat_1', of: 'default', format: 'csv', by: 'alice' } },
  { type: 'batch_cancelled', data: { by: 'alice', reason: null } },
  { type: 'batch_resumed', data: { by: 'alice' } },
  {
    type: 'batch_finished',
    data: {
      profile: 'demo',
      status: 'partial',
      succeeded: 1,
      partial: 0,
      failed: 1,
      cancelled: 0,
      not_begun: 1,
      cost: 2,
      duration_ms: 1000,
    },
  },
  { type: 'run_cancelled', data: { by: 'alice', reason: null } },
  {
    type: 'call_looked_up',
    data: {
      call_id: 's1/1/1/found',
      step_id: 's1',
      attempt: 1,
      tool: 'score_account_fit',
      domain: 'intelligence',
      adapter: 'mock',
      look_up: 1,
      outcome: 'not_found',
      mode: null,
      next_at: null,
      duration_ms: 3,
    },
  },
  {
    type: 'step_revised',
    data: {
      step_id: 's1',
      tool: 'score_account_fit',
      domain: 'intelligence',
      revision: 2,
      by: 'alice',
      inputs: `sha256:${'0'.repeat(64)}`,
    },
  },
  {
    type: 'plan_compared',
    data: {
      profile: 'demo',
      planner: 'rules',
      model: 'gpt-4o-mini',
      result: 'different',
      overlap: 0.5,
      reason: null,
      steps: `sha256:${'0'.repeat(64)}`,
    },
  },
  {
    type: 'llm_call_start',
    data: {
      call_id: 'm1',
      step_id: null,
      domain: 'governance',
      tool: null,
      purpose: 'explain',
      provider: 'openai',
      model: 'gpt-4o-mini',
      request: `sha256:${'0'.repeat(64)}`,
      most: { llm_tokens: 100, llm_usd: 100 },
    },
  },
]
