import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { draftsOf } from '../../../bench/run-events.ts'
import { EMPTY_HASH, type Draft, type StoredEvent } from '../../../src/events/event.ts'
import { memoryJournal } from '../../../src/journal/memory.ts'
import { lineOf } from '../../../src/projections/log.ts'
import { openTrace } from '../../../src/projections/spans/run-trace.ts'
import {
  ATTRIBUTE,
  SPAN_EVENT,
  SPAN_NAME,
  type Attributes,
} from '../../../src/projections/spans/span-names.ts'
import { spanProjection } from '../../../src/projections/spans/span-projection.ts'
import type { SpanQueue } from '../../../src/projections/spans/span-queue.ts'
import type { Span } from '../../../src/projections/spans/span.ts'
import { advanceTrace } from '../../../src/projections/spans/spans.ts'
import { NOON, recordRun, run, runShapes, step } from '../world.ts'

const ROOT = 'b7ad6b7169203331'

const storedAs = (drafts: readonly Draft[], at: (index: number) => number): StoredEvent[] =>
  drafts.map((draft, index) => ({
    span_id: ROOT,
    ...draft,
    position: index + 1,
    id: `e_${index + 1}`,
    run_id: 'run_1',
    seq: index + 1,
    trace_id: '0af7651916cd43dd8448eb211c80319c',
    at: at(index),
    tenant: 'acme',
    writer: 'test',
    prev: EMPTY_HASH,
  }))

/** Every event a second after the one before. */
const everySecond = (drafts: readonly Draft[]): StoredEvent[] =>
  storedAs(drafts, (index) => NOON + index * 1000)

function spansOf(events: readonly StoredEvent[]): Span[] {
  const [first, ...rest] = events
  if (first?.type !== 'run_started') throw new Error('no start')
  const trace = openTrace(first)
  return rest.flatMap((event) => advanceTrace(trace, event))
}

const named = (spans: readonly Span[], name: string): Span[] =>
  spans.filter(({ template }) => template.name === name)
const attributesOf = (span: Span | undefined): Attributes => ({
  ...span?.template.attributes,
  ...Object.fromEntries(span?.template.own.map((name, index) => [name, span.values[index]]) ?? []),
})
const isError = (span: Span | undefined): boolean => 'error.type' in attributesOf(span)
const TOOL = 'execute_tool score_account_fit'

