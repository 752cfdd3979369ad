// A tool that asks a language model: paid for by its step, proved word by word, answered from the record when the step is
// made again, and done without where nobody answers.
import { describe, expect, test } from 'vitest'
import { only } from '../engine/story.ts'
import { deny, operator, reviewer } from '../engine/world.ts'
import { DRAFT_ANSWER, DRAFT_CONTEXT, DRAFT_GOAL, withLlm } from './asked.ts'
import { house, modelHouse, type House } from './house.ts'
import { inTurn, refuses, says, type Reply } from './server.ts'

const SHARING = withLlm(
  '{ planner: "off", model: gpt-4o-mini, share: values, timeout_ms: 20000, attempts: 2 }',
)
const { server, h } = await modelHouse(says(DRAFT_ANSWER), { registry: SHARING })

/** The draft of a run that waits for its approver. */
async function drafted(used: House, more: Readonly<Record<string, unknown>> = {}) {
  const runId = await used.start({ goal: DRAFT_GOAL, context: { ...DRAFT_CONTEXT, ...more } })
  const { engine, journal } = used.runtime
  const state = await engine.paused(runId, 60_000, new AbortController().signal)
  const step = Object.values(state.steps).find(({ plan }) => plan.tool === 'draft_outbound_message')
  const body = await journal.payload(runId, step?.output ?? '')
  const events = await journal.read(runId)
  return { runId, state, step, events, draft: JSON.parse(body ?? 'null') as Record<string, unknown> }
}

const fresh = (reply: Reply): void => {
  const before = server.received.length
  server.answers((response, received, nth) => reply(response, received, nth - before))
}

describe('a draft that a model is asked to improve', () => {
  test('has the words of the model, and the facts of the template', async () => {
    fresh(says(DRAFT_ANSWER))
    const { draft, events, step } = await drafted(h)
    expect(draft).toMatchObject({
      written_by: 'model',
      subject: 'A quick question about onboarding',
      message_draft:
        'Hi Zoraida,\n\nAcme cut onboarding from 12 days to 3. Would you like to talk about how?',
      variables_used: ['topic', 'first_name'],
    })
    const asker = {
      purpose: 'improve',
      step_id: step?.plan.step_id,
      domain: 'engagement',
      tool: 'draft_outbound_message',
    }
    const [started] = only(events, 'llm_call_start')
    const [call] = only(events, 'llm_call')
    expect(started?.data).toMatchObject(asker)
    expect(call?.data).toMatchObject({ ...asker, outcome: 'success', usage: 'reported', cost_micro_usd: 210 })
    expect(server.received.at(-1)?.body).toMatchObject({ max_tokens: 1500 })
    // The model writes around the variables: no value of the prospect is needed for that.
    expect(server.received.at(-1)?.text).not.toContain('Zoraida')
    expect(await h.unsettled()).toEqual([])
  })

  const wrong = (message: string, subject = DRAFT_ANSWER.subject) => ({ subject, message })
  test.each([
    ['a figure', wrong(DRAFT_ANSWER.message.replace('3', '2'))],
    ['a name', wrong(`${DRAFT_ANSWER.message} Globex does it, too.`)],
    ['a name that begins a sentence', wrong(`${DRAFT_ANSWER.message}\n\nSalesforce`)],
    ['an offer', wrong(`${DRAFT_ANSWER.message} The first month is free.`)],
    ['a number in words', wrong(`${DRAFT_ANSWER.message} Ten minutes`)],
    ['a denial', wrong(DRAFT_ANSWER.message.replace('Acme cut', 'Acme never cut'))],
    ['a link', wrong(`${DRAFT_ANSWER.message} https://example.org/acme`)],
    ['a sign', wrong(DRAFT_ANSWER.message.replace('12 days', '12 % days'))],
    ['a variable', wrong(`${DRAFT_ANSWER.message} {{company}}`)],
    ['another fallback', wrong(DRAFT_ANSWER.message.replace('|there', '|you'))],
    ['a loss of a variable', wrong(DRAFT_ANSWER.message.replace('{{first_name|there}}', 'there'))],
    ['a loss of a name', wrong(DRAFT_ANSWER.message.replace('Acme cut', 'Cut'))],
    ['a loss of a figure', wrong(DRAFT_ANSWER.message.replace('from 12 days to 3', ''))],
    ['a second line of the subject', wrong(DRAFT_ANSWER.message, 'A question\nabout {{topic}}')],
    ['no text', wrong('')],
    ['another shape', { text: DRAFT_ANSWER.message }],
  ])('keeps the words of the template where the model brings %s', async (_, said) => {
    fresh(says(said))
    const { draft, events } = await drafted(h)
    expect(draft).toMatchObject({
      written_by: 'template',
      written_by_reason: 'message' in said ? 'unproved' : 'invalid_answer',
      subject: 'A question about onboarding',
      message_draft: 'Hi Zoraida,\n\nAcme cut onboarding from 12 days to 3. Are you open to a call?',
    })
    // What cannot be proved is sent back once; no value goes with it.
    expect(only(events, 'llm_call')).toHaveLength('message' in said ? 2 : 1)
    expect(server.received.at(-1)?.text).not.toContain('Zoraida')
  })

  test('is asked for once more with what was wrong', async () => {
    fresh(inTurn(says(wrong(`${DRAFT_ANSWER.message} It is free.`)), says(DRAFT_ANSWER)))
    expect((await drafted(h)).draft).toMatchObject({ written_by: 'model' })
    expect(server.received.at(-1)?.text).toContain('The text does not say these: free')
  })

  test.each([
    [
      'refused',
      says('', { choices: [{ index: 0, finish_reason: 'content_filter', message: { content: '' } }] }),
    ],
    ['rate_limited', refuses(429, { message: 'no' }, { 'retry-after': '3600' })],
    ['unavailable', refuses(401, { message: 'no' })],
  ])('is the template where the model is %s', async (reason, reply) => {
    fresh(reply)
    expect((await drafted(h)).draft).toMatchObject({ written_by: 'template', written_by_reason: reason })
    expect(await h.unsettled()).toEqual([])
  })

  test("is not said to be anybody else's where nobody asked for better words", async () => {
    const before = server.received.length
    expect((await drafted(h, { improve: false })).draft).not.toHaveProperty('written_by')
    expect(server.received.length).toBe(before)
  })
})

