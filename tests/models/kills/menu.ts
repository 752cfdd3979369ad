// `npm run kills -- [COUNT] [sqlite|postgres]`: so many kills (100) around model calls in each store, and what is left.
import { makeCluster } from '../../journal/postgres-server.ts'
import { killAskers } from './killing.ts'

const [count = '100', only] = process.argv.slice(2)
const kills = Number(count)
if (!Number.isInteger(kills) || kills < 1) throw new RangeError(`how many kills: ${count}?`)

async function report(store: string, database: string): Promise<void> {
  const { broken, seconds, ...found } = await killAskers(kills, { database })
  console.log(store, { ...found, seconds: Math.round(seconds) })
  for (const promise of broken) console.log(`  broken: ${promise}`)
  if (broken.length > 0) process.exitCode = 1
}

if (only !== 'postgres') await report('SQLite', '')
if (only !== 'sqlite') {
  const cluster = makeCluster()
  await cluster.start()
  try {
    await report('PostgreSQL', await cluster.create())
  } finally {
    await cluster.stop()
  }
}
