import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { outputs } from '../../dashboards/outputs.ts'
import { pathOf } from './shipped.ts'

const folder = pathOf('dashboards/generated')

test('the committed dashboards and rules are what their sources generate', () => {
  const committed = readdirSync(folder).map((name) => [name, readFileSync(join(folder, name), 'utf8')])
  expect(Object.fromEntries(committed)).toEqual(Object.fromEntries(outputs()))
})

test('generating twice gives the same bytes', () => {
  expect([...outputs()]).toEqual([...outputs()])
})
