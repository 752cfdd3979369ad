// Questions to Prometheus and Alertmanager over HTTP. A URL may carry a password or a token: it is sent, and never
// printed; what is printed names the host alone.
import { cliError } from '../../failure.ts'

const LIMIT_MS = 15_000

export type Asked = {
  /** Scheme, host and port: what may be printed. */
  readonly shown: string
  /** The JSON at a path below the URL. Errors: UNREACHABLE, in words that name no secret. */
  readonly json: (path: string, query?: Readonly<Record<string, string>>) => Promise<unknown>
}

/** Errors: UNREACHABLE for what is no http(s) URL. */
export function askAt(text: string, program: string): Asked {
  const url = URL.canParse(text) ? new URL(text) : null
  if (url === null || !/^https?:$/.test(url.protocol))
    throw cliError('UNREACHABLE', `the address of ${program} must start with http:// or https://`)
  const headers: Record<string, string> = { accept: 'application/json' }
  if (url.username !== '' || url.password !== '') {
    const pair = `${decodeURIComponent(url.username)}:${decodeURIComponent(url.password)}`
    headers['authorization'] = `Basic ${Buffer.from(pair).toString('base64')}`
  }
  const base = `${url.origin}${url.pathname.replace(/\/$/, '')}`
  const given = [...url.searchParams]
  const json: Asked['json'] = async (path, query = {}) => {
    const asked = new URLSearchParams([...given, ...Object.entries(query)])
    const signal = AbortSignal.timeout(LIMIT_MS)
    const response = await fetch(`${base}${path}?${asked.toString()}`, { headers, signal }).catch(() => null)
    if (response === null) throw cliError('UNREACHABLE', `${program} does not answer at ${url.origin}`)
    if (!response.ok) throw cliError('UNREACHABLE', `${program} answers ${response.status} at ${url.origin}`)
    return response.json().catch(() => {
      throw cliError('UNREACHABLE', `what answers at ${url.origin} is not ${program}`)
    })
  }
  return { shown: url.origin, json }
}

/** Questions that are on their way at once: there are some hundred of them, and Prometheus has other work. */
const AT_ONCE = 8

/** The answer to each, in their order. */
export async function askEach<T, A>(
  questions: readonly T[],
  ask: (question: T) => Promise<A>,
): Promise<readonly A[]> {
  const answers: A[] = []
  for (let from = 0; from < questions.length; from += AT_ONCE)
    answers.push(...(await Promise.all(questions.slice(from, from + AT_ONCE).map(ask))))
  return answers
}
