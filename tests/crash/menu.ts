// `npm run kills -- [COUNT] [sqlite|postgres] [models|outside|random|plans|lists]`: so many kills (100) in each store, and
// what is left. `models`: around the calls of a language model. `outside`: under load, looked at by who knows only HTTP.
// `random`: at any moment under load, with the metrics of every start. `plans`: at every append of a plan with blocks, and
// so many random plans; `lists`: at so many of the appends of lists of 200 items, 804 are every one on both sides. These
// three in SQLite.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { makeCluster } from '../journal/postgres-server.ts'
import { killAskers } from '../models/kills/killing.ts'
import { killManyLists } from './lists/killing.ts'
import { killFromOutside } from './outside.ts'
import { killPlans } from './plans/killing.ts'
import { killAtRandom } from './random.ts'

const STORES = ['sqlite', 'postgres'] as const
const KINDS = ['models', 'outside', 'random', 'plans', 'lists'] as const
/** What of them is done in both stores. */
const ANYWHERE: readonly string[] = ['models', 'outside']

const [count = '100', ...words] = process.argv.slice(2)
const kills = Number(count)
if (!Number.isInteger(kills) || kills < 1) throw new RangeError(`how many kills: ${count}?`)
const unknown = words.filter((word) => ![...STORES, ...KINDS].some((known) => known === word))
if (unknown.length > 0) throw new RangeError(`${unknown.join()}: ${[...STORES, ...KINDS].join(', ')}`)

/** Those that are named, or all. */
const chosen = <const T extends string>(all: readonly T[]): readonly T[] => {
  const named = all.filter((word) => words.includes(word))
  return named.length > 0 ? named : all
}

type Found = { readonly broken: readonly string[] }

async function outside(database: string): Promise<Found> {
  const dir = mkdtempSync(join(tmpdir(), 'cugar-outside-'))
  try {
    return await killFromOutside(dir, kills, database)
  } finally {
    rmSync(dir, { recursive: true })
  }
}

const KILLERS: Readonly<Record<(typeof KINDS)[number], (database: string) => Promise<Found>>> = {
  models: (database) => killAskers(kills, { database }),
  outside,
  random: () => killAtRandom(kills),
  plans: () => killPlans(kills),
  lists: () => killManyLists(kills, (line) => console.log(line)),
}

/** `create`: gives the URL of an empty database; '': SQLite. */
async function report(store: string, create: () => Promise<string>): Promise<void> {
  for (const kind of chosen(KINDS)) {
    if (store !== 'SQLite' && !ANYWHERE.includes(kind)) continue
    const begun = performance.now()
    const { broken, ...found } = await KILLERS[kind](await create())
    console.log(store, kind, {
      kills,
      ...found,
      seconds: Math.round((performance.now() - begun) / 1000),
    })
    for (const promise of broken) console.log(`  broken: ${promise}`)
    if (broken.length > 0) process.exitCode = 1
  }
}

const stores = chosen(STORES)
if (stores.includes('sqlite')) await report('SQLite', async () => Promise.resolve(''))
if (stores.includes('postgres')) {
  const cluster = makeCluster()
  await cluster.start()
  try {
    await report('PostgreSQL', () => cluster.create())
  } finally {
    await cluster.stop()
  }
}
