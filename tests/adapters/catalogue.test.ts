import { describe, expect, expectTypeOf, test } from 'vitest'
import { loadAdapters, missingSecrets } from '../../src/adapters/catalogue.ts'
import type { CrmAdapter } from '../../src/adapters/crm.ts'
import { defineAdapter } from '../../src/adapters/definition.ts'
import type { AdapterSpec } from '../../src/registry/registry.ts'
import { isCrm } from '../../src/tools/tool.ts'

const spec = (name: string, served: string): AdapterSpec => ({
  name,
  interface: served,
  module: name,
  enabled: true,
  enabled_env: null,
  secrets: [],
  settings: [],
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

  const vendor = { ...spec('diary', 'calendar'), secrets: ['DIARY_TOKEN'], settings: ['DIARY_URL'] }

  test('are connected with what their entry lists, and are not told anything else', async () => {
    const told = new Map([
      ['DIARY_TOKEN', 'secret'],
      ['DATABASE_URL', 'postgres://'],
    ])
    const connected = {
      name: 'diary',
      interface: 'calendar',
      connect: (settings: (name: string) => string | null) => ({
        ...diary,
        seen: [settings('DIARY_TOKEN'), settings('DIARY_URL')],
      }),
    }
    const secret = (name: string) => told.get(name)
    const { adapters } = await loadAdapters([vendor], [connected], secret)
    expect(adapters.get('diary')).toMatchObject({ seen: ['secret', null] })
    const curious = {
      ...connected,
      connect: (settings: (name: string) => string | null) => {
        settings('DATABASE_URL')
        return diary
      },
    }
    await expect(loadAdapters([vendor], [curious], secret)).rejects.toMatchObject({
      code: 'REGISTRY_INVALID',
      problems: [{ path: 'adapters.diary', message: expect.stringContaining('must list DATABASE_URL') }],
    })
  })

  test('that are switched on without their secrets are a problem that names the variable', () => {
    const off = { ...vendor, enabled: false, enabled_env: 'ENABLE_DIARY' }
    const environment = (flag: boolean) => ({ flag: () => flag, secret: () => undefined })
    expect(missingSecrets(off, environment(false))).toEqual([])
    expect(missingSecrets(off, environment(true))).toEqual([
      {
        path: 'DIARY_TOKEN',
        message: 'must be set: ENABLE_DIARY switches adapter diary on, which needs it',
      },
    ])
    expect(missingSecrets(vendor, { flag: () => false, secret: () => 'x' })).toEqual([])
  })

  test('are narrowed to the interface that a tool knows', () => {
    expect([isCrm(own), isCrm(diary), isCrm(null)]).toEqual([true, false, false])
    expectTypeOf(isCrm).guards.toEqualTypeOf<CrmAdapter>()
    expectTypeOf(diary.freeBusy).returns.resolves.toEqualTypeOf<string[]>()
  })
})
