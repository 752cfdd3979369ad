// One stream for all that changes: named in the order of the journal, gone on with where it broke off, and only what the
// caller may know of. The whole product behind a real door.
import { readFileSync } from 'node:fs'
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest'
import { parse } from 'yaml'
import { z } from 'zod'
import { newKey, parseKeys } from '../../src/http/callers/keys.ts'
import { createRuntime, type Runtime } from '../../src/runtime.ts'
import { served } from './served.ts'

const REGISTRY = readFileSync(new URL('../../registry.yaml', import.meta.url), 'utf8')
const EXAMPLE = z
  .object({ goal: z.string(), context: z.record(z.string(), z.unknown()) })
  .parse(parse(readFileSync(new URL('../../examples/acme.yaml', import.meta.url), 'utf8')))

const ALL = ['viewer', 'operator', 'approver', 'admin']
const KEYS: Readonly<Record<string, object>> = {
  ann: { roles: ALL },
  bob: { roles: ALL },
  acme: { roles: ALL, tenants: ['acme'] },
  technical: { roles: ALL, profiles: ['technical'] },
  operator: { roles: ['operator'] },
}
const made = Object.entries(KEYS).map(([id, entry]) => ({ id, ...newKey(), ...entry }))
const file = JSON.stringify({ keys: made.map(({ key: _key, ...entry }) => entry) })
const bearer = (id: string) => ({ authorization: `Bearer ${made.find((one) => one.id === id)?.key}` })

let runtime: Runtime
let url = ''
let close: () => Promise<void>

beforeAll(async () => {
  runtime = await createRuntime({ registry: REGISTRY, dataDir: null, keys: parseKeys(file) })
  ;({ url, close } = await served(runtime))
})
afterAll(async () => close?.())

type Frame = {
  readonly event: string
  readonly data: Record<string, unknown>
  readonly id: string | undefined
}

const fieldOf = (frame: string, name: string): string | undefined =>
  frame
    .split('\n')
    .find((line) => line.startsWith(`${name}: `))
    ?.slice(name.length + 2)

/** The frames of a stream as they come; closed with the test. */
async function follow(who: string, after?: string) {
  const gone = new AbortController()
  onTestFinished(() => gone.abort())
  const answer = await fetch(`${url}/v1/stream`, {
    headers: { ...bearer(who), ...(after === undefined ? {} : { 'last-event-id': after }) },
    signal: gone.signal,
  })
  if (answer.body === null || answer.status !== 200) return { status: answer.status, next: null, gone }
  const reader = answer.body.pipeThrough(new TextDecoderStream()).getReader()
  let text = ''
  const next = async (): Promise<Frame> => {
    for (;;) {
      const end = text.indexOf('\n\n')
      if (end >= 0) {
        const frame = text.slice(0, end)
        text = text.slice(end + 2)
        const data = fieldOf(frame, 'data')
        if (data === undefined) continue
        return {
          event: fieldOf(frame, 'event') ?? '',
          data: JSON.parse(data) as Frame['data'],
          id: fieldOf(frame, 'id'),
        }
      }
      const { value, done } = await reader.read()
      if (done) throw new Error('the stream has ended')
      text += value
    }
  }
  return { status: answer.status, next, gone }
}

/** Every frame up to and with the first one like this. */
async function until(
  next: (() => Promise<Frame>) | null,
  wanted: (frame: Frame) => boolean,
): Promise<Frame[]> {
  if (next === null) throw new Error('there is no stream')
  const frames: Frame[] = []
  for (;;) {
    const frame = await next()
    frames.push(frame)
    if (wanted(frame)) return frames
  }
}

async function post(path: string, who: string, body: object): Promise<Record<string, unknown>> {
  const headers = { 'content-type': 'application/json', ...bearer(who) }
  const answer = await fetch(`${url}${path}`, { method: 'POST', headers, body: JSON.stringify(body) })
  if (!answer.ok) throw new Error(await answer.text())
  return z.record(z.string(), z.unknown()).parse(await answer.json())
}

