import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { defineConfig } from 'vitest/config'
import { BaseSequencer, type TestSpecification } from 'vitest/node'

// What the tests start, a thousand processes, keeps its code compiled, as what people start does (src/cli/launcher.cjs).
process.env['NODE_COMPILE_CACHE'] ??= join(tmpdir(), 'node-compile-cache')

/** Those of minutes, by their time: a long one that begins last keeps everybody waiting beside a worker that has nothing. */
const LONGEST = [
  'telemetry/chaos',
  'crash/boundaries',
  'crash/outside',
  'readme/commands',
  'crash/random',
  'console/every-page',
  'cli/server',
  'cli/machine',
  'bench/compare',
  'dashboards/promtool',
  'package',
].map((name) => `/tests/${name}.test.ts`)

class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const place = ({ moduleId }: TestSpecification): number => {
      const at = LONGEST.findIndex((name) => moduleId.endsWith(name))
      return at < 0 ? LONGEST.length : at
    }
    return (await super.sort(files)).toSorted((one, other) => place(one) - place(other))
  }
}

export default defineConfig({
  test: {
    include: ['tests/**/*.test.ts'],
    testTimeout: 60_000,
    hookTimeout: 60_000,
    // What is waited for may take as long as a test may: a slow machine is not a fault.
    expect: { poll: { timeout: 55_000 } },
    allowOnly: false,
    pool: 'forks',
    maxWorkers: 2,
    sequence: { sequencer: LongestFirst },
  },
})
