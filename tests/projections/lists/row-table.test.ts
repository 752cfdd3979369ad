import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { Journal, ViewQuery, ViewRow } from '../../../src/journal/journal.ts'
import { memoryJournal } from '../../../src/journal/memory.ts'
import { isBeyond, startOf } from '../../../src/events/row-order.ts'
import { rowTable, type RowTable } from '../../../src/projections/lists/row-table.ts'

type Entry = {
  id: string
  count: number
  isOpen: boolean
  status: string
  profile: string
  tenant: string
}
type Query = Omit<ViewQuery, 'view'>

const IDS = 31
/** Neither the order of the ids nor that of the changes. */
const sortOf = (id: string): number => ((Number(id) * 7) % IDS) + Math.floor(Number(id) / IDS) * IDS + 1

const columnsOf = ({ id, status, profile, tenant }: Entry) => ({
  id,
  sort: sortOf(id),
  status,
  profile,
  tenant,
})

const thing = (id: string, shape: Partial<Entry> = {}): Entry => ({
  id,
  count: 1,
  isOpen: true,
  status: '',
  profile: '',
  tenant: '',
  ...shape,
})

const save = (journal: Journal, rows: readonly ViewRow[]) =>
  journal.saveCheckpoint({ name: 'things', position: 1, state: null, rows })

const tableOver = (journal: Pick<Journal, 'row' | 'rows'>): RowTable<Entry> =>
  rowTable<Entry>(journal, { view: 'things', columnsOf, open: ({ isOpen }) => isOpen })

function table() {
  const journal = memoryJournal()
  return { rows: tableOver(journal), save: (drained: readonly ViewRow[]) => save(journal, drained) }
}

describe('rows in memory', () => {
  test('a row that is over is forgotten once it is durable, and read back when needed', async () => {
    const { rows, save: saveRows } = table()
    const over = thing('1', { count: 7, isOpen: false })
    rows.put('1', over)
    await saveRows(rows.drain())
    rows.saved()
    await rows.load([])
    expect(rows.get('1')).toBeUndefined()
    await rows.load(['1'])
    expect(rows.get('1')).toEqual(over)
  })

  test('a row whose save is under way stays: reading it back would give the row before', async () => {
    const { rows, save: saveRows } = table()
    rows.put('1', thing('1', { count: 1, isOpen: false }))
    await saveRows(rows.drain())
    rows.saved()
    rows.put('1', thing('1', { count: 2, isOpen: false }))
    const underWay = rows.drain()
    await rows.load(['1'])
    expect(rows.get('1')?.count).toBe(2)
    await saveRows(underWay)
  })

  test('what was loaded for a batch stays while the batch is folded, though a save ends meanwhile', async () => {
    const { rows, save: saveRows } = table()
    rows.put('1', thing('1', { isOpen: false }))
    await saveRows(rows.drain())
    await rows.load(['1'])
    rows.saved()
    expect(rows.get('1')?.count).toBe(1)
  })

  test('rows that are open stay, but not more than the last ten thousand', async () => {
    const { rows, save: saveRows } = table()
    for (let id = 1; id <= 10_010; id += 1) rows.put(String(id), thing(String(id)))
    await saveRows(rows.drain())
    rows.saved()
    await rows.load([])
    expect(rows.get('10')).toBeUndefined()
    expect(rows.get('11')).toBeDefined()
  })
})

type Action =
  | { readonly do: 'put'; readonly entry: Entry }
  /** Of a row that is in memory, in place, as folds do it. */
  | { readonly do: 'change'; readonly id: string; readonly status: string }
  | { readonly do: 'drain' | 'write' | 'saved' | 'forget' }

/** A table that is saved step by step, as its follower does it, and every entry as it was put last. */
function saving(journal: Journal, reads: Pick<Journal, 'row' | 'rows'> = journal) {
  const rows = tableOver(reads)
  const latest = new Map<string, Entry>()
  let drained: ViewRow[] | null = null
  let isWritten = false
  const act = async (action: Action): Promise<void> => {
    if (action.do === 'put') {
      rows.put(action.entry.id, { ...action.entry })
      latest.set(action.entry.id, action.entry)
    }
    if (action.do === 'change') {
      const entry = rows.get(action.id)
      if (!entry) return
      entry.status = action.status
      rows.put(action.id, entry)
      latest.set(action.id, { ...entry })
    }
    if (action.do === 'drain' && drained === null) drained = rows.drain()
    if (action.do === 'write' && drained !== null) {
      await save(journal, drained)
      isWritten = true
    }
    if (action.do === 'saved' && isWritten) {
      rows.saved()
      drained = null
      isWritten = false
    }
    if (action.do === 'forget') await rows.load([])
  }
  return { rows, latest, act }
}

/** What a journal answers in which everything was saved. */
async function answerOf(latest: ReadonlyMap<string, Entry>, query: Query): Promise<Entry[]> {
  const journal = memoryJournal()
  const all = [...latest.values()]
  await save(
    journal,
    all.map((entry) => ({ view: 'things', ...columnsOf(entry), doc: JSON.stringify(entry) })),
  )
  return (await journal.rows({ view: 'things', ...query })).map((row) => JSON.parse(row.doc) as Entry)
}

