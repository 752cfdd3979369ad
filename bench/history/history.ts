// Six hours of made-up history with incidents in it, as OpenMetrics, to look at the dashboards without waiting:
//   node bench/history/history.ts [END] > history.txt && promtool tsdb create-blocks-from openmetrics history.txt DATA_DIR
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { knownValues } from '../../src/projections/labels.ts'
import { createSeries, type Series } from '../../src/projections/metrics/series.ts'
import { parseRegistry } from '../../src/registry/parse.ts'
import { createWorld, type World } from './world.ts'
import { machineSamples } from './machine.ts'

const HOURS = 6
const STEP_S = 30
const STEPS = (HOURS * 3600) / STEP_S

const parsed = parseRegistry(readFileSync(join(import.meta.dirname, '../../registry.yaml'), 'utf8'))
if (!parsed.ok) throw new Error('registry.yaml has problems: `cugar registry check` lists them.')

type Track = Float64Array
const tracks = new Map<string, Track>()
const place = 'instance="127.0.0.1:8000",job="cugar"'

function note(
  name: string,
  labels: Readonly<Record<string, string>>,
  [step, value]: readonly [number, number],
) {
  const inside = [...Object.entries(labels).map(([label, text]) => `${label}="${text}"`), place].join(',')
  const key = `${name}{${inside}}`
  const track = tracks.get(key) ?? new Float64Array(STEPS)
  track[step] = value
  tracks.set(key, track)
}

function snapshot({ families }: Series, step: number): void {
  for (const { name, buckets, cells } of families.values()) {
    for (const { labels, value, counts } of cells.values()) {
      if (buckets === undefined) {
        note(name, labels, [step, value])
        continue
      }
      let count = 0
      for (const [index, inBucket] of counts.entries()) {
        count += inBucket
        note(`${name}_bucket`, { ...labels, le: String(buckets[index] ?? '+Inf') }, [step, count])
      }
      note(`${name}_sum`, labels, [step, value])
      note(`${name}_count`, labels, [step, count])
    }
  }
}

const series = createSeries(['journal', 'process', 'state'])
series.know(knownValues(parsed.registry))
// Epoch seconds at which the history ends; now, unless the first argument says otherwise.
const until = Number(process.argv[2] ?? Date.now() / 1000)
const end = Math.floor(until / STEP_S) * STEP_S
const start = end - HOURS * 3600
const world: World = createWorld({ series, start, tools: Object.values(parsed.registry.tools) })
for (let step = 0; step < STEPS; step += 1) {
  world.pass(step * STEP_S, STEP_S)
  snapshot(series, step)
  for (const [name, labels, value] of machineSamples(start, step * STEP_S)) note(name, labels, [step, value])
}

/** A histogram that nothing moved says nothing: leaving it out keeps the file small. */
const isShown = (key: string, track: Track): boolean =>
  !key.includes('le="') || track.some((value) => value > 0)

for (let step = 0; step < STEPS; step += 1) {
  const lines = [...tracks]
    .filter(([key, track]) => isShown(key, track))
    .map(([key, track]) => `${key} ${track[step]} ${start + step * STEP_S}\n`)
  process.stdout.write(lines.join(''))
}
process.stdout.write('# EOF\n')