describe('the spans of lists and of plans that change', () => {
  const drafts = draftsOf(run({}))
  const ofItem = (draft: Draft): Draft =>
    draft.type === 'run_started' ? { ...draft, data: { ...draft.data, batch_id: 'bat_1', item: 7 } } : draft

  test('say why a plan was changed, and what its rules came to', () => {
    const change: Draft[] = drafts.flatMap((draft): Draft[] => {
      if (draft.type !== 'plan_created') return [draft]
      const ruled = { cause: 'rule', rule: 2, trigger: 'failed', action: 'redo' } as const
      const checked = { rule: 2, about: ['s1'], outcome: 'met' as const }
      return [
        draft,
        { type: 'rule_checked', data: checked },
        { ...draft, span_id: 'c7ad6b7169203331', data: { ...draft.data, ...ruled, revision: 2 } },
      ]
    })
    const spans = spansOf(everySecond(change))
    const [first, second] = named(spans, 'plan demo')
    expect(attributesOf(first)).not.toHaveProperty('cugar.plan.cause')
    expect(attributesOf(second)).toMatchObject({
      'cugar.plan.revision': 2,
      'cugar.plan.cause': 'rule',
      'cugar.plan.rule': 2,
      'cugar.plan.trigger': 'failed',
      'cugar.plan.action': 'redo',
    })
    const root = spans.find(({ spanId }) => spanId === ROOT)
    const events = root?.events.filter(({ name }) => name === SPAN_EVENT.rule)
    expect(events?.map(({ attributes }) => attributes)).toEqual([
      { 'cugar.plan.rule': 2, 'cugar.outcome': 'met' },
    ])
  })

  test('name the list and the item of a run', () => {
    const root = (of: readonly Draft[]): Span | undefined =>
      spansOf(everySecond(of)).find(({ spanId }) => spanId === ROOT)
    expect(attributesOf(root(drafts.map(ofItem)))).toMatchObject({
      'cugar.batch.id': 'bat_1',
      'cugar.batch.item': 7,
    })
    expect(attributesOf(root(drafts))).not.toHaveProperty('cugar.batch.id')
  })

  test('have one for the list itself', () => {
    const offered: Span[] = []
    const queue: SpanQueue = {
      offer: (spans) => void offered.push(...spans),
      whenRoom: () => Promise.resolve(),
      settled: (position) => position,
      counts: () => ({ exported: 0, dropped: 0, failed: 0 }),
      close: () => Promise.resolve(),
    }
    const projection = spanProjection({
      journal: memoryJournal({ writer: 'test' }),
      queue,
      maxOpen: 1,
      from: 0,
    })
    const data = {
      profile: 'demo',
      status: 'partial',
      succeeded: 180,
      partial: 1,
      failed: 19,
      cancelled: 0,
      not_begun: 0,
      cost: 181,
      duration_ms: 5000,
    } as const
    const [ended] = everySecond([{ type: 'batch_finished', data }])
    if (ended === undefined) throw new Error('no event')
    projection.fold({ ...ended, run_id: 'bat_1' })
    expect(offered.map((span) => [span.template.name, span.parent, span.end - span.start])).toEqual([
      [SPAN_NAME.batch, null, 5000],
    ])
    expect(attributesOf(offered[0])).toEqual({
      'gen_ai.agent.name': 'demo',
      'cugar.batch.status': 'partial',
      'cugar.batch.id': 'bat_1',
      'cugar.tenant': 'acme',
      'cugar.batch.items.succeeded': 180,
      'cugar.batch.items.partial': 1,
      'cugar.batch.items.failed': 19,
      'cugar.batch.items.cancelled': 0,
      'cugar.batch.items.not_begun': 0,
      'cugar.cost': 181,
    })
  })
})

