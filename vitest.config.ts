import { defineConfig } from 'vitest/config'

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
