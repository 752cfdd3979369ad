// What a scrape costs: the text of the metrics at a thousand and at ten thousand series. Rendering is one stretch of
// the event loop for each metric, so its time is also how long everything else waits.
import { monitorEventLoopDelay } from 'node:perf_hooks'
import { fold } from '../src/projections/metrics/fold.ts'
import { createExposition, countSeries } from '../src/projections/metrics/exposition/exposition.ts'
import { knownValues } from '../src/projections/labels.ts'
import { createMetricsState, learn } from '../src/projections/metrics/metrics-state.ts'
import type { Registry } from '../src/registry/registry.ts'
import { readRegistry } from '../src/runtime.ts'
import { figure, setting, type Bench, type Figure } from './bench.ts'
import { realisticEvents } from './fold.ts'
import { registryText } from './load.ts'

/** The shipped registry with as many profiles, copies of one another, as make at least `series`. */
function grown(registry: Registry, profiles: number): Registry {
  const [first] = Object.values(registry.profiles)
  if (!first) throw new TypeError('a registry has profiles')
  const copies = Array.from({ length: profiles }, (_, index) => `profile_${index}`)
  return { ...registry, profiles: Object.fromEntries(copies.map((name) => [name, { ...first, name }])) }
}

async function measure(registry: Registry, rounds: number, name: string): Promise<Figure[]> {
  const state = createMetricsState()
  learn(state, 0, knownValues(registry))
  for (const event of realisticEvents(registry, 5000)) fold(state, event)
  const expose = createExposition(() => [state.series], false)
  const series = countSeries((await expose('text')).body)
  const times: number[] = []
  const delay = monitorEventLoopDelay({ resolution: 1 })
  delay.enable()
  for (let round = 0; round < rounds; round += 1) {
    const begun = performance.now()
    // To the bytes that are sent: a text that was only put together is not laid out in memory yet.
    Buffer.from((await expose('text')).body)
    times.push(performance.now() - begun)
    await new Promise(setImmediate)
  }
  delay.disable()
  times.sort((a, b) => a - b)
  return [
    figure(`${name}: series`, series, ''),
    figure(`${name}: render, median`, times[Math.floor(rounds / 2)] ?? 0, 'ms'),
    figure(`${name}: render, P99`, times[Math.floor(rounds * 0.99)] ?? 0, 'ms'),
    figure(`${name}: event-loop delay while rendering, P99`, delay.percentile(99) / 1e6, 'ms'),
  ]
}

export const bench: Bench = {
  name: 'render',
  question: 'What does a scrape cost at the shipped size, and at ten thousand series?',
  settings: { rounds: 200, profiles: 75 },
  durability: 'none',
  run: async (settings, progress) => {
    const registry = readRegistry(await registryText())
    const rounds = setting(settings, 'rounds')
    const shipped = await measure(registry, rounds, 'shipped registry')
    progress(0.4)
    const large = await measure(grown(registry, setting(settings, 'profiles')), rounds, 'many profiles')
    progress(1)
    return { figures: [...shipped, ...large], curves: [] }
  },
}
