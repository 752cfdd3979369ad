import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { defineConfig } from 'vitest/config'
import { BaseSequencer, type TestSpecification } from 'vitest/node'

// What the tests start, a thousand processes, keeps its code compiled, as what people start does (src/cli/launcher.cjs).
process.env['NODE_COMPILE_CACHE'] ??= join(tmpdir(), 'node-compile-cache')

/** For what tools do to their process, and for what is measured in its heap. */
const ALONE = ['tests/hostile/**/*.test.ts', 'tests/engine/young-garbage.test.ts']

/** Its incidents are told by the second, so it begins beside short tests: not beside kills and hostile tools. */
const TIMED = '/tests/telemetry/chaos.test.ts'
/** So many files, of those that the sequencer would begin with, are about as long as that. */
const BESIDE = 60

/** Those of a minute and more: one that begins last keeps a worker waiting that has nothing to do. */
const LONG = [
  'crash/boundaries',
  'crash/outside',
  'crash/random',
  'console/every-page',
  'cli/database',
  'cli/server',
  'console/whole-way',
  'readme/commands',
  'dashboards/promtool',
  'bench/compare',
  'cli/machine',
  'cli/llm',
].map((name) => `/tests/${name}.test.ts`)

class InGoodOrder extends BaseSequencer {
  override async sort(given: TestSpecification[]): Promise<TestSpecification[]> {
    const files = await super.sort(given)
    const are = (names: readonly string[]): TestSpecification[] =>
      names.flatMap((name) => files.filter(({ moduleId }) => moduleId.endsWith(name)))
    const first = are([TIMED])
    const long = are(LONG)
    const others = files.filter((file) => !first.includes(file) && !long.includes(file))
    // What hostile tools take would be missing beside what is told by the second.
    const alone = others.filter(({ project }) => project.config.isolate)
    const light = others.filter((file) => !alone.includes(file))
    return [...first, ...light.slice(0, BESIDE), ...long, ...alone, ...light.slice(BESIDE)]
  }
}

export default defineConfig({
  test: {
    testTimeout: 60_000,
    hookTimeout: 60_000,
    // What is waited for may take as long as a test may: a slow machine is not a fault.
    expect: { poll: { timeout: 55_000 } },
    allowOnly: false,
    pool: 'forks',
    maxWorkers: 2,
    sequence: { sequencer: InGoodOrder },
    projects: [
      { extends: true, test: { name: 'alone', include: ALONE } },
      // A process each would load the source three hundred times: a quarter of all the time that the tests take.
      {
        extends: true,
        test: { name: 'together', include: ['tests/**/*.test.ts'], exclude: ALONE, isolate: false },
      },
    ],
  },
})
