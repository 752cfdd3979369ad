import type { Traceparent } from '../../../src/events/sampling.ts'
import { execFile } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { trace } from '@opentelemetry/api'
import { describe, expect, onTestFinished, test } from 'vitest'
import { parse } from 'yaml'
import { z } from 'zod'
import { runOfApproval } from '../../../src/events/approval.ts'
import { createRuntime, type Runtime, type RuntimeOptions } from '../../../src/runtime.ts'
import { defineTool } from '../../../src/tools/tool.ts'
import type { RunState } from '../../../src/run/state.ts'
import { collect, deadEndpoint, type Received } from './collector.ts'
import { valueOf } from '../world.ts'

const fileAt = (path: string): string => fileURLToPath(new URL(`../../../${path}`, import.meta.url))
const REGISTRY = readFileSync(fileAt('registry.yaml'), 'utf8')
const ACME = parse(readFileSync(fileAt('examples/acme.yaml'), 'utf8')) as {
  goal: string
  context: Record<string, unknown>
}
const CALLER = { traceId: '0af7651916cd43dd8448eb211c80319c', spanId: 'b7ad6b7169203331' }
const reviewer = { id: 'reviewer-1', roles: ['approver'] }
const fast = { intervalMs: 5, checkpointMs: 5 }

async function open(options: Partial<RuntimeOptions>): Promise<Runtime> {
  const runtime = await createRuntime({ registry: REGISTRY, dataDir: null, tracing: fast, ...options })
  onTestFinished(() => runtime.stop(0).catch(() => undefined))
  return runtime
}

const begin = async ({ engine }: Runtime, traceparent: Traceparent | null = null): Promise<string> => {
  const asked = { ...ACME, profile: 'demo', planner: 'rules', tenant: 'acme', limits: {} } as const
  return (
    await engine.start({ ...asked, idempotencyKey: null, traceparent }, { id: 'operator-1', roles: [] })
  ).runId
}

const pendingOf = (state: RunState): string | undefined =>
  Object.values(state.approvals).find(({ status }) => status === 'pending')?.approvalId

async function approve({ engine, journal }: Runtime, runId: string): Promise<RunState> {
  for (;;) {
    const position = journal.position()
    const state = await engine.state(runId)
    const pending = pendingOf(state)
    if (state.finished !== null) return state
    if (pending === undefined) await journal.changed(position, AbortSignal.timeout(10_000))
    else await engine.decide(pending, { decision: 'approve', reason: null, changes: null }, reviewer)
  }
}

const run = async (runtime: Runtime, traceparent: Traceparent | null = null): Promise<RunState> =>
  approve(runtime, await begin(runtime, traceparent))

const isOver = (spans: readonly Received[]): boolean =>
  spans.some(({ name }) => name.startsWith('invoke_agent'))

type Tree = { name: string; below?: Tree[] }

const treeOf = (spans: readonly Received[], span: Received): Tree => {
  const below = spans
    .filter(({ parentSpanId }) => parentSpanId === span.spanId)
    .sort((left, right) => left.start - right.start || left.end - right.end)
  return { name: span.name, ...(below.length > 0 && { below: below.map((child) => treeOf(spans, child)) }) }
}

const only = (spans: readonly Received[], name: string): Received => {
  const [found, ...more] = spans.filter((span) => span.name === name)
  if (found === undefined || more.length > 0) throw new Error(`${name}: not exactly one`)
  return found
}

