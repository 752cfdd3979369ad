import { describe, expect, test } from 'vitest'
import { CallError } from '../../src/run/failure.ts'
import { lawsBroken } from './laws.ts'
import { approve, pendingOf, registryFrom, reviewer, scripted, typesOf, world } from './world.ts'

const REGISTRY = `
version: v1
metadata: { name: test, version: "1" }
defaults: { timeout_ms: 2000, retry: quick }
tools:
  alpha_find:
    { domain: intelligence, description: alpha finds, purpose: alpha, outputs: { found: { type: string } }, cost: 1 }
  alpha_write:
    domain: engagement
    description: alpha writes
    purpose: alpha
    side_effects: propose
    approval: { required: true, review: output }
    inputs: { found: { type: string, required: true } }
    outputs: { text: { type: string }, status: { type: string } }
    binds: { found: alpha_find.found }
    guardrails: [{ output.status: draft }]
    cost: 2
  alpha_send:
    domain: engagement
    description: alpha sends
    purpose: alpha
    side_effects: execute
    inputs: { text: { type: string, required: true } }
    outputs: { receipt: { type: string } }
    binds: { text: alpha_write.text }
    cost: 1
    idempotent: false
    retry: none
profiles:
  test:
    allowed_tools: [alpha_find, alpha_write, alpha_send]
    approval_required: [execute, propose]
    approvers: { role: approver, quorum: 1, exclude_requester: true, timeout_s: 3600 }
    allowed_adapters: []
    budget:
      run: { calls: 20, cost: 100 }
      domain: { engagement: { calls: 10 } }
      tenant: { window: day, calls: 1000 }
      warning_threshold: 0.8
      on_exceeded: skip
    timeout_seconds: 30
retry:
  quick: { strategy: linear, base_ms: 1, cap_ms: 10, jitter: 0, attempts: 3 }
  none: { strategy: none }
`

const good = () => [
  scripted('alpha_find', () => ({ found: 'a' })),
  scripted('alpha_write', ({ found }) => ({ text: `about ${String(found)}`, status: 'draft' })),
  scripted('alpha_send', ({ text }) => ({ receipt: `sent ${String(text)}` })),
]

describe('a run', () => {
  test('goes from a goal to a finished run, with a person before each release and each effect', async () => {
    const w = await world({ registry: registryFrom(REGISTRY), tools: good() })
    const id = await w.run({})
    const waiting = await w.pause(id)
    expect(waiting.status).toBe('waiting')
    await w.engine.decide(pendingOf(waiting), approve, reviewer)
    const again = await w.pause(id)
    expect(again.steps['s3']?.status).toBe('awaiting_approval')
    await w.engine.decide(pendingOf(again), approve, reviewer)
    const end = await w.end(id)
    expect(end.finished).toMatchObject({ status: 'succeeded', recovery: 'none', cost: 4, calls: 3 })
    expect(typesOf(await w.events(id))).toEqual([
      'run_started',
      'plan_created',
      'route_decision',
      'tool_call_start',
      'tool_call_complete',
      'route_decision',
      'tool_call_start',
      'tool_call_complete',
      'approval_requested',
      'approval_received',
      'route_decision',
      'approval_requested',
      'approval_received',
      'tool_call_start',
      'tool_call_complete',
      'run_finished',
    ])
    expect(lawsBroken(await w.events(id))).toEqual([])
    const books = await w.journal.accounts()
    expect(books.every(({ reserved }) => reserved === 0)).toBe(true)
  })

  test('tries a failed call again as its retry policy says; an attempt in which nothing happened costs nothing', async () => {
    let calls = 0
    const flaky = scripted('alpha_find', () => {
      calls += 1
      if (calls < 3) throw new CallError('system_network', 'down', { happened: 'no' })
      return { found: 'a' }
    })
    const w = await world({ registry: registryFrom(REGISTRY), tools: [flaky, ...good().slice(1)] })
    const id = await w.run({})
    const state = await w.pause(id)
    expect(state.steps['s1']).toMatchObject({ status: 'completed', attempt: 3, spent: 1_000_000 })
  })

  test('skips what depends on a failed step and keeps what was completed', async () => {
    const broken = scripted('alpha_write', () => ({ text: 'x', status: 'sent' }))
    const w = await world({
      registry: registryFrom(REGISTRY),
      tools: [...good().slice(0, 1), broken, ...good().slice(2)],
    })
    const end = await w.end(await w.run({}))
    expect(end.finished).toMatchObject({
      status: 'partial',
      completed: ['s1'],
      failed: ['s2'],
      skipped: ['s3'],
      cause: 'policy_security',
      recovery: 'resume',
    })
  })
})
