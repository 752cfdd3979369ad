// What telemetry costs a run: the same runs with metrics, logs and traces on, and without them, by turns (on off on
// off), so that the machine's moods meet both. The lists of runs and approvals are followed on both sides: they are
// what people work with, and no telemetry.
import { spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { createEngine } from '../src/engine/create.ts'
import { ENGINE_DEFAULTS } from '../src/engine/parts.ts'
import { sqliteJournal } from '../src/journal/sqlite.ts'
import { rulesPlanner } from '../src/planner/rules.ts'
import type { Journal } from '../src/journal/journal.ts'
import { follow, type Follower } from '../src/projections/follow.ts'
import { loadLists } from '../src/projections/lists.ts'
import { createRuntime, readRegistry } from '../src/runtime.ts'
import { loadTools } from '../src/tools/catalogue.ts'
import { figure, setting, type Bench } from './bench.ts'
import { inFolder } from './folder.ts'
import { registryText } from './load.ts'
import { drive, type RunsResult } from './runs.ts'

type Load = { readonly runs: number; readonly concurrency: number; readonly approval: false }

/** A collector in a process of its own, so that its work is not counted as ours. */
async function collector(): Promise<{ endpoint: string; stop: () => void }> {
  const program = `require('node:http').createServer((req, res) => { req.resume(); req.on('end', () => { res.setHeader('content-type', 'application/json'); res.end('{}') }) }).listen(0, '127.0.0.1', function () { console.log(this.address().port) })`
  const child = spawn(process.execPath, ['-e', program], { stdio: ['ignore', 'pipe', 'inherit'] })
  const [port] = (await once(child.stdout, 'data')) as [Buffer]
  return { endpoint: `http://127.0.0.1:${port.toString().trim()}`, stop: () => child.kill() }
}

async function measured(parts: Parameters<typeof drive>[0], load: Load): Promise<RunsResult> {
  await drive(parts, { ...load, runs: Math.ceil(load.runs / 4) })
  return drive(parts, load)
}

const withTelemetry = (load: Load, otelEndpoint: string): Promise<RunsResult> =>
  inFolder(async (dir) => {
    const runtime = await createRuntime({ registry: await registryText(), dataDir: dir, otelEndpoint })
    const result = await measured(runtime, load)
    await runtime.stop()
    return result
  })

/** Lists and inbox, as the runtime follows them. */
async function followLists(journal: Journal): Promise<Follower> {
  const { projection } = await loadLists(journal, { clock: Date.now, isProfile: () => true })
  return follow({
    journal,
    projection,
    from: 0,
    checkpointMs: 1000,
    onFailure: (error) => {
      throw error
    },
    onFolded: () => undefined,
  })
}

const without = (load: Load): Promise<RunsResult> =>
  inFolder(async (dir) => {
    const registry = readRegistry(await registryText())
    const { tools } = await loadTools(Object.values(registry.tools))
    const journal = await sqliteJournal({ dir, writer: 'bench' })
    const engine = await createEngine(
      {
        journal,
        planners: { rules: rulesPlanner(), llm: null },
        tools,
        adapters: new Map(),
        writer: 'bench',
        clock: Date.now,
        randomHex: (digits) => randomBytes(digits).toString('hex').slice(0, digits),
        settings: ENGINE_DEFAULTS,
        onFailure: (error) => {
          throw error
        },
      },
      registry,
    )
    const lists = await followLists(journal)
    const result = await measured({ engine, journal }, load)
    await engine.stop(5000)
    await lists.stop()
    await journal.close()
    return result
  })

const median = (values: readonly number[]): number =>
  values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0

export const bench: Bench = {
  name: 'telemetry',
  question: 'What do metrics, logs and traces cost a run?',
  settings: { runs: 4000, concurrency: 32, rounds: 3 },
  durability: 'fsync',
  run: async (settings, progress) => {
    const load = {
      runs: setting(settings, 'runs'),
      concurrency: setting(settings, 'concurrency'),
      approval: false,
    } as const
    const rounds = setting(settings, 'rounds')
    const sink = await collector()
    const on: RunsResult[] = []
    const off: RunsResult[] = []
    for (let round = 0; round < rounds; round += 1) {
      on.push(await withTelemetry(load, sink.endpoint))
      off.push(await without(load))
      progress((round + 1) / rounds)
    }
    sink.stop()
    const ratios = on.map(({ allCpu }, round) => allCpu / (off[round]?.allCpu ?? 1))
    return {
      curves: [],
      figures: [
        figure('on: runs, median', median(on.map(({ runsPerSecond }) => runsPerSecond)), '/s'),
        figure('off: runs, median', median(off.map(({ runsPerSecond }) => runsPerSecond)), '/s'),
        figure('on: CPU of all threads a run, median', median(on.map(({ allCpu }) => allCpu)), 'µs'),
        figure('off: CPU of all threads a run, median', median(off.map(({ allCpu }) => allCpu)), 'µs'),
        figure('CPU, on against off, median of the rounds', median(ratios), 'ratio'),
        figure('CPU, on against off, lowest', Math.min(...ratios), 'ratio'),
        figure('CPU, on against off, highest', Math.max(...ratios), 'ratio'),
      ],
    }
  },
}
