// What the console weighs and costs: the bytes of a first page, how long pages take over a full journal and a full
// inbox, how soon a decision is told to an open page, and the server's CPU with open pages and without them by turns.
import { get, type IncomingMessage } from 'node:http'
import { setTimeout as pause } from 'node:timers/promises'
import { figure, setting, type Bench, type Figure } from './bench.ts'
import { allFinished, client, decision, expectJson, postRun, runCounts, type Client } from './client.ts'
import { median } from './compare/ratios.ts'
import { BenchError } from './failure.ts'
import { firstPaint } from './first-paint.ts'
import { inFolder } from './folder.ts'
import { openLoop } from './open-loop.ts'
import { roomyRegistry } from './roomy.ts'
import { serving, type Served } from './serving.ts'

const SOCKETS = 32
const ROUNDS = 9
const TURNS = 3
const PAGES = [
  '/',
  '/inbox',
  '/runs',
  '/runs?status=succeeded',
  '/lists',
  '/signals',
  '/budgets',
  '/tools',
  '/audit',
]
const ASSETS = /(?:href|src)="(?<path>\/assets\/[^"]+)"/g

/** What goes over the wire for one address, as a browser asks for it. */
function wire(url: string): Promise<{ bytes: number; ms: number }> {
  const begun = performance.now()
  return new Promise((resolve, reject) => {
    const headers = { 'accept-encoding': 'gzip', accept: 'text/html' }
    get(url, { headers }, (answer) => {
      let bytes = 0
      answer.on('data', (part: Buffer) => (bytes += part.length))
      answer.on('error', reject)
      answer.on('end', () => resolve({ bytes, ms: performance.now() - begun }))
    }).on('error', reject)
  })
}

/** The page, and everything that it names. */
async function firstPage({ url, call }: Client): Promise<Figure[]> {
  const begun = performance.now()
  const { text } = await call({ method: 'GET', path: '/' })
  const assets = [...text.matchAll(ASSETS)].map(({ groups }) => groups?.['path'] ?? '')
  // The text's own face is named in the style sheet.
  const all = await Promise.all(['/', ...assets, '/assets/geist.woff2'].map((path) => wire(url + path)))
  const ms = performance.now() - begun
  const bytes = all.reduce((sum, one) => sum + one.bytes, 0)
  return [figure('first page with all that it names', bytes / 1000, 'kB'), figure('fetched in', ms, 'ms')]
}

async function pageTimes({ url }: Client, when: string): Promise<Figure[]> {
  const figures: Figure[] = []
  for (const path of PAGES) {
    const times: number[] = []
    for (let round = 0; round < ROUNDS; round += 1) times.push((await wire(url + path)).ms)
    figures.push(figure(`${when}: ${path}, median`, median(times), 'ms'))
  }
  return figures
}

/** Asks for runs as fast as they are taken, and returns when no more than `waiting` are left. */
async function fill(calls: Client, runs: number, waiting: number): Promise<void> {
  let asked = 0
  const one = async (): Promise<void> => {
    while (asked < runs) {
      asked += 1
      const { status, text } = await calls.call(postRun(asked <= waiting, asked))
      if (status === 503) {
        asked -= 1
        await pause(50)
      } else if (status !== 202) throw new BenchError(1, `POST /v1/runs answered ${status}: ${text}`)
    }
  }
  await Promise.all(Array.from({ length: SOCKETS }, one))
  await allFinished(calls, waiting)
}

type Watcher = { readonly heard: (part: string) => Promise<number>; readonly close: () => void }

/** What an open page shows: the inbox is told of approvals, the page of runs of every run. */
type Page = { readonly path: '/inbox' | '/runs'; readonly shows: 'approvals' | 'runs' }
const INBOX: Page = { path: '/inbox', shows: 'approvals' }
const RUNS: Page = { path: '/runs', shows: 'runs' }

/** Draws the page anew when it is told to, as a browser does: never twice at once. */
function redraws(url: string, answer: IncomingMessage): void {
  let isDrawing = false
  const draw = async (): Promise<void> => {
    isDrawing = true
    try {
      await wire(url)
    } finally {
      isDrawing = false
    }
  }
  answer.on('data', (text: string) => {
    if (!isDrawing && text.includes('event: changed')) void draw()
  })
}

