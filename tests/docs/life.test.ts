import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { EVENT_TYPES } from '../../src/events/event.ts'
import { read, tableAfter } from './read.ts'

const page = read('docs/life-of-a-run.md')

describe('the life of a run, on one page', () => {
  test('has every move that next can make, and no other', () => {
    const moves = [...read('src/run/next.ts').matchAll(/readonly do: '(\w+)'/g)].map(([, move]) => move)
    expect(moves.length).toBeGreaterThan(5)
    expect(tableAfter(page, 'moves').map(([move]) => move)).toEqual(moves)
  })

  test('names events and files that there are', () => {
    const events = [
      ...page.matchAll(
        /\b[a-z]+(?:_[a-z]+)*_(?:started|created|decision|requested|received|timeout|updated|start|complete|error|skipped|cancelled|finished)\b/g,
      ),
    ]
    const known = new Set<string>(EVENT_TYPES)
    expect(events.map(([name]) => name).filter((name) => !known.has(name))).toEqual([])
    const files = [...page.matchAll(/`(src\/[a-z/-]+\.ts)`/g)].map(([, file = '']) => file)
    expect(files.length).toBeGreaterThan(8)
    expect(files.filter((file) => !existsSync(join(import.meta.dirname, '../..', file)))).toEqual([])
  })
})
