// The books of every journal: limits hold under any concurrency, and events say what the books say.
import { array, assert, asyncProperty, boolean, integer, nat, record } from 'fast-check'
import { expect, test } from 'vitest'
import type { StoredEvent } from '../../src/events/event.ts'
import type { Journal, Line } from '../../src/journal/journal.ts'
import type { Posting } from '../../src/run/budgets/ledger.ts'
import { appendOf, AT, posting, runPosting, skipped, taken, WINDOW_END, type OneAccount } from './appends.ts'
import { freshJournal, type JournalFactory } from './fresh.ts'

const DAY = 86_400_000
const closed = { open: false, wakeAt: null, waiting: false }

const budgetEvents = (events: readonly StoredEvent[]) =>
  events.flatMap((event) =>
    event.type === 'budget_updated'
      ? event.data.accounts.map((account) => ({ ...event.data, ...account }))
      : [],
  )

/** Appends as the run's only writer: reads the version from what it wrote before. */
function writerOf(journal: Journal, runId: string) {
  let version = 0
  return async (lines: readonly Line[], head = { open: true, wakeAt: null, waiting: false }, at = AT) => {
    const result = await journal.append(appendOf(runId, { expectedVersion: version, lines, head, at }))
    if (result.ok) version += result.events.length
    return result
  }
}

type Purchase = { readonly amount: number; readonly spend: number; readonly release: boolean }

const purchase = record({
  amount: integer({ min: 1, max: 4 }),
  spend: nat(4),
  release: boolean(),
})

/** Reserves in its run and its tenant together, then settles or releases what it got. */
async function buy(
  journal: Journal,
  owner: { runId: string; limit: number },
  purchases: readonly Purchase[],
) {
  const write = writerOf(journal, owner.runId)
  for (const { amount, spend, release } of purchases) {
    const both = (over: Partial<OneAccount>): Posting[] => [
      runPosting(owner.runId, { ...over, limit: owner.limit }),
      posting({ ...over, limit: owner.limit }),
    ]
    const held = await write([skipped('before'), ...both({ amount })])
    if (!held.ok) continue
    const back = release
      ? both({ kind: 'release', amount: 0, held: amount })
      : both({ kind: 'settle', amount: Math.min(spend, amount), held: amount })
    taken(await write(back))
  }
  taken(await write([skipped('last')], closed))
}

