// What explain_recommendation and replay_run say of runs that really happened, and to whom.
import { readFileSync } from 'node:fs'
import * as fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { z } from 'zod'
import type { RunState } from '../../../src/run/state.ts'
import {
  createRuntime,
  defineTool,
  type LibraryRequest,
  type Principal,
  type Runtime,
} from '../../../src/runtime.ts'
import { tool as explain } from '../../../src/tools/governance/explain-recommendation.ts'
import { valueDifferences } from '../../../src/tools/governance/output-differences.ts'
import { tool as replay } from '../../../src/tools/governance/replay-run.ts'
import { runSingle } from '../../../src/tools/single.ts'
import { summaryOf } from '../../../src/tools/summary.ts'
import { problemPaths } from '../properties.ts'

let effects = 0
const note = defineTool({
  name: 'note',
  input: z.strictObject({ text: z.string() }),
  output: z.strictObject({ count: z.int() }),
  run: () => ({ count: (effects += 1) }),
})

const shipped = readFileSync('registry.yaml', 'utf8')
const registry = shipped
  .replace(
    '\n# Who may use which tools, under',
    `
  note:
    domain: engagement
    description: Jots something down in the ledger.
    side_effects: execute
    approval: { required: true, review: call, risk: high }
    inputs: { text: { type: string, required: true } }
    outputs: { count: { type: integer, required: true } }
    binds: { text: context.text }
    cost: 1

# Who may use which tools, under`,
  )
  .replace('  technical:\n    allowed_tools:\n', '  technical:\n    allowed_tools:\n      - note\n')
  // The demo's runs can be asked about under the demo's profile as well.
  .replace('  demo:\n    allowed_tools:\n', '  demo:\n    allowed_tools:\n      - explain_recommendation\n')

const reviewer: Principal = { id: 'reviewer', roles: ['approver'] }
const asker: Principal = { id: 'asker', roles: ['operator', 'viewer'] }

let runtime: Runtime
beforeAll(async () => {
  runtime = await createRuntime({ registry, dataDir: null, tools: [note] })
})
afterAll(() => runtime.stop())

const patience = () => AbortSignal.timeout(60_000)

const started = async (request: LibraryRequest): Promise<string> =>
  (await runtime.start({ by: asker, profile: 'technical', ...request })).runId

const settled = (runId: string): Promise<RunState> => runtime.engine.settled(runId, 60_000, patience())

/** Waits until a person is asked, and answers as `changes` say, then approves. */
async function approved(runId: string, changes: { output: unknown } | null = null): Promise<RunState> {
  let edit = changes
  for (;;) {
    const state = await runtime.engine.paused(runId, 60_000, patience())
    const asked = Object.values(state.approvals).find(({ status }) => status === 'pending')
    if (state.finished !== null || asked === undefined) return state
    const decision = edit === null ? 'approve' : 'request_changes'
    const by = edit === null ? reviewer : { ...reviewer, id: 'editor' }
    await runtime.engine.decide(
      asked.approvalId,
      { decision, reason: edit === null ? 'looks right' : 'better words', changes: edit },
      by,
    )
    edit = null
  }
}

async function asked(goal: string, runId: string, request: LibraryRequest = {}) {
  const { status, steps } = await runtime.run({
    by: asker,
    profile: 'technical',
    goal,
    context: { run_id: runId },
    ...request,
  })
  return { status, step: steps[0] }
}

const explained = async (runId: string) =>
  explain.output.parse((await asked('explain the recommendation', runId)).step?.output)
const replayed = async (runId: string) =>
  replay.output.parse((await asked('replay the run', runId)).step?.output)

const account = { account_id: 'a1', name: 'Acme', revenue: '€25M', industry: 'Industrial software' }
const SCORE: LibraryRequest = {
  goal: 'Score the account',
  context: { account, icp_criteria: { min_revenue: 5_000_000, industries: ['software'] } },
}
const DRAFT: LibraryRequest = {
  goal: 'Draft an email',
  context: {
    template: 'Subject: Hello\n\nHello {{name}}, would you be open to a call?',
    prospect: { name: 'Kim' },
  },
}

