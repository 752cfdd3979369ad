// The playbooks that are shipped, and the one of the README, are carried out with the facts that stand beside them.
import { existsSync, readFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { parse as parseCsv } from 'csv-parse/sync'
import express from 'express'
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest'
import { parse } from 'yaml'
import { FLOWS, readScenario } from '../src/cli/demo/scenario.ts'
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

/** What a step of the run gave. */
const outputOf = async ({ runId, steps }: RunState, step: string): Promise<unknown> =>
  runtime.engine.payload(runId, steps[step]?.output ?? '')

test('the samples are what the flows work with: 60 deals, the knowledge of the folder, a template of the library', async () => {
  const flow = async (name: (typeof FLOWS)[number]): Promise<RunState> => {
    const { playbook, profile, context } = await readScenario(exampleOf(name))
    return carriedOut({ playbook, profile, context })
  }
  expect(await outputOf(await flow('win_loss_review'), 'patterns')).toMatchObject({
    summary: { total_deals: 60, active_count: 0 },
    verdict: 'sufficient_data',
  })
  const deal = await flow('deal_desk')
  const card = (await outputOf(deal, 'battlecard')) as {
    strengths: { source: string; line: number; text: string }[]
  }
  expect(card.strengths.length).toBeGreaterThan(0)
  for (const { source } of card.strengths)
    expect(existsSync(join(ROOT, 'examples/knowledge', source))).toBe(true)
  expect(await outputOf(await flow('prospecting'), 'draft')).toMatchObject({
    subject: 'Shorter close times for Acme Robotics',
    missing_variables: [],
  })

  // The receipt of the note stands with its event, which tells nobody what it was about.
  const written = (await runtime.journal.read(deal.runId)).find(
    (event) => event.type === 'tool_call_complete' && event.data.tool === 'log_crm_activity',
  )
  const kept = deal.steps['note']?.receipt ?? ''
  expect(written?.data).toMatchObject({
    receipt: { record: kept, guarantee: 'exactly_once', created_or_found: 'created' },
  })
  const { receipt } = (await outputOf(deal, 'note')) as { receipt: { id: string } }
  expect(await runtime.engine.payload(deal.runId, kept)).toEqual(receipt)
  expect(JSON.stringify(written)).not.toContain(receipt.id)
})

/** A path of the product over HTTP. */
async function overHttp() {
  const server = createServer(express().use(runtime.router))
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => {
    server.closeAllConnections()
    server.close()
  })
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}

test('the command of the README scores and drafts for the 30 accounts of the sample, whatever dirt is in them', async () => {
  const url = await overHttp()
  const query = new URLSearchParams({
    playbook: 'prospecting',
    profile: 'sales_manager',
    map: /examples\/accounts\.csv .*?--map "([^"]*)"/s.exec(read('README.md'))?.[1] ?? '',
    context: JSON.stringify(parse(read('examples/accounts-common.yaml'))),
  })
  const posted = await fetch(`${url}/v1/batches?${query.toString()}`, {
    method: 'POST',
    headers: { 'content-type': 'text/csv' },
    body: readFileSync(join(ROOT, 'examples/accounts.csv')),
  })
  const accepted = (await posted.json()) as { batch_id: string }
  expect(accepted).toMatchObject({ items: 30, rejected: 0 })
  const patience = AbortSignal.timeout(50_000)
  const atRest = async (): Promise<Record<string, unknown>> => {
    for (;;) {
      const position = runtime.journal.position()
      const shown = await (await fetch(`${url}/v1/batches/${accepted.batch_id}`)).json()
      const { status } = shown as { status: string }
      if (status !== 'running' && status !== 'accepted') return shown as Record<string, unknown>
      patience.throwIfAborted()
      // The lists follow the journal a moment later.
      await runtime.journal.changed(position, AbortSignal.any([patience, AbortSignal.timeout(500)]))
    }
  }
  // Every draft is a proposal, which a person releases.
  expect(await atRest()).toMatchObject({ status: 'waiting' })
  const results = await fetch(
    `${url}/v1/batches/${accepted.batch_id}/results?format=csv&outputs=score.fit_score,score.recommendation`,
  )
  const rows = parseCsv(await results.text(), { bom: true, columns: true }) as Record<string, string>[]
  const scoreOf = (id: string): string | undefined =>
    rows.find((row) => row['account.account_id'] === id)?.['score.fit_score']
  expect(rows).toHaveLength(30)
  expect(['001A2', '001A3', '001A5', '001B2', '001C2', '001C9'].map(scoreOf)).toEqual([
    '1',
    '0.85',
    '0.15',
    '0.85',
    '0.5',
    '0.5',
  ])
})

test('the playbook of the README has at most 15 lines, and works', async () => {
  expect(ownPlaybook().split('\n').length).toBeLessThanOrEqual(15)
  const { context } = await readScenario(exampleOf('prospecting'))
  const { finished } = await carriedOut({ playbook: 'first_contact', context })
  expect(finished?.completed).toEqual(['fit', 'mail', 'check', 'deal'])
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
