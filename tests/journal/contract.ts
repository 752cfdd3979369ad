// What every journal promises, whatever it is kept in. A new implementation calls it with its own factory.
import { describe, expect, test } from 'vitest'
import { payloadOf } from '../../src/events/digest.ts'
import { storedEventSchema } from '../../src/events/event.ts'
import type { CommitStats, ViewRow } from '../../src/journal/journal.ts'
import { verifyChains } from '../../src/journal/verify.ts'
import { appendOf, AT, never, noted, skipped, taken, writeRun } from './appends.ts'
import { freshJournal, type JournalFactory } from './fresh.ts'
import { ledgerContract } from './ledger-contract.ts'

export function journalContract(name: string, make: JournalFactory): void {
  describe(`${name}: events`, () => {
    eventContract(make)
  })
  describe(`${name}: streams and payloads`, () => {
    streamContract(make)
  })
  describe(`${name}: views`, () => {
    viewContract(make)
  })
  describe(`${name}: ledger`, () => {
    ledgerContract(make)
  })
}

function eventContract(make: JournalFactory): void {
  const journal = freshJournal(make)

  test('an empty journal has no events and stands at position 0', async () => {
    expect(journal().position()).toBe(0)
    expect(await journal().readAll(0, 10)).toEqual([])
    expect(await journal().read('run_a')).toEqual([])
    await journal().check()
  })

  test('an append is read back as it was acknowledged, envelope and all', async () => {
    const draft = { ...skipped('s2'), span_id: '00f067aa0ba902b7' }
    const events = taken(await journal().append(appendOf('run_a', { lines: [skipped('s1'), draft] })))
    expect(events.map(({ position, seq, id }) => [position, seq, id])).toEqual([
      [1, 1, 'run_a-1'],
      [2, 2, 'run_a-2'],
    ])
    expect(events[1]).toMatchObject({ span_id: '00f067aa0ba902b7', run_id: 'run_a', tenant: 'acme', at: AT })
    for (const event of events) expect(storedEventSchema.safeParse(event).success).toBe(true)
    expect(await journal().read('run_a')).toEqual(events)
    expect(await journal().readAll(0, 10)).toEqual(events)
    expect(await journal().read('run_a', 1)).toEqual(events.slice(1))
  })

  test('the stored text of an event says exactly what its object says', async () => {
    await writeRun(journal(), 'run_"quoted" é', 3)
    const events = await journal().readAll(0, 10)
    const { events: raw } = await journal().raw(0, 10)
    expect(raw.map(({ text }) => JSON.parse(text))).toEqual(events)
    expect(raw.map(({ runId, seq, position }) => [runId, seq, position])).toEqual(
      events.map(({ run_id, seq, position }) => [run_id, seq, position]),
    )
  })

  test('an origin is part of the event and its text, before the data, and no other event has one', async () => {
    const origin = { source: 'crewai', id: 'task 7 "é"\n' }
    const lines = [skipped('s1'), { ...skipped('s2'), origin }, skipped('s3')]
    const events = taken(await journal().append(appendOf('ext_a', { lines })))
    expect(events.map((event) => event.origin)).toEqual([undefined, origin, undefined])
    expect(events.map((event) => 'origin' in event)).toEqual([false, true, false])
    for (const event of events) expect(storedEventSchema.parse(event)).toEqual(event)
    expect(await journal().read('ext_a')).toEqual(events)
    const { events: raw } = await journal().raw(0, 10)
    expect(raw.map(({ text }) => text)).toEqual(events.map((event) => JSON.stringify(event)))
    expect(await verifyChains(journal())).toEqual({ runs: 1, events: 3, problems: [] })
  })

  test.each([
    { source: 'Crew AI', id: '7' },
    { source: 'crewai', id: '' },
    { source: 'a'.repeat(101), id: '7' },
    { source: 'crewai', id: 'x'.repeat(201) },
  ])('an origin that no schema allows is thrown back: %j', async (origin) => {
    const lines = [{ ...skipped('s1'), origin }]
    await expect(journal().append(appendOf('run_a', { lines }))).rejects.toMatchObject({ code: 'INTERNAL' })
    expect(journal().position()).toBe(0)
  })

  test('positions are dense and in commit order over many concurrent runs', async () => {
    const runs = Array.from({ length: 40 }, (_, index) => `run_${index}`)
    const written = await Promise.all(runs.map((runId) => writeRun(journal(), runId, 7)))
    const all = await journal().readAll(0, 1000)
    expect(all.map(({ position }) => position)).toEqual(Array.from({ length: 280 }, (_, index) => index + 1))
    expect(journal().position()).toBe(280)
    for (const events of written) expect(await journal().read(events[0]?.run_id ?? '')).toEqual(events)
    expect(await journal().readAll(100, 3)).toEqual(all.slice(100, 103))
    expect(await journal().readAll(280, 3)).toEqual([])
  })

  test('of two writers of one run exactly one wins, and the other is told the version', async () => {
    const results = await Promise.all(
      Array.from({ length: 16 }, (_, index) =>
        journal().append(appendOf('run_a', { lines: [skipped(`s${index}`)] })),
      ),
    )
    expect(results.filter(({ ok }) => ok)).toHaveLength(1)
    expect(results.filter(({ ok }) => !ok)).toContainEqual({ ok: false, reason: 'version', version: 1 })
    expect(await journal().read('run_a')).toHaveLength(1)
  })

  test('an event that no schema allows is thrown back and writes nothing', async () => {
    const lines = [skipped('s1'), skipped('')]
    await expect(journal().append(appendOf('run_a', { lines }))).rejects.toMatchObject({ code: 'INTERNAL' })
    await expect(journal().append(appendOf('run_a', { traceId: 'nope' }))).rejects.toMatchObject({
      code: 'INTERNAL',
    })
    expect(journal().position()).toBe(0)
  })

  test('a refused append leaves the others that arrive with it alone', async () => {
    const [first, stale, other] = await Promise.all([
      journal().append(appendOf('run_a')),
      journal().append(appendOf('run_b', { expectedVersion: 9 })),
      journal().append(appendOf('run_c')),
    ])
    expect([first?.ok, stale?.ok, other?.ok]).toEqual([true, false, true])
    expect((await journal().readAll(0, 10)).map(({ run_id }) => run_id)).toEqual(['run_a', 'run_c'])
  })

  test('changed waits for the event after a position and gives up at the signal', async () => {
    const waiting = journal().changed(0, never)
    await journal().append(appendOf('run_a'))
    await expect(waiting).resolves.toBeUndefined()
    await expect(journal().changed(0, never)).resolves.toBeUndefined()
    const stop = new AbortController()
    const given = journal().changed(1, stop.signal)
    stop.abort()
    await expect(given).resolves.toBeUndefined()
  })

  test('every commit is reported with its events and its time', async () => {
    const stats: CommitStats[] = []
    journal().onCommit((one) => stats.push(one))
    await Promise.all([writeRun(journal(), 'run_a', 4), writeRun(journal(), 'run_b', 4)])
    expect(stats.reduce((sum, { batchEvents }) => sum + batchEvents, 0)).toBe(8)
    for (const { appendSeconds } of stats) expect(appendSeconds).toBeGreaterThanOrEqual(0)
  })

  test('every event carries the hash of the one before it, and verification agrees', async () => {
    await Promise.all(['run_a', 'run_b', 'control'].map((runId) => writeRun(journal(), runId, 5)))
    expect(await verifyChains(journal())).toEqual({ runs: 3, events: 15, problems: [] })
  })

  test('a closed journal takes nothing more and wakes who still waits', async () => {
    const waiting = Promise.allSettled([journal().changed(0, never)])
    await journal().close()
    expect(await waiting).toMatchObject([{ status: 'rejected', reason: { code: 'JOURNAL_BROKEN' } }])
    await expect(journal().append(appendOf('run_a'))).rejects.toMatchObject({ code: 'JOURNAL_BROKEN' })
    await expect(journal().check()).rejects.toMatchObject({ code: 'JOURNAL_BROKEN' })
  })
}

