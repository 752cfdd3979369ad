import { expect, test } from 'vitest'
import { memoryJournal } from '../../../src/journal/memory.ts'
import { CLOSED } from '../../../src/projections/labels.ts'
import { createProjections } from '../../../src/projections/projections.ts'
import type { AdapterSpec } from '../../../src/registry/registry.ts'
import { NOON, record, registry, run, valueOf } from '../world.ts'

/** What /metrics says of each adapter, once started and stopped over this journal. */
async function statesOf(
  journal: ReturnType<typeof memoryJournal>,
  adapterEnabled: (adapter: AdapterSpec) => boolean,
): Promise<Record<string, readonly string[]>> {
  const { views } = await createProjections({
    journal,
    registry,
    adapterEnabled,
    version: '1.0.0',
    revision: 'abc',
    workers: () => ({ busy: 0, idle: 1 }),
    clock: () => NOON,
    onFailure: (error) => {
      throw error
    },
  })
  const { body } = await views.metrics('text')
  await views.stop()
  const now = (adapter: string): string[] =>
    CLOSED.adapter_state.filter(
      (state) => valueOf(body, `cugar_adapter_state{adapter="${adapter}",state="${state}"}`) === 1,
    )
  return Object.fromEntries(Object.keys(registry.adapters).map((name) => [name, now(name)]))
}

const all = (state: string) =>
  Object.fromEntries(Object.keys(registry.adapters).map((name) => [name, [state]]))

test('an adapter that its flag switches on is enabled from the start, and disabled after a start without it', async () => {
  const journal = memoryJournal()
  expect(Object.keys(registry.adapters).length).toBeGreaterThan(0)
  expect(await statesOf(journal, () => true)).toEqual(all('enabled'))
  expect(await statesOf(journal, () => false)).toEqual(all('disabled'))
  expect(await statesOf(journal, () => true)).toEqual(all('enabled'))
})

test('an adapter that its breaker cut off is still cut off after a restart', async () => {
  const journal = memoryJournal()
  const [adapter = ''] = Object.keys(registry.adapters)
  const tripped = { adapter, from: 'enabled', to: 'open', reason: 'tripped', by: 'engine' }
  await record(journal, run(), [{ type: 'adapter_changed', data: tripped }])
  const expected = { ...all('enabled'), [adapter]: ['open'] }
  expect(await statesOf(journal, () => true)).toEqual(expected)
  expect(await statesOf(journal, () => true)).toEqual(expected)
})
