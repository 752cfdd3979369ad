// Sayings are looked for by their words: a word that is said to be needed must stand in whatever the saying is found in.
import { readdirSync } from 'node:fs'
import { expect, test } from 'vitest'
import { SAYINGS } from '../../../src/planner/sayings/sayings.ts'
import { withWords } from '../../../src/planner/words.ts'

const GOALS = new URL('../goals/', import.meta.url)

const texts = (value: unknown): string[] => {
  if (typeof value === 'string') return [value]
  return Array.isArray(value) ? value.flatMap(texts) : []
}

async function allGoals(): Promise<string[]> {
  const names = readdirSync(GOALS).filter((name) => name.startsWith('table'))
  const tables = await Promise.all(
    names.map((name) => import(new URL(name, GOALS).href) as Promise<Readonly<Record<string, unknown>>>),
  )
  return tables.flatMap((table) => Object.values(table).flatMap(texts))
}

test('what a saying needs beside its first words is in every goal of the tables that has the saying', async () => {
  const goals = (await allGoals()).map(withWords)
  const several = SAYINGS.filter(({ on }) => on.includes(' + '))
  const lacking = several.flatMap(({ on, says }) => {
    const [, ...beside] = on.split(' + ').map((group) => group.split(' '))
    return goals
      .filter(({ text }) => text.search(says) >= 0)
      .filter(({ words }) => !beside.every((group) => group.some((word) => words.has(word))))
      .map(({ text }) => `${on}: ${text}`)
  })
  expect(several.length).toBeGreaterThan(50)
  expect(goals.length).toBeGreaterThan(2000)
  expect(lacking).toEqual([])
})