describe('the trace of the demo', () => {
  test('is one waterfall: the plan, an attempt of each tool, and the wait for a person', async () => {
    const collector = await collect()
    const runtime = await open({ otelEndpoint: collector.endpoint })
    const state = await run(runtime, CALLER)
    await collector.until(isOver)
    const root = only(collector.spans, 'invoke_agent demo')
    expect(treeOf(collector.spans, root)).toEqual({
      name: 'invoke_agent demo',
      below: [
        { name: 'plan demo' },
        { name: 'execute_tool score_account_fit' },
        { name: 'execute_tool draft_outbound_message' },
        { name: 'execute_tool qualify_opportunity' },
        { name: 'execute_tool assess_message_quality' },
        { name: 'cugar.await_approval' },
      ],
    })
    expect(collector.spans).toHaveLength(7)
    expect(new Set(collector.spans.map(({ traceId }) => traceId))).toEqual(new Set([CALLER.traceId]))
    expect(root).toMatchObject({
      spanId: state.spanId,
      parentSpanId: CALLER.spanId,
      kind: 1,
      status: { code: 0 },
      flags: 0x301,
      start: state.startedAt,
      attributes: {
        'gen_ai.operation.name': 'invoke_agent',
        'gen_ai.agent.name': 'demo',
        'cugar.run.id': state.runId,
        'cugar.tenant': 'acme',
        'cugar.run.status': 'succeeded',
        'cugar.run.calls': 4,
        'cugar.cost': 2.7,
      },
    })
    expect(root.events.filter(({ name }) => name === 'cugar.route_decision')).toHaveLength(4)
    expect(collector.requests.every(({ path }) => path === '/v1/traces')).toBe(true)
    expect(collector.resources[0]).toMatchObject({
      'service.name': 'cugar',
      'cugar.span_names.version': '1',
    })
  })

  test('shows how long a person was waited for, and what became of it', async () => {
    const collector = await collect()
    const runtime = await open({ otelEndpoint: collector.endpoint })
    const state = await run(runtime)
    await collector.until(isOver)
    const wait = only(collector.spans, 'cugar.await_approval')
    const [approval] = Object.values(state.approvals)
    expect(runOfApproval(String(wait.attributes['cugar.approval.id']))).toBe(state.runId)
    expect([wait.start, wait.end]).toEqual([approval?.requestedAt, approval?.decidedAt])
    expect(wait.attributes).toMatchObject({
      'cugar.approval.decision': 'approved',
      'cugar.approval.review': 'output',
      'gen_ai.tool.name': 'draft_outbound_message',
    })
    expect(wait.events).toMatchObject([
      { name: 'cugar.approval_received', 'cugar.approval.decision': 'approved' },
    ])
  })

  test('is a trace of its own where the caller has none, and says so on the metrics', async () => {
    const collector = await collect()
    const runtime = await open({ otelEndpoint: collector.endpoint })
    const state = await run(runtime)
    await collector.until(isOver)
    const root = only(collector.spans, 'invoke_agent demo')
    expect([root.traceId, root.parentSpanId]).toEqual([state.traceId, undefined])
    const exported = 'cugar_trace_spans_total{status="exported"}'
    await expect.poll(async () => valueOf((await runtime.views.metrics('text')).body, exported)).toBe(7)
    const { body } = await runtime.views.metrics('text')
    expect(valueOf(body, 'cugar_projection_position{projection="spans"}')).toBe(runtime.journal.position())
  })
})

describe('after a restart', () => {
  const dataDir = (): string => {
    const dir = mkdtempSync(join(tmpdir(), 'cugar-spans-'))
    onTestFinished(() => rmSync(dir, { recursive: true, force: true }))
    return dir
  }

  test('a run that waited goes on in the same trace, and nothing is exported twice', async () => {
    const dir = dataDir()
    const collector = await collect()
    const first = await open({ otelEndpoint: collector.endpoint, dataDir: dir })
    const runId = await begin(first, CALLER)
    await expect.poll(async () => pendingOf(await first.engine.state(runId))).toBeDefined()
    await first.stop()
    const before = collector.spans.length
    expect(before).toBeGreaterThan(0)
    expect(isOver(collector.spans)).toBe(false)
    const second = await open({ otelEndpoint: collector.endpoint, dataDir: dir })
    await approve(second, runId)
    await collector.until(isOver)
    expect(collector.spans.filter(({ parentSpanId }) => parentSpanId === CALLER.spanId)).toHaveLength(1)
    expect(new Set(collector.spans.map(({ spanId }) => spanId)).size).toBe(7)
    expect(collector.spans).toHaveLength(7)
  })

  test('what is exported again is the same, id by id and time by time', async () => {
    const dir = dataDir()
    const collector = await collect()
    const first = await open({ otelEndpoint: collector.endpoint, dataDir: dir })
    await run(first)
    await collector.until(isOver)
    const once = [...collector.spans]
    // As if the process had been killed before its first checkpoint.
    await first.stop()
    const second = await open({ dataDir: dir })
    await second.journal.saveCheckpoint({ name: 'spans', position: 1, state: '{"settled":0}', rows: [] })
    await second.stop()
    collector.spans.length = 0
    await open({ otelEndpoint: collector.endpoint, dataDir: dir })
    await collector.until(isOver)
    const byId = (spans: readonly Received[]): Received[] =>
      spans.toSorted((left, right) => left.spanId.localeCompare(right.spanId))
    expect(byId(collector.spans)).toEqual(byId(once))
  })

  test('spans that a dead collector could not take are handed to one that lives', async () => {
    const dir = dataDir()
    const tracing = { intervalMs: 60_000, checkpointMs: 5 }
    const first = await open({ otelEndpoint: await deadEndpoint(), dataDir: dir, tracing })
    await run(first)
    await first.stop()
    const collector = await collect()
    await open({ otelEndpoint: collector.endpoint, dataDir: dir })
    await collector.until(isOver)
    expect(collector.spans).toHaveLength(7)
  })
})

