// Calls of a benchmark over HTTP/1.1, on connections that are kept.
import { Agent, request } from 'node:http'
import { setTimeout as pause } from 'node:timers/promises'
import { BenchError } from './failure.ts'
import { requestOf } from './load.ts'

export type Answered = { readonly status: number; readonly text: string }

export type Call = {
  readonly method: 'GET' | 'POST'
  readonly path: string
  readonly body?: string
  readonly headers?: Readonly<Record<string, string>>
}

export type Client = {
  readonly url: string
  /** The whole answer. Errors: the connection's. */
  readonly call: (call: Call) => Promise<Answered>
  readonly close: () => void
}

/** At most `sockets` connections: a call beyond them waits, as it would in any client. */
export function client(url: string, sockets: number): Client {
  const agent = new Agent({ keepAlive: true, maxSockets: sockets })
  const call = ({ method, path, body, headers }: Call): Promise<Answered> =>
    new Promise((resolve, reject) => {
      const fail = (cause: Error): void =>
        reject(new BenchError(1, `${method} ${path}: ${cause.message}`, { cause }))
      const typed = body === undefined ? {} : { 'content-type': 'application/json' }
      const sent = request(url + path, { method, agent, headers: { ...typed, ...headers } }, (response) => {
        const parts: string[] = []
        response.setEncoding('utf8')
        response.on('data', (part: string) => parts.push(part))
        response.on('error', fail)
        response.on('end', () => resolve({ status: response.statusCode ?? 0, text: parts.join('') }))
      })
      sent.on('error', fail)
      sent.end(body)
    })
  return { url, call, close: () => agent.destroy() }
}

/** The JSON of an answer. Errors: another status than the one that is expected. */
export async function expectJson<T>(calls: Client, call: Call, status: number): Promise<T> {
  const answer = await calls.call(call)
  if (answer.status !== status)
    throw new BenchError(1, `${call.method} ${call.path} answered ${answer.status}: ${answer.text}`)
  return JSON.parse(answer.text) as T
}

/** POST /v1/runs: four steps, every goal another text; with `approval` one step waits for a person. */
export function postRun(approval: boolean, number: number): Call & { readonly body: string } {
  const { goal, profile, context, planner, tenant } = requestOf(approval, number)
  return {
    method: 'POST',
    path: '/v1/runs',
    body: JSON.stringify({ goal, profile, context, planner, tenant }),
  }
}

/** Approves as somebody else than the requester. */
export const decision = (approvalId: string): Call & { readonly body: string } => ({
  method: 'POST',
  path: `/v1/approvals/${approvalId}/decision`,
  body: JSON.stringify({ decision: 'approve' }),
  headers: { 'x-cugar-actor': 'bench-reviewer' },
})

export async function scrape(calls: Client): Promise<string> {
  const { status, text } = await calls.call({ method: 'GET', path: '/metrics' })
  if (status !== 200) throw new BenchError(1, `GET /metrics answered ${status}`)
  return text
}

export type RunCounts = { readonly started: number; readonly finished: number }

/** Of the whole journal. Errors: a run that ended in another way than `succeeded`. */
export async function runCounts(calls: Client): Promise<RunCounts> {
  const counts = { started: 0, finished: 0 }
  for (const line of (await scrape(calls)).split('\n')) {
    const value = Number(line.slice(line.lastIndexOf(' ')))
    if (line.startsWith('cugar_runs_started_total{')) counts.started += value
    if (!line.startsWith('cugar_runs_total{') || value === 0) continue
    if (!line.includes('outcome="success"')) throw new BenchError(1, `a run did not succeed: ${line}`)
    counts.finished += value
  }
  return counts
}

/** Seldom: a scrape is work for the server. */
const LOOK_EVERY_MS = 200

/** Returns when it is so. */
export async function eventually(isSo: () => Promise<boolean>): Promise<void> {
  while (!(await isSo())) await pause(LOOK_EVERY_MS)
}

/** Returns when no more than `waiting` runs are not over. */
export const allFinished = (calls: Client, waiting: number): Promise<void> =>
  eventually(async () => {
    const { started, finished } = await runCounts(calls)
    return started - finished <= waiting
  })
