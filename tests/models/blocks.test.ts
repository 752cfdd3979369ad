// Plans of a model with playbooks, lists and objects; and the shapes that leave, in the words of strict servers.
import { describe, expect, test } from 'vitest'
import { only } from '../engine/story.ts'
import { CONTEXT, DRAFT_ANSWER, DRAFT_CONTEXT, DRAFT_GOAL, GOAL, SHIPPED, withLlm } from './asked.ts'
import { house, modelHouse } from './house.ts'
import { GOOD, inTurn, plan, proposed, says, SCORE, type Reply } from './server.ts'

const { server, h } = await modelHouse(says(GOOD))

const SELLING = {
  ...CONTEXT,
  account: { ...CONTEXT.account, account_id: 'acct_acme' },
  template: 'About {{topic}}\n\nHi {{first_name}}, would you be open to a call about it next week?',
  prospect: { first_name: 'Zoraida', topic: 'onboarding' },
}
const PLAYBOOK = proposed('p1', 'prospecting', {})

const fresh = (reply: Reply): void => {
  const before = server.received.length
  server.answers((response, received, nth) => reply(response, received, nth - before))
}

/** What the model was told of its plan. */
const problemsTold = (): string => {
  const { messages } = server.received.at(-1)?.body ?? {}
  return Array.isArray(messages) ? ((messages as { content: string }[]).at(-1)?.content ?? '') : ''
}

/** The run when it is over or waits for a person. */
async function paused(more: Readonly<Record<string, unknown>>) {
  const runId = await h.start({ profile: 'sales_rep', context: SELLING, ...more })
  const state = await h.runtime.engine.paused(runId, 60_000, new AbortController().signal)
  const [created] = only(await h.runtime.journal.read(runId), 'plan_created')
  return { state, plan: created?.data }
}