describe('explain_recommendation', () => {
  test('gives what was advised, on which grounds, from which inputs and under which rules', async () => {
    const runId = await started(SCORE)
    await settled(runId)
    const output = await explained(runId)
    expect(output).toMatchObject({
      run_id: runId,
      status: 'succeeded',
      goal: 'Score the account',
      requester: 'asker',
      profile: 'technical',
      planned: { planner: 'rules', model: null },
      verdict: 'explained',
      recommendations: [
        {
          step_id: 's1',
          tool: 'score_account_fit',
          field: 'recommendation',
          value: 'high_priority',
          grounds: expect.arrayContaining([expect.objectContaining({ field: 'reasoning' })]),
        },
      ],
      steps: [
        {
          step_id: 's1',
          status: 'completed',
          inputs: [
            { name: 'account', from: ['context.account'] },
            { name: 'icp_criteria', from: ['context.icp_criteria'] },
          ],
          rules: [
            'score_account_fit is read-only, of domain intelligence, and costs 0.5 units a call',
            'it may be called 3 times',
          ],
          gave_nothing: null,
        },
      ],
    })
    expect(output.steps[0]?.because).not.toBe('')
    const lines = await summaryOf(explain, output)
    expect(lines).toContain('s1 score_account_fit recommendation: high_priority')
    expect(lines).toContain('  input: account from context.account')
  })

  test('names who decided and why, and shows no proposal before that', async () => {
    const runId = await started(DRAFT)
    await runtime.engine.paused(runId, 60_000, patience())
    const before = await explained(runId)
    expect(before.steps[0]).toMatchObject({
      says: [],
      decisions: [],
      gave_nothing: expect.stringContaining('not over'),
    })
    expect(JSON.stringify(before)).not.toContain('Hello Kim')
    await approved(runId)
    const after = await explained(runId)
    expect(after.steps[0]).toMatchObject({
      decisions: [{ by: 'reviewer', decision: 'approved', reason: 'looks right' }],
      rules: expect.arrayContaining([
        expect.stringContaining('its output is seen by 1 approver, never who asked'),
      ]),
    })
    expect(JSON.stringify(after.steps[0]?.says)).toContain('Hello Kim')
  })

  test('says why a step gave nothing', async () => {
    const runId = await started(DRAFT)
    const state = await runtime.engine.paused(runId, 60_000, patience())
    const [approvalId = ''] = Object.keys(state.approvals)
    await runtime.engine.decide(approvalId, { decision: 'deny', reason: 'not now', changes: null }, reviewer)
    const { verdict, steps } = await explained(runId)
    expect([verdict, steps[0]?.gave_nothing]).toEqual(['nothing_recommended', 'a person denied it'])
  })

  test('one step alone is explained where it is named', async () => {
    const runId = await started({
      playbook: 'deal_desk',
      context: { opportunity: { opportunity_id: 'o1', stage: 'proposal', criteria: { budget: true } } },
    })
    await settled(runId)
    const plan = {
      steps: [
        { tool: 'explain_recommendation', inputs: { run_id: { value: runId }, step_id: { value: 'risk' } } },
      ],
    }
    const { steps } = await runtime.run({ by: asker, profile: 'technical', plan })
    expect(explain.output.parse(steps[0]?.output).steps.map(({ step_id }) => step_id)).toEqual(['risk'])
  })
})

describe('replay_run', () => {
  test('makes every step again that asks nobody, and finds them the same', async () => {
    const runId = await started({
      goal: 'Score the account, draft an email, assess its quality and qualify the opportunity',
      context: {
        ...SCORE.context,
        ...DRAFT.context,
        opportunity: { opportunity_id: 'o1', criteria: { budget: 'yes' } },
      },
    })
    await approved(runId)
    expect(await replayed(runId)).toMatchObject({
      verdict: 'same',
      registry: { same: true },
      same: 4,
      different: 0,
      failed: 0,
      left_out: 0,
    })
  })

  test('calls nothing with effects and no vendor, and says so', async () => {
    const noted = await started({ plan: { steps: [{ tool: 'note', inputs: { text: { value: 'x' } } }] } })
    await approved(noted)
    const signals = await started({
      goal: 'retrieve the account signals',
      context: { account_id: 'acme-001', fetch_from_crm: true },
    })
    await settled(signals)
    const before = effects
    expect(before).toBeGreaterThan(0)
    expect((await replayed(noted)).steps).toMatchObject([{ result: 'left_out', why: 'It has effects.' }])
    expect(await replayed(signals)).toMatchObject({
      verdict: 'nothing_made_again',
      steps: [{ result: 'left_out', why: 'It asks a vendor.' }],
    })
    expect(effects).toBe(before)
  })

  test('leaves out what reads other runs', async () => {
    const runId = await started(SCORE)
    await settled(runId)
    const explaining = await started({ goal: 'explain the recommendation', context: { run_id: runId } })
    await settled(explaining)
    expect((await replayed(explaining)).steps).toMatchObject([
      { result: 'left_out', why: 'It reads other runs.' },
    ])
  })

  test('tells what a person had edited', async () => {
    const runId = await started(DRAFT)
    await approved(runId, { output: { message_draft: 'Hello Kim, edited. Would you be open to a call?' } })
    const { verdict, steps } = await replayed(runId)
    expect(verdict).toBe('different')
    expect(steps[0]).toMatchObject({ result: 'different', edited: true })
    expect(steps[0]?.differences).toContainEqual({
      path: 'message_draft',
      before: 'Hello Kim, edited. Would you be open to a call?',
      now: 'Hello Kim, would you be open to a call?',
    })
  })

  test('tells what another registry asks for, and what it refuses', async () => {
    const runId = await started(SCORE)
    await settled(runId)
    const other = registry.replace(
      '      - output.fit_score: { min: 0, max: 1 }\n    cost: 0.5',
      '      - output.fit_score: { min: 0, max: 0.01 }\n    cost: 0.7',
    )
    expect(other).not.toBe(registry)
    await runtime.reload(other, { id: 'admin', roles: ['admin'] })
    try {
      const output = await replayed(runId)
      expect(output).toMatchObject({ verdict: 'different', registry: { same: false }, failed: 1 })
      expect(output.steps[0]).toMatchObject({
        result: 'failed',
        policy: [{ path: 'cost', before: 0.5, now: 0.7 }],
      })
      expect(await summaryOf(replay, output)).toContain('  policy: cost: 0.5, now 0.7')
    } finally {
      await runtime.reload(registry, { id: 'admin', roles: ['admin'] })
    }
  })
})

