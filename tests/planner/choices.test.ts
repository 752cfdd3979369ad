import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { rulesPlanner } from '../../src/planner/rules.ts'
import { parseRegistry } from '../../src/registry/parse.ts'
import { context } from './goals/table.ts'
import { goodPlan, problemsOf, refusal, tool } from './sample.ts'

const parsed = parseRegistry(readFileSync('registry.yaml', 'utf8'))
if (!parsed.ok) throw new Error(JSON.stringify(parsed.problems))
const { registry } = parsed
const profile = registry.profiles['technical']
if (!profile) throw new Error('technical')

async function planOf(goal: string, facts: Readonly<Record<string, unknown>> = context) {
  if (!profile) throw new Error('technical')
  const input = { goal, context: facts, profile, limits: profile.limits, registry }
  const result = await rulesPlanner().plan(input, AbortSignal.timeout(10_000))
  if (!result.ok) throw new Error(result.why)
  expect(problemsOf(result.steps, input)).toEqual([])
  return result
}

describe('what a goal says about the channel', () => {
  it.each([
    ['write a linkedin message', { value: 'linkedin' }],
    ['draft an SMS to the prospect', { value: 'sms' }],
    ['compose a text message for Jane', { value: 'sms' }],
    ['write a phone script', { value: 'phone' }],
    ['draft a message about our LinkedIn campaign', undefined],
    ['draft a cold email', undefined],
  ])('"%s" binds it', async (goal, channel) => {
    const { steps } = await planOf(goal)
    expect(steps[0]?.inputs['channel']).toEqual(channel)
  })

  it('the goal is followed where the context says another', async () => {
    const { steps } = await planOf('draft a cold email', { ...context, channel: 'sms' })
    expect(steps[0]?.inputs['channel']).toEqual({ value: 'email' })
  })

  it('what is checked is of the channel that was written for', async () => {
    const { steps } = await planOf('write a linkedin message and check it')
    expect(steps.map(({ inputs }) => inputs['channel'])).toEqual([
      { value: 'linkedin' },
      { value: 'linkedin' },
    ])
  })

  it('a second channel is said to be unserved: one call has one', async () => {
    const { unserved } = await planOf('draft an email and a linkedin message')
    expect(unserved).toEqual(['draft_outbound_message with another channel: linkedin'])
  })
})

describe('what the context has', () => {
  it('an input without binds is taken from the context under its own name', async () => {
    const bare = tool('bake', { needs: { flour: [] }, takes: { sugar: [] } })
    const plan = await goodPlan({ tools: [bare], goal: 'bake', context: { flour: 1, sugar: 2 } })
    expect(plan.steps[0]?.inputs).toEqual({ flour: { context: 'flour' }, sugar: { context: 'sugar' } })
    expect((await refusal({ tools: [bare], goal: 'bake' })).why).toBe('bake needs flour: give context.flour.')
  })

  it('a list where a run takes one is said, with what to do', async () => {
    const rank = tool('rank_account', { needs: { account: ['context.account'] } })
    const { why } = await refusal({
      tools: [rank],
      goal: 'rank my 3 accounts',
      context: { accounts: [1, 2, 3] },
    })
    expect(why).toBe(
      'rank_account takes one account a run, and context.accounts is a list: start one run for each of its items, with that item as context.account.',
    )
  })

  it('what is excluded is not brought back to feed another', async () => {
    const { account, icp_criteria, template, prospect } = context
    const facts = { account, icp_criteria, template, prospect }
    const given = {
      goal: "don't draft anything, check the message",
      context: facts,
      profile,
      limits: profile.limits,
      registry,
    }
    const result = await rulesPlanner().plan(given, AbortSignal.timeout(10_000))
    expect(result).toMatchObject({
      ok: false,
      why: expect.stringContaining('assess_message_quality needs message'),
    })
  })
})
