// The runs that benchmarks ask for, and the reviewer who approves what waits.
import { readFile } from 'node:fs/promises'
import type { RunRequest } from '../src/engine/engine.ts'
import type { Runtime } from '../src/runtime.ts'

/** The shipped registry. */
export const registryText = (): Promise<string> =>
  readFile(new URL('../registry.yaml', import.meta.url), 'utf8')

/** What is measured: an engine over its journal. */
export type Driven = Pick<Runtime, 'engine' | 'journal'>

export const REQUESTER = { id: 'bench', roles: ['operator'] }
export const REVIEWER = { id: 'bench-reviewer', roles: ['approver'] }

export const CONTEXT = {
  account: {
    account_id: 'a-1',
    revenue: 48_000_000,
    industry: 'Manufacturing',
    employee_count: 320,
    region: 'West',
  },
  account_data: {
    id: 'a-1',
    name: 'Example Works',
    revenue: '48M',
    industry: 'Manufacturing',
    employees: 320,
  },
  icp_criteria: { min_revenue: 10_000_000, industries: ['manufacturing'] },
  template:
    'Subject: Hello {{company}}\n\nDear team at {{company}}, can we talk about your plans for next year?',
  message: 'Dear team, I noticed your new plant. Would you be open to a short call about planning next week?',
  prospect: { company: 'Example Works' },
  opportunity: {
    opportunity_id: 'o-1',
    criteria: { budget: true, authority: true, need: true, timing: false },
  },
}

const GOALS = {
  plain:
    'normalise the account record, score the account fit, assess the quality of the message and qualify the opportunity',
  approved:
    'score the account fit, draft the outreach message, assess its quality and qualify the opportunity',
}

/** Every goal is another text, as goals are: a word in it is not the registry's. */
export const requestOf = (approval: boolean, number: number): RunRequest => ({
  goal: `${approval ? GOALS.approved : GOALS.plain} of prospect-${number}`,
  profile: 'technical',
  context: CONTEXT,
  planner: 'rules',
  tenant: 'bench',
  limits: {},
  idempotencyKey: null,
  traceparent: null,
})

/** One reviewer for all: sees each request when it is committed, and approves it at once. */
export async function review(runtime: Driven, until: AbortSignal): Promise<void> {
  const { journal, engine } = runtime
  for (let position = journal.position(); !until.aborted;) {
    const events = await journal.readAll(position, 1000)
    position = events.at(-1)?.position ?? position
    const requests = events.filter((event) => event.type === 'approval_requested')
    const decision = { decision: 'approve', reason: null, changes: null } as const
    await Promise.all(requests.map(({ data }) => engine.decide(data.approval_id, decision, REVIEWER)))
    if (events.length === 0) await journal.changed(position, until)
  }
}

export async function oneRun(runtime: Driven, request: RunRequest): Promise<void> {
  const { runId } = await runtime.engine.start(request, REQUESTER)
  const state = await runtime.engine.settled(runId, 60_000, new AbortController().signal)
  if (state.finished?.status !== 'succeeded') throw new Error(`a run ended as ${state.status}`)
  if (state.finished.completed.length !== 4) throw new Error('a run had not four steps')
}