describe('a plan of a model', () => {
  const QUALIFY = proposed('s3', 'qualify_opportunity', { opportunity: 'context.opportunity' })
  const FROM_SCORE = proposed('s2', 'score_account_fit', { account: 's1.fit_breakdown' })
  const when = (text: string, ...steps: readonly unknown[]) => ({ when: text, steps })
  const otherwise = (...steps: readonly unknown[]) => ({ when: null, steps })
  const branch = (...cases: readonly unknown[]) => ({ branch: 'b', cases })
  const nested = (depth: number): Record<string, unknown> => ({
    parallel: `g${depth}`,
    at_most: 1,
    steps: [depth === 0 ? SCORE : nested(depth - 1)],
  })

  test('may name a playbook, whose steps and branches are put in its place', async () => {
    fresh(says(plan(PLAYBOOK)))
    const made = await paused({ goal: 'Do the whole prospecting for Acme' })
    expect([made.plan?.planner, made.plan?.fallback_reason]).toEqual(['llm', null])
    expect(made.plan?.steps.map(({ step_id }) => step_id)).toEqual([
      'signals',
      'score',
      'draft',
      'check',
      'meet',
      'qualify',
    ])
    expect(made.plan?.blocks).toMatchObject([{ block: 'worth_it', kind: 'branch' }])
    // What it does needs the person that it always needs.
    expect(made.state.steps['draft']).toMatchObject({
      status: 'reviewing',
      plan: { review: 'output', side_effects: 'propose', reason: 'chosen by the language model' },
    })
    expect(made.state.steps['score']?.status).toBe('completed')
    expect(server.received.at(-1)?.text).toContain(String.raw`\"tool\":\"prospecting\"`)
  })

  test('may make a playbook hang on a condition, and take from its steps', async () => {
    const again = { ...SCORE, id: 'again', when: 'score.fit_score > 2.0' }
    const goal = 'Do the whole prospecting for Acme'
    fresh(says(plan({ ...PLAYBOOK, when: "context.account.region == 'EMEA'" })))
    const hanging = await paused({ goal })
    expect(hanging.plan?.blocks?.map(({ block }) => block)).toEqual(['p1', 'worth_it'])
    expect(hanging.state.steps['draft']?.status).toBe('reviewing')
    fresh(says(plan(PLAYBOOK, again)))
    const made = await paused({ goal })
    expect(made.plan?.fallback_reason).toBeNull()
    expect(made.state.steps['again']).toMatchObject({ status: 'skipped', skipReason: 'condition_false' })
  })

  test('may do a step once for each item of a list', async () => {
    const each = {
      ...proposed('s1', 'score_account_fit', { account: 'item', icp_criteria: 'context.icp_criteria' }),
      for_each: 'context.accounts',
    }
    fresh(says(plan(each)))
    const accounts = [
      CONTEXT.account,
      { ...CONTEXT.account, name: 'Globex' },
      { ...CONTEXT.account, revenue: 5 },
    ]
    const made = await paused({ goal: 'Score each account', context: { ...CONTEXT, accounts } })
    expect([made.plan?.planner, made.plan?.fallback_reason]).toEqual(['llm', null])
    expect(made.plan?.steps.map(({ step_id }) => step_id)).toEqual(['s1[0]', 's1[1]', 's1[2]'])
    expect(made.state.finished).toMatchObject({ status: 'succeeded', completed: ['s1[0]', 's1[1]', 's1[2]'] })
    // The shape of a list is the shape of an item, without a value of it.
    const { text = '' } = server.received.at(-1) ?? {}
    expect(text).toContain(String.raw`\"accounts\":[{\"employees\":\"number\"`)
    expect(text).not.toContain('Globex')
  })

  test('may give an object or a list that the goal states, as a payload', async () => {
    const value = JSON.stringify({ min_revenue: 1_000_000, industries: ['software'] })
    const icp = { name: 'icp_criteria', source: null, value }
    fresh(says(plan({ ...SCORE, inputs: [...SCORE.inputs.slice(0, 1), icp] })))
    const made = await paused({ goal: 'Score the account against software companies above a million' })
    expect([made.plan?.planner, made.plan?.fallback_reason]).toEqual(['llm', null])
    expect(made.state.finished?.status).toBe('succeeded')
    expect(JSON.stringify(made.plan)).not.toContain('min_revenue')
  })

  test('may choose between steps, and run some of them together', async () => {
    const signals = proposed('signals', 'retrieve_account_signals', {
      account_id: 'context.account.account_id',
    })
    const draft = proposed('draft', 'draft_outbound_message', {
      template: 'context.template',
      prospect_data: 'context.prospect',
    })
    const fits = {
      branch: 'worth_it',
      cases: [
        {
          when: 'score.fit_score >= 0.5',
          steps: [{ parallel: 'both', at_most: 2, steps: [draft, signals] }],
        },
        { when: null, steps: [{ ...SCORE, id: 'again' }] },
      ],
    }
    // Written before what it hangs on: it is put in its place.
    fresh(says(plan(fits, { ...SCORE, id: 'score' })))
    const made = await paused({ goal: 'Score Acme, and draft an email where it fits' })
    expect([made.plan?.planner, made.plan?.fallback_reason]).toEqual(['llm', null])
    expect(made.plan?.blocks).toMatchObject([
      { block: 'worth_it', kind: 'branch', after: ['score'], cases: [{ case: '1' }, { case: 'else' }] },
      { block: 'both', kind: 'parallel', at_most: 2, guards: [{ block: 'worth_it', case: '1' }] },
    ])
    expect(made.plan?.steps.map(({ step_id, groups }) => [step_id, groups])).toEqual([
      ['score', undefined],
      ['draft', ['both']],
      ['signals', ['both']],
      ['again', undefined],
    ])
    expect(made.state.steps).toMatchObject({
      score: { status: 'completed' },
      draft: { status: 'reviewing', plan: { review: 'output', side_effects: 'propose' } },
      again: { status: 'skipped', skipReason: 'branch_not_taken' },
    })
    // No expression of a model stands in an event.
    expect(JSON.stringify(made.plan)).not.toContain('0.5')
  })

  test('may name a playbook in a case, and have a list served by several steps', async () => {
    const many = {
      for_each: 'context.accounts',
      id: 'every_one',
      at_most: 5,
      steps: [
        proposed('one', 'score_account_fit', { account: 'item', icp_criteria: 'context.icp_criteria' }),
        {
          ...proposed('again', 'score_account_fit', {
            account: 'item',
            icp_criteria: 'context.icp_criteria',
          }),
          when: 'one.fit_score > 2.0',
        },
      ],
    }
    const choice = { branch: 'b', cases: [{ when: "context.account.region == 'EMEA'", steps: [PLAYBOOK] }] }
    fresh(says(plan(choice, many)))
    const accounts = [CONTEXT.account, { ...CONTEXT.account, name: 'Globex' }]
    const goal = 'Do the prospecting for accounts in EMEA, and score each account'
    const made = await paused({ goal, context: { ...SELLING, accounts } })
    expect(made.plan?.fallback_reason).toBeNull()
    expect(made.plan?.blocks?.map(({ block }) => block)).toEqual(['b', 'worth_it', 'every_one'])
    expect(made.state.steps).toMatchObject({
      draft: { status: 'reviewing' },
      'one[1]': { status: 'completed' },
      'again[1]': { status: 'skipped', skipReason: 'condition_false' },
    })
  })

  test('is mended in its blocks at the second asking', async () => {
    fresh(
      inTurn(
        says(plan(branch(when('s9.fit_score > 0.5', SCORE), otherwise(FROM_SCORE)))),
        says(plan(SCORE, branch(when('s1.fit_score > 2.0', { ...SCORE, id: 's2' })))),
      ),
    )
    const made = await paused({ goal: GOAL })
    expect([made.plan?.planner, made.plan?.fallback_reason]).toEqual(['llm', null])
    expect(made.state.finished).toMatchObject({ status: 'succeeded', completed: ['s1'] })
    expect(problemsTold()).toContain('b: cases.0.when')
  })

  test('keeps the rules of its playbooks for changing it, in the certificate too', async () => {
    const rules = `
    replan:
      at_most: 2
      rules:
        - { on: failed, steps: [signals], go_on: true }
        - { when: score.fit_score > 0.0, redo: score }
  deal_desk:`
    const ruled = await house(server.url, { registry: SHIPPED.replace(/\n {2}deal_desk:/, rules) })
    fresh(says(plan(PLAYBOOK)))
    const started = await ruled.start({
      profile: 'sales_rep',
      context: SELLING,
      goal: 'Do the whole prospecting for Acme',
    })
    const state = await ruled.runtime.engine.paused(started, 60_000, new AbortController().signal)
    const plans = only(await ruled.runtime.journal.read(started), 'plan_created')
    const [first, second] = plans.map(({ data }) => data)
    expect([first?.planner, first?.fallback_reason, first?.replan?.at_most]).toEqual(['llm', null, 2])
    expect(first?.replan?.rules.map(({ action }) => action)).toEqual(['go_on', 'redo'])
    const { calls = 0 } = first?.worst_case ?? {}
    expect(calls).toBeGreaterThan(2 * (first?.replan?.each.calls ?? 0))
    // The rule that holds is followed: the plan of a model is changed by it as every other plan.
    expect(second).toMatchObject({ revision: 2, cause: 'rule' })
    expect(state.calls).toBeLessThanOrEqual(calls)
    await ruled.runtime.stop()
  })

  const each = (source: string) => ({ ...SCORE, for_each: source })
  const literal = (value: string) => ({
    ...SCORE,
    inputs: [...SCORE.inputs.slice(0, 1), { name: 'icp_criteria', source: null, value }],
  })
  test.each([
    ['inputs for a playbook', { ...PLAYBOOK, inputs: SCORE.inputs }, 'p1: a playbook takes its inputs'],
    ['a playbook for each item', { ...PLAYBOOK, for_each: 'context.many' }, 'p1: a playbook cannot be done'],
    ['a list that is not given', each('context.nobody'), 's1: for_each context.nobody is not given'],
    ['a list that is none', each('context.account'), 's1: for_each context.account is not a list'],
    [
      'a list that is too long',
      each('context.many'),
      's1: for_each context.many has 51 items; 50 are allowed',
    ],
    ['a source that is none', each('many'), 's1: for_each'],
    ['a condition that is wrong', { ...each('context.few'), when: 'nobody.there' }, 's1: when '],
    ['a value that is too deep', literal('['.repeat(9000) + ']'.repeat(9000)), 's1: icp_criteria: the value'],
    ['a group of nothing', { parallel: 'g', at_most: 2, steps: [] }, 'g: steps '],
    ['an otherwise that is first', branch(otherwise(SCORE), when('true', QUALIFY)), 'b: cases '],
    ['a case over what is not there', branch(when('s9.fit_score > 0.5', SCORE)), 'b: cases.0.when '],
    ['a case that is no condition', branch(when('1 + 1', SCORE)), 'b: cases.0.when '],
    ['a step of another case', branch(when('true', SCORE), otherwise(FROM_SCORE)), 's2: inputs.account '],
    [
      'a tool that is not there, in a case',
      branch(when('true', proposed('s1', 'send_email', {}))),
      's1: tool ',
    ],
    [
      'a step that approves itself, in a case',
      branch(when('true', { ...SCORE, approved: true })),
      'approved',
    ],
    [
      'two steps of one name in two cases',
      branch(when('true', SCORE), otherwise(SCORE)),
      's1: its id is used',
    ],
    [
      'a block that is called as a step',
      { parallel: 's1', at_most: 1, steps: [SCORE] },
      's1: its id is used',
    ],
    [
      'a branch as a reserved word',
      { ...branch(when('true', SCORE)), branch: 'context' },
      'context: an id is',
    ],
    ['a prototype in a block', { ...branch(when('true', literal('{"__proto__":{}}'))) }, 's1: icp_criteria'],
    ['a loop of blocks', nested(9), 'Invalid input'],
    ['a list as an object', literal('[1, 2]'), 's1: icp_criteria: the value must be an object'],
    [
      'the prototype in an object',
      literal('{"a":{"__proto__":{"x":1}}}'),
      's1: icp_criteria: the value has what no value may have',
    ],
    ['no value', literal('null'), 's1: icp_criteria: null is no value'],
  ])('is sent back for %s', async (_, step, told) => {
    fresh(says(plan(step)))
    const many = Array.from({ length: 51 }, () => CONTEXT.account)
    const made = await paused({ goal: GOAL, context: { ...SELLING, many, few: [CONTEXT.account] } })
    expect([made.plan?.planner, made.plan?.fallback_reason]).toEqual(['rules', 'invalid_plan'])
    expect(problemsTold()).toContain(told)
  })

  test('may not do in a playbook what the goal forbids, nor more than the budget allows', async () => {
    fresh(says(plan(PLAYBOOK)))
    const made = await paused({ goal: "Score the account, but don't draft anything" })
    expect(made.plan?.fallback_reason).toBe('invalid_plan')
    expect(problemsTold()).toContain('The goal forbids draft_outbound_message')
    fresh(says(plan({ ...SCORE, for_each: 'context.accounts' })))
    const accounts = Array.from({ length: 40 }, () => CONTEXT.account)
    const poor = await paused({ goal: GOAL, context: { ...CONTEXT, accounts }, limits: { calls: 10 } })
    expect(poor.plan?.fallback_reason).toBe('over_budget')
  })
})