const ids = fc.nat(IDS - 1).map(String)
const status = fc.constantFrom('running', 'waiting', 'over')
const entry: fc.Arbitrary<Entry> = fc.record({
  id: ids,
  count: fc.nat(9),
  isOpen: fc.boolean(),
  status,
  profile: fc.constantFrom('demo', 'smb'),
  tenant: fc.constantFrom('acme', 'initech'),
})
const put = entry.map((one): Action => ({ do: 'put', entry: one }))
const change = fc.record({ do: fc.constant('change' as const), id: ids, status })
const stage = fc
  .constantFrom('drain' as const, 'write' as const, 'saved' as const, 'forget' as const)
  .map((name): Action => ({ do: name }))
const action: fc.Arbitrary<Action> = fc.oneof(
  { arbitrary: put, weight: 4 },
  { arbitrary: change, weight: 2 },
  { arbitrary: stage, weight: 3 },
)
const actions = fc.array(action, { maxLength: 80, size: 'max' })
const query: fc.Arbitrary<Query> = fc.record(
  {
    status,
    profile: fc.constantFrom('demo', 'smb'),
    tenant: fc.constantFrom('acme', 'initech'),
    order: fc.constantFrom('newest' as const, 'oldest' as const),
    beyond: fc.nat(IDS + 1),
    limit: fc.integer({ min: 1, max: 6 }),
  },
  { requiredKeys: ['limit'] },
)

const fits = (one: Entry, { status: of, profile, tenant, order = 'newest', beyond }: Query): boolean =>
  isBeyond(sortOf(one.id), beyond ?? startOf(order), order) &&
  one.status === (of ?? one.status) &&
  one.profile === (profile ?? one.profile) &&
  one.tenant === (tenant ?? one.tenant)

describe('a page of rows', () => {
  test('is what it would be if every change had been saved, whatever is saved and whatever is asked', async () => {
    await fc.assert(
      fc.asyncProperty(actions, fc.array(query, { minLength: 1, maxLength: 5 }), async (steps, queries) => {
        const { rows, latest, act } = saving(memoryJournal())
        for (const step of steps) await act(step)
        for (const asked of queries) {
          const found = await rows.find(asked)
          expect(found.map(({ entry: one }) => one)).toEqual(await answerOf(latest, asked))
          expect(found.map(({ sort }) => sort)).toEqual(found.map(({ entry: one }) => sortOf(one.id)))
        }
      }),
      { numRuns: 300 },
    )
  })

  test('holds only what was asked for, and every row that stayed as it was, when rows change meanwhile', async () => {
    await fc.assert(
      fc.asyncProperty(actions, fc.tuple(actions, actions), query, async (steps, [early, late], asked) => {
        const journal = memoryJournal()
        const meanwhile: Action[][] = []
        const next = async (): Promise<void> => {
          for (const step of meanwhile.shift() ?? []) await act(step)
        }
        const slow: Journal = {
          ...journal,
          rows: async (of) => {
            await next()
            const answer = await journal.rows(of)
            await next()
            return answer
          },
        }
        const { rows, latest, act } = saving(journal, slow)
        for (const step of steps) await act(step)
        const before = new Map(latest)
        meanwhile.push(early, late)
        const found = (await rows.find(asked)).map(({ entry: one }) => ({ ...one }))
        const sorts = found.map(({ id }) => sortOf(id))
        const { order = 'newest' } = asked
        const inOrder = (a: number, b: number): number => (order === 'newest' ? b - a : a - b)
        expect(sorts).toEqual([...new Set(sorts)].sort(inOrder))
        expect(found.every((one) => fits(one, asked))).toBe(true)
        const end = found.length < asked.limit ? undefined : sorts.at(-1)
        const steady = [...before.values()].filter(
          (one) =>
            latest.get(one.id) === one &&
            fits(one, asked) &&
            (end === undefined || inOrder(sortOf(one.id), end) <= 0),
        )
        for (const one of steady) expect(found).toContainEqual(one)
      }),
      { numRuns: 300 },
    )
  })

  test('is full where most of the saved rows have left it, with few reads', async () => {
    const journal = memoryJournal()
    let reads = 0
    const counted: Journal = {
      ...journal,
      rows: (of) => {
        reads += 1
        return journal.rows(of)
      },
    }
    const { rows, latest, act } = saving(journal, counted)
    const all = Array.from({ length: 2000 }, (_, id) => thing(String(id), { status: 'running' }))
    for (const one of all) await act({ do: 'put', entry: one })
    for (const name of ['drain', 'write', 'saved'] as const) await act({ do: name })
    for (const one of all.slice(100)) await act({ do: 'change', id: one.id, status: 'over' })
    const asked = { status: 'running', limit: 21 }
    expect((await rows.find(asked)).map(({ entry: one }) => one)).toEqual(await answerOf(latest, asked))
    expect(reads).toBeLessThan(9)
  })
})
