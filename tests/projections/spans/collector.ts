// A collector on loopback: takes OTLP over HTTP and keeps every span, decoded.
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { onTestFinished } from 'vitest'
import { plain, requestOf, type WireSpan } from './otlp.ts'

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

const ms = (nanos: string): number => Number(BigInt(nanos) / 1000n) / 1000

function decoded(span: WireSpan): Received {
  const { traceId, spanId, parentSpanId, name, kind, status, flags, events = [] } = span
  return {
    traceId: traceId.toString('hex'),
    spanId: spanId.toString('hex'),
    ...(parentSpanId && { parentSpanId: parentSpanId.toString('hex') }),
    name,
    kind,
    start: ms(span.startTimeUnixNano),
    end: ms(span.endTimeUnixNano),
    attributes: plain(span.attributes),
    events: events.map((event) => ({
      name: event.name,
      at: ms(event.timeUnixNano),
      ...plain(event.attributes),
    })),
    status,
    flags,
  }
}

async function bytesOf(req: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = []
  for await (const chunk of req) chunks.push(chunk as Buffer)
  return Buffer.concat(chunks)
}

export type Collector = {
  readonly endpoint: string
  readonly spans: Received[]
  /** Spans of each request. */
  readonly requests: { readonly path: string; readonly spans: number }[]
  readonly resources: Record<string, unknown>[]
  /** Everything that came in, as text: what is text in it can be read. */
  readonly raw: string[]
  /** Resolves when what is kept is as asked. */
  readonly until: (is: (spans: readonly Received[]) => boolean) => Promise<void>
  readonly stop: () => Promise<void>
}

export type Script = (res: ServerResponse, request: number) => void

const accept: Script = (res) => {
  res.setHeader('content-type', 'application/x-protobuf')
  res.end()
}

/** `answer` says what becomes of each request; the spans are kept all the same. */
export async function startCollector(answer: Script = accept): Promise<Collector> {
  const watchers = new Set<() => void>()
  const kept = { spans: [] as Received[], requests: [] as { path: string; spans: number }[] }
  const resources: Record<string, unknown>[] = []
  const raw: string[] = []
  const take = async (req: IncomingMessage, res: ServerResponse): Promise<void> => {
    const body = await bytesOf(req)
    const { resourceSpans } = requestOf(body)
    raw.push(body.toString())
    const spans = resourceSpans.flatMap(({ scopeSpans }) => scopeSpans.flatMap((scope) => scope.spans))
    resources.push(...resourceSpans.map(({ resource }) => plain(resource.attributes)))
    kept.spans.push(...spans.map(decoded))
    kept.requests.push({ path: req.url ?? '', spans: spans.length })
    answer(res, kept.requests.length)
    for (const watcher of watchers) watcher()
  }
  const server = createServer((req, res) => void take(req, res))
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const stop = async (): Promise<void> => {
    server.closeAllConnections()
    await new Promise((resolve) => server.close(resolve))
  }
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
  return { endpoint: `http://127.0.0.1:${port}`, ...kept, resources, raw, until, stop }
}

/** One that lives as long as the test. */
export async function collect(answer: Script = accept): Promise<Collector> {
  const collector = await startCollector(answer)
  onTestFinished(collector.stop)
  return collector
}

/** A loopback endpoint on which nobody listens. */
export async function deadEndpoint(): Promise<string> {
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  await new Promise((resolve) => server.close(resolve))
  return `http://127.0.0.1:${port}`
}
