// A collector on loopback: takes OTLP over HTTP as JSON and keeps every span, decoded.
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { onTestFinished } from 'vitest'

type Value = { stringValue?: string; intValue?: number; doubleValue?: number; boolValue?: boolean }
type Pairs = { key: string; value: Value }[]

export type Received = {
  readonly traceId: string
  readonly spanId: string
  readonly parentSpanId?: string
  readonly name: string
  /** As OTLP numbers them: 1 internal, 3 client. */
  readonly kind: number
  /** Milliseconds since the epoch. */
  readonly start: number
  readonly end: number
  readonly attributes: Readonly<Record<string, string | number | boolean>>
  readonly events: readonly { readonly name: string; readonly at: number }[]
  /** 0 unset, 2 error. */
  readonly status: { readonly code: number; readonly message?: string }
  readonly flags: number
}

type Wire = Omit<Received, 'start' | 'end' | 'attributes' | 'events'> & {
  readonly startTimeUnixNano: string
  readonly endTimeUnixNano: string
  readonly attributes: Pairs
  readonly events: { name: string; timeUnixNano: string; attributes: Pairs }[]
}
type Body = {
  resourceSpans: { resource: { attributes: Pairs }; scopeSpans: { spans: Wire[] }[] }[]
}

export const plain = (pairs: Pairs): Record<string, string | number | boolean> =>
  Object.fromEntries(
    pairs.map(({ key, value }) => [
      key,
      value.stringValue ?? value.intValue ?? value.doubleValue ?? value.boolValue ?? '',
    ]),
  )

const ms = (nanos: string): number => Number(BigInt(nanos) / 1000n) / 1000

const decoded = ({ startTimeUnixNano, endTimeUnixNano, attributes, events, ...span }: Wire): Received => ({
  ...span,
  start: ms(startTimeUnixNano),
  end: ms(endTimeUnixNano),
  attributes: plain(attributes),
  events: events.map((event) => ({
    name: event.name,
    at: ms(event.timeUnixNano),
    ...plain(event.attributes),
  })),
})

async function textOf(req: IncomingMessage): Promise<string> {
  req.setEncoding('utf8')
  let text = ''
  for await (const chunk of req) text += String(chunk)
  return text
}

export type Collector = {
  readonly endpoint: string
  readonly spans: Received[]
  /** Spans of each request. */
  readonly requests: { readonly path: string; readonly spans: number }[]
  readonly resources: Record<string, unknown>[]
  /** Everything that came in, as it came. */
  readonly raw: string[]
  /** Resolves when what is kept is as asked. */
  readonly until: (is: (spans: readonly Received[]) => boolean) => Promise<void>
}

export type Script = (res: ServerResponse, request: number) => void

const accept: Script = (res) => {
  res.setHeader('content-type', 'application/json')
  res.end('{}')
}

/** `answer` says what becomes of each request; the spans are kept all the same. */
export async function collect(answer: Script = accept): Promise<Collector> {
  const watchers = new Set<() => void>()
  const kept = { spans: [] as Received[], requests: [] as { path: string; spans: number }[] }
  const resources: Record<string, unknown>[] = []
  const raw: string[] = []
  const take = async (req: IncomingMessage, res: ServerResponse): Promise<void> => {
    const text = await textOf(req)
    const { resourceSpans } = JSON.parse(text) as Body
    raw.push(text)
    const spans = resourceSpans.flatMap(({ scopeSpans }) => scopeSpans.flatMap((scope) => scope.spans))
    resources.push(...resourceSpans.map(({ resource }) => plain(resource.attributes)))
    kept.spans.push(...spans.map(decoded))
    kept.requests.push({ path: req.url ?? '', spans: spans.length })
    answer(res, kept.requests.length)
    for (const watcher of watchers) watcher()
  }
  const server = createServer((req, res) => void take(req, res))
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(async () => {
    server.closeAllConnections()
    await new Promise((resolve) => server.close(resolve))
  })
  const until: Collector['until'] = (is) =>
    new Promise((resolve) => {
      const watcher = (): void => {
        if (!is(kept.spans)) return
        watchers.delete(watcher)
        resolve()
      }
      watchers.add(watcher)
      watcher()
    })
  const { port } = server.address() as AddressInfo
  return { endpoint: `http://127.0.0.1:${port}`, ...kept, resources, raw, until }
}

/** A loopback endpoint on which nobody listens. */
export async function deadEndpoint(): Promise<string> {
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  await new Promise((resolve) => server.close(resolve))
  return `http://127.0.0.1:${port}`
}
