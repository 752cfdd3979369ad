import { describe, expect, test } from 'vitest'
import { memoryJournal } from '../../../src/journal/memory.ts'
import { rowTable } from '../../../src/projections/lists/row-table.ts'

type Entry = { id: string; count: number; isOpen: boolean }

const table = () => {
  const journal = memoryJournal()
  const rows = rowTable<Entry>(journal, {
    view: 'things',
    columnsOf: ({ id }) => ({ id, sort: Number(id), status: '', profile: '', tenant: '' }),
    open: ({ isOpen }) => isOpen,
  })
  const save = (taken: ReturnType<typeof rows.drain>) =>
    journal.saveCheckpoint({ name: 'things', position: 1, state: null, rows: taken })
  return { rows, save }
}

describe('rows in memory', () => {
  test('a row that is over is let go once it is durable, and read back when needed', async () => {
    const { rows, save } = table()
    rows.put('1', { id: '1', count: 7, isOpen: false })
    await save(rows.drain())
    rows.saved()
    await rows.load([])
    expect(rows.get('1')).toBeUndefined()
    await rows.load(['1'])
    expect(rows.get('1')).toEqual({ id: '1', count: 7, isOpen: false })
  })

  test('a row whose save is under way stays: reading it back would give the row before', async () => {
    const { rows, save } = table()
    rows.put('1', { id: '1', count: 1, isOpen: false })
    await save(rows.drain())
    rows.saved()
    rows.put('1', { id: '1', count: 2, isOpen: false })
    const underWay = rows.drain()
    await rows.load(['1'])
    expect(rows.get('1')?.count).toBe(2)
    await save(underWay)
  })

  test('what was loaded for a batch stays while the batch is folded, though a save ends meanwhile', async () => {
    const { rows, save } = table()
    rows.put('1', { id: '1', count: 1, isOpen: false })
    await save(rows.drain())
    await rows.load(['1'])
    rows.saved()
    expect(rows.get('1')?.count).toBe(1)
  })

  test('rows that are open stay, but not more than the last ten thousand', async () => {
    const { rows, save } = table()
    for (let id = 1; id <= 10_010; id += 1) rows.put(String(id), { id: String(id), count: 1, isOpen: true })
    await save(rows.drain())
    rows.saved()
    await rows.load([])
    expect(rows.get('10')).toBeUndefined()
    expect(rows.get('11')).toBeDefined()
  })
})
