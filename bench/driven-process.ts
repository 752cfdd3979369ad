// The process that measurements of runs are made in: one runtime a process, as in real life. A second one in the same
// process runs slower: what the compiler has learned of the first one's functions fits less. Started by driven.ts only.
import { pino } from 'pino'
import { createEngine } from '../src/engine/create.ts'
import { hexPool } from '../src/engine/hex-pool.ts'
import { ENGINE_DEFAULTS } from '../src/engine/parts.ts'
import type { Journal } from '../src/journal/journal.ts'
import { sqliteJournal } from '../src/journal/sqlite/sqlite.ts'
import { rulesPlanner } from '../src/planner/rules.ts'
import { provePlan } from '../src/planner/prove.ts'
import { followAll, type Followers } from '../src/projections/followers.ts'
import { loadLists } from '../src/projections/lists/lists.ts'
import { followedLog } from '../src/projections/log.ts'
import { createRuntime, readRegistry } from '../src/runtime.ts'
import { loadTools } from '../src/tools/catalogue.ts'
import { drive } from './drive.ts'
import type { DrivenOrder, DrivenResult, DrivenWork, Telemetry } from './driven.ts'
import { review, type Driven } from './load.ts'
import { roomyRegistry } from './roomy.ts'

type Product = Driven & { readonly stop: () => Promise<void> }

/** Its code is compiled soonest. */
const WARM_UP_CONCURRENCY = 32

function fail(error: unknown): never {
  throw error
}

const toNobody = () => pino({ level: 'info' }, pino.destination('/dev/null'))

/** Lists, inbox and log, as the runtime follows them. */
async function followListsAndLog(journal: Journal): Promise<Followers> {
  const { projection, from } = await loadLists(journal, { clock: Date.now, isProfile: () => true })
  const log = followedLog(toNobody(), journal.position())
  return followAll({
    journal,
    followed: [{ projection, from, checkpointMs: 1000 }, ...(log === null ? [] : [log])],
    onFailure: fail,
    onFolded: () => undefined,
  })
}

/** Engine, journal, lists and log: everything but metrics and traces. */
async function untold(dir: string): Promise<Product> {
  const registry = readRegistry(await roomyRegistry())
  const { tools } = await loadTools(Object.values(registry.tools))
  const journal = await sqliteJournal({ dir, writer: 'bench' })
  const engine = await createEngine(
    {
      journal,
      planners: [rulesPlanner()],
      provePlan,
      models: null,
      writer: 'bench',
      clock: Date.now,
      randomHex: hexPool(),
      settings: ENGINE_DEFAULTS,
      onFailure: fail,
    },
    { registry, installed: { tools, adapters: new Map() } },
  )
  const followers = await followListsAndLog(journal)
  const stop = async (): Promise<void> => {
    await engine.stop(5000)
    await followers.stop()
    await journal.close()
  }
  return { engine, journal, stop }
}

async function whole(dir: string, { otelEndpoint, logs }: Telemetry): Promise<Product> {
  const options = { registry: await roomyRegistry(), dataDir: dir }
  const spans = otelEndpoint === null ? {} : { otelEndpoint }
  const lines = logs ? { logger: toNobody() } : {}
  return createRuntime({ ...options, ...spans, ...lines })
}

type Cpu = { readonly main: number; readonly all: number }

const total = ({ user, system }: NodeJS.CpuUsage): number => user + system
const cpu = (): Cpu => ({ main: total(process.threadCpuUsage()), all: total(process.cpuUsage()) })

const work = JSON.parse(process.argv[2] ?? '') as DrivenWork
const { dir, telemetry, warmUp, concurrency, approval } = work
const product = telemetry === null ? await untold(dir) : await whole(dir, telemetry)
const done = new AbortController()
const reviewing = approval ? review(product, done.signal) : Promise.resolve()
await drive(product, { runs: warmUp, concurrency: WARM_UP_CONCURRENCY, approval })
let since = cpu()

async function measure({ runs }: DrivenOrder): Promise<DrivenResult> {
  const { times, ...rates } = await drive(product, { runs, concurrency, approval })
  const before = since
  since = cpu()
  return {
    ...rates,
    mainCpu: (since.main - before.main) / runs,
    allCpu: (since.all - before.all) / runs,
    latencies: times.figures(''),
    points: times.curve('', '').points,
  }
}

process.on('message', (order) => {
  void measure(order as DrivenOrder).then((result) => process.send?.(result))
})
process.once('disconnect', () => {
  done.abort()
  void reviewing.then(product.stop)
})
process.send?.('ready')
