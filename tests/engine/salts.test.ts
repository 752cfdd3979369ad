// What people say cannot be recognised by its digest once it is gone: every payload of a run, of the control stream and
// the digest under an idempotency key is named with the salt of its stream, and no event holds the salt.
import { expect, test } from 'vitest'
import { digestOf, payloadOf } from '../../src/events/digest.ts'
import { CONTROL_STREAM } from '../../src/events/control.ts'
import { smallRegistry } from './small.ts'
import { openStore } from './store.ts'
import { approve, operator, pendingOf, reviewer, scripted, world } from './world.ts'

const goal = 'amber and eagle'
const said = { goal, context: { lost: 'ana@example.com' }, idempotencyKey: 'order-1' }

test('equal words have another name in each run, and none is a plain digest', async () => {
  const store = openStore()
  const registry = smallRegistry()
  const tools = [
    scripted('amber_work', () => ({ value: 'yes' })),
    scripted('eagle_work', () => ({ value: 'yes' })),
  ]
  const life = store.open('one')
  const w = await world({ registry, tools, journal: life.journal, writer: 'one' })
  const first = await w.run(said)
  await w.engine.decide(pendingOf(await w.pause(first)), approve, reviewer)
  await w.end(first)
  const second = await w.run({ ...said, idempotencyKey: 'order-2' })
  await w.pause(second)
  await w.engine.cancel(second, { by: operator, reason: 'no' })
  await w.engine.freeze({ scope: 'tenant', key: 'team', reason: 'no' }, operator)
  life.kill()

  // After a restart a repeated request is still recognised, under the salt of the run it made.
  const next = await world({ registry, tools, journal: store.open('two').journal, writer: 'two' })
  expect(await next.run(said)).toBe(first)
  await expect(next.run({ ...said, context: {} })).rejects.toMatchObject({ code: 'IDEMPOTENCY_CONFLICT' })

  const appends = store.written.map(({ append }) => append)
  const payloads = appends.flatMap(({ runId, payloads: kept }) =>
    kept.map((payload) => ({ runId, ...payload })),
  )
  const words = payloads.filter(({ digest }) => digest !== registry.digest)
  expect(words.length).toBeGreaterThan(8)
  for (const { digest, body } of words) expect(digest).not.toBe(digestOf(JSON.parse(body)))
  const names = new Map<string, string>()
  for (const { runId, digest, body } of words) {
    expect(names.get(digest) ?? `${runId} ${body}`).toBe(`${runId} ${body}`)
    names.set(digest, `${runId} ${body}`)
  }
  const streams = [...new Set(appends.map(({ runId }) => runId))]
  expect(streams).toEqual([CONTROL_STREAM, first, second])
  const events = JSON.stringify(await next.journal.readAll(0, 1000))
  for (const runId of streams) {
    const salt = (await next.journal.stream(runId))?.salt ?? ''
    expect(salt).toMatch(/^[0-9a-f]{32}$/)
    expect(events).not.toContain(salt)
    for (const payload of words.filter((one) => one.runId === runId))
      expect(payload.digest).toBe(payloadOf(JSON.parse(payload.body), salt).digest)
  }
  const requests = appends.flatMap(({ idempotency }) => (idempotency ? [idempotency.digest] : []))
  const plain = { profile: 'test', tenant: 'team', planner: 'rules', limits: {}, resumes: null }
  expect(new Set(requests).size).toBe(2)
  expect(requests).not.toContain(digestOf({ goal, context: said.context, ...plain }))
})
