import { describe, expect, test } from 'vitest'
import type { RunState } from '../../src/run/state.ts'
import { CallError } from '../../src/run/failure.ts'
import { lawsBroken } from './laws.ts'
import { only } from './story.ts'
import {
  approve,
  change,
  deny,
  operator,
  pendingOf,
  registryFrom,
  reviewer,
  scripted,
  second,
  sendBack,
  world,
  type World,
} from './world.ts'

const registry = registryFrom(`
version: v1
metadata: { name: test, version: "1" }
tools:
  amber_write:
    { domain: engagement, description: amber, side_effects: propose, approval: { required: true, review: output },
      inputs: { about: { type: string, required: true } }, binds: { about: context.about },
      outputs: { text: { type: string } }, cost: 1 }
  birch_judge:
    { domain: engagement, description: birch, inputs: { text: { type: string, required: true } },
      binds: { text: amber_write.text }, judges: amber_write.text, outputs: { grade: { type: string } }, cost: 1 }
  cedar_use:
    { domain: engagement, description: cedar, inputs: { text: { type: string, required: true } },
      binds: { text: amber_write.text }, outputs: { used: { type: string } }, cost: 1 }
  dolphin_tell:
    { domain: engagement, description: dolphin, inputs: { grade: { type: string, required: true } },
      binds: { grade: birch_judge.grade }, outputs: { told: { type: string } }, cost: 1 }
profiles:
  test:
    allowed_tools: [amber_write, birch_judge, cedar_use, dolphin_tell]
    approvers: { role: approver, quorum: 1, exclude_requester: true, timeout_s: 100 }
    timeout_seconds: 60
`)

type Office = {
  readonly w: World
  readonly runId: string
  readonly graded: string[]
  now: () => Promise<RunState>
}

async function office(judge?: () => never): Promise<Office> {
  const graded: string[] = []
  const w = await world({
    registry,
    tools: [
      scripted('amber_write', ({ about }) => ({ text: `about ${String(about)}` })),
      scripted('birch_judge', ({ text }) => {
        graded.push(String(text))
        return judge?.() ?? { grade: `grade of ${String(text)}` }
      }),
      scripted('cedar_use', ({ text }) => ({ used: text })),
      scripted('dolphin_tell', ({ grade }) => ({ told: grade })),
    ],
  })
  const runId = await w.run({ goal: 'amber, birch, cedar, dolphin', context: { about: 'prices' } })
  return { w, runId, graded, now: () => w.pause(runId) }
}

const statuses = ({ steps }: RunState): Record<string, string> =>
  Object.fromEntries(Object.values(steps).map(({ plan, status }) => [plan.tool.split('_')[0], status]))

async function lawful({ w, runId }: Office): Promise<void> {
  expect(lawsBroken(await w.events(runId))).toEqual([])
  expect(w.failures).toEqual([])
}

describe('a proposal that is judged', () => {
  test('is judged before a person is asked, and released to nobody else before it is approved', async () => {
    const here = await office()
    const asked = await here.now()
    expect(statuses(asked)).toEqual({
      amber: 'reviewing',
      birch: 'reviewing',
      cedar: 'pending',
      dolphin: 'pending',
    })
    expect(asked.status).toBe('waiting')
    const [approval] = Object.values(asked.approvals)
    const said = await here.w.engine.payload(here.runId, approval?.judgements?.[0]?.output ?? '')
    expect(said).toEqual({ grade: 'grade of about prices' })
    await here.w.engine.decide(pendingOf(asked), approve, reviewer)
    const done = await here.now()
    expect(done.finished).toMatchObject({
      status: 'succeeded',
      completed: ['s1', 's2', 's3', 's4'],
      calls: 4,
    })
    await lawful(here)
  })

  test('is judged anew in every revision, whoever made it', async () => {
    const here = await office()
    await here.w.engine.decide(pendingOf(await here.now()), change({ output: { text: 'mine' } }), reviewer)
    const edited = await here.now()
    await expect(here.w.engine.decide(pendingOf(edited), approve, reviewer)).rejects.toMatchObject({
      code: 'APPROVER_IS_REQUESTER',
    })
    await here.w.engine.decide(pendingOf(edited), change({ inputs: { about: 'terms' } }), second)
    const again = await here.now()
    expect(here.graded).toEqual(['about prices', 'mine', 'about terms'])
    expect(Object.values(again.approvals).map(({ judgements }) => judgements?.length)).toEqual([1, 1, 1])
    await here.w.engine.cancel(here.runId, { by: operator, reason: null })
    await here.w.end(here.runId)
    await lawful(here)
  })

  test('takes what its judge said with it when it is denied, and a resumed run begins both anew', async () => {
    const here = await office()
    await here.w.engine.decide(pendingOf(await here.now()), deny, reviewer)
    const denied = await here.w.end(here.runId)
    expect(denied.finished).toMatchObject({ status: 'failed', completed: [], cause: 'policy_denied' })
    expect(denied.steps['s3']).toMatchObject({ status: 'skipped', skipReason: 'dependency_failed' })
    const { runId } = await here.w.engine.resume(here.runId, operator)
    const resumed = await here.w.pause(runId)
    expect(statuses(resumed)).toMatchObject({ amber: 'reviewing', birch: 'reviewing' })
    await lawful(here)
  })

  test('is reviewed also where its judge fails', async () => {
    const here = await office(() => {
      throw new CallError('user_invalid_input', 'Nothing to judge.', { happened: 'no' })
    })
    const asked = await here.now()
    expect(statuses(asked)).toMatchObject({ amber: 'reviewing', birch: 'failed' })
    expect(Object.values(asked.approvals)[0]?.judgements).toBeUndefined()
    await here.w.engine.decide(pendingOf(asked), approve, reviewer)
    expect((await here.w.end(here.runId)).finished).toMatchObject({
      status: 'partial',
      completed: ['s1', 's2'],
    })
    await lawful(here)
  })
})

