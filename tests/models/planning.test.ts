// The whole way of a plan from a language model: the real client over real HTTP, the engine and its books.
import { describe, expect, test } from 'vitest'
import { only } from '../engine/story.ts'
import { operator, typesOf } from '../engine/world.ts'
import { CONTEXT, GOAL, KEY, withLlm } from './asked.ts'
import { house, modelHouse } from './house.ts'
import { GOOD, inTurn, plan, proposed, says, SCORE } from './server.ts'

const { server, h } = await modelHouse(says(GOOD))

describe('a plan that a model proposes', () => {
  test('is said to be one in the answer of the library, and an offline one why it is', async () => {
    const asked = { goal: GOAL, context: CONTEXT }
    const { plannedBy } = await h.runtime.run(asked)
    const rules = await h.runtime.run({ ...asked, planner: 'rules' })
    const given = await h.runtime.run({
      context: CONTEXT,
      plan: { steps: [{ id: 's', tool: 'score_account_fit' }] },
    })
    expect([plannedBy, rules.plannedBy, given.plannedBy]).toEqual([
      'LLM: gpt-4o-mini',
      'LLM: offline mode (rule-based), not asked',
      'LLM: not asked, the caller gave the plan',
    ])
  })

  test('is carried out, and paid for with what the server reports', async () => {
    const { state, planner, reason, tools, calls, events } = await h.run()
    expect(state.finished?.status).toBe('succeeded')
    expect([planner, reason, tools, calls]).toEqual(['llm', null, ['score_account_fit'], ['success']])
    const [started] = only(events, 'llm_call_start')
    const [call] = only(events, 'llm_call')
    expect(started?.data).toMatchObject({ purpose: 'decompose', domain: 'governance', model: 'gpt-4o-mini' })
    expect(call?.data).toMatchObject({
      usage: 'reported',
      input_tokens: 1000,
      output_tokens: 100,
      // 1000 at 0.15 and 100 at 0.60 dollars a million.
      cost_micro_usd: 210,
    })
    expect(await h.unsettled()).toEqual([])
    const received = server.received.at(-1)
    expect(received?.path).toBe('/v1/chat/completions')
    expect(received?.headers.authorization).toBe(`Bearer ${KEY}`)
    expect(received?.body).toMatchObject({ model: 'gpt-4o-mini', max_tokens: 4000, temperature: 0 })
    // The bound is the bytes that left.
    expect(started?.data.most.llm_tokens).toBe(Buffer.byteLength(received?.text ?? '') + 4000)
  })

  test('is sent back once with its problems', async () => {
    const before = server.received.length
    server.answers((response, received, nth) =>
      inTurn(says(plan(proposed('s1', 'delete_everything', {}))), says(GOOD))(
        response,
        received,
        nth - before,
      ),
    )
    const { planner, reason, events } = await h.run()
    expect([planner, reason]).toEqual(['llm', null])
    expect(only(events, 'llm_call').map(({ data }) => data.purpose)).toEqual(['decompose', 'repair'])
    expect(server.received.at(-1)?.text).toContain(
      'no tool that can be used here is called delete_everything',
    )
  })

  test('may make a step hang on a condition, and is held to what the goal forbids', async () => {
    const draft = proposed('s2', 'draft_outbound_message', {
      template: 'context.template',
      prospect_data: 'context.prospect',
    })
    const context = { ...CONTEXT, template: 'Hi {{first_name}}', prospect: { first_name: 'Ada' } }
    server.answers(says(plan(SCORE, { ...draft, when: 's1.fit_score > 1.0' })))
    const skipped = await h.run({ context, goal: 'Score the account and draft an email' })
    expect([skipped.planner, skipped.reason]).toEqual(['llm', null])
    expect(skipped.state.steps['s2']).toMatchObject({ status: 'skipped', skipReason: 'condition_false' })
    const forbidden = await h.run({ context, goal: "Score the account, but don't draft anything" })
    expect([forbidden.reason, forbidden.tools]).toEqual(['invalid_plan', ['score_account_fit']])
    expect(server.received.at(-1)?.text).toContain('the goal forbids draft_outbound_message')
  })

  test('keeps the effects, costs and approvals of the registry', async () => {
    const draft = proposed('d', 'draft_outbound_message', {
      template: 'context.template',
      prospect_data: 'context.prospect',
    })
    server.answers(says(plan(draft, SCORE)))
    const context = { ...CONTEXT, template: 'Hi {{first_name}}', prospect: { first_name: 'Ada' } }
    const runId = await h.start({ context, goal: 'Score the account and draft an email' })
    const state = await h.runtime.engine.paused(runId, 60_000, new AbortController().signal)
    const step = Object.values(state.steps).find(({ plan: { tool } }) => tool === 'draft_outbound_message')
    expect(step?.status).toBe('reviewing')
    expect(step?.plan).toMatchObject({ review: 'output', side_effects: 'propose' })
  })

  test('is not asked for by a run that wants the rules, and not by a profile without a model', async () => {
    const before = server.received.length
    expect(await h.run({ planner: 'rules' })).toMatchObject({ planner: 'rules', reason: 'not_asked' })
    const off = await house(server.url, { registry: withLlm('{ planner: "off", model: gpt-4o-mini }') })
    expect(await off.run()).toMatchObject({ planner: 'rules', reason: 'not_asked' })
    await expect(off.run({ planner: 'llm' })).rejects.toMatchObject({ code: 'PLANNER_UNAVAILABLE' })
    await off.runtime.stop()
    expect(server.received.length).toBe(before)
  })

  test('is previewed by a run that pays for it, ends with its plan, and carries nothing out', async () => {
    server.answers(says(GOOD))
    const request = { goal: 'Score the account', profile: 'demo', context: CONTEXT, planner: 'auto' } as const
    const preview = await h.runtime.engine.preview(request, { by: operator, tenant: 'acme' })
    expect(preview).toMatchObject({
      planner: 'llm',
      made: {
        model: 'gpt-4o-mini',
        fallbackReason: null,
        use: { llmCalls: 1, llmTokens: 1100, llmUsd: 0.00021 },
      },
    })
    expect(preview.steps.map(({ tool }) => tool)).toEqual(['score_account_fit'])
    const events = await h.runtime.journal.read(preview.made?.use.runId ?? '')
    expect(typesOf(events)).toEqual([
      'run_started',
      'llm_call_start',
      'llm_call',
      'plan_created',
      'run_cancelled',
      'step_skipped',
      'run_finished',
    ])
    expect(await h.unsettled()).toEqual([])
    // Without somebody who pays nobody is asked.
    const before = server.received.length
    expect(await h.runtime.engine.preview(request)).toMatchObject({ planner: 'rules' })
    expect(server.received.length).toBe(before)
  })
})