function streamContract(make: JournalFactory): void {
  const journal = freshJournal(make)

  test('an idempotency key makes one run, and later callers are told which', async () => {
    const idempotency = { key: 'alice:k1', digest: 'd1' }
    taken(await journal().append(appendOf('run_a', { idempotency })))
    const again = await journal().append(
      appendOf('run_b', { idempotency: { key: 'alice:k1', digest: 'd2' } }),
    )
    expect(again).toEqual({ ok: false, reason: 'duplicate', runId: 'run_a', digest: 'd1' })
    expect(await journal().read('run_b')).toEqual([])
    taken(await journal().append(appendOf('run_b', { idempotency: { key: 'bob:k1', digest: 'd2' } })))
  })

  test('one of many concurrent callers with one key makes the run', async () => {
    const idempotency = { key: 'alice:k1', digest: 'd1' }
    const results = await Promise.all(
      Array.from({ length: 10 }, (_, index) => journal().append(appendOf(`run_${index}`, { idempotency }))),
    )
    expect(results.filter(({ ok }) => ok)).toHaveLength(1)
    expect(journal().position()).toBe(1)
  })

  test('a payload is seen by its own run only, and not at all when the append was refused', async () => {
    const secret = noted({ goal: 'research acme' })
    await journal().append(appendOf('run_a', { payloads: [secret] }))
    await journal().append(appendOf('run_b', { payloads: [secret], expectedVersion: 3 }))
    expect(await journal().payload('run_a', secret.digest)).toBe(secret.body)
    expect(await journal().payload('run_b', secret.digest)).toBeNull()
    expect(await journal().payload('run_a', noted('other').digest)).toBeNull()
  })

  test('open runs are listed by id with what they wait for, and leave the list when they end', async () => {
    const waiting = { open: true, wakeAt: AT + 5, waiting: true }
    for (const runId of ['run_c', 'run_a', 'run_b']) await journal().append(appendOf(runId))
    await journal().append(appendOf('run_b', { expectedVersion: 1, head: waiting }))
    const over = { open: false, wakeAt: null, waiting: false }
    await journal().append(appendOf('run_c', { expectedVersion: 1, head: over }))
    expect(await journal().openRuns('', 10)).toEqual([
      { runId: 'run_a', wakeAt: null, waiting: false },
      { runId: 'run_b', wakeAt: AT + 5, waiting: true },
    ])
    expect(await journal().openRuns('run_a', 1)).toEqual([{ runId: 'run_b', wakeAt: AT + 5, waiting: true }])
    await journal().append(appendOf('run_c', { expectedVersion: 2 }))
    expect(await journal().openRuns('run_b', 10)).toHaveLength(1)
  })

  test('only streams of runs are open runs, and every stream says its kind', async () => {
    const kinds = { run_a: 'run', bat_a: 'batch', ext_a: 'external', lib_a: 'library', control: 'control' }
    for (const id of Object.keys(kinds)) taken(await journal().append(appendOf(id)))
    expect((await journal().openRuns('', 10)).map(({ runId }) => runId)).toEqual(['run_a'])
    for (const [id, kind] of Object.entries(kinds))
      expect(await journal().stream(id)).toEqual({ kind, parent: null, salt: '', open: true })
    expect(await journal().stream('run_b')).toBeNull()
    expect(await journal().stream('nothing')).toBeNull()
  })

  test.each([{ runId: 'bench' }, { parent: 'bench' }, { salt: 'XY' }, { salt: 'a'.repeat(129) }])(
    'a stream that no kind or salt allows is thrown back: %j',
    async (over) => {
      const append = journal().append(appendOf('run_a', over))
      await expect(append).rejects.toMatchObject({ code: 'INTERNAL' })
    },
  )

  test('the first append of a stream sets its parent and salt, for ever', async () => {
    const first = { parent: 'bat_a', salt: 'c0ffee' }
    taken(await journal().append(appendOf('run_a', first)))
    const known = { kind: 'run', parent: 'bat_a', salt: 'c0ffee', open: true }
    expect(await journal().stream('run_a')).toEqual(known)
    const over = { open: false, wakeAt: null, waiting: false }
    const later = { expectedVersion: 1, parent: 'bat_b', salt: 'ab', head: over }
    taken(await journal().append(appendOf('run_a', later)))
    expect(await journal().stream('run_a')).toEqual({ ...known, open: false })
    expect(await journal().children('bat_b', '', 10)).toEqual([])
    expect(await journal().append(appendOf('run_b', { ...first, expectedVersion: 4 }))).toMatchObject({
      reason: 'version',
    })
    expect(await journal().stream('run_b')).toBeNull()
  })

  test('the children of a stream are listed by id, page by page, the ended ones too', async () => {
    const over = { open: false, wakeAt: null, waiting: false }
    taken(await journal().append(appendOf('bat_a')))
    for (const id of ['run_d', 'run_b', 'run_c']) await journal().append(appendOf(id, { parent: 'bat_a' }))
    taken(await journal().append(appendOf('run_a', { parent: 'bat_b' })))
    taken(await journal().append(appendOf('run_e')))
    await journal().append(appendOf('run_c', { expectedVersion: 1, head: over }))
    expect(await journal().children('bat_a', '', 2)).toEqual([
      { runId: 'run_b', open: true },
      { runId: 'run_c', open: false },
    ])
    expect(await journal().children('bat_a', 'run_c', 2)).toEqual([{ runId: 'run_d', open: true }])
    expect(await journal().children('bat_c', '', 2)).toEqual([])
  })

  test('open lists are found by id, page by page, and neither their runs nor those that are over', async () => {
    const over = { open: false, wakeAt: null, waiting: false }
    for (const id of ['bat_d', 'bat_b', 'bat_a', 'bat_c']) taken(await journal().append(appendOf(id)))
    taken(await journal().append(appendOf('run_a', { parent: 'bat_a' })))
    taken(await journal().append(appendOf('bat_b', { expectedVersion: 1, head: over })))
    expect(await journal().openBatches('', 2)).toEqual(['bat_a', 'bat_c'])
    expect(await journal().openBatches('bat_c', 2)).toEqual(['bat_d'])
    expect(await journal().openBatches('bat_d', 2)).toEqual([])
  })

  test('who has an idempotency key can be asked without writing', async () => {
    expect(await journal().peek('alice:k1')).toBeNull()
    taken(await journal().append(appendOf('run_a', { idempotency: { key: 'alice:k1', digest: 'd1' } })))
    expect(await journal().peek('alice:k1')).toEqual({ runId: 'run_a', digest: 'd1' })
    expect(await journal().peek('alice:k2')).toBeNull()
    expect(journal().position()).toBe(1)
  })

  test('a payload under a salted digest is kept as any other', async () => {
    const [plain, salted] = [payloadOf('approved'), payloadOf('approved', 'c0ffee')]
    taken(await journal().append(appendOf('run_a', { salt: 'c0ffee', payloads: [salted] })))
    expect(await journal().payload('run_a', salted.digest)).toBe('"approved"')
    expect(await journal().payload('run_a', plain.digest)).toBeNull()
  })

  test('heads name the version and hash that each stream ends with', async () => {
    await writeRun(journal(), 'run_a', 3)
    await writeRun(journal(), 'run_b', 1)
    const heads = await journal().heads('', 10)
    expect(heads.map(({ runId, version }) => [runId, version])).toEqual([
      ['run_a', 3],
      ['run_b', 1],
    ])
    const [next] = taken(await journal().append(appendOf('run_a', { expectedVersion: 3 })))
    expect(next?.prev).toBe(heads[0]?.hash)
    expect(await journal().heads('run_a', 10)).toEqual(heads.slice(1))
  })
}

