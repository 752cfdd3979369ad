// What a goal says becomes an input and is kept as a payload; what nothing serves is kept in the plan.
import { expect, test } from 'vitest'
import { lawsBroken } from './laws.ts'
import { only } from './story.ts'
import { operator, registryFrom, scripted, world } from './world.ts'

const REGISTRY = `
version: v1
metadata: { name: test, version: "1" }
defaults: { timeout_ms: 2000, retry: none }
tools:
  tell_customer:
    domain: engagement
    description: Tells a customer the news.
    inputs: { channel: { type: enum, values: [letter, sms], default: letter } }
    outputs: { by: { type: string } }
    cost: 1
profiles:
  test: { allowed_tools: [tell_customer], timeout_seconds: 30 }
retry:
  none: { strategy: none }
`

test('a value of the goal reaches the tool, is no text of an event, and goes along when a run is resumed', async () => {
  const seen: unknown[] = []
  const tell = scripted('tell_customer', ({ channel }) => {
    seen.push(channel)
    if (seen.length === 1) throw new TypeError('the first call fails')
    return { by: String(channel) }
  })
  const w = await world({ registry: registryFrom(REGISTRY), tools: [tell] })
  const first = await w.run({ goal: 'tell the customer by sms and book a flight' })
  expect((await w.end(first)).status).toBe('failed')
  const { runId } = await w.engine.resume(first, operator)
  const end = await w.end(runId)
  expect(end.status).toBe('succeeded')
  expect(end.plan?.unserved).toEqual(['book: flight'])
  expect(seen).toEqual(['sms', 'sms'])
  for (const id of [first, runId]) {
    const events = await w.events(id)
    const [planned] = only(events, 'plan_created')
    expect(planned?.data.steps[0]?.inputs).toEqual({
      channel: { value: expect.stringMatching(/^sha256:/) },
    })
    expect(JSON.stringify(events)).not.toContain('sms')
    expect(lawsBroken(events)).toEqual([])
  }
})
