// Six hours of history with incidents in them, to look at the dashboards without waiting for them: a real server is
// driven for six minutes and scraped every second, and each second is written as a minute, in OpenMetrics.
//   node bench/history/history.ts > history.txt && promtool tsdb create-blocks-from openmetrics history.txt DATA_DIR
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { MODELS, openOutside } from '../chaos/outside.ts'
import { reach } from '../chaos/reach.ts'
import { chaosServer } from '../chaos/server.ts'
import { historyRegistry } from './registry-text.ts'
import { playScenes } from './scenes.ts'

const SECONDS = 360
const MINUTE_S = 60
const PLACE = 'job="cugar",instance="127.0.0.1:8000"'

/** Epoch seconds; without a body the scrape failed. */
type Scrape = { readonly at: number; readonly tookS: number; readonly body: string | null }

async function scrape(address: string): Promise<Scrape> {
  const at = Date.now() / 1000
  const body = await reach(`http://${address}/metrics`)
    .then((answer) => answer.text())
    .catch(() => null)
  return { at, tookS: Date.now() / 1000 - at, body }
}

/** As Prometheus would keep it a minute after the one before; a time keeps its distance from its scrape. */
function* samplesOf({ at, tookS, body }: Scrape, shownAt: number): Generator<string> {
  yield `up{${PLACE}} ${body === null ? 0 : 1} ${shownAt}`
  yield `scrape_duration_seconds{${PLACE}} ${tookS} ${shownAt}`
  for (const line of (body ?? '').split('\n')) {
    const [, name, labels, text] = /^([^\s{#]+)(?:\{(.*)\})? (\S+)/.exec(line) ?? []
    if (name === undefined) continue
    const value = Number(text)
    const isTime = /_timestamp_seconds$|_start_time_seconds$/.test(name) && value > 0
    const all = labels === undefined ? PLACE : `${labels},${PLACE}`
    yield `${name}{${all}} ${isTime ? value - at + shownAt : text} ${shownAt}`
  }
}

async function record(dir: string): Promise<Scrape[]> {
  const outside = await openOutside()
  const server = await chaosServer(dir, { environment: outside.environment, engine: { maxRuns: 256 } })
  server.setRegistry(historyRegistry(MODELS.dear))
  await server.start()
  const over = new AbortController()
  const playing = playScenes({ server, outside, over: over.signal })
  const scrapes: Scrape[] = []
  try {
    const began = Date.now()
    for (let second = 1; second <= SECONDS; second += 1) {
      await sleep(Math.max(0, began + second * 1000 - Date.now()))
      scrapes.push(await scrape(server.address()))
    }
  } finally {
    over.abort()
    await playing
    await server.kill()
    await outside.stop()
  }
  return scrapes
}

const dir = await mkdtemp(join(tmpdir(), 'cugar-history-'))
const scrapes = await record(dir)
await rm(dir, { recursive: true, force: true })
const end = Math.floor(Date.now() / 1000)
for (const [index, one] of scrapes.entries()) {
  const shownAt = end - (scrapes.length - 1 - index) * MINUTE_S
  process.stdout.write(`${[...samplesOf(one, shownAt)].join('\n')}\n`)
}
process.stdout.write('# EOF\n')
