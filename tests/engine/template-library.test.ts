// A tenant's library of message templates: what runs store in it stays, each version once, and other runs draft with it.
import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { libraryStream } from '../../src/events/library.ts'
import { CallError } from '../../src/run/failure.ts'
import { memoryJournal } from '../../src/journal/memory.ts'
import { tool as drafts } from '../../src/tools/engagement/draft-outbound-message.ts'
import { tool as manages } from '../../src/tools/engagement/manage-template-library.ts'
import { tool as replays } from '../../src/tools/governance/replay-run.ts'
import type { Tool } from '../../src/tools/tool.ts'
import { approve, pendingOf, registryFrom, reviewer, world, type World } from './world.ts'

const registry = registryFrom(readFileSync('registry.yaml', 'utf8'))
const PROFILE = 'sales_manager'
const journal = (writer: string) => memoryJournal({ writer })
const open = (over: Partial<Parameters<typeof world>[0]> = {}): Promise<World> =>
  world({ registry, tools: [manages, drafts, replays], journal: journal('first'), ...over })

const ask = (w: World, request: object, tenant = 'team'): Promise<string> =>
  w.run({
    goal: 'Manage the library of message templates',
    profile: PROFILE,
    tenant,
    context: { template_request: request },
  })

const outputOf = async (w: World, runId: string) => {
  const { steps } = await w.end(runId)
  return manages.output.parse(await w.engine.payload(runId, steps['s1']?.output ?? ''))
}

/** Asked for, approved and done. */
async function change(w: World, request: object, tenant?: string) {
  const runId = await ask(w, request, tenant)
  await w.engine.decide(pendingOf(await w.pause(runId)), approve, reviewer)
  return { runId, ...(await outputOf(w, runId)) }
}
const look = async (w: World, request: object, tenant?: string) => outputOf(w, await ask(w, request, tenant))

const QUARTER = { name: 'Quarter end', template: 'Subject: Your quarter\n\nHi {{name}}, a call?' }
const created = { operation: 'create', template_data: QUARTER }
const idsOf = ({ templates = [] }: Awaited<ReturnType<typeof look>>): string[] =>
  templates.map(({ template_id: id }) => id)

describe('the library of message templates', () => {
  test('C11 a change waits for a person before it is made; a look waits for nobody', async () => {
    const w = await open()
    const runId = await ask(w, created)
    const state = await w.pause(runId)
    expect(state.steps['s1']).toMatchObject({ status: 'awaiting_approval', attempt: 0 })
    expect(idsOf(await look(w, { operation: 'list' }))).toHaveLength(4)
    expect(idsOf(await look(w, {}))).toHaveLength(4)
    await w.engine.decide(pendingOf(state), { ...approve, decision: 'deny' }, reviewer)
    await w.end(runId)
    expect(idsOf(await look(w, {}))).toHaveLength(4)
  })

  test('C11 versions are kept: an update is the next one, what is deleted is offered no more', async () => {
    const w = await open()
    const { template_id: id = '' } = await change(w, created)
    const text = 'Hello {{name}}, a call?'
    expect(
      await change(w, { operation: 'update', template_id: id, template_data: { template: text } }),
    ).toMatchObject({
      stored: true,
      versions: [2, 1],
      template: { version: 2, template: text },
    })
    expect(await look(w, { operation: 'read', template_id: id, version: 1 })).toMatchObject({
      text: QUARTER.template,
    })
    await change(w, { operation: 'delete', template_id: id })
    expect(idsOf(await look(w, {}))).not.toContain(id)
    expect(await look(w, { operation: 'read', template_id: id, version: 2 })).toMatchObject({ text })
    expect(await change(w, created)).toMatchObject({ template: { version: 3 }, versions: [3, 2, 1] })
    // Of the folder of templates too: the library stands above it.
    await change(w, { operation: 'delete', template_id: 'after_demo' })
    expect(idsOf(await look(w, {}))).not.toContain('after_demo')
  })

  test('C11 a draft is written with the newest version of its own tenant', async () => {
    const w = await open()
    const { template_id = '' } = await change(w, created)
    const draft = async (tenant: string) => {
      const runId = await w.run({
        goal: 'Draft an outbound message',
        profile: PROFILE,
        tenant,
        context: { template_id, prospect: { name: 'Ann' } },
      })
      return (await w.pause(runId)).steps['s1']
    }
    expect((await draft('team'))?.status).toBe('reviewing')
    expect(await draft('others')).toMatchObject({ status: 'failed' })
    expect(idsOf(await look(w, {}, 'others'))).not.toContain(template_id)
    await change(w, { operation: 'delete', template_id })
    expect((await draft('team'))?.status).toBe('failed')
  })

  test('two that update at once make two versions', async () => {
    const w = await open()
    const updates = ['One {{name}}', 'Two {{name}}'].map((template) =>
      change(w, { operation: 'update', template_id: 'close_times', template_data: { template } }),
    )
    const versions = (await Promise.all(updates)).map(({ template }) => template?.version)
    expect(new Set(versions)).toEqual(new Set([3, 4]))
  })

  test('what is known of it is not in its events, and a new process knows it', async () => {
    const kept = journal('first')
    const w = await open({ journal: kept })
    const { template_id = '', runId } = await change(w, created)
    const events = await kept.read(libraryStream('templates', 'team'))
    expect(events).toMatchObject([
      {
        type: 'library_changed',
        data: { action: 'created', run_id: runId, step_id: 's1', by: 'operator-1' },
      },
    ])
    expect(JSON.stringify(events)).not.toMatch(/quarter/i)
    await w.engine.stop(1000)
    const next = await open({ journal: kept, writer: 'second' })
    expect(idsOf(await look(next, {}))).toContain(template_id)
  })
})

/** The answer of the first call is lost after it has stored. */
function losing(): Tool {
  let isLost = false
  return {
    ...manages,
    call: async (input, context) => {
      const output = await manages.call(input, context)
      if (isLost) return output
      isLost = true
      throw new CallError('system_network', 'The answer was lost.')
    },
  }
}

test('a change whose answer was lost is not made a second time', async () => {
  const w = await open({ tools: [losing()] })
  const runId = await ask(w, created)
  await w.engine.decide(pendingOf(await w.pause(runId)), approve, reviewer)
  // Every call that a person approves needs its own approval.
  const waiting = await w.when(
    runId,
    ({ steps }) => steps['s1']?.status === 'awaiting_approval' && steps['s1'].attempt === 1,
  )
  await w.engine.decide(pendingOf(waiting), approve, reviewer)
  expect(await outputOf(w, runId)).toMatchObject({ stored: true, template: { version: 1 } })
  expect(await w.journal.read(libraryStream('templates', 'team'))).toHaveLength(1)
})

test('a run that changed the library is recomputed without changing it', async () => {
  const w = await open()
  const { runId } = await change(w, created)
  const replayed = await w.run({
    goal: 'Replay the run',
    profile: PROFILE,
    context: { run_id: runId },
  })
  const { steps } = await w.end(replayed)
  expect(await w.engine.payload(replayed, steps['s1']?.output ?? '')).toMatchObject({
    verdict: 'same',
    same: 1,
  })
  expect(await w.journal.read(libraryStream('templates', 'team'))).toHaveLength(1)
})