export function ledgerContract(make: JournalFactory): void {
  const journal = freshJournal(make)

  test('postings become budget events where they stand, with the warning right after', async () => {
    const write = writerOf(journal(), 'run_a')
    const reserve = runPosting('run_a', { amount: 4, limit: 5 })
    taken(await write([skipped('s1'), reserve, skipped('s2')]))
    const settle = runPosting('run_a', { kind: 'settle', amount: 4, held: 4, limit: 5 })
    taken(await write([settle, skipped('s3')]))
    const events = await journal().read('run_a')
    expect(events.map(({ type }) => type)).toEqual([
      'step_skipped',
      'budget_updated',
      'step_skipped',
      'budget_updated',
      'budget_warning',
      'step_skipped',
    ])
    expect(budgetEvents(events)).toMatchObject([
      { kind: 'reserved', delta: 4, spent: 0, reserved: 4, limit: 5, window_end: null },
      { kind: 'settled', delta: 0, spent: 4, reserved: 0, limit: 5 },
    ])
  })

  test('a refused append names every posting that does not fit and writes nothing of the others', async () => {
    const fits = posting({ key: 'fits', amount: 1 })
    const first = posting({ amount: 11 })
    const second = runPosting('run_a', { amount: 3, limit: 2 })
    const result = await journal().append(appendOf('run_a', { lines: [skipped('s1'), fits, first, second] }))
    expect(result).toEqual({
      ok: false,
      reason: 'budget',
      refusals: [
        { posting: first, entry: first.entries[0], spent: 0, reserved: 0 },
        { posting: second, entry: second.entries[0], spent: 0, reserved: 0 },
      ],
    })
    expect(await journal().accounts()).toEqual([])
    expect(journal().position()).toBe(0)
  })

  test('two reservations in one append count together', async () => {
    const result = await journal().append(
      appendOf('run_a', { lines: [posting({ amount: 6 }), posting({ amount: 6 })] }),
    )
    expect(result).toMatchObject({ ok: false, reason: 'budget', refusals: [{ spent: 0, reserved: 6 }] })
  })

  test('giving back more than is held is a broken contract', async () => {
    const lines = [posting({ kind: 'release', amount: 0, held: 2 })]
    await expect(journal().append(appendOf('run_a', { lines }))).rejects.toMatchObject({ code: 'INTERNAL' })
    expect(await journal().accounts()).toEqual([])
  })

  test('the accounts of a run are kept while it is open, and dropped when it ends', async () => {
    const write = writerOf(journal(), 'run_a')
    taken(await write([runPosting('run_a', { amount: 2 }), posting({ amount: 2 })]))
    expect(await journal().accounts('run_a')).toMatchObject([
      { owner: 'run_a', reserved: 2, spent: 0, warned: false },
    ])
    expect(await journal().accounts()).toHaveLength(2)
    await expect(write([skipped('s1')], closed)).rejects.toMatchObject({ code: 'INTERNAL' })
    taken(await write([runPosting('run_a', { kind: 'settle', held: 2, amount: 2 })], closed))
    expect(await journal().accounts('run_a')).toEqual([])
    expect(await journal().accounts()).toMatchObject([{ scope: 'tenant', reserved: 2 }])
  })

  test('a call without a step is charged in every unit like any other, in one event a kind', async () => {
    const write = writerOf(journal(), 'run_a')
    const units = ['llm_tokens', 'llm_usd'] as const
    const entries = units.flatMap((unit) => [
      ...runPosting('run_a', { unit, amount: 40, limit: 100 }).entries,
      ...posting({ unit, amount: 40, limit: 100 }).entries,
    ])
    const call = { call_id: 'm1', step_id: null }
    const reserve: Posting = { ...posting({}), ...call, entries }
    const used = entries.map((entry) => ({ ...entry, amount: entry.unit === 'llm_usd' ? 90 : 30, held: 40 }))
    taken(await write([reserve, skipped('s1')]))
    await expect(write([{ ...reserve, kind: 'settle', entries: used }])).rejects.toMatchObject({
      code: 'INTERNAL',
    })
    const within = used.map((entry) => ({ ...entry, amount: Math.min(entry.amount, 40) }))
    taken(await write([{ ...reserve, kind: 'settle', entries: within }], closed))
    const events = await journal().read('run_a')
    expect(events.map(({ type }) => type)).toEqual(['budget_updated', 'step_skipped', 'budget_updated'])
    expect(
      budgetEvents(events).map(({ call_id, step_id, spent, reserved }) => [
        call_id,
        step_id,
        spent,
        reserved,
      ]),
    ).toEqual([
      ...Array.from({ length: 4 }, () => ['m1', null, 0, 40]),
      ...[30, 30, 40, 40].map((spent) => ['m1', null, spent, 0]),
    ])
    const left = await journal().accounts()
    expect(left.map(({ scope, unit, spent, reserved }) => [scope, unit, spent, reserved])).toEqual([
      ['tenant', 'llm_tokens', 30, 0],
      ['tenant', 'llm_usd', 40, 0],
    ])
  })

  /** Every window of the tenant that is kept, by day after AT's. */
  const keptDays = async (): Promise<number[]> =>
    (await journal().accounts())
      .map(({ window_end }) => ((window_end ?? 0) - WINDOW_END) / DAY)
      .sort((one, other) => one - other)

  const spendOn = async (days: readonly number[], held: readonly number[] = []): Promise<void> => {
    const write = writerOf(journal(), 'run_a')
    for (const day of days) {
      const window = { window_end: WINDOW_END + day * DAY, owner: `acme@${WINDOW_END + day * DAY}` }
      taken(await write([posting(window)], undefined, AT + day * DAY))
      const settle = posting({ ...window, kind: 'settle', held: 1 })
      if (!held.includes(day)) taken(await write([settle], undefined, AT + day * DAY))
    }
  }

  test('windows that ended long ago are forgotten, but for the newest ones and those that hold something', async () => {
    const days = Array.from({ length: 30 }, (_, day) => day)
    await spendOn(days, [3])
    expect(await keptDays()).toEqual([3, ...days.slice(20)])
  })

  test('a clock that is set forward and back takes no book with it', async () => {
    await spendOn([0, 1, 400, 401, 0, 1])
    expect(await keptDays()).toEqual([0, 1, 400, 401])
    expect((await journal().accounts()).map(({ spent }) => spent)).toEqual([2, 2, 1, 1])
  })

  test('an account follows the one that 0.1.0 named by tenant and end alone: what stood there counts as spent', async () => {
    const write = writerOf(journal(), 'run_a')
    const old = { owner: `acme@${WINDOW_END}`, limit: 10 }
    taken(await write([posting({ ...old, amount: 3 }), posting({ ...old, amount: 4 })]))
    taken(await write([posting({ ...old, kind: 'settle', amount: 3, held: 3 })]))
    const named = (window: 'day' | 'month', over: Partial<OneAccount>): Posting => {
      const one = posting({ ...old, owner: `acme@${WINDOW_END}/${window}/profile/demo`, ...over })
      return { ...one, entries: one.entries.map((entry) => ({ ...entry, window, limit_of: 'profile' })) }
    }
    const tooMuch = await write([named('day', { amount: 4 })])
    expect(tooMuch).toMatchObject({ ok: false, reason: 'budget', refusals: [{ spent: 7, reserved: 0 }] })
    taken(await write([named('day', { amount: 3 }), named('month', { amount: 2, limit: 100 })]))
    taken(await write([posting({ ...old, kind: 'release', amount: 0, held: 4 })]))
    const events = budgetEvents(await journal().read('run_a')).slice(-3)
    expect(
      events.map(({ window, limit_of, delta, spent, reserved }) => [
        window,
        limit_of,
        delta,
        spent,
        reserved,
      ]),
    ).toEqual([
      ['day', 'profile', 3, 7, 3],
      ['month', 'profile', 2, 7, 2],
      [undefined, undefined, -4, 3, 0],
    ])
    const left = await journal().accounts()
    expect(left.map(({ owner, spent, reserved }) => `${owner} ${spent} ${reserved}`).sort()).toEqual([
      `acme@${WINDOW_END} 3 0`,
      `acme@${WINDOW_END}/day/profile/demo 7 3`,
      `acme@${WINDOW_END}/month/profile/demo 7 2`,
    ])
  })

  test('nothing that is given back to an account of 0.1.0 is lost while new accounts begin to follow it', async () => {
    const old = { owner: `acme@${WINDOW_END}`, limit: 100 }
    const writers = Array.from({ length: 40 }, (_, index) => writerOf(journal(), `run_${index}`))
    await Promise.all(writers.map(async (write) => taken(await write([posting({ ...old, amount: 1 })]))))
    await Promise.all(
      writers.map(async (write, index) => {
        taken(await write([posting({ ...old, kind: 'settle', amount: 1, held: 1 })]))
        const [entry] = posting({ amount: 1, limit: 100 }).entries
        const owner = `acme@${WINDOW_END}/day/profile/p${index}`
        const entries = entry ? [{ ...entry, owner, window: 'day', limit_of: 'profile' } as const] : []
        taken(await write([{ ...posting({ amount: 1 }), entries }]))
      }),
    )
    const [left] = await journal().accounts(old.owner)
    expect(left).toMatchObject({ spent: 40, reserved: 0 })
  })

  test('an account shows the limit that its last reservation was held to', async () => {
    const write = writerOf(journal(), 'run_a')
    taken(await write([posting({ amount: 2, limit: 10 })]))
    taken(await write([posting({ amount: 2, limit: 5 })]))
    taken(await write([posting({ kind: 'settle', amount: 2, held: 2, limit: 10 })]))
    expect(await journal().accounts()).toMatchObject([{ spent: 2, reserved: 2, limit: 5 }])
  })

  test('64 concurrent runs never overrun a limit at any event, and each account warns once', async () => {
    const runs = array(array(purchase, { minLength: 1, maxLength: 3 }), {
      minLength: 64,
      maxLength: 64,
    })
    await assert(
      asyncProperty(runs, integer({ min: 1, max: 40 }), async (owners, limit) => {
        const { journal: shared, dispose } = await make()
        await Promise.all(
          owners.map((purchases, index) => buy(shared, { runId: `run_${index}`, limit }, purchases)),
        )
        const events = await shared.readAll(0, 100_000)
        const accounts = await shared.accounts()
        await dispose()
        const lines = budgetEvents(events)
        for (const { spent, reserved } of lines) expect(spent + reserved).toBeLessThanOrEqual(limit)
        const tenant = lines.filter(({ scope }) => scope === 'tenant')
        const moved = tenant.reduce((sum, { delta }) => sum + delta, 0)
        expect(moved).toBe(tenant.at(-1)?.spent ?? 0)
        const books = accounts.map(({ spent, reserved }) => ({ spent, reserved }))
        expect(books).toEqual(tenant.slice(-1).map(() => ({ spent: moved, reserved: 0 })))
        const warnings = events.flatMap((event) => (event.type === 'budget_warning' ? [event.data.key] : []))
        expect(new Set(warnings).size).toBe(warnings.length)
        expect(warnings.includes('acme')).toBe(moved >= 0.8 * limit)
      }),
      { numRuns: 12 },
    )
  })
}
