// A server and a model that do what they should not: each run ends governed, with the reason, every attempt recorded and
// paid for, no limit passed and nothing left reserved.
import { describe, expect, test } from 'vitest'
import { only } from '../engine/story.ts'
import { MODEL_FAULTS, SERVER_FAULTS } from './faults.ts'
import { BODY_FAULTS, STATUS_FAULTS, WIRE_FAULTS } from './faults-wire.ts'
import { withLlm } from './asked.ts'
import { house, type House, modelHouse } from './house.ts'
import { GOOD, refuses, says, type Reply } from './server.ts'

const counted = (reply: Reply): Reply => {
  let nth = 0
  return (response, received) => {
    nth += 1
    reply(response, received, nth)
  }
}

const { server, h } = await modelHouse(says(GOOD))

describe.each([
  ['server', SERVER_FAULTS],
  ['model', MODEL_FAULTS],
  ['wire', WIRE_FAULTS],
  ['server by its status', STATUS_FAULTS],
  ['completion', BODY_FAULTS],
])('a %s that', (_, faults) => {
  test.each(faults)('$name', async ({ name, reply, reason, calls }) => {
    const before = server.received.length
    server.answers(counted(reply))
    const hasTime = !calls.includes('timeout')
    const used = hasTime ? h : await impatient()
    const outcome = await used.run()
    expect([name, outcome.reason, outcome.calls]).toEqual([name, reason, calls])
    expect(outcome.planner).toBe(reason === null ? 'llm' : 'rules')
    expect(outcome.state.finished?.status).toBe('succeeded')
    expect(only(outcome.events, 'llm_call_start')).toHaveLength(calls.length)
    expect(server.received.length - before).toBe(calls.length)
    expect(await used.unsettled()).toEqual([])
    for (const { data } of only(outcome.events, 'llm_call_start')) {
      const spent = outcome.state.budget.filter(({ unit }) => unit === 'llm_usd')
      for (const line of spent) expect(line.reserved).toBe(0)
      expect(data.most.llm_usd).toBeGreaterThan(0)
    }
    if (used !== h) await used.runtime.stop()
  })
})

const impatient = (): Promise<House> =>
  house(server.url, {
    registry: withLlm('{ planner: plan, model: gpt-4o-mini, timeout_ms: 500, attempts: 2 }'),
  })

describe('a server that takes less', () => {
  const wordings = async (reply: Reply) => {
    const before = server.received.length
    server.answers(reply)
    const fresh = await house(server.url)
    const outcome = await fresh.run()
    const taught = server.received.length
    const again = await fresh.run()
    expect([outcome.reason, again.reason]).toEqual([null, null])
    // What was learned once is not asked for again.
    expect(server.received.length - taught).toBe(1)
    expect(await fresh.unsettled()).toEqual([])
    await fresh.runtime.stop()
    return server.received.slice(before).map(({ body }) => body)
  }

  /** Refuses what the test does not want, in the provider's words. */
  const without =
    (isRefused: (body: Readonly<Record<string, unknown>>) => string | null): Reply =>
    (response, received, nth) => {
      const param = isRefused(received.body)
      const error = { message: `Unsupported parameter: '${param}'.`, type: 'invalid_request_error', param }
      if (param === null) says(GOOD)(response, received, nth)
      else refuses(400, error)(response, received, nth)
    }

  test('of the shape is asked for an object, then for a text', async () => {
    const bodies = await wordings(without((body) => ('response_format' in body ? 'response_format' : null)))
    const forms = bodies.map((body) => {
      const format = body['response_format']
      return typeof format === 'object' && format !== null && 'type' in format ? format.type : 'text'
    })
    expect(forms).toEqual(['json_schema', 'json_object', 'text', 'text'])
  })

  test('of names for the limit is given the other one', async () => {
    const bodies = await wordings(without((body) => ('max_tokens' in body ? 'max_tokens' : null)))
    expect(bodies.map((body) => 'max_completion_tokens' in body)).toEqual([false, true, true])
  })

  test('of seed and temperature is given neither', async () => {
    const bodies = await wordings(
      without((body) => ('temperature' in body ? 'temperature' : 'seed' in body ? 'seed' : null)),
    )
    expect(bodies.map((body) => ['temperature' in body, 'seed' in body])).toEqual([
      [true, true],
      [false, true],
      [false, false],
      [false, false],
    ])
  })

  test.each([
    [
      'max_tokens is too large: 4000. This model supports at most 1500 completion tokens.',
      [4000, 1500, 1500],
    ],
    ['`max_tokens` must be less than or equal to `512`, the maximum value for this model', [4000, 512, 512]],
    [
      'maximum context length is 4096 tokens. However, you requested 5000 (1000 in the messages, 4000 in the completion)',
      [4000, 3096, 3096],
    ],
    ['max_completion_tokens is too large', [4000, 2000, 2000]],
  ])('of an answer is asked for a shorter one, and less is reserved: %s', async (refusal, limits) => {
    const [, allowed = 0] = limits
    const bodies = await wordings((response, received, nth) => {
      if (Number(received.body['max_tokens']) > allowed)
        refuses(400, { message: refusal })(response, received, nth)
      else says(GOOD)(response, received, nth)
    })
    expect(bodies.map((body) => body['max_tokens'])).toEqual(limits)
  })

  test('for a question that is too long is not asked for shorter answers', async () => {
    server.answers(refuses(400, { message: "This model's maximum context length is 2048 tokens." }))
    const fresh = await house(server.url)
    expect(await fresh.run()).toMatchObject({ planner: 'rules', reason: 'unavailable', calls: ['error'] })
    server.answers(says(GOOD))
    expect(await fresh.run()).toMatchObject({ planner: 'llm', reason: null })
    expect(server.received.at(-1)?.body).toMatchObject({ max_tokens: 4000 })
    await fresh.runtime.stop()
  })

  test('of everything is given up', async () => {
    server.answers(refuses(400, { message: 'max_tokens, temperature, seed and response_format are refused' }))
    const fresh = await house(server.url)
    expect(await fresh.run()).toMatchObject({ planner: 'rules', reason: 'unavailable' })
    expect(await fresh.unsettled()).toEqual([])
    await fresh.runtime.stop()
  })
})