describe('the spans of a run', () => {
  test('form one tree, each inside its parent, whatever happens and whatever the clock does', () => {
    const steps = fc.array(fc.integer({ min: -2000, max: 100_000 }), { minLength: 1, maxLength: 50 })
    fc.assert(
      fc.property(runShapes, steps, ([shape], jumps) => {
        if (shape === undefined) return
        let now = NOON
        const events = storedAs(draftsOf({ ...shape, finishes: true }), (index) => {
          now += jumps[index % jumps.length] ?? 0
          return now
        })
        const spans = spansOf(events)
        const byId = new Map(spans.map((span) => [span.spanId, span]))
        expect(byId.size).toBe(spans.length)
        expect(spans.filter(({ parent }) => parent === null).map(({ spanId }) => spanId)).toEqual([ROOT])
        for (const span of spans) {
          expect(span.traceId).toBe(events[0]?.trace_id)
          expect(span.values).toHaveLength(span.template.own.length)
          expect(span.end).toBeGreaterThanOrEqual(span.start)
          for (const { at } of span.events) expect(at >= span.start && at <= span.end).toBe(true)
          if (span.parent === null) continue
          const parent = byId.get(span.parent.spanId)
          expect(parent?.start).toBeLessThanOrEqual(span.start)
          expect(parent?.end).toBeGreaterThanOrEqual(span.end)
        }
        expect(spansOf(events)).toEqual(spans)
      }),
    )
  })

  test('have one span for each attempt of a call, with its failure', () => {
    const attempts = named(
      spansOf(everySecond(draftsOf(run({ steps: [step({ fails: ['system_timeout'] })] })))),
      TOOL,
    )
    expect(attempts.map((span) => attributesOf(span)[ATTRIBUTE.attempt])).toEqual([1, 2])
    expect(attempts.map(isError)).toEqual([true, false])
    expect(attributesOf(attempts[0])).toMatchObject({
      'error.type': 'system_timeout',
      'cugar.retried': true,
      'cugar.error.category': 'SYSTEM',
    })
    expect(attempts[0]?.spanId).not.toBe(attempts[1]?.spanId)
  })

  test('hold the model calls inside the plan that they made', () => {
    const spans = spansOf(everySecond(draftsOf(run({ planner: 'llm' }))))
    const [chat] = named(spans, 'chat gpt-4o-mini')
    const [plan] = named(spans, 'plan demo')
    expect(chat?.parent).toEqual({ spanId: plan?.spanId, remote: false })
    expect(chat).toMatchObject({ template: { kind: 'client' }, start: NOON + 360, end: NOON + 1000 })
    expect(attributesOf(chat)).toMatchObject({
      'gen_ai.operation.name': 'chat',
      'gen_ai.usage.input_tokens': 900,
      'gen_ai.usage.cache_read.input_tokens': 300,
      'gen_ai.response.time_to_first_chunk': 0.18,
    })
    expect([plan?.start, plan?.end]).toEqual([NOON + 360, NOON + 2000])
    expect(attributesOf(plan)).toMatchObject({
      'gen_ai.operation.name': 'plan',
      'gen_ai.usage.output_tokens': 120,
    })
  })

  test('keep the parent of the model calls when no plan came of them', () => {
    const story = draftsOf(run({ planner: 'llm', status: 'failed', cause: 'agent_planning' }))
    const drafts = story.filter(({ type }) => ['run_started', 'llm_call', 'run_finished'].includes(type))
    const spans = spansOf(everySecond(drafts))
    expect(spans.map(({ template }) => template.name)).toEqual([
      'chat gpt-4o-mini',
      'plan demo',
      'invoke_agent demo',
    ])
    expect(spans[0]?.parent?.spanId).toBe(spans[1]?.spanId)
    expect(spans.slice(1).map(isError)).toEqual([true, true])
    expect(attributesOf(spans[2])['error.type']).toBe('agent_planning')
  })

  test.each([
    ['approved', 'approved', false],
    ['denied', 'denied', false],
    ['changes_requested', 'changes_requested', false],
    ['cancelled', 'cancelled', false],
    ['expired', 'timeout', true],
  ] as const)('show a wait for a person that ended %s', (approval, decision, hasError) => {
    const spans = spansOf(everySecond(draftsOf(run({ steps: [step({ approval })] }))))
    const [wait, ...more] = named(spans, SPAN_NAME.approval)
    expect(more).toEqual([])
    expect(attributesOf(wait)['cugar.approval.decision']).toBe(decision)
    expect(isError(wait)).toBe(hasError)
    expect((wait?.end ?? 0) - (wait?.start ?? 0)).toBe(1000)
  })

  test('end a wait for several people with the last of them', () => {
    const spans = spansOf(everySecond(draftsOf(run({ steps: [step({ approval: 'approved', quorum: 3 })] }))))
    const [wait] = named(spans, SPAN_NAME.approval)
    expect(wait?.events).toHaveLength(3)
    expect((wait?.end ?? 0) - (wait?.start ?? 0)).toBe(3000)
  })

  test('do not repeat an attempt whose outcome a person settles later: the run notes it', () => {
    const unknown = step({ end: 'system_unknown_outcome', reconciled: true })
    const spans = spansOf(everySecond(draftsOf(run({ steps: [unknown] }))))
    expect(named(spans, TOOL)).toHaveLength(1)
    const events = spans.at(-1)?.events ?? []
    expect(events.filter(({ name }) => name === SPAN_EVENT.reconciled)).toHaveLength(1)
  })

  test('note the route of a step, and no more than a span may carry', () => {
    const many = Array.from({ length: 100 }, () => step({ end: 'skip' }))
    const routed = Array.from({ length: 60 }, () => step())
    const root = spansOf(everySecond(draftsOf(run({ steps: [...many, ...routed] })))).at(-1)
    expect(root?.events).toHaveLength(128)
    expect(root?.droppedEvents).toBe(32)
  })

  test('carry nothing of a tenant or a run as the name of a budget', () => {
    const data = { unit: 'calls', profile: 'demo', spent: 8, limit: 10, threshold: 0.8 } as const
    const warned = (scope: 'tenant' | 'tool', key: string): Draft => ({
      type: 'budget_warning',
      data: { ...data, scope, key },
    })
    const drafts = draftsOf(run()).toSpliced(2, 0, warned('tenant', 'acme'), warned('tool', 'score'))
    const warnings = spansOf(everySecond(drafts))
      .at(-1)
      ?.events.filter(({ name }) => name === SPAN_EVENT.warning)
    expect(warnings?.map(({ attributes }) => attributes['cugar.budget.account'])).toEqual([
      undefined,
      'score',
    ])
  })
})