describe('who may ask about a run', () => {
  test('a run of another tenant is not there', async () => {
    const runId = await started({ ...SCORE, tenant: 'acme' })
    await settled(runId)
    for (const goal of ['explain the recommendation', 'replay the run']) {
      const { status, step } = await asked(goal, runId, { tenant: 'globex' })
      expect([status, step?.error?.mode, step?.output]).toEqual(['failed', 'user_invalid_input', null])
      expect((await asked(goal, runId, { tenant: 'acme' })).status).toBe('succeeded')
    }
  })

  test('whose key is limited to profiles reads no run of another one', async () => {
    const runId = await started(SCORE)
    await settled(runId)
    const limited: Principal = { ...asker, limitedTo: { tenants: null, profiles: ['demo'] } }
    const goal = 'explain the recommendation'
    expect((await asked(goal, runId, { profile: 'demo', by: limited })).step?.error?.mode).toBe(
      'user_invalid_input',
    )
    expect((await asked(goal, runId, { profile: 'demo' })).status).toBe('succeeded')
    const own = await started({ ...SCORE, profile: 'demo' })
    await settled(own)
    expect((await asked(goal, own, { profile: 'demo', by: limited })).status).toBe('succeeded')
  })

  test('nothing of a past run is in the events of the one that asks', async () => {
    const runId = await started({ ...SCORE, goal: 'Score the account Zyxwv Ltd' })
    await settled(runId)
    const asking = await started({ goal: 'explain the recommendation', context: { run_id: runId } })
    await settled(asking)
    expect(JSON.stringify(await runtime.journal.read(asking))).not.toContain('Zyxwv')
  })

  test.each([explain, replay])(
    'outside a run there is no journal for $name, and what is no run is refused',
    async (tool) => {
      expect(await runSingle(tool, { run_id: 'run_0123456789ab' })).toMatchObject({
        error: { code: 'system_unavailable' },
      })
      expect(await problemPaths(tool, { run_id: '../../etc/passwd' })).toEqual(['run_id'])
      expect(await problemPaths(tool, {})).toEqual(['run_id'])
      await fc.assert(
        fc.asyncProperty(fc.oneof(fc.jsonValue(), fc.record({ run_id: fc.string() })), async (input) => {
          const result = await runSingle(tool, input)
          expect(
            'error' in result && ['INVALID_INPUT', 'system_unavailable'].includes(result.error.code),
          ).toBe(true)
        }),
      )
    },
  )

  test('an id that is none is refused before a run is accepted; one of nobody fails its step', async () => {
    const refused = runtime.start({
      by: asker,
      profile: 'technical',
      goal: 'replay the run',
      context: { run_id: 7 },
    })
    await expect(refused).rejects.toMatchObject({
      code: 'INPUT_INVALID',
      problems: [{ path: 'context.run_id' }],
    })
    const { step } = await asked('replay the run', 'run_0123456789abcdef01234567')
    expect(step?.error?.mode).toBe('user_invalid_input')
  })
})

test('two values differ at no path exactly when they are equal', () => {
  fc.assert(
    fc.property(fc.jsonValue(), (value) => {
      expect(valueDifferences(value, structuredClone(value))).toEqual([])
      expect(valueDifferences({ a: value, b: 1 }, { a: [value], b: 1 })).not.toEqual([])
      expect(valueDifferences({ a: value }, { a: value, b: 1 })).toEqual([
        { path: 'b', before: null, now: 1 },
      ])
    }),
  )
  expect(valueDifferences({ a: [1, { b: 2 }], c: 3 }, { a: [1, { b: 4 }, 5], d: 6 })).toEqual([
    { path: 'a.1.b', before: 2, now: 4 },
    { path: 'a.2', before: null, now: 5 },
    { path: 'c', before: 3, now: null },
    { path: 'd', before: null, now: 6 },
  ])
})
