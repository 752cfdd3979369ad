import { expect, test } from 'vitest'
import { z } from 'zod'
import { CallError } from '../../src/run/failure.ts'
import { defineTool } from '../../src/tools/tool.ts'
import { registryFrom, reviewer, scripted, world } from './world.ts'

const REGISTRY = registryFrom(`
version: v1
metadata: { name: test, version: "1" }
tools:
  alpha_find: { domain: intelligence, description: finds, purpose: finds, outputs: {}, cost: 1, retry: none }
  alpha_write: { domain: engagement, description: writes, purpose: writes, outputs: {}, cost: 1, retry: none }
profiles:
  test:
    allowed_tools: [alpha_find, alpha_write]
    approval_required: [execute, propose]
    approvers: { role: approver, quorum: 1, exclude_requester: true, timeout_s: 3600 }
    allowed_adapters: []
    budget: { run: { calls: 20 }, warning_threshold: 0.8, on_exceeded: skip }
    timeout_seconds: 30
`)

const throwing = (name: string, side: 'input' | 'output') => {
  const bad = z.unknown().refine(() => {
    throw new Error('a schema of a tool that throws')
  })
  const open = z.unknown()
  return defineTool({
    name,
    input: side === 'input' ? bad : open,
    output: side === 'output' ? bad : open,
    run: () => ({}),
  })
}

test('a tool whose schema throws fails its own step and nothing else', async () => {
  const tools = [throwing('alpha_find', 'input'), throwing('alpha_write', 'output')]
  const w = await world({ registry: REGISTRY, tools })
  const end = await w.end(await w.run({ goal: 'finds and writes' }))
  expect(end.finished).toMatchObject({ status: 'failed', failed: ['s1', 's2'], cause: 'agent_bug' })
  expect(w.failures).toEqual([])
})

test('a tool cannot cancel its run', async () => {
  const forging = scripted('alpha_find', () => {
    throw new CallError('user_cancelled', 'not by the user')
  })
  const w = await world({ registry: REGISTRY, tools: [forging, scripted('alpha_write', () => ({}))] })
  const end = await w.end(await w.run({ goal: 'finds and writes' }))
  expect(end.finished).toMatchObject({ status: 'partial', completed: ['s2'], cause: 'agent_bug' })
})

test('changes that are not JSON are refused, and the engine goes on', async () => {
  const registry = registryFrom(`
version: v1
metadata: { name: test, version: "1" }
tools:
  alpha_write:
    { domain: engagement, description: writes, purpose: writes, side_effects: propose, outputs: {}, cost: 1 }
profiles:
  test:
    allowed_tools: [alpha_write]
    approval_required: [execute, propose]
    approvers: { role: approver, quorum: 1, exclude_requester: true, timeout_s: 3600 }
    allowed_adapters: []
    budget: { run: { calls: 20 }, warning_threshold: 0.8, on_exceeded: skip }
    timeout_seconds: 30
`)
  const w = await world({ registry, tools: [scripted('alpha_write', () => ({ text: 'a' }))] })
  const runId = await w.run({ goal: 'writes' })
  const approvalId = Object.keys((await w.pause(runId)).approvals)[0] ?? 'none'
  const ask = { decision: 'request_changes', reason: 'r' } as const
  for (const changes of [{ inputs: { many: Infinity } }, { output: { text: NaN } }]) {
    await expect(w.engine.decide(approvalId, { ...ask, changes }, reviewer)).rejects.toMatchObject({
      code: 'CHANGES_INVALID',
    })
  }
  await w.engine.decide(approvalId, { decision: 'approve', reason: null, changes: null }, reviewer)
  expect((await w.end(runId)).finished).toMatchObject({ status: 'succeeded' })
  expect(w.failures).toEqual([])
})
