// Marks a benchmark on Grafana's dashboards: an annotation over the time that it took, found by the tag `bench`.
import { reasonOf, wrongWords } from './failure.ts'
import type { Result } from './result.ts'

/** Where the token stands, unless Grafana lets everybody write. It is shown nowhere. */
const TOKEN = 'GRAFANA_TOKEN'
const PATIENCE_MS = 10_000
const SHOWN_FIGURES = 3

export type Annotate = (result: Result, begun: number) => Promise<void>

function addressOf(text: string): URL {
  const url = URL.parse(text)
  if (url === null || !/^https?:$/.test(url.protocol))
    throw wrongWords(`--annotate needs an http address of Grafana`)
  if (url.username !== '' || url.password !== '')
    throw wrongWords(`--annotate takes no name or password: put a token into ${TOKEN}`)
  return new URL(`${url.pathname.replace(/\/$/, '')}/api/annotations`, url)
}

const textOf = ({ bench, commit, figures }: Result): string => {
  const shown = figures
    .slice(0, SHOWN_FIGURES)
    .map(({ name, value, unit }) => `${name} ${value} ${unit}`.trim())
  return [`benchmark ${bench}, commit ${commit}`, ...shown].join('\n')
}

async function push(address: URL, token: string, body: object): Promise<void> {
  const response = await fetch(address, {
    method: 'POST',
    // A redirection would carry the token elsewhere.
    redirect: 'error',
    signal: AbortSignal.timeout(PATIENCE_MS),
    headers: {
      'content-type': 'application/json',
      ...(token !== '' && { authorization: `Bearer ${token}` }),
    },
    body: JSON.stringify(body),
  })
  const answer = await response.text()
  if (!response.ok) throw new Error(`it answers ${response.status} ${answer.slice(0, 200)}`)
}

const wordsOf = (error: unknown): string => {
  const cause = error instanceof Error && error.cause !== undefined ? `: ${reasonOf(error.cause)}` : ''
  return `${reasonOf(error)}${cause}`
}

/** To the Grafana at this address; without one, to nobody. A push that fails is a warning: the result is there. */
export function annotateOn(
  address: string | undefined,
  { env, warn }: { readonly env: NodeJS.ProcessEnv; readonly warn: (text: string) => void },
): Annotate {
  if (address === undefined) return async () => undefined
  const url = addressOf(address)
  const token = env[TOKEN] ?? ''
  return async (result, begun) => {
    const body = {
      time: begun,
      timeEnd: Date.parse(result.at),
      tags: ['bench', result.bench],
      text: textOf(result),
    }
    await push(url, token, body).catch((error: unknown) => {
      const words = token === '' ? wordsOf(error) : wordsOf(error).replaceAll(token, '***')
      warn(`Grafana did not take the annotation: ${words}`)
    })
  }
}
