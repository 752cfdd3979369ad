// So many connections, each of which calls again as soon as it is answered (a closed loop), by autocannon. Of its
// figures none is used: it has no P95 and rounds to milliseconds, so every response's time goes into our histogram.
import autocannon from 'autocannon'
import { figure, type Figure } from './bench.ts'
import type { Call } from './client.ts'
import { BenchError } from './failure.ts'
import { latency, type Latency } from './latency.ts'
import type { Served } from './serving.ts'

export type Volley = {
  readonly name: string
  readonly connections: number
  readonly calls: number
  /** The one that is right. */
  readonly status: number
  /** Asked for each call, and each that it gave is sent once. */
  readonly next: () => Call
  /** Returns when the work that the calls set off is done, where they set off any. */
  readonly settled?: () => Promise<void>
}

export type Hits = {
  readonly name: string
  readonly perSecond: number
  readonly times: Latency
  /** Answers that are not 2xx. */
  readonly non2xx: number
  /** Microseconds of CPU a call: of the thread that answers, with the work that the call set off. */
  readonly cpu: number
  /** Calls a second, until all their work was done; null where they set off none. */
  readonly settledPerSecond: number | null
}

/** How often autocannon looks whether it is through. */
const SAMPLE_MS = 50

type Shot = {
  readonly result: autocannon.Result
  readonly codes: Map<number, number>
  readonly times: Latency
}

async function shoot(url: string, { connections, calls, next }: Volley): Promise<Shot & { seconds: number }> {
  const times = latency()
  const codes = new Map<number, number>()
  const begun = performance.now()
  let last = begun
  const result = await new Promise<autocannon.Result>((resolve, reject) => {
    const instance = autocannon(
      {
        url,
        connections: Math.min(connections, calls),
        amount: calls,
        timeout: 60,
        sampleInt: SAMPLE_MS,
        requests: [
          {
            setupRequest: (request) => {
              const { headers, body, ...line } = next()
              const typed = body === undefined ? {} : { 'content-type': 'application/json' }
              return { ...request, ...line, body, headers: { ...typed, ...headers } }
            },
          },
        ],
      },
      (failure: unknown, done) => (failure ? reject(failure) : resolve(done)),
    )
    instance.on('response', (...[, code, , ms]) => {
      last = performance.now()
      times.record(ms)
      codes.set(code, (codes.get(code) ?? 0) + 1)
    })
  })
  return { result, codes, times, seconds: (last - begun) / 1000 }
}

/** Errors: any answer with another status, a connection that broke, a call without an answer. */
export async function volley(served: Served, wanted: Volley): Promise<Hits> {
  const before = await served.usage()
  const begun = performance.now()
  const { result, codes, times, seconds } = await shoot(served.url, wanted)
  const wrong = [...codes].filter(([code]) => code !== wanted.status)
  if (wrong.length > 0 || result.errors > 0 || times.count() !== wanted.calls) {
    const said = wrong.map(([code, count]) => `${count} times ${code} instead of ${wanted.status}`)
    throw new BenchError(
      1,
      `${wanted.name}: ${[...said, `${result.errors} broken connections`, `${times.count()} of ${wanted.calls} answered`].join(', ')}`,
    )
  }
  await wanted.settled?.()
  const settledPerSecond = wanted.settled ? (wanted.calls * 1000) / (performance.now() - begun) : null
  const after = await served.usage()
  return {
    name: wanted.name,
    perSecond: wanted.calls / seconds,
    times,
    non2xx: result.non2xx,
    cpu: (after.main - before.main) / wanted.calls,
    settledPerSecond,
  }
}

/** A tenth of the volley first, so that the measured calls meet warm code. */
export async function warmVolley(served: Served, wanted: Volley): Promise<Hits> {
  await volley(served, { ...wanted, calls: warmUp(wanted.calls) })
  return volley(served, wanted)
}

export const warmUp = (calls: number): number => Math.ceil(calls / 10)

export const figuresOf = ({ name, perSecond, times, non2xx, cpu, settledPerSecond }: Hits): Figure[] => [
  figure(`${name}: answers`, perSecond, '/s'),
  ...(settledPerSecond === null
    ? []
    : [figure(`${name}: runs through to their end`, settledPerSecond, '/s')]),
  ...times.figures(name),
  figure(`${name}: answers other than 2xx`, non2xx, ''),
  figure(`${name}: CPU of the server's thread a call`, cpu, 'µs'),
]
