// Prometheus and Alertmanager as processes of their own on loopback, and the questions that tests and
// incidents put to them.
import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { createServer, type IncomingMessage } from 'node:http'
import { createServer as createTcpServer, type AddressInfo } from 'node:net'
import { json } from 'node:stream/consumers'

const LOOPBACK = '127.0.0.1'

/** A loopback port that nobody listens on. */
export async function freePort(): Promise<number> {
  const server = createTcpServer().listen(0, LOOPBACK)
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  server.close()
  await once(server, 'close')
  return port
}

export type Program = { readonly log: () => string; readonly stop: () => Promise<void> }

/** Starts a program that goes on until it is stopped. */
export function launch(command: string, args: readonly string[]): Program {
  const child: ChildProcess = spawn(command, args, { stdio: ['ignore', 'pipe', 'pipe'] })
  const ended = new Promise<void>((resolve) => {
    child.once('close', () => resolve())
  })
  let written = ''
  const keep = (chunk: string): void => {
    written = (written + chunk).slice(-20_000)
  }
  child.stdout?.setEncoding('utf8').on('data', keep)
  child.stderr?.setEncoding('utf8').on('data', keep)
  child.once('error', (error) => keep(`${command} cannot be started: ${error.message}\n`))
  return {
    log: () => written,
    stop: async () => {
      child.kill('SIGKILL')
      await ended
    },
  }
}

/** `at` in epoch milliseconds. */
export type Received = { readonly path: string; readonly body: unknown; readonly at: number }
export type Receiver = {
  readonly url: string
  readonly received: Received[]
  readonly stop: () => Promise<void>
}

/** Takes every JSON body that is posted to it and answers with an empty object. */
export async function receive(): Promise<Receiver> {
  const received: Received[] = []
  const take = async (request: IncomingMessage): Promise<void> => {
    received.push({ path: request.url ?? '', body: await json(request), at: Date.now() })
  }
  const server = createServer((request, response) => {
    const answer = (): void => {
      response.setHeader('content-type', 'application/json').end('{}')
    }
    take(request).then(answer, () => response.writeHead(400).end())
  }).listen(0, LOOPBACK)
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  return {
    url: `http://${LOOPBACK}:${port}`,
    received,
    stop: async () => {
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
    },
  }
}

export type Labels = Readonly<Record<string, string>>
export type Sample = { readonly metric: Labels; readonly value: number }
/** Epoch seconds. */
export type Span = { readonly from: number; readonly to: number }
export type RawSeries = {
  readonly metric: Labels
  readonly samples: readonly (readonly [at: number, value: number])[]
}
type Answer<T> = { readonly status: string; readonly error?: string; readonly data: T }
type Exemplars = {
  readonly seriesLabels: Labels
  readonly exemplars: readonly { readonly labels: Labels }[]
}[]
export type RuleHealth = {
  readonly name: string
  readonly health: string
  readonly lastError?: string
}

/** The HTTP API of Prometheus; an answer that is no success is an error with Prometheus' own words. */
export function askPrometheus(url: string) {
  const ask = async <T>(path: string, query: Readonly<Record<string, string>> = {}): Promise<T> => {
    const response = await fetch(`${url}/api/v1/${path}?${new URLSearchParams(query).toString()}`)
    const text = await response.text()
    if (!response.ok) throw new Error(`Prometheus answers ${response.status} to ${query['query']}: ${text}`)
    return (JSON.parse(text) as Answer<T>).data
  }
  const now = (): number => Date.now() / 1000
  return {
    ready: async (): Promise<boolean> =>
      fetch(`${url}/-/ready`).then(
        ({ ok }) => ok,
        () => false,
      ),
    /** At `at` (epoch seconds); without it now. */
    instant: async (query: string, at?: number): Promise<Sample[]> => {
      type Result = { result: { metric: Labels; value: [number, string] }[] }
      const { result } = await ask<Result>('query', { query, ...(at !== undefined && { time: String(at) }) })
      return result.map(({ metric, value }) => ({ metric, value: Number(value[1]) }))
    },
    /** Every value of every series from `since` (epoch seconds) until now, as a graph would show it. */
    range: async (query: string, since: number): Promise<number[]> => {
      type Result = { result: { values: [number, string][] }[] }
      const within = { start: String(since), end: String(now()), step: '2' }
      const { result } = await ask<Result>('query_range', { query, ...within })
      return result.flatMap(({ values }) => values.map(([, value]) => Number(value)))
    },
    /** The samples that are kept of a selector from `from` to `to` (epoch seconds), as they were scraped. */
    raw: async (selector: string, { from, to }: Span): Promise<RawSeries[]> => {
      type Result = { result: { metric: Labels; values: [number, string][] }[] }
      const query = `${selector}[${Math.ceil(to - from)}s]`
      const { result } = await ask<Result>('query', { query, time: String(to) })
      return result.map(({ metric, values }) => ({
        metric,
        samples: values.map(([at, value]) => [at, Number(value)] as const),
      }))
    },
    exemplars: async (query: string, since: number): Promise<Labels[]> => {
      const within = { start: String(since), end: String(now() + 60) }
      const found = await ask<Exemplars>('query_exemplars', { query, ...within })
      return found.flatMap(({ exemplars }) => exemplars.map(({ labels }) => labels))
    },
    /** The labels of every series that a selector finds since `since` (epoch seconds). */
    series: async (selector: string, since: number): Promise<Labels[]> =>
      ask<Labels[]>('series', { 'match[]': selector, start: String(since), end: String(now()) }),
    /** What became of the scrapes, as Prometheus tells it. */
    targets: async (): Promise<string> => JSON.stringify(await ask('targets')),
    rules: async (): Promise<RuleHealth[]> => {
      const { groups } = await ask<{ groups: { rules: RuleHealth[] }[] }>('rules')
      return groups.flatMap(({ rules }) => rules)
    },
    labelValues: async (label: string, selector: string): Promise<string[]> =>
      ask<string[]>(`label/${label}/values`, { 'match[]': selector }),
  }
}

export type Prometheus = ReturnType<typeof askPrometheus>