/** A run of the example that waits for a person. */
async function waiting(tenant: string, profile = 'demo'): Promise<{ runId: string; approvalId: string }> {
  const body = { ...EXAMPLE, tenant, profile }
  const run = await post('/v1/runs?wait=60&until=person', 'ann', body)
  const [approval] = z.array(z.object({ approval_id: z.string() })).parse(run['pending_approvals'])
  return { runId: String(run['run_id']), approvalId: approval?.approval_id ?? '' }
}

const approve = (approvalId: string) =>
  post(`/v1/approvals/${approvalId}/decision`, 'bob', { decision: 'approve' })

const isOver =
  (runId: string) =>
  ({ event, data }: Frame): boolean =>
    event === 'run' &&
    data['run_id'] === runId &&
    z.array(z.string()).parse(data['events']).includes('run_finished')

test('names runs, approvals, budgets, signals and what is in force, and no content of any', async () => {
  const live = await follow('ann')
  const { runId, approvalId } = await waiting('acme')
  await approve(approvalId)
  await post('/v1/freezes', 'bob', { scope: 'tenant', key: 'umbrella', reason: 'for the test' })
  const frames = await until(live.next, ({ event }) => event === 'control')
  expect(frames[0]).toMatchObject({ event: 'hello' })
  expect(frames).toContainEqual(
    expect.objectContaining({ event: 'control', data: { type: 'freeze_changed' } }),
  )
  const changes = frames.filter(({ event }) => event === 'approval').map(({ data }) => data)
  expect(changes).toEqual([
    { approval_id: approvalId, run_id: runId, tenant: 'acme', change: 'requested' },
    { approval_id: approvalId, run_id: runId, tenant: 'acme', change: 'approved' },
  ])
  expect(frames).toContainEqual(expect.objectContaining({ event: 'budget', data: { tenant: 'acme' } }))
  expect(frames.some(({ event }) => event === 'signals')).toBe(true)
  expect(frames.some(isOver(runId))).toBe(true)
  expect(JSON.stringify(frames)).not.toContain(EXAMPLE.goal.slice(0, 20))
})

test('goes on from the id of its last frame without losing a change', async () => {
  const first = await follow('ann')
  const [hello] = await until(first.next, ({ event }) => event === 'hello')
  first.gone.abort()
  const { runId, approvalId } = await waiting('initech')
  await approve(approvalId)
  const again = await follow('ann', hello?.id)
  // All that was missed comes as one piece, which ends with its id.
  const frames = await until(again.next, ({ id }) => id !== undefined)
  expect(frames.some(isOver(runId))).toBe(true)
  expect(frames.filter(({ event }) => event === 'approval').map(({ data }) => data['change'])).toEqual(
    expect.arrayContaining(['requested', 'approved']),
  )
  const from = Number(frames.findLast(({ id }) => id !== undefined)?.id ?? hello?.id)
  expect(from).toBeGreaterThan(Number(hello?.id))
})

test('a limited key hears of its own alone, and of nothing that is about everybody', async () => {
  const [acme, technical] = [await follow('acme'), await follow('technical')]
  const other = await waiting('initech')
  await approve(other.approvalId)
  const own = await waiting('acme')
  await approve(own.approvalId)
  const frames = await until(acme.next, isOver(own.runId))
  expect(new Set(frames.map(({ data }) => data['tenant']))).toEqual(new Set([undefined, 'acme']))
  expect(frames.filter(({ event }) => ['signals', 'control'].includes(event))).toEqual([])
  const seen = await waiting('initech', 'technical')
  const theirs = await until(technical.next, ({ data }) => data['run_id'] === seen.runId)
  expect(
    theirs.map(({ data }) => data['run_id']).filter((id) => id !== undefined && id !== seen.runId),
  ).toEqual([])
})

test('is for viewers', async () => {
  expect((await follow('operator')).status).toBe(403)
})
