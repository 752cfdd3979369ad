// The input that a run was accepted with is the input of the first call: read once, and given to nobody else.
import { expect, test } from 'vitest'
import { z } from 'zod'
import { CallError } from '../../src/run/failure.ts'
import { lawsBroken } from './laws.ts'
import { registryFrom, scripted, world } from './world.ts'

const registry = registryFrom(`
version: v1
metadata: { name: test, version: "1" }
defaults: { retry: quick, timeout_ms: 10000 }
tools:
  amber_read:
    { domain: intelligence, description: amber, inputs: { from: { type: any, required: true } },
      binds: { from: context.from }, outputs: { value: { type: string } }, cost: 1 }
profiles:
  test: { allowed_tools: [amber_read], timeout_seconds: 60 }
retry:
  quick: { strategy: linear, base_ms: 1, cap_ms: 2, jitter: 0, attempts: 3 }
`)

test('an input is read once for the acceptance and the first call, anew for a retry, and a tool spoils only its own', async () => {
  let readings = 0
  const seen: unknown[] = []
  const tool = scripted('amber_read', (input) => {
    const from = input['from']
    seen.push(structuredClone(from))
    if (Array.isArray(from)) from.push('spoilt')
    if (seen.length === 1) throw new CallError('system_unavailable', 'Not now.', { happened: 'no' })
    return { value: 'read' }
  })
  const counted = z.looseObject({}).superRefine(() => {
    readings += 1
  })
  const w = await world({ registry, tools: [{ ...tool, input: counted }] })
  const runId = await w.run({ goal: 'amber', context: { from: ['here'] } })
  const { finished } = await w.end(runId)
  expect(finished).toMatchObject({ status: 'succeeded', completed: ['s1'] })
  expect(seen).toEqual([['here'], ['here']])
  expect(readings).toBe(2)
  expect(lawsBroken(await w.events(runId))).toEqual([])
})
