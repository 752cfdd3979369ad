// Keys are told once: whatever changes of them, what the journal knows afterwards is what there is.
import { array, assert, constantFrom, dictionary, property } from 'fast-check'
import { expect, test } from 'vitest'
import type { StoredEvent } from '../../src/events/event.ts'
import { changeOfKeys, foldKeys, type KnownKeys } from '../../src/run/known-keys.ts'

const keys = dictionary(constantFrom('ana', 'bob', 'eve', 'zoe'), constantFrom('d1', 'd2', 'd3')).map(
  (entries): KnownKeys => new Map(Object.entries(entries)),
)
const sorted = (known: KnownKeys) => Object.entries(Object.fromEntries(known)).map(String).toSorted()

const eventOf = (data: NonNullable<ReturnType<typeof changeOfKeys>>) =>
  ({ type: 'keys_changed', data }) as StoredEvent

test('after each change the journal knows the keys that there are, and the same keys change nothing', () => {
  assert(
    property(array(keys, { minLength: 1, maxLength: 6 }), (times) => {
      let known: KnownKeys = new Map()
      for (const now of times) {
        const change = changeOfKeys(known, now)
        if (change !== null) known = foldKeys(known, eventOf(change))
        expect(sorted(known)).toEqual(sorted(now))
        expect(changeOfKeys(known, now)).toBeNull()
      }
    }),
  )
})

test('a change names what was added, what is another key or opens something else, and what is gone', () => {
  const before = new Map([
    ['ana', 'd1'],
    ['bob', 'd1'],
    ['eve', 'd1'],
  ])
  const now = new Map([
    ['ana', 'd1'],
    ['bob', 'd2'],
    ['zoe', 'd1'],
  ])
  expect(changeOfKeys(before, now)).toEqual({
    added: [{ id: 'zoe', digest: 'd1' }],
    changed: [{ id: 'bob', digest: 'd2' }],
    removed: ['eve'],
  })
})
