// How many whole runs a second: four steps each, durable (fsync at every commit), budgets reserved and settled,
// metrics and views followed. The clock of a run starts when it is asked for and stops when its end is durable.
import { readFile } from 'node:fs/promises'
import { createHistogram } from 'node:perf_hooks'
import type { RunRequest } from '../src/engine/engine.ts'
import { createRuntime, type Runtime } from '../src/runtime.ts'

export type RunsOptions = {
  readonly dir: string
  readonly runs: number
  readonly concurrency: number
  /** One of the four steps waits for a person, who approves at once. */
  readonly approval: boolean
}

/** Rates a second, times in milliseconds. */
export type RunsResult = {
  readonly runsPerSecond: number
  readonly eventsPerRun: number
  readonly p50: number
  readonly p95: number
  readonly p99: number
  readonly max: number
}

const REQUESTER = { id: 'bench', roles: ['operator'] }
const REVIEWER = { id: 'bench-reviewer', roles: ['approver'] }

const CONTEXT = {
  account: { account_id: 'a-1', revenue: 48_000_000, industry: 'Manufacturing', employee_count: 320, region: 'West' },
  account_data: { id: 'a-1', name: 'Example Works', revenue: '48M', industry: 'Manufacturing', employees: 320 },
  icp_criteria: { min_revenue: 10_000_000, industries: ['manufacturing'] },
  template: 'Subject: Hello {{company}}\n\nDear team at {{company}}, can we talk about your plans for next year?',
  message: 'Dear team, I noticed your new plant. Would you be open to a short call about planning next week?',
  prospect: { company: 'Example Works' },
  opportunity: { opportunity_id: 'o-1', criteria: { budget: true, authority: true, need: true, timing: false } },
}

const GOALS = {
  plain: 'normalise the account record, score the account fit, assess the quality of the message and qualify the opportunity',
  approved: 'score the account fit, draft the outreach message, assess its quality and qualify the opportunity',
}

export const requestOf = (approval: boolean): RunRequest => ({
  goal: approval ? GOALS.approved : GOALS.plain,
  profile: 'technical',
  context: CONTEXT,
  planner: 'rules',
  tenant: 'bench',
  limits: {},
  idempotencyKey: null,
  traceparent: null,
})

async function approvePending(runtime: Runtime, runId: string): Promise<void> {
  for (;;) {
    const position = runtime.journal.position()
    const state = await runtime.engine.state(runId)
    const pending = Object.values(state.approvals).find(({ status }) => status === 'pending')
    if (pending) {
      await runtime.engine.decide(pending.approvalId, { decision: 'approve', reason: null, changes: null }, REVIEWER)
      return
    }
    await runtime.journal.changed(position, new AbortController().signal)
  }
}

async function oneRun(runtime: Runtime, request: RunRequest, approval: boolean): Promise<void> {
  const { runId } = await runtime.engine.start(request, REQUESTER)
  if (approval) await approvePending(runtime, runId)
  const state = await runtime.engine.settled(runId, 60_000, new AbortController().signal)
  if (state.finished?.status !== 'succeeded') throw new Error(`a run ended as ${state.status}`)
  if (state.finished.completed.length !== 4) throw new Error('a run had not four steps')
}

async function drive(runtime: Runtime, options: RunsOptions): Promise<RunsResult> {
  const request = requestOf(options.approval)
  const histogram = createHistogram({ lowest: 1, highest: 600_000_000, figures: 3 })
  let left = options.runs
  const client = async (): Promise<void> => {
    while (left > 0) {
      left -= 1
      const begun = performance.now()
      await oneRun(runtime, request, options.approval)
      histogram.record(Math.max(1, Math.round((performance.now() - begun) * 1000)))
    }
  }
  const before = runtime.journal.position()
  const begun = performance.now()
  await Promise.all(Array.from({ length: options.concurrency }, client))
  const seconds = (performance.now() - begun) / 1000
  const at = (percentile: number): number => histogram.percentile(percentile) / 1000
  return {
    runsPerSecond: Math.round(options.runs / seconds),
    eventsPerRun: Math.round((runtime.journal.position() - before) / options.runs),
    p50: at(50),
    p95: at(95),
    p99: at(99),
    max: histogram.max / 1000,
  }
}

/** Warms up, then measures. */
export async function runRate(options: RunsOptions): Promise<RunsResult> {
  const registry = await readFile(new URL('../registry.yaml', import.meta.url), 'utf8')
  const runtime = await createRuntime({ registry, dataDir: options.dir })
  await drive(runtime, { ...options, runs: Math.ceil(options.runs / 4) })
  const result = await drive(runtime, options)
  await runtime.stop()
  return result
}
