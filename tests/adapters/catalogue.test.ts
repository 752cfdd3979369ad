import { describe, expect, expectTypeOf, test } from 'vitest'
import { defineAdapter, type CrmAdapter } from '../../src/adapters/adapter.ts'
import { loadAdapters } from '../../src/adapters/catalogue.ts'
import type { AdapterSpec } from '../../src/registry/registry.ts'
import { isCrm } from '../../src/tools/tool.ts'

const spec = (name: string, served: string): AdapterSpec => ({
  name,
  interface: served,
  module: name,
  enabled: true,
  enabled_env: null,
  secrets: [],
  fallback: null,
})

const diary = defineAdapter({
  name: 'diary',
  interface: 'calendar',
  freeBusy: async (person: string) => [`${person} is free`],
})
const own = defineAdapter({ name: 'mock', interface: 'crm', getAccount: async () => null })

describe('adapters', () => {
  test('are found by their module, and those that are handed in win over files of the same name', async () => {
    const { adapters, missing } = await loadAdapters([spec('mock', 'crm'), spec('nobody', 'crm')])
    expect([...adapters.keys()]).toEqual(['mock'])
    expect(missing).toEqual(['nobody'])
    expect((await loadAdapters([spec('mock', 'crm')], [own])).adapters.get('mock')).toBe(own)
  })

  test('serve any interface, but only the one that the registry says', async () => {
    const { adapters } = await loadAdapters([spec('diary', 'calendar')], [diary])
    expect(adapters.get('diary')).toBe(diary)
    await expect(loadAdapters([spec('diary', 'crm')], [diary])).rejects.toMatchObject({
      code: 'REGISTRY_INVALID',
      problems: [{ path: 'adapters.diary.interface', message: 'must be calendar, which its module serves' }],
    })
  })

  // Until 0.1.0 every adapter that a program handed in was there, also those that the registry switched off.
  test('that are not asked for are not there, handed in or not', async () => {
    expect((await loadAdapters([], [own, diary])).adapters.size).toBe(0)
  })

  test('are narrowed to the interface that a tool knows', () => {
    expect([isCrm(own), isCrm(diary), isCrm(null)]).toEqual([true, false, false])
    expectTypeOf(isCrm).guards.toEqualTypeOf<CrmAdapter>()
    expectTypeOf(diary.freeBusy).returns.resolves.toEqualTypeOf<string[]>()
  })
})
