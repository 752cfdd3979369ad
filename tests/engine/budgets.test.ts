import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { StoredEvent } from '../../src/events/event.ts'
import { CallError } from '../../src/run/failure.ts'
import type { Tool } from '../../src/tools/tool.ts'
import { goalFor, nameOf, wordOf } from './generated.ts'
import { lawsBroken } from './laws.ts'
import { only } from './story.ts'
import { registryFrom, scripted, world, type World } from './world.ts'

type Amounts = { calls?: number | undefined; cost?: number | undefined }

const text = (amounts: Amounts): string =>
  `{ ${Object.entries(amounts)
    .map(([unit, amount]) => `${unit}: ${amount}`)
    .join(', ')} }`

type Books = {
  readonly costs: readonly number[]
  readonly run?: Amounts
  readonly domain?: Amounts
  readonly tool?: Amounts
  readonly tenant?: Amounts
  readonly onExceeded: 'skip' | 'stop'
  readonly threshold?: number
}

const toolText = (cost: number, index: number): string =>
  `  ${nameOf(index)}: { domain: engagement, description: ${wordOf(index)}, cost: ${cost}, retry: quick,
    inputs: { fact: { type: string } }, binds: { fact: context.fact }, outputs: { value: { type: string } } }`

const registryOf = (books: Books) =>
  registryFrom(`
version: v1
metadata: { name: test, version: "1" }
tools:
${books.costs.map(toolText).join('\n')}
profiles:
  test:
    allowed_tools: [${books.costs.map((_, index) => nameOf(index)).join(', ')}]
    approval_required: [execute]
    budget:
      run: ${text(books.run ?? {})}
      domain: { engagement: ${text(books.domain ?? {})} }
      tool: { ${nameOf(0)}: ${text(books.tool ?? {})} }
      tenant: ${text(books.tenant ?? {})}
      warning_threshold: ${books.threshold ?? 0.8}
      on_exceeded: ${books.onExceeded}
    timeout_seconds: 30
retry:
  quick: { strategy: linear, base_ms: 1, cap_ms: 1, jitter: 0, attempts: 3 }
`)

/** Fails for the network as often as its number says, then works. */
const flaky = (index: number, failures: number): Tool => {
  const calls = new Map<string, number>()
  return scripted(nameOf(index), (_, { runId }) => {
    const count = calls.get(runId) ?? 0
    calls.set(runId, count + 1)
    if (count < failures) throw new CallError('system_network', 'No connection.')
    return { value: 'made' }
  })
}

const toolsFor = (books: Books, failures: readonly number[]): Tool[] =>
  books.costs.map((_, index) => flaky(index, failures[index] ?? 0))

type Line = { spent: number; reserved: number; warned: number }

/** The books once more, from the bare events in the order of the journal. */
function auditBroken(events: readonly StoredEvent[]): string[] {
  const broken: string[] = []
  const lines = new Map<string, Line>()
  const lineOf = (event: StoredEvent, data: { scope: string; key: string; unit: string }): Line => {
    const owner = data.scope === 'tenant' ? '' : event.run_id
    const id = `${data.scope} ${owner} ${data.key} ${data.unit}`
    const line = lines.get(id) ?? { spent: 0, reserved: 0, warned: 0 }
    lines.set(id, line)
    return line
  }
  for (const event of events) {
    if (event.type === 'budget_warning') {
      const line = lineOf(event, event.data)
      line.warned += 1
      if (line.warned > 1) broken.push(`${event.data.scope} ${event.data.unit} warned twice`)
    }
    if (event.type === 'budget_exceeded') {
      const line = lineOf(event, event.data)
      const { spent, reserved, requested, limit } = event.data
      if (spent + reserved + requested <= limit) broken.push('refused although it fits')
      if (event.data.scope !== 'tenant' && (spent !== line.spent || reserved !== line.reserved)) {
        broken.push(
          `a refusal tells of ${spent} + ${reserved}; the books say ${line.spent} + ${line.reserved}`,
        )
      }
    }
    if (event.type !== 'budget_updated') continue
    for (const data of event.data.accounts) {
      const line = lineOf(event, data)
      if (data.spent + data.reserved !== line.spent + line.reserved + data.delta)
        broken.push('a delta that is none')
      if (data.spent < line.spent) broken.push('spent less than before')
      if (data.spent + data.reserved > data.limit) broken.push(`${data.scope} ${data.unit} above its limit`)
      Object.assign(line, { spent: data.spent, reserved: data.reserved })
    }
  }
  for (const [id, line] of lines) if (line.reserved !== 0) broken.push(`${id} still holds ${line.reserved}`)
  return broken
}

const RUNS = 64

async function runAll(w: World, goal: string): Promise<string[]> {
  const ids = await Promise.all(Array.from({ length: RUNS }, () => w.run({ goal })))
  await Promise.all(ids.map((id) => w.end(id)))
  return ids
}

const limits = (most: number): fc.Arbitrary<Amounts> =>
  fc.record(
    { calls: fc.integer({ min: 0, max: most }), cost: fc.integer({ min: 0, max: most }) },
    { requiredKeys: [] },
  )

const books: fc.Arbitrary<Books> = fc.record({
  costs: fc.array(fc.nat(3), { minLength: 1, maxLength: 4 }),
  run: limits(12),
  domain: limits(12),
  tool: limits(6),
  tenant: limits(200),
  onExceeded: fc.constantFrom('skip', 'stop'),
  threshold: fc.constantFrom(0.1, 0.5, 0.8, 1),
})