test('whoever waits for a run until it needs a person is told at once that it does, and at its end', async () => {
  const here = await office()
  const { engine } = here.w
  // Nobody waits so long: only the run itself can answer.
  const wait = (): Promise<RunState> => engine.paused(here.runId, 2 ** 31 - 1, new AbortController().signal)
  const asked = await wait()
  expect(asked.status).toBe('waiting')
  expect((await wait()).version).toBe(asked.version)
  const ended = engine.settled(here.runId, 2 ** 31 - 1, new AbortController().signal)
  await engine.decide(pendingOf(asked), approve, reviewer)
  expect((await wait()).finished?.status).toBe('succeeded')
  expect((await ended).finished?.status).toBe('succeeded')
})

describe('what a reviewer sends back in words alone', () => {
  test('waits for its requester, who gives other inputs for the next revision', async () => {
    const here = await office()
    const first = pendingOf(await here.now())
    await here.w.engine.decide(first, sendBack, reviewer)
    const back = await here.now()
    expect(back).toMatchObject({ status: 'waiting', approvals: { [first]: { status: 'changes_requested' } } })
    expect(back.steps['s1']).toMatchObject({ status: 'changes_requested', revision: 1 })
    const revise = (by: typeof operator, inputs: Record<string, unknown> = { about: 'terms' }) =>
      here.w.engine.revise(here.runId, 's1', { inputs, by })
    await expect(revise(reviewer)).rejects.toMatchObject({ code: 'NOT_THE_REQUESTER', status: 403 })
    await expect(revise(operator, { about: 7 })).rejects.toMatchObject({
      code: 'CHANGES_INVALID',
      problems: [{ path: 'about', message: expect.stringMatching(/^must be /) }],
    })
    await expect(here.w.engine.revise(here.runId, 's2', { inputs: {}, by: operator })).rejects.toMatchObject({
      code: 'NOTHING_TO_REVISE',
    })
    await expect(here.w.engine.revise(here.runId, 's9', { inputs: {}, by: operator })).rejects.toMatchObject({
      code: 'STEP_NOT_FOUND',
    })
    await here.w.engine.cancel(here.runId, { by: operator, reason: null })
    expect((await here.w.end(here.runId)).finished?.status).toBe('cancelled')
    await lawful(here)
  })

  test('becomes the revision that its requester made, and is judged and approved as any other', async () => {
    const here = await office()
    await here.w.engine.decide(pendingOf(await here.now()), sendBack, reviewer)
    await here.now()
    await here.w.engine.revise(here.runId, 's1', { inputs: { about: 'terms' }, by: operator })
    const again = await here.now()
    expect(again.steps['s1']).toMatchObject({ status: 'reviewing', revision: 2 })
    expect(here.graded).toEqual(['about prices', 'about terms'])
    await here.w.engine.decide(pendingOf(again), approve, reviewer)
    expect((await here.w.end(here.runId)).finished?.status).toBe('succeeded')
    const events = await here.w.events(here.runId)
    expect(only(events, 'step_revised')).toMatchObject([
      { data: { step_id: 's1', revision: 2, by: operator.id } },
    ])
    await lawful(here)
  })
})
