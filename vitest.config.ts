import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { defineConfig } from 'vitest/config'

// What the tests start, a thousand processes, keeps its code compiled, as what people start does (src/cli/launcher.cjs).
process.env['NODE_COMPILE_CACHE'] ??= join(tmpdir(), 'node-compile-cache')

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
  },
})
