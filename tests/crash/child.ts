// A real process that is killed. Arguments: what it does, its folder, and for `story` where it dies.
// It says on standard output how far it is; the rest is in the folder.
import { renameSync, writeFileSync } from 'node:fs'
import { operator } from '../engine/world.ts'
import { numbersOf, recomputedNumbers, unequal } from './exposed.ts'
import { mortalJournal, type KillPoint } from './mortal.ts'
import { attend, metricsIn, openProduct, scrape, type Product } from './product.ts'
import { registry, request } from './scenario.ts'
import { note } from './witness.ts'

const [mode = '', dir = '', point = 'none'] = process.argv.slice(2)
const LOAD_RUNS = 8
const LOAD_SLOW_MS = 2

const say = (word: string, about: unknown = null): void => {
  process.stdout.write(`${JSON.stringify({ word, about })}\n`)
}

/** Whole or not at all, whenever the process is killed. */
function keep(body: string): void {
  const file = metricsIn(dir)
  writeFileSync(`${file}.new`, body)
  renameSync(`${file}.new`, file)
}

async function ask(product: Product, profile: 'reviewed' | 'plain', name: string): Promise<void> {
  const { runId } = await product.world.engine.start(request(profile, name), operator)
  note(dir, { saw: 'acceptance', name, run: runId })
  await attend(product, dir, runId)
}

/** Two runs at once, the second without people; asked for again they are the same two. */
async function story(): Promise<void> {
  const around = (journal: Product['journal']) => mortalJournal(journal, point as KillPoint, dir)
  const product = await openProduct(dir, { slowMs: 0, around })
  await product.world.engine.recover()
  await Promise.all([ask(product, 'reviewed', 'first'), ask(product, 'plain', 'second')])
  keep(await scrape(product))
  await product.stop()
}

/** /metrics of a process that has done nothing yet but to start, against the whole journal. */
async function compareAtStart({ journal, projections }: Product): Promise<void> {
  const { body } = await projections.views.metrics('text')
  const shown = numbersOf(body)
  say('started', { unequal: unequal(shown, await recomputedNumbers(journal, registry)), shown })
}

async function openRuns({ journal }: Product): Promise<string[]> {
  return (await journal.openRuns('', 10_000)).map(({ runId }) => runId)
}

/** Keeps eight runs going for ever, those that an earlier process left first. */
async function load(): Promise<void> {
  const product = await openProduct(dir, { slowMs: LOAD_SLOW_MS })
  say('open')
  await compareAtStart(product)
  await product.world.engine.recover()
  const left = await openRuns(product)
  say('recovered', left.length)
  let count = 0
  const lane = async (): Promise<void> => {
    for (;;) {
      const runId = left.shift()
      count += 1
      if (runId !== undefined) await attend(product, dir, runId)
      else await ask(product, count % 3 === 0 ? 'plain' : 'reviewed', `load-${process.pid}-${count}`)
      keep((await product.projections.views.metrics('text')).body)
    }
  }
  await Promise.all(Array.from({ length: LOAD_RUNS }, lane))
}

/** Ends whatever is open. */
async function drain(): Promise<void> {
  const product = await openProduct(dir, { slowMs: 0 })
  await compareAtStart(product)
  await product.world.engine.recover()
  for (const runId of await openRuns(product)) await attend(product, dir, runId)
  keep(await scrape(product))
  await product.stop()
}

const MODES: Readonly<Record<string, () => Promise<void>>> = { story, load, drain }
await MODES[mode]?.()
say('end')
