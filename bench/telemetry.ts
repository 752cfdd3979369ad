// What telemetry costs a run: the same runs with metrics and traces on, and without them, by turns (on off on off), so
// that the machine's moods meet both. The lists of runs and approvals, and the log, are there on both sides.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { figure, setting, type Bench } from './bench.ts'
import { median } from './compare/ratios.ts'
import { driven, type DrivenResult } from './driven.ts'

/** A collector in a process of its own, so that its work is not counted as ours. */
async function collector(): Promise<{ endpoint: string; stop: () => void }> {
  const program = `require('node:http').createServer((req, res) => { req.resume(); req.on('end', () => { res.setHeader('content-type', 'application/json'); res.end('{}') }) }).listen(0, '127.0.0.1', function () { console.log(this.address().port) })`
  const child = spawn(process.execPath, ['-e', program], { stdio: ['ignore', 'pipe', 'inherit'] })
  const [port] = (await once(child.stdout, 'data')) as [Buffer]
  return { endpoint: `http://127.0.0.1:${port.toString().trim()}`, stop: () => child.kill() }
}

export const bench: Bench = {
  name: 'telemetry',
  question: 'What do metrics and traces cost a run?',
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
    const on: DrivenResult[] = []
    const off: DrivenResult[] = []
    for (let round = 0; round < rounds; round += 1) {
      on.push(await driven({ ...load, telemetry: { otelEndpoint: sink.endpoint, logs: true } }))
      off.push(await driven({ ...load, telemetry: null }))
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