describe('the budgets of many runs at once', () => {
  test('are never overrun in any scope, warn once, and hold nothing in the end', async () => {
    const failures = fc.array(fc.nat(3), { maxLength: 4 })
    await fc.assert(
      fc.asyncProperty(books, failures, fc.integer({ min: 1, max: 8 }), async (limited, fails, parallel) => {
        const settings = { parallelCalls: parallel, maxRuns: 48 }
        const w = await world({ registry: registryOf(limited), tools: toolsFor(limited, fails), settings })
        const ids = await runAll(w, goalFor(limited.costs.length))
        const all = await w.journal.readAll(0, 1_000_000)
        expect(auditBroken(all)).toEqual([])
        for (const id of ids) expect(lawsBroken(await w.events(id))).toEqual([])
        expect((await w.journal.accounts()).filter(({ reserved }) => reserved !== 0)).toEqual([])
        expect(w.failures).toEqual([])
      }),
      { numRuns: 40 },
    )
  })

  test('are used up to the last call, and not one call more', async () => {
    const limited: Books = { costs: [1, 1], tenant: { calls: 50 }, onExceeded: 'skip' }
    const w = await world({ registry: registryOf(limited), tools: toolsFor(limited, []) })
    const ids = await runAll(w, goalFor(limited.costs.length))
    const events = await Promise.all(ids.map(w.events))
    expect(only(events.flat(), 'tool_call_complete')).toHaveLength(50)
    expect(only(events.flat(), 'budget_exceeded').length).toBeGreaterThan(0)
    expect(only(events.flat(), 'budget_warning')).toHaveLength(1)
  })
})

describe('a refused reservation', () => {
  const refused = async (limited: Books) => {
    const w = await world({ registry: registryOf(limited), tools: toolsFor(limited, []) })
    const id = await w.run({ goal: goalFor(limited.costs.length) })
    const end = await w.end(id)
    const events = await w.events(id)
    expect(lawsBroken(events)).toEqual([])
    return { w, id, end, events }
  }

  test('leaves no trace but itself and the skipped step', async () => {
    const { end, events, w } = await refused({
      costs: [3],
      tenant: { calls: 9, cost: 2 },
      onExceeded: 'skip',
    })
    expect(events.slice(2).map(({ type }) => type)).toEqual([
      'budget_exceeded',
      'step_skipped',
      'run_finished',
    ])
    expect(end.finished).toMatchObject({
      status: 'failed',
      cause: 'policy_budget',
      calls: 0,
      recovery: 'resume',
    })
    expect(await w.journal.accounts()).toEqual([])
  })

  test('of one step takes nothing from the step beside it', async () => {
    const limited: Books = { costs: [3, 1], tenant: { calls: 1, cost: 2 }, onExceeded: 'skip' }
    const { end } = await refused(limited)
    expect(end.finished).toMatchObject({ status: 'partial', completed: ['s2'], skipped: ['s1'] })
  })

  test('stops the run where the profile says so: not even a step beside it starts', async () => {
    const limited: Books = { costs: [3, 1], tenant: { calls: 9, cost: 2 }, onExceeded: 'stop' }
    const { end } = await refused(limited)
    expect(end.finished).toMatchObject({ status: 'failed', completed: [], skipped: ['s1', 's2'], calls: 0 })
  })

  test('never happens at a limit of 0 calls: the plan is refused before the first call', async () => {
    const { end, events } = await refused({ costs: [1], run: { calls: 0 }, onExceeded: 'skip' })
    expect(events.map(({ type }) => type)).toEqual(['run_started', 'run_finished'])
    expect(end.finished).toMatchObject({
      status: 'failed',
      cause: 'policy_budget',
      recovery: 'none',
      cost: 0,
    })
    expect(end.finished?.message).toContain('0 are allowed')
  })
})

describe('what was held for a call', () => {
  test('is given back when the call never happened', async () => {
    const limited: Books = {
      costs: [2],
      run: { calls: 5, cost: 9 },
      tenant: { calls: 9 },
      onExceeded: 'skip',
    }
    const w = await world({ registry: registryOf(limited), tools: [] })
    const id = await w.run({ goal: goalFor(limited.costs.length) })
    const end = await w.end(id)
    const events = await w.events(id)
    expect(lawsBroken(events)).toEqual([])
    expect(end.steps['s1']?.error?.mode).toBe('system_unavailable')
    expect(end.finished).toMatchObject({ status: 'failed', cost: 0, calls: 1 })
    const kinds = only(events, 'budget_updated').flatMap(({ data }) =>
      data.accounts.map(({ scope, unit }) => `${data.kind} ${scope} ${unit}`),
    )
    const accounts = ['run calls', 'run cost', 'tenant calls']
    expect(kinds).toEqual([...accounts.map((a) => `reserved ${a}`), ...accounts.map((a) => `released ${a}`)])
    expect((await w.journal.accounts()).every(({ spent, reserved }) => spent + reserved === 0)).toBe(true)
  })

  test('is spent by every attempt, so that retries end where the money does', async () => {
    const limited: Books = { costs: [2], run: { cost: 5 }, onExceeded: 'skip' }
    const w = await world({ registry: registryOf(limited), tools: toolsFor(limited, [9]) })
    const id = await w.run({ goal: goalFor(limited.costs.length) })
    const end = await w.end(id)
    expect(lawsBroken(await w.events(id))).toEqual([])
    expect(end.finished).toMatchObject({ status: 'failed', calls: 2, cost: 4, skipped: ['s1'] })
    expect(end.finished?.budget_use).toEqual({ cost: 0.8 })
  })
})
