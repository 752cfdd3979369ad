// The playbooks that are shipped, and the one of the README, are carried out with the facts that stand beside them.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { parse } from 'yaml'
import { FLOWS, readScenario } from '../src/cli/demo/scenario.ts'
import { planDraftSchema } from '../src/registry/plan/draft.ts'
import type { RunState } from '../src/run/state.ts'
import { createRuntime, plan, type LibraryRequest, type Runtime } from '../src/runtime.ts'

const ROOT = join(import.meta.dirname, '..')
const read = (file: string): string => readFileSync(join(ROOT, file), 'utf8')
const exampleOf = (flow: string): string => join(ROOT, 'examples', `${flow.replaceAll('_', '-')}.yaml`)

/** The entries below `playbooks:` in the README; it is the last section of the registry. */
const ownPlaybook = (): string => /```yaml\nplaybooks:[^\n]*\n(.*?)```/s.exec(read('README.md'))?.[1] ?? ''

let runtime: Runtime
beforeAll(async () => {
  runtime = await createRuntime({ registry: `${read('registry.yaml')}${ownPlaybook()}`, dataDir: null })
})
afterAll(() => runtime.stop())

const reviewer = { id: 'reviewer', roles: ['approver'] }

/** The run at its end; whatever a person is asked for is approved. */
async function carriedOut(request: LibraryRequest): Promise<RunState> {
  const { runId } = await runtime.start(request)
  const patience = AbortSignal.timeout(50_000)
  for (;;) {
    const position = runtime.journal.position()
    const state = await runtime.engine.state(runId)
    const asked = Object.values(state.approvals).find(({ status }) => status === 'pending')
    if (state.finished !== null) return state
    if (asked === undefined) await runtime.journal.changed(position, patience)
    else
      await runtime.engine.decide(
        asked.approvalId,
        { decision: 'approve', reason: null, changes: null },
        reviewer,
      )
    patience.throwIfAborted()
  }
}

const STEPS: Readonly<Record<(typeof FLOWS)[number], readonly string[]>> = {
  prospecting: ['signals', 'score', 'draft', 'check', 'meet', 'qualify'],
  deal_desk: ['qualify', 'risk', 'battlecard', 'note'],
  territory_review: ['coverage', 'change'],
  win_loss_review: ['patterns', 'personas'],
}

test.each(FLOWS)('%s', async (flow) => {
  const { playbook, profile, context } = await readScenario(exampleOf(flow))
  const { status, finished } = await carriedOut({ playbook, profile, context })
  expect([playbook, status]).toEqual([flow, 'succeeded'])
  expect(finished?.completed.toSorted()).toEqual(STEPS[flow].toSorted())
})

test('the playbook of the README has at most 15 lines, and works', async () => {
  expect(ownPlaybook().split('\n').length).toBeLessThanOrEqual(15)
  const { context } = await readScenario(exampleOf('prospecting'))
  const { finished } = await carriedOut({ playbook: 'first_contact', context })
  expect(finished?.completed).toEqual(['fit', 'mail', 'check', 'deal'])
})

const README_PLAN = /```yaml\n(description: Letters[^`]*)```/

test('the plan with a group, a list and rules that the README has is carried out, and changed by its rules', async () => {
  const text = README_PLAN.exec(read('README.md'))?.[1] ?? ''
  const { context } = await readScenario(exampleOf('prospecting'))
  const contacts = ['Ann', 'Bo'].map((first_name) => ({ first_name, role: 'CFO', company: 'Acme' }))
  const draft = planDraftSchema.parse(parse(text))
  const asked = { plan: draft, profile: 'technical', context: { ...context, contacts } }
  const { status, revisions, plan: adopted } = await carriedOut(asked)
  expect([status, revisions?.map(({ rule }) => rule)]).toEqual(['succeeded', [1, 1]])
  expect(adopted?.replan?.rules.map(({ action }) => action)).toEqual(['redo', 'go_on'])
})

test('the builder gives the same data as is written by hand', () => {
  const built = plan('Two')
    .step('score_account_fit', { id: 'fit' })
    .step('assess_message_quality', { inputs: { message: ['context.a', { value: 'b' }] }, after: ['fit'] })
    .build()
  expect(built).toEqual({
    description: 'Two',
    steps: [
      { id: 'fit', tool: 'score_account_fit', inputs: {}, after: [] },
      { tool: 'assess_message_quality', inputs: { message: ['context.a', { value: 'b' }] }, after: ['fit'] },
    ],
  })
  expect(() => plan().step('x', { id: 'plan' }).build()).toThrow('See errors for every problem')
})