/** An open page's stream. */
function watch(url: string, { path, shows }: Page): Promise<Watcher> {
  return new Promise((resolve, reject) => {
    const sent = get(`${url}/stream?${shows}=1`, { agent: false }, (answer: IncomingMessage) => {
      answer.setEncoding('utf8')
      answer.on('error', () => undefined)
      redraws(url + path, answer)
      answer.resume()
      const heard = (part: string): Promise<number> =>
        new Promise((told) => {
          const look = (text: string): void => {
            if (!text.includes(part)) return
            answer.off('data', look)
            told(performance.now())
          }
          answer.on('data', look)
        })
      resolve({ heard, close: () => sent.destroy() })
    })
    sent.on('error', reject)
  })
}

type Waiting = { readonly items: readonly { readonly approval_id: string }[] }

/** From the click to the other page as it is then. */
async function decisionShown(calls: Client): Promise<Figure> {
  const page = await watch(calls.url, INBOX)
  const path = '/v1/approvals?status=pending&limit=9'
  const { items } = await expectJson<Waiting>(calls, { method: 'GET', path }, 200)
  const times: number[] = []
  for (const { approval_id: id } of items) {
    const told = page.heard('event: changed')
    const begun = performance.now()
    const [at] = await Promise.all([told, calls.call(decision(id))])
    const drawn = await wire(`${calls.url}/inbox`)
    times.push(at - begun + drawn.ms)
  }
  page.close()
  return figure('a decision shown on another page, median', median(times), 'ms')
}

type Server = { readonly served: Served; readonly calls: Client }
type Load = { readonly rate: number; readonly seconds: number }

/** Share of a core that the process takes. */
async function share({ served }: Server, { rate, seconds }: Load): Promise<number> {
  const before = await served.usage()
  const begun = performance.now()
  let number = 0
  // One connection of its own: one that idles is closed by the server, perhaps while it is used again.
  const runner = client(served.url, 1)
  const send = async (): Promise<void> => {
    await runner.call(postRun(false, (number += 1)))
  }
  await openLoop({ rate, calls: rate * seconds, send })
  runner.close()
  const used = (await served.usage()).all - before.all
  return used / ((performance.now() - begun) * 1000)
}

/** The server without open pages, with as many inboxes, and with as many pages of runs, by turns. */
async function openPages(server: Server, load: Load, open: number): Promise<Figure[]> {
  const shares = { none: [] as number[], inbox: [] as number[], runs: [] as number[] }
  const withOpen = async (page: Page): Promise<number> => {
    const pages = await Promise.all(Array.from({ length: open }, () => watch(server.calls.url, page)))
    const taken = await share(server, load)
    for (const one of pages) one.close()
    return taken
  }
  for (let turn = 0; turn < TURNS; turn += 1) {
    shares.none.push(await share(server, load))
    shares.inbox.push(await withOpen(INBOX))
    shares.runs.push(await withOpen(RUNS))
  }
  const none = median(shares.none)
  return [
    figure(`share of a core at ${load.rate} runs a second`, none * 100, '%'),
    figure(`${open} open inboxes add`, (median(shares.inbox) - none) * 100, '%'),
    figure(`${open} open pages of runs, drawn anew, add`, (median(shares.runs) - none) * 100, '%'),
  ]
}

export const bench: Bench = {
  name: 'console',
  question: 'What do the pages for people weigh, how fast are they, and what do open ones cost?',
  settings: { runs: 100_000, waiting: 500, open: 200, rate: 10, seconds: 20 },
  durability: 'fsync',
  run: async (settings, progress) =>
    inFolder(async (dir) => {
      const served = await serving(dir, await roomyRegistry())
      const calls = client(served.url, SOCKETS)
      const runs = setting(settings, 'runs')
      const waiting = setting(settings, 'waiting')
      const figures = [...(await firstPage(calls)), ...(await firstPaint(`${served.url}/`))]
      figures.push(...(await pageTimes(calls, 'empty')))
      await fill(calls, runs + waiting, waiting)
      progress(0.6)
      const { started } = await runCounts(calls)
      figures.push(...(await pageTimes(calls, `${started} runs, ${waiting} waiting`)))
      figures.push(await decisionShown(calls))
      progress(0.7)
      const load = { rate: setting(settings, 'rate'), seconds: setting(settings, 'seconds') }
      figures.push(...(await openPages({ served, calls }, load, setting(settings, 'open'))))
      calls.close()
      await served.stop()
      return { curves: [], figures }
    }),
}
