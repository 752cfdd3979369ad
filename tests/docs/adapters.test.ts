import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { readRegistry } from '../../src/runtime.ts'
import { read, tableAfter } from './read.ts'

test('every adapter of the shipped registry is in the page, with each variable that it reads', () => {
  const registry = readRegistry(readFileSync(join(import.meta.dirname, '../../registry.yaml'), 'utf8'))
  const expected = Object.values(registry.adapters)
    .filter(({ name }) => name !== 'mock')
    .map(({ name, enabled_env, secrets, settings }) => [
      name,
      enabled_env ?? '',
      secrets.join(', '),
      settings.join(', '),
    ])
  expect(tableAfter(read('docs/adapters.md'), 'adapters')).toEqual(expected)
})
