import { expect, test } from 'vitest'
import { CallError } from '../../src/run/failure.ts'
import { outcomeOf } from '../../src/projections/outcome.ts'
import { lawsBroken } from './laws.ts'
import { operator, registryFrom, scripted, world } from './world.ts'

const registry = registryFrom(`
version: v1
metadata: { name: test, version: "1" }
tools:
  amber_read:
    { domain: intelligence, description: amber, inputs: { from: { type: string, required: true } },
      binds: { from: context.from }, outputs: { value: { type: string } }, cost: 1 }
  birch_check:
    { domain: intelligence, description: birch, inputs: { limit: { type: any, required: true }, got: { type: string, required: true } },
      binds: { limit: context.limit, got: amber_read.value }, outputs: { value: { type: string } }, cost: 1 }
profiles:
  test: { allowed_tools: [amber_read, birch_check], timeout_seconds: 60 }
`)

test('a run that wrong input ended is rejected, not in error, and is resumed with what was wrong put right', async () => {
  const called: unknown[] = []
  const w = await world({
    registry,
    tools: [
      scripted('amber_read', (input) => {
        called.push(input)
        return { value: 'read' }
      }),
      scripted('birch_check', (input) => {
        called.push(input)
        if (typeof input['limit'] !== 'number')
          throw new CallError('user_invalid_input', 'No limit.', { happened: 'no' })
        return { value: 'checked' }
      }),
    ],
  })
  const runId = await w.run({ goal: 'amber, birch', context: { from: 'here', limit: 'soon' } })
  const { finished } = await w.end(runId)
  expect(finished).toMatchObject({ status: 'partial', cause: 'user_invalid_input', recovery: 'resume' })
  expect(finished && outcomeOf(finished)).toBe('rejected')

  const again = await w.engine.resume(runId, operator, { limit: 3 })
  const resumed = await w.end(again.runId)
  expect(resumed.finished).toMatchObject({ status: 'succeeded', completed: ['s1', 's2'], calls: 1 })
  // What the correction leaves out stays, and what was completed is not done again.
  expect(called).toEqual([{ from: 'here' }, { limit: 'soon', got: 'read' }, { limit: 3, got: 'read' }])
  expect(await w.engine.payload(again.runId, resumed.context)).toEqual({ from: 'here', limit: 3 })
  expect(await w.engine.resume(runId, operator, { limit: 3 })).toMatchObject({
    runId: again.runId,
    created: false,
  })
  await expect(w.engine.resume(runId, operator, { limit: 4 })).rejects.toMatchObject({
    code: 'IDEMPOTENCY_CONFLICT',
    params: { run_id: again.runId },
  })
  expect(lawsBroken(await w.events(again.runId))).toEqual([])
})