test('neither spans nor log lines carry anything that a person or a vendor wrote', () => {
  const canary = 'canary-7f3a'
  const free =
    /"(alice|approver_\d|the call failed|the only one enabled|cannot be undone|serves the goal|in the order of their inputs)"/g
  const shape = { approval: 'approved', fails: ['system_timeout'], end: 'system_unknown_outcome' } as const
  const drafts = draftsOf(run({ planner: 'llm', steps: [step({ ...shape, reconciled: true })] }))
  const text = JSON.stringify(everySecond(drafts))
    .replaceAll(free, `"${canary}"`)
    .replaceAll('"idempotency_key":null', `"idempotency_key":"${canary}"`)
  expect(text.split(canary).length).toBeGreaterThan(8)
  const events = JSON.parse(text) as StoredEvent[]
  const told = JSON.stringify([spansOf(events), events.map(lineOf)])
  expect(told).toContain('run accepted')
  expect(told).not.toContain(canary)
})

describe('following runs into spans', () => {
  /** Everything fits, and stays. */
  function kept() {
    const spans: Span[] = []
    const queue: SpanQueue = {
      offer: (more) => spans.push(...more),
      whenRoom: async () => undefined,
      counts: () => ({ exported: 0, dropped: 0, failed: 0 }),
      settled: (position) => position,
      close: async () => undefined,
    }
    return { spans, queue }
  }

  test('gives the same spans wherever it begins, in whatever batches, and however few runs stay open', async () => {
    await fc.assert(
      fc.asyncProperty(
        runShapes,
        fc.integer({ min: 1, max: 40 }),
        fc.integer({ min: 0, max: 2 }),
        async (shapes, size, maxOpen) => {
          const journal = memoryJournal()
          for (const shape of shapes) await recordRun(journal, shape)
          const whole = kept()
          const all = await journal.readAll(0, 10_000)
          const one = spanProjection({ journal, queue: whole.queue, maxOpen: 100, from: 0 })
          await one.prepare?.(all)
          for (const event of all) one.fold(event)
          const parts = kept()
          for (let from = 0; from < all.length; from += size) {
            const batch = all.slice(from, from + size)
            // Every second batch is that of a process that has just begun.
            const projection = spanProjection({ journal, queue: parts.queue, maxOpen, from })
            await projection.prepare?.(batch.slice(0, size / 2))
            for (const event of batch.slice(0, size / 2)) projection.fold(event)
            await projection.prepare?.(batch.slice(size / 2))
            for (const event of batch.slice(size / 2)) projection.fold(event)
          }
          expect(parts.spans).toEqual(whole.spans)
        },
      ),
      { numRuns: 60 },
    )
  })

  test('reads a run again only when one of its spans ends', async () => {
    const journal = memoryJournal()
    await recordRun(journal, run({ steps: [step({ approval: 'approved' })] }))
    const events = await journal.readAll(0, 1000)
    const read: string[] = []
    const counted = {
      read: (runId: string) => {
        read.push(runId)
        return journal.read(runId)
      },
    }
    const { queue, spans } = kept()
    const projection = spanProjection({ journal: counted, queue, maxOpen: 0, from: 0 })
    const readsOf: number[] = []
    for (const event of events) {
      await projection.prepare?.([event])
      projection.fold(event)
      readsOf.push(read.length)
    }
    expect(spans).toHaveLength(4)
    expect(readsOf.at(-1)).toBe(4)
  })
})
