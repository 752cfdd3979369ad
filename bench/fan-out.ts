// Many clients follow runs as server-sent streams while people decide: from when an event says it happened to when
// a client has it. The event's own time is whole milliseconds and before its commit, so that the delay has both in it.
import { get, Agent } from 'node:http'
import { figure, type Curve, type Figure } from './bench.ts'
import { decision, expectJson, type Client } from './client.ts'
import { BenchError } from './failure.ts'
import { latency, type Latency } from './latency.ts'
import { openLoop } from './open-loop.ts'

export type Approval = { readonly approval_id: string; readonly run_id: string }

export type FanOut = {
  readonly clients: number
  /** Clients that follow the same run. */
  readonly followers: number
  /** Decisions a second; null: all at once. */
  readonly pace: number | null
}

export type Delivered = { readonly delays: Latency; readonly perSecond: number }

type Told = { readonly seq: number; readonly type: string; readonly at: number }

const wallClock = (): number => performance.timeOrigin + performance.now()

const toldIn = (block: string): Told[] =>
  block
    .split('\n')
    .filter((line) => line.startsWith('data: '))
    .map((line) => JSON.parse(line.slice('data: '.length)) as Told)

type Following = {
  /** What the stream brought until now has been read up to the request for approval. */
  readonly waiting: Promise<void>
  /** Errors: the stream ended before its run, or an event was left out or came twice. */
  readonly over: Promise<void>
}

/** Follows one run; `onLive` gets every event after the request for approval. */
function follow(from: { url: string; agent: Agent }, runId: string, onLive: (told: Told) => void): Following {
  const waiting = Promise.withResolvers<void>()
  const over = Promise.withResolvers<void>()
  let seq = 0
  let live = false
  let ended = false
  const hear = (told: Told): void => {
    if (told.seq !== seq + 1) over.reject(new BenchError(1, `event ${told.seq} of a run followed ${seq}`))
    seq = told.seq
    if (live) onLive(told)
    ended = told.type === 'run_finished'
    if (told.type !== 'approval_requested') return
    live = true
    waiting.resolve()
  }
  const fail = (cause: Error): void => {
    waiting.reject(cause)
    over.reject(cause)
  }
  const options = { agent: from.agent, headers: { accept: 'text/event-stream' } }
  get(`${from.url}/v1/runs/${runId}/events`, options, (response) => {
    if (response.statusCode !== 200)
      fail(new BenchError(1, `an event stream answered ${response.statusCode}`))
    let rest = ''
    response.setEncoding('utf8')
    response.on('data', (part: string) => {
      const blocks = (rest + part).split('\n\n')
      rest = blocks.pop() ?? ''
      for (const block of blocks) toldIn(block).forEach(hear)
    })
    response.on('error', fail)
    response.on('end', () =>
      ended ? over.resolve() : fail(new BenchError(1, 'a stream ended before its run')),
    )
  }).on('error', fail)
  return { waiting: waiting.promise, over: over.promise }
}

/** One wave: every client listens, then the decisions come, until every stream has ended with its run. Seconds. */
async function wave(calls: Client, approvals: readonly Approval[], given: FanOut & { delays: Latency }) {
  const agent = new Agent({ keepAlive: true })
  const onLive = ({ at }: Told): void => given.delays.record(wallClock() - at)
  const following = approvals.flatMap(({ run_id }) =>
    Array.from({ length: given.followers }, () => follow({ url: calls.url, agent }, run_id, onLive)),
  )
  const over = Promise.all(following.map((one) => one.over))
  await Promise.race([over, Promise.all(following.map((one) => one.waiting))])
  const begun = performance.now()
  const decide = async (approval: Approval | undefined): Promise<void> => {
    if (approval) await expectJson(calls, decision(approval.approval_id), 200)
  }
  await (given.pace === null
    ? Promise.all(approvals.map(decide))
    : openLoop({ rate: given.pace, calls: approvals.length, send: (at) => decide(approvals[at]) }))
  await over
  const seconds = (performance.now() - begun) / 1000
  agent.destroy()
  return seconds
}

/** How many approvals one wave uses up. */
export const runsOfWave = ({ clients, followers }: FanOut): number => Math.ceil(clients / followers)

/** As many waves as there are approvals for. */
export async function fanOut(
  calls: Client,
  approvals: readonly Approval[],
  options: FanOut,
): Promise<Delivered> {
  const delays = latency()
  const size = runsOfWave(options)
  let seconds = 0
  for (let from = 0; from < approvals.length; from += size)
    seconds += await wave(calls, approvals.slice(from, from + size), { ...options, delays })
  return { delays, perSecond: delays.count() / seconds }
}

const nameOf = ({ clients, pace }: FanOut): string =>
  `${clients} streams, ${pace === null ? 'decisions all at once' : `${pace} decisions a second`}`

export const fanOutFigures = (options: FanOut, { delays, perSecond }: Delivered): Figure[] => [
  figure(`${nameOf(options)}: events delivered`, perSecond, '/s'),
  ...delays.figures(`${nameOf(options)}: from event to client`),
]

export const fanOutCurve = (options: FanOut, { delays }: Delivered): Curve =>
  delays.curve('How long an event takes to a client', nameOf(options))
