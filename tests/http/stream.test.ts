import { connect } from 'node:net'
import { once } from 'node:events'
import { describe, expect, it } from 'vitest'
import type { Draft } from '../../src/events/event.ts'
import { digestOf } from '../../src/events/digest.ts'
import { AppError } from '../../src/errors.ts'
import { event as eventSchema } from '../../src/http/answers.ts'
import { finishedRun, RUN_ID, waitingRun } from './fixtures.ts'
import { asJson, keyring, openDoor, type Door } from './door.ts'

const PATH = `/v1/runs/${RUN_ID}/events`
const LIVE = { accept: 'text/event-stream' }

const started: Draft = {
  type: 'run_started',
  data: {
    goal: digestOf('g'),
    context: digestOf({}),
    profile: 'demo',
    requester: 'alice',
    planner: 'auto',
    limits: waitingRun.limits,
    approvers: waitingRun.approvers,
    registry: digestOf('registry'),
    idempotency_key: null,
    resumes: null,
    parent_span_id: null,
    rules: [],
  },
}
const skipped = (step: string): Draft => ({
  type: 'step_skipped',
  data: { step_id: step, reason: 'condition_false' },
})
if (finishedRun.finished === null) throw new Error('the fixture is not finished')
const finished: Draft = { type: 'run_finished', data: finishedRun.finished }

type Where = Door | { readonly door: Door; readonly runId: string }

async function append(where: Where, version: number, lines: readonly Draft[]): Promise<void> {
  const { door, runId } = 'door' in where ? where : { door: where, runId: RUN_ID }
  const result = await door.journal.append({
    runId,
    expectedVersion: version,
    traceId: 'a'.repeat(32),
    spanId: 'b'.repeat(16),
    tenant: 'default',
    at: 1,
    lines,
    payloads: [],
    head: { open: true, wakeAt: null, waiting: false },
    idempotency: null,
  })
  expect(result.ok).toBe(true)
}

type Frame = { readonly id: number; readonly event: string; readonly data: unknown }

/** Frames and comments as they come. */
async function* framesOf(response: Response): AsyncGenerator<Frame | 'heartbeat'> {
  let text = ''
  for await (const chunk of response.body ?? []) {
    text += Buffer.from(chunk as Uint8Array).toString()
    for (let end = text.indexOf('\n\n'); end !== -1; end = text.indexOf('\n\n')) {
      const fields = Object.fromEntries(
        text
          .slice(0, end)
          .split('\n')
          .map((line) => [line.slice(0, line.indexOf(':')), line.slice(line.indexOf(':') + 2)]),
      )
      text = text.slice(end + 2)
      if (fields.data === undefined) yield 'heartbeat'
      else
        yield { id: Number(fields.id), event: fields.event ?? '', data: JSON.parse(fields.data) as unknown }
    }
  }
}

const idsOf = async (response: Response): Promise<number[]> => {
  const ids: number[] = []
  for await (const frame of framesOf(response)) if (frame !== 'heartbeat') ids.push(frame.id)
  return ids
}

describe('the events of a run as a list', () => {
  it('come in pages by seq', async () => {
    const door = await openDoor()
    await append(door, 0, [started, skipped('s1'), skipped('s2')])
    const first = await asJson(await door.get(`${PATH}?limit=2`))
    expect(eventSchema.array().parse(first.items)).toMatchObject([
      { seq: 1, type: 'run_started' },
      { seq: 2, type: 'step_skipped' },
    ])
    expect(first.next_cursor).toBe('2')
    const second = await asJson(await door.get(`${PATH}?limit=2&cursor=2`))
    expect(second).toMatchObject({ items: [{ seq: 3 }], next_cursor: null })
  })

  it.each(['run_other', 'control'])('of %s are not found', async (runId) => {
    const door = await openDoor()
    const response = await door.get(`/v1/runs/${runId}/events`, LIVE)
    expect([response.status, (await asJson(response)).code]).toEqual([404, 'RUN_NOT_FOUND'])
  })
})

