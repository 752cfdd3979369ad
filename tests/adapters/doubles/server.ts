// A vendor on loopback: a server that does what it is asked for, remembers every request, and fails on demand in the
// ways that real ones do. What the requests and answers must look like is each vendor's own to say.
import { createServer, type IncomingHttpHeaders, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

export type DoubleRequest = {
  readonly method: string
  readonly path: string
  readonly query: URLSearchParams
  /** As they came: path and query. */
  readonly target: string
  readonly headers: IncomingHttpHeaders
  readonly text: string
  /** Undefined: none, or no JSON. */
  readonly body: unknown
}

export type DoubleAnswer = {
  readonly status: number
  readonly headers?: Readonly<Record<string, string>>
  /** Absent: the answer has none. */
  readonly body?: unknown
}

export type Fault =
  /** Answers without doing anything; `body` as it is sent. */
  | {
      readonly kind: 'answer'
      readonly status: number
      readonly headers?: Record<string, string>
      readonly text?: string
    }
  /** Does it, and breaks off: before the answer, or in the middle of it. */
  | { readonly kind: 'lose' | 'cut' }
  /** Does it, and never answers. */
  | { readonly kind: 'hold' }
  /** Does it, and answers with other words than it documents. */
  | { readonly kind: 'reword'; readonly words: (text: string) => string }

type Waiting = { readonly fault: Fault; readonly method: string | null }

export type DoubleServer = {
  readonly url: string
  readonly requests: readonly DoubleRequest[]
  /** The next request, of this method where one is given, meets the fault. */
  readonly fail: (fault: Fault, method?: string) => void
  /** Every request meets the fault that is found for it, until another rule is set; `nth` counts from 1. */
  readonly failBy: (rule: (nth: number, method: string) => Fault | null) => void
  /** Resolves when a held request has come, with what resolves when its caller has left. */
  readonly held: () => Promise<{ readonly left: Promise<void> }>
  readonly close: () => Promise<void>
}

async function read(incoming: IncomingMessage): Promise<DoubleRequest> {
  const chunks: Buffer[] = []
  for await (const chunk of incoming) chunks.push(chunk as Buffer)
  const text = Buffer.concat(chunks).toString('utf8')
  const target = incoming.url ?? '/'
  const url = new URL(target, 'http://double')
  let body: unknown
  try {
    body = JSON.parse(text)
  } catch {
    body = undefined
  }
  const { method = '', headers } = incoming
  return { method, path: url.pathname, query: url.searchParams, target, headers, text, body }
}

function send(response: ServerResponse, { status, headers, body }: DoubleAnswer, fault: Fault | null): void {
  const plain = body === undefined ? '' : JSON.stringify(body)
  const text = fault?.kind === 'reword' ? fault.words(plain) : plain
  const bytes = Buffer.from(text)
  response.writeHead(status, {
    ...(body === undefined ? {} : { 'content-type': 'application/json', 'content-length': bytes.length }),
    ...headers,
  })
  if (fault?.kind !== 'cut') {
    response.end(bytes)
    return
  }
  response.write(bytes.subarray(0, Math.floor(bytes.length / 2)), () => response.destroy())
}

export async function openServer(
  answer: (request: DoubleRequest) => Promise<DoubleAnswer> | DoubleAnswer,
): Promise<DoubleServer> {
  const requests: DoubleRequest[] = []
  const faults: Waiting[] = []
  let held = Promise.withResolvers<{ readonly left: Promise<void> }>()

  let standing: (nth: number, method: string) => Fault | null = () => null

  const faultOf = (method: string): Fault | null => {
    const at = faults.findIndex((one) => one.method === null || one.method === method)
    return at < 0 ? standing(requests.length, method) : (faults.splice(at, 1)[0]?.fault ?? null)
  }

  const serve = async (incoming: IncomingMessage, response: ServerResponse): Promise<void> => {
    const left = Promise.withResolvers<void>()
    response.once('close', () => left.resolve())
    const request = await read(incoming)
    requests.push(request)
    const fault = faultOf(request.method)
    if (fault?.kind === 'answer') {
      response.writeHead(fault.status, { 'content-type': 'application/json', ...fault.headers })
      response.end(fault.text ?? '')
      return
    }
    const answered = await answer(request)
    if (fault?.kind === 'lose') response.destroy()
    else if (fault?.kind === 'hold') held.resolve({ left: left.promise })
    else send(response, answered, fault)
  }

  const server = createServer((incoming, response) => {
    serve(incoming, response).catch((error: unknown) => response.destroy(error as Error))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  return {
    url: `http://127.0.0.1:${port}`,
    requests,
    fail: (fault, method) => void faults.push({ fault, method: method ?? null }),
    failBy: (rule) => {
      standing = rule
    },
    held: async () => {
      const one = await held.promise
      held = Promise.withResolvers()
      return one
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}