describe('a tool without a model', () => {
  test.each([
    ['not_shared', { registry: withLlm('{ planner: "off", model: gpt-4o-mini }') }],
    ['not_in_profile', { registry: SHARING.replace(/\n {4}llm: \{ planner: "off".*\}/, '') }],
    ['not_allowed', { registry: SHARING.replace(/\n {4}model: true.*/, '') }],
    ['not_set_up', { registry: SHARING, llm: null }],
  ])('does its offline best and says why: %s', async (reason, options) => {
    const before = server.received.length
    const other = await house(server.url, options)
    const { draft } = await drafted(other)
    expect(draft).toMatchObject({ written_by: 'template', written_by_reason: reason })
    expect(server.received.length).toBe(before)
    await other.runtime.stop()
  })

  test('is without one where a budget of its domain, or of itself, does not allow the call', async () => {
    const before = server.received.length
    for (const [profile, poorer] of [
      ['engagement: { calls: 20 }', 'engagement: { calls: 20, llm_usd: 0.0001 }'],
      [
        '      tenant: { window',
        '      tool: { draft_outbound_message: { llm_tokens: 100 } }\n      tenant: { window',
      ],
    ] as const) {
      const registry = SHARING.replace(profile, poorer)
      const poor = await house(server.url, { registry })
      const { draft, state } = await drafted(poor)
      expect(draft).toMatchObject({ written_by: 'template', written_by_reason: 'over_budget' })
      // A refused question is no refused step.
      expect([state.cause, state.refusals]).toEqual([null, []])
      await poor.runtime.stop()
    }
    expect(server.received.length).toBe(before)
  })
})

describe('an answer that is on record', () => {
  test('is not asked for again by the run that resumes', async () => {
    fresh(says(DRAFT_ANSWER))
    const { runId, state } = await drafted(h)
    const [approval] = Object.values(state.approvals)
    await h.runtime.engine.decide(approval?.approvalId ?? '', deny, reviewer)
    await h.end(runId)
    const before = server.received.length
    const resumed = await h.runtime.engine.resume(runId, operator)
    const again = await h.runtime.engine.paused(resumed.runId, 60_000, new AbortController().signal)
    const step = Object.values(again.steps).find(({ plan }) => plan.tool === 'draft_outbound_message')
    const body = await h.runtime.journal.payload(resumed.runId, step?.output ?? '')
    expect(JSON.parse(body ?? 'null')).toMatchObject({ written_by: 'model' })
    expect(server.received.length).toBe(before)
  })
})
