import { expect, test } from 'vitest'
import { registryText } from '../../bench/load.ts'
import { createRuntime } from '../../src/runtime.ts'

test('a runtime that is stopped twice is stopped once, and refuses what is asked after it', async () => {
  const runtime = await createRuntime({ registry: await registryText(), dataDir: null })
  const first = runtime.stop()
  await Promise.all([first, runtime.stop(0)])
  await runtime.stop()
  const context = { account: { revenue: 42_000_000 }, icp_criteria: { min_revenue: 1_000_000 } }
  const by = { id: 'requester', roles: ['operator'] }
  const asked = runtime.start({ goal: 'score the account', context, by })
  await expect(asked).rejects.toMatchObject({ code: 'NOT_READY' })
})