describe('a collector that is dead', () => {
  const lost = async ({ views }: Runtime): Promise<number> => {
    const { body } = await views.metrics('text')
    const of = (status: string): number => valueOf(body, `cugar_trace_spans_total{status="${status}"}`)
    return of('failed') + of('dropped')
  }

  test('costs the spans and no more: runs end, the queue stays bounded, the end does not wait', async () => {
    const tracing = { ...fast, maxQueuedSpans: 20, batchSpans: 10, exportTimeoutMs: 100 }
    const runtime = await open({ otelEndpoint: await deadEndpoint(), tracing })
    const ended = await Promise.all(Array.from({ length: 20 }, () => run(runtime)))
    expect(ended.every(({ status }) => status === 'succeeded')).toBe(true)
    await expect.poll(() => lost(runtime)).toBeGreaterThan(20 * 7 - 40)
    await runtime.stop()
  })

  test('that takes the request and never answers is given up too', async () => {
    const collector = await collect(() => undefined)
    const tracing = { ...fast, exportTimeoutMs: 100 }
    const runtime = await open({ otelEndpoint: collector.endpoint, tracing })
    await run(runtime)
    await expect.poll(() => lost(runtime)).toBeGreaterThan(0)
    await runtime.stop()
  })

  test('that would be waited for all day does not keep the process from ending', async () => {
    const asked = Promise.withResolvers<void>()
    const collector = await collect(() => asked.resolve())
    const day = 86_400_000
    const runtime = await open({
      otelEndpoint: collector.endpoint,
      tracing: { ...fast, exportTimeoutMs: day },
    })
    await run(runtime)
    await asked.promise
    await expect(runtime.stop()).resolves.toBeUndefined()
  })
})

describe('the packages of OpenTelemetry', () => {
  const loaded = async (endpoint: string | null): Promise<string[]> => {
    const script = `
      import { registerHooks } from 'node:module'
      const urls = new Set()
      registerHooks({ load: (url, context, next) => { urls.add(url); return next(url, context) } })
      const { createRuntime } = await import(${JSON.stringify(fileAt('src/runtime.ts'))})
      const { readFileSync } = await import('node:fs')
      const registry = readFileSync(${JSON.stringify(fileAt('registry.yaml'))}, 'utf8')
      const runtime = await createRuntime({ registry, dataDir: null, otelEndpoint: ${JSON.stringify(endpoint)} })
      await runtime.stop()
      console.log(JSON.stringify([...urls].filter((url) => url.includes('/@opentelemetry/'))))`
    const flags = ['--disable-warning=ExperimentalWarning', '--input-type=module', '-e', script]
    const { stdout } = await promisify(execFile)(process.execPath, flags)
    return JSON.parse(stdout) as string[]
  }

  test('of a tool that opens its own go to the same collector, below the attempt they belong to', async () => {
    const collector = await collect()
    const tool = defineTool({
      name: 'score_account_fit',
      input: z.looseObject({}),
      output: z.looseObject({}),
      run: () =>
        trace.getTracer('a tool').startActiveSpan('look up', (span) => {
          span.end()
          return {
            account_id: null,
            fit_score: 1,
            fit_breakdown: {},
            recommendation: 'x',
            reasoning: [],
            unknown: [],
            confidence: 1,
          }
        }),
    })
    const runtime = await open({ otelEndpoint: collector.endpoint, tools: [tool] })
    await run(runtime)
    await runtime.stop()
    const inner = collector.spans.find(({ name }) => name === 'look up')
    const attempt = collector.spans.find(({ name }) => name === 'execute_tool score_account_fit')
    expect(inner?.parentSpanId).toBe(attempt?.spanId)
    expect(inner?.traceId).toBe(attempt?.traceId)
    expect(attempt?.spanId).toMatch(/^[0-9a-f]{16}$/)
  })

  test('are not exported where the caller does not export its trace, nor those of the tools below', async () => {
    const collector = await collect()
    const runtime = await open({ otelEndpoint: collector.endpoint })
    await run(runtime, { ...CALLER, isSampled: false })
    const traceId = 'b'.repeat(32)
    await run(runtime, { ...CALLER, traceId })
    await runtime.stop()
    expect(new Set(collector.spans.map((span) => span.traceId))).toEqual(new Set([traceId]))
  })

  test('are loaded where an endpoint is set, and else not at all', async () => {
    // The API alone is loaded by the metrics' own library.
    expect((await loaded(null)).filter((url) => !url.includes('/@opentelemetry/api/'))).toEqual([])
    expect((await loaded(await deadEndpoint())).join()).toContain('exporter-trace-otlp-proto')
  })
})