describe('the events of a run as a stream', () => {
  it('come with seq as id and type as event, and end after run_finished', async () => {
    const door = await openDoor()
    await append(door, 0, [started, skipped('s1'), finished])
    const response = await door.get(PATH, LIVE)
    expect(response.headers.get('content-type')).toMatch(/^text\/event-stream/)
    const frames = await Array.fromAsync(framesOf(response))
    expect(frames).toMatchObject([
      { id: 1, event: 'run_started', data: { run_id: RUN_ID, seq: 1 } },
      { id: 2, event: 'step_skipped' },
      { id: 3, event: 'run_finished', data: { data: { status: 'succeeded' } } },
    ])
  })

  it('go on after Last-Event-ID', async () => {
    const door = await openDoor()
    await append(door, 0, [started, skipped('s1'), skipped('s2'), finished])
    expect(await idsOf(await door.get(PATH, { ...LIVE, 'last-event-id': '2' }))).toEqual([3, 4])
  })

  it('are not streamed again to a client that has them all, which ends its reconnecting', async () => {
    const door = await openDoor()
    await append(door, 0, [started, finished])
    const response = await door.get(PATH, { ...LIVE, 'last-event-id': '2' })
    expect([response.status, door.clients]).toEqual([204, []])
  })

  it('come as they happen, and those of other runs do not', async () => {
    const door = await openDoor()
    await append(door, 0, [started])
    const frames = framesOf(await door.get(PATH, LIVE))
    expect((await frames.next()).value).toMatchObject({ id: 1 })
    await append({ door, runId: 'run_other' }, 0, [started])
    await append(door, 1, [skipped('s1')])
    expect((await frames.next()).value).toMatchObject({ id: 2 })
    await append(door, 2, [skipped('s2'), finished])
    expect((await frames.next()).value).toMatchObject({ id: 3 })
    expect((await frames.next()).value).toMatchObject({ id: 4 })
    expect((await frames.next()).done).toBe(true)
  })

  it('reach every client, each from where it stood', async () => {
    const door = await openDoor()
    await append(door, 0, [started])
    const all = idsOf(await door.get(PATH, LIVE))
    const late = idsOf(await door.get(PATH, { ...LIVE, 'last-event-id': '1' }))
    await append(door, 1, [skipped('s1'), finished])
    expect(await Promise.all([all, late])).toEqual([
      [1, 2, 3],
      [2, 3],
    ])
    expect(Math.max(...door.clients)).toBe(2)
  })

  it('are kept alive by comments while nothing happens', async () => {
    const door = await openDoor({ limits: { heartbeatMs: 5 } })
    await append(door, 0, [started])
    const frames = framesOf(await door.get(PATH, { ...LIVE, 'last-event-id': '1' }))
    expect((await frames.next()).value).toBe('heartbeat')
    expect((await frames.next()).value).toBe('heartbeat')
  })

  it('are refused above the limit of clients, and free again when one leaves', async () => {
    const door = await openDoor({ limits: { streamClients: 1 } })
    await append(door, 0, [started])
    const leave = new AbortController()
    await fetch(door.url + PATH, { headers: LIVE, signal: leave.signal })
    const second = await door.get(PATH, LIVE)
    expect([second.status, (await asJson(second)).code]).toEqual([503, 'TOO_BUSY'])
    leave.abort()
    await expect.poll(() => door.clients.at(-1)).toBe(0)
    expect((await door.get(PATH, LIVE)).status).toBe(200)
  })

  it('end at shutdown', async () => {
    const door = await openDoor()
    await append(door, 0, [started])
    const frames = framesOf(await door.get(PATH, LIVE))
    expect((await frames.next()).value).toMatchObject({ id: 1 })
    door.closing.abort()
    expect((await frames.next()).done).toBe(true)
    expect(door.clients.at(-1)).toBe(0)
  })

  it('stop for a client that does not read', async () => {
    const door = await openDoor({ limits: { heartbeatMs: 50 } })
    const many = Array.from({ length: 40_000 }, () => skipped('s'.repeat(200)))
    await append(door, 0, [started, ...many])
    const socket = connect(door.port, '127.0.0.1')
    socket.on('error', () => undefined)
    socket.pause()
    socket.write(`GET ${PATH} HTTP/1.1\r\nHost: localhost\r\nAccept: text/event-stream\r\n\r\n`)
    await once(socket, 'connect')
    await expect.poll(() => door.clients).toEqual([1, 0])
    socket.destroy()
  })

  it('break off, so that the client comes again, when the journal fails', async () => {
    const broken = new AppError('JOURNAL_BROKEN', { why: 'disk' })
    const first = await openDoor()
    await append(first, 0, [started])
    let fail: (cause: unknown) => void = () => undefined
    const door = await openDoor({
      journal: {
        ...first.journal,
        changed: () =>
          new Promise((_resolve, reject) => {
            fail = reject
          }),
      },
    })
    const frames = framesOf(await door.get(PATH, LIVE))
    expect((await frames.next()).value).toMatchObject({ id: 1 })
    fail(broken)
    await expect(frames.next()).rejects.toThrow('terminated')
    expect(door.lines.join('')).toContain('JOURNAL_BROKEN')
  })
})

it('a stream ends with the key that opened it', async () => {
  const { keys, bearer } = keyring(['viewer'], ['operator'])
  let present = keys
  const door = await openDoor({ keys: () => present, limits: { heartbeatMs: 20 } })
  await append(door, 0, [started])
  const response = await door.get(PATH, { ...LIVE, ...bearer.viewer })
  present = keys.filter(({ id }) => id === 'operator')
  await expect(response.text()).rejects.toThrow('terminated')
})