const rowOf = (sort: number, over: Partial<ViewRow> = {}): ViewRow => ({
  view: 'runs',
  id: `run_${sort}`,
  sort,
  status: sort % 2 === 0 ? 'running' : 'failed',
  profile: sort % 3 === 0 ? 'revops' : 'sales',
  tenant: sort % 5 === 0 ? 'acme' : 'globex',
  doc: `{"n":${sort}}`,
  ...over,
})

function viewContract(make: JournalFactory): void {
  const journal = freshJournal(make)
  const rows = Array.from({ length: 60 }, (_, index) => rowOf(index + 1))
  const save = (saved: readonly ViewRow[], position = 1): Promise<void> =>
    journal().saveCheckpoint({ name: 'runs', position, state: null, rows: saved })

  const choices = [undefined, 0, 1] as const
  const combinations = choices.flatMap((status) =>
    choices.flatMap((profile) => choices.map((tenant) => ({ status, profile, tenant }))),
  )

  test('every set of filters pages through exactly its rows, the highest or the lowest sort first', async () => {
    await save([...rows, rowOf(7, { view: 'approvals' })])
    for (const chosen of combinations) {
      const filter = {
        ...(chosen.status === undefined ? {} : { status: ['running', 'failed'][chosen.status] ?? '' }),
        ...(chosen.profile === undefined ? {} : { profile: ['revops', 'sales'][chosen.profile] ?? '' }),
        ...(chosen.tenant === undefined ? {} : { tenant: ['acme', 'globex'][chosen.tenant] ?? '' }),
      }
      const wanted = rows.filter((row) =>
        Object.entries(filter).every(([name, value]) =>
          Object.entries(row).some(([n, v]) => n === name && v === value),
        ),
      )
      for (const order of [undefined, 'newest', 'oldest'] as const) {
        const of = { view: 'runs', ...filter, ...(order && { order }) }
        const first = await journal().rows({ ...of, limit: 5 })
        const beyond = first.at(-1)?.sort ?? 0
        const rest = await journal().rows({ ...of, beyond, limit: 100 })
        expect([...first, ...rest]).toEqual(order === 'oldest' ? wanted : wanted.toReversed())
      }
    }
  })

  test('a row that is saved again replaces the one of its id, in lists too', async () => {
    await save(rows.slice(0, 4))
    await save([rowOf(2, { doc: '{"n":"new"}' }), rowOf(3, { status: 'succeeded', tenant: 'initech' })], 2)
    expect(await journal().row('runs', 'run_2')).toEqual(rowOf(2, { doc: '{"n":"new"}' }))
    expect(await journal().rows({ view: 'runs', tenant: 'initech', limit: 5 })).toHaveLength(1)
    expect(await journal().rows({ view: 'runs', status: 'failed', limit: 5 })).toEqual([rowOf(1)])
    expect(await journal().row('runs', 'run_9')).toBeNull()
    expect(await journal().row('nothing', 'run_1')).toBeNull()
  })

  test('a checkpoint is what was saved last under its name', async () => {
    expect(await journal().loadCheckpoint('metrics')).toBeNull()
    await journal().saveCheckpoint({ name: 'metrics', position: 3, state: '{"a":1}', rows: [] })
    await journal().saveCheckpoint({ name: 'metrics', position: 9, state: '{"a":2}', rows: [] })
    expect(await journal().loadCheckpoint('metrics')).toEqual({ position: 9, state: '{"a":2}' })
  })
}