const KNOWN = new Set([
  'type',
  'additionalProperties',
  'required',
  'properties',
  'items',
  'enum',
  'description',
  'anyOf',
  '$ref',
  '$defs',
])

type Schema = {
  readonly type?: unknown
  readonly additionalProperties?: unknown
  readonly required?: readonly string[]
  readonly properties?: Readonly<Record<string, Schema>>
  readonly items?: Schema
  readonly anyOf?: readonly Schema[]
  readonly $ref?: string
  readonly $defs?: Readonly<Record<string, Schema>>
}

/** What a strict server refuses; `count` is of all properties. */
function notStrict(schema: Schema, at = 'root', depth = 1): { broken: string[]; count: number } {
  const broken = Object.keys(schema)
    .filter((key) => !KNOWN.has(key))
    .map((key) => `${at} has ${key}`)
  if (depth > 5) broken.push(`${at} is nested too deep`)
  const { properties = {}, items, type } = schema
  const names = Object.keys(properties)
  if (type === 'object' && schema.additionalProperties !== false) broken.push(`${at} is open`)
  if (type === 'object' && String(schema.required) !== String(names))
    broken.push(`${at} does not require all`)
  if (at === 'root' && type !== 'object') broken.push('the root is no object')
  const { anyOf = [], $ref, $defs = {} } = schema
  if ($ref !== undefined && !/^#\/\$defs\/[a-z]+$/.test($ref)) broken.push(`${at} leads elsewhere`)
  const inner = [
    ...anyOf.map((one, nth) => notStrict(one, `${at}|${nth}`, depth)),
    ...Object.entries($defs).map(([name, one]) => notStrict(one, name)),
    ...names.map((name) => notStrict(properties[name] ?? {}, `${at}.${name}`, depth + 1)),
    ...(items === undefined ? [] : [notStrict(items, `${at}[]`, depth)]),
  ]
  return {
    broken: [...broken, ...inner.flatMap((one) => one.broken)],
    count: names.length + inner.reduce((sum, { count }) => sum + count, 0),
  }
}

test('every shape that leaves is one that strict servers take', async () => {
  const sharing = await house(server.url, {
    registry: withLlm('{ planner: plan, model: gpt-4o-mini, share: values }'),
  })
  const draft = proposed('s1', 'draft_outbound_message', {
    template: 'context.template',
    prospect_data: 'context.prospect',
    improve: 'context.improve',
  })
  const before = server.received.length
  fresh(inTurn(says(plan(draft)), says(DRAFT_ANSWER)))
  const runId = await sharing.start({ goal: DRAFT_GOAL, context: DRAFT_CONTEXT })
  await sharing.runtime.engine.paused(runId, 60_000, new AbortController().signal)
  await sharing.runtime.stop()
  const formats = server.received.slice(before).map(({ body }) => body['response_format'])
  expect(formats).toHaveLength(2)
  for (const format of formats) {
    const { type, json_schema } = format as { type: string; json_schema: { strict: boolean; schema: Schema } }
    const { broken, count } = notStrict(json_schema.schema)
    expect([type, json_schema.strict, broken]).toEqual(['json_schema', true, []])
    expect(count).toBeLessThanOrEqual(100)
  }
})
