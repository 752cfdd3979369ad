import { expect, test } from 'vitest'
import { kindOf } from '../../src/events/stream.ts'

test.each([
  ['run_0198c0ffee', 'run'],
  ['bat_1', 'batch'],
  ['ext_crewai_7', 'external'],
  ['lib_playbooks', 'library'],
  ['control', 'control'],
])('the stream %s is of kind %s', (id, kind) => {
  expect(kindOf(id)).toBe(kind)
})

test.each(['', 'run', 'RUN_1', 'controls', ' control', 'batch_1', '__proto__', 'toString'])(
  'no stream has the id %j',
  (id) => {
    expect(kindOf(id)).toBeNull()
  },
)
