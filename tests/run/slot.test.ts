import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { AdapterSpec } from '../../src/registry/registry.ts'
import {
  ADAPTER_STATES,
  BUILTIN,
  chooseAdapter,
  type AdapterState,
  type Slot,
} from '../../src/run/calls/slot.ts'

const spec = (name: string, more: Partial<AdapterSpec> = {}): AdapterSpec => ({
  name,
  interface: 'crm',
  module: name,
  enabled: false,
  enabled_env: null,
  secrets: [],
  settings: [],
  fallback: null,
  ...more,
})

const specs = Object.fromEntries(
  [
    spec('north', { fallback: 'south' }),
    spec('south', { fallback: 'mock' }),
    spec('east'),
    spec('mock'),
    spec('diary', { interface: 'calendar' }),
  ].map((one) => [one.name, one]),
)

const slot = (more: Partial<Slot> = {}): Slot => ({
  interface: 'crm',
  sideEffects: 'read-only',
  allowed: ['north', 'east', 'diary'],
  specs,
  installed: new Set(Object.keys(specs)),
  states: {},
  ...more,
})

describe('the adapter of a call', () => {
  test('is none where the tool needs no vendor', () => {
    expect(chooseAdapter(slot({ interface: null }))).toEqual({
      selected: BUILTIN,
      alternatives: [],
      strategy: 'builtin',
      reason: 'The tool needs no vendor.',
    })
  })

  test('is the first that the profile allows, of the interface, that is switched on', () => {
    expect(chooseAdapter(slot())).toMatchObject({ selected: 'north', strategy: 'adapter' })
    const installed = new Set(['east', 'mock', 'diary'])
    expect(chooseAdapter(slot({ installed }))).toMatchObject({ selected: 'east', strategy: 'adapter' })
    expect(chooseAdapter(slot({ allowed: ['diary', 'mock'] }))).toMatchObject({ selected: 'mock' })
  })

  test.each([
    ['allowed', { allowed: ['diary'] }],
    ['switched on', { installed: new Set(['diary', 'mock']) }],
    ['there', { interface: 'knowledge' }],
  ])('is none, and the reason says so, where none of the interface is %s', (_, more) => {
    const route = chooseAdapter(slot(more))
    expect(route).toMatchObject({ selected: BUILTIN, strategy: 'builtin' })
    expect(route.reason).toMatch(/^No adapter of interface \w+ that the profile allows is switched on\.$/)
  })

  test('that is cut off is replaced by its own fallbacks, by no other that the profile allows', () => {
    const cut = (states: Record<string, AdapterState>, more: Partial<Slot> = {}) =>
      chooseAdapter(slot({ states, ...more }))
    expect(cut({ north: 'open' })).toMatchObject({
      selected: 'south',
      alternatives: ['mock'],
      strategy: 'fallback',
      from: 'north',
    })
    expect(cut({ north: 'disabled', south: 'open' })).toMatchObject({
      selected: 'mock',
      strategy: 'fallback',
    })
    expect(cut({ east: 'open' }, { allowed: ['east', 'north'] })).toMatchObject({
      selected: BUILTIN,
      reason: 'Adapter east is cut off, and no other may stand in for it.',
    })
    expect(cut({ north: 'half_open' })).toMatchObject({ selected: 'north', strategy: 'adapter' })
  })

  test('of an effect is never another vendor', () => {
    expect(chooseAdapter(slot({ sideEffects: 'execute', states: { north: 'open' } }))).toEqual({
      selected: BUILTIN,
      alternatives: [],
      strategy: 'builtin',
      reason:
        'Adapter north is cut off because it does not answer, and is tried again by itself. An effect never goes to another vendor.',
    })
    expect(chooseAdapter(slot({ sideEffects: 'execute', states: { north: 'disabled' } })).reason).toBe(
      'Adapter north is switched off until a person switches it on. An effect never goes to another vendor.',
    )
  })
})

const NAMES = ['a', 'b', 'c', 'd', 'e']
const anySpecs = fc
  .tuple(
    ...NAMES.map((name) =>
      fc.record({
        interface: fc.constantFrom('crm', 'calendar'),
        fallback: fc.option(fc.constantFrom(...NAMES.filter((other) => other !== name)), { nil: null }),
      }),
    ),
  )
  .map((rows) => Object.fromEntries(rows.map((row, at) => [NAMES[at] ?? '', spec(NAMES[at] ?? '', row)])))
const anySlot: fc.Arbitrary<Slot> = fc.record({
  interface: fc.option(fc.constantFrom('crm', 'calendar'), { nil: null }),
  sideEffects: fc.constantFrom('read-only', 'propose', 'execute'),
  allowed: fc.uniqueArray(fc.constantFrom(...NAMES, 'gone')),
  specs: anySpecs,
  installed: fc.uniqueArray(fc.constantFrom(...NAMES)).map((names) => new Set(names)),
  states: fc.dictionary(fc.constantFrom(...NAMES), fc.constantFrom(...ADAPTER_STATES)),
})

const cutOff = ({ states }: Slot, name: string): boolean =>
  Object.hasOwn(states, name) && ['disabled', 'open', 'fallback'].includes(states[name] ?? '')

test('whatever the registry and the states: what serves is of the interface, switched on and not cut off', () => {
  fc.assert(
    fc.property(anySlot, (any) => {
      const route = chooseAdapter(any)
      const named =
        route.strategy === 'builtin' ? route.alternatives : [route.selected, ...route.alternatives]
      for (const name of named) {
        expect(any.specs[name]?.interface).toBe(any.interface)
        expect(any.installed.has(name)).toBe(true)
        expect(cutOff(any, name)).toBe(false)
      }
      expect(new Set(named).size).toBe(named.length)
      const [first] = any.allowed.filter(
        (name) => any.specs[name]?.interface === any.interface && any.installed.has(name),
      )
      expect(route.strategy === 'builtin').toBe(route.selected === BUILTIN)
      expect(route.strategy === 'adapter').toBe(route.selected === first)
      expect(route.strategy === 'adapter').toBe(first !== undefined && !cutOff(any, first))
      const mayFallBack = first !== undefined && cutOff(any, first) && any.sideEffects !== 'execute'
      expect(route.strategy === 'fallback' && !mayFallBack).toBe(false)
    }),
  )
})

test('the places that people gave go before the order of the profile; who has none follows in that order', () => {
  const chosen = (order: Record<string, number>, more: Partial<Slot> = {}) =>
    chooseAdapter(slot({ order, ...more })).selected
  expect(chosen({ east: 1 })).toBe('east')
  expect(chosen({ east: 2, north: 1 })).toBe('north')
  expect(chosen({ mock: 1 })).toBe('north')
  // Cut off, it is still the one that the call is meant for.
  expect(chooseAdapter(slot({ order: { east: 1 }, states: { east: 'open' } })).selected).toBe(BUILTIN)
})
