// What a journal in PostgreSQL promises beyond the contract: whatever happens to the process, to a connection or to
// the server, what was acknowledged is there, and what is not known is not done twice.
import { inspect } from 'node:util'
import { beforeEach, describe, expect, onTestFinished, test } from 'vitest'
import type { StoredEvent } from '../../src/events/event.ts'
import type { Journal } from '../../src/journal/journal.ts'
import { postgresJournal } from '../../src/journal/postgres/postgres.ts'
import { verifyChains } from '../../src/journal/verify.ts'
import { appendOf, never, noted, taken, writeRun } from './appends.ts'
import { clusterOfFile } from './cluster.ts'
import { PASSWORD } from './postgres-server.ts'
import { startChild } from './processes.ts'
import { lossyProxy } from './lossy-proxy.ts'
import { reopeningSuite } from './reopening.ts'

const cluster = clusterOfFile()
let url = ''
beforeEach(async () => {
  url = await cluster().create()
})

async function open(at = url): Promise<Journal> {
  const journal = await postgresJournal({ url: at, writer: 'test' })
  onTestFinished(() => journal.close())
  return journal
}

const run = (sql: string): Promise<Record<string, unknown>[]> => cluster().run(url, sql)

const named = ({ position, run_id, seq }: StoredEvent): string => `${position} ${run_id} ${seq}`

/** Everything that is in the store, after a look at every hash. */
async function everything(journal: Journal): Promise<string[]> {
  expect((await verifyChains(journal)).problems).toEqual([])
  const events = await journal.readAll(0, 1_000_000)
  expect(events.map(({ position }) => position)).toEqual(events.map((_, index) => index + 1))
  return events.map(named)
}

async function refusal(opening: Promise<Journal>): Promise<unknown> {
  return opening.then(
    () => {
      throw new Error('it was opened')
    },
    (error: unknown) => error,
  )
}

/** Runs of one event an append, until the journal ends; what was acknowledged and why it ended. */
async function writeUntilBroken(journal: Journal, writers: number) {
  const acknowledged: string[] = []
  const errors: unknown[] = []
  const write = async (runId: string): Promise<void> => {
    for (let version = 0; ; version += 1) {
      const append = appendOf(runId, { expectedVersion: version })
      acknowledged.push(...taken(await journal.append(append)).map(named))
    }
  }
  const runs = Array.from({ length: writers }, (_, index) => `run_${index}`)
  const ended = Promise.all(runs.map((runId) => write(runId).catch((error: unknown) => errors.push(error))))
  return { acknowledged, errors, ended }
}

describe('reopening', () => {
  reopeningSuite(() => open())

  test('the check writes to the store', async () => {
    const journal = await open()
    await journal.check()
    await journal.check()
    expect(await run('SELECT count::int FROM cugar.probe')).toEqual([{ count: 2 }])
  })

  test('text of any language is kept, and a name that cannot be kept stops nothing but itself', async () => {
    const journal = await open()
    const note = noted({ text: 'naïve 株式 \u0000 "\\" {} , NULL \ud83d\ude80' })
    taken(await journal.append(appendOf('run_"a", {b} \\ é', { payloads: [note] })))
    expect(await journal.payload('run_"a", {b} \\ é', note.digest)).toBe(note.body)
    await expect(journal.append(appendOf('run_\0'))).rejects.toMatchObject({ code: 'INTERNAL' })
    taken(await journal.append(appendOf('run_b')))
  })

  test('a key is taken, and a version passed, by what is still being written', async () => {
    const journal = await open()
    for (let round = 0; round < 20; round += 1) {
      const idempotency = { key: `alice:k${round}`, digest: 'd' }
      const first = journal.append(appendOf(`run_${round}`, { idempotency }))
      await new Promise(setImmediate)
      const [again, stale] = await Promise.all([
        journal.append(appendOf(`run_other_${round}`, { idempotency })),
        journal.append(appendOf(`run_${round}`)),
      ])
      taken(await first)
      expect(again).toMatchObject({ reason: 'duplicate', runId: `run_${round}` })
      expect(stale).toEqual({ ok: false, reason: 'version', version: 1 })
    }
  })

  test('verification finds what was changed behind its back', async () => {
    const journal = await open()
    await writeRun(journal, 'run_a', 4)
    await run(`UPDATE cugar.events SET body = replace(body, '"s2"', '"s3"')`)
    expect((await verifyChains(journal)).problems).toMatchObject([{ run_id: 'run_a' }])
  })
})

describe('two processes', () => {
  test('the second one is refused, and let in when the first was killed', async () => {
    const child = startChild('hold', url)
    await child.said(1)
    const database = new URL(url).pathname.slice(1)
    await expect(open()).rejects.toMatchObject({ code: 'DATABASE_LOCKED', params: { database } })
    await child.kill()
    await open()
  })

  test('another process is refused while this one holds it', async () => {
    await open()
    const child = startChild('hold', url)
    await child.ended
    expect(child.lines).toEqual(['DATABASE_LOCKED'])
  })
})

describe('crashes', () => {
  test('kill -9 at any moment loses nothing that was acknowledged, and nothing is there that was not sent', async () => {
    let before = 0
    for (const lines of [2, 77, 333, 801, 2000]) {
      const child = startChild('write', url)
      await child.said(lines)
      await child.kill()
      const journal = await postgresJournal({ url, writer: 'test' })
      const there = new Set((await everything(journal)).slice(before))
      // The last line may have been cut by the kill.
      const acknowledged = child.lines.slice(1, -1)
      expect(acknowledged.length).toBeGreaterThanOrEqual(lines - 2)
      expect(acknowledged.filter((line) => !there.has(line))).toEqual([])
      // Each of eight writers had one append of three events, and a warning, under way; the pipe held as many.
      expect(there.size - acknowledged.length).toBeLessThan(8 * 4 * 3)
      before = journal.position()
      await journal.close()
    }
  })

  test('a crash of the server loses nothing that was acknowledged, though its users may lose what they commit', async () => {
    await run('ALTER ROLE cugar SET synchronous_commit = off')
    await run(`ALTER SYSTEM SET wal_writer_delay = '10s'`)
    await run('SELECT pg_reload_conf()')
    const journal = await open()
    const waiting = Promise.allSettled([journal.changed(1_000_000, never)])
    const { acknowledged, errors, ended } = await writeUntilBroken(journal, 8)
    await journal.changed(100, never)
    await cluster().crash()
    await ended
    expect(errors).toHaveLength(8)
    for (const error of errors) expect(error).toMatchObject({ code: 'JOURNAL_BROKEN' })
    expect(await waiting).toMatchObject([{ status: 'rejected', reason: { code: 'JOURNAL_BROKEN' } }])
    await cluster().start()
    const there = new Set(await everything(await open()))
    expect(acknowledged.length).toBeGreaterThanOrEqual(100)
    expect(acknowledged.filter((line) => !there.has(line))).toEqual([])
  })

  test.each([
    ['that writes', 'IN'],
    ['of those that read', 'NOT IN'],
  ])(
    'without the connection %s the journal is over, and nothing acknowledged is lost',
    async (_which, is) => {
      const journal = await open()
      const { acknowledged, errors, ended } = await writeUntilBroken(journal, 32)
      await journal.changed(200, never)
      await run(
        `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database()
         AND application_name = 'cugar' AND pid ${is} (SELECT pid FROM pg_locks WHERE locktype = 'advisory')`,
      )
      await ended
      expect(errors).toHaveLength(32)
      for (const error of errors) expect(error).toMatchObject({ code: 'JOURNAL_BROKEN' })
      await expect(journal.append(appendOf('run_late'))).rejects.toMatchObject({ code: 'JOURNAL_BROKEN' })
      await expect(journal.check()).rejects.toMatchObject({ code: 'JOURNAL_BROKEN' })
      await expect(journal.read('run_0')).rejects.toMatchObject({ code: 'JOURNAL_BROKEN' })
      await expect(journal.changed(1_000_000, never)).rejects.toMatchObject({ code: 'JOURNAL_BROKEN' })
      const there = await everything(await open())
      expect(acknowledged.filter((line) => !there.includes(line))).toEqual([])
      expect(there.length - acknowledged.length).toBeLessThanOrEqual(32)
    },
  )

  test('an append whose answer was lost is refused and not repeated: it is there once', async () => {
    const proxy = await lossyProxy(url)
    const journal = await open(proxy.url)
    taken(await journal.append(appendOf('run_a')))
    proxy.loseAnswerTo('write')
    await expect(journal.append(appendOf('run_b'))).rejects.toMatchObject({ code: 'JOURNAL_BROKEN' })
    expect(await everything(await open())).toEqual(['1 run_a 1', '2 run_b 1'])
  })

  test('a write that the server refuses ends the journal, and no error quotes what was written', async () => {
    const journal = await open()
    taken(await journal.append(appendOf('run_a')))
    await run(`ALTER TABLE cugar.payloads ADD CHECK (body NOT LIKE '%whisper%')`)
    const payloads = [noted('whisper')]
    const lost = [journal.append(appendOf('run_b', { payloads })), journal.append(appendOf('run_c'))]
    const outcomes = await Promise.allSettled(lost)
    expect(outcomes).toMatchObject(lost.map(() => ({ reason: { code: 'JOURNAL_BROKEN' } })))
    expect(inspect(outcomes, { depth: 10 })).not.toContain('whisper')
    await expect(journal.check()).rejects.toMatchObject({ code: 'JOURNAL_BROKEN' })
    expect(await everything(await open())).toEqual(['1 run_a 1'])
  })
})

describe('a database that cannot be used', () => {
  const why = (error: unknown): string => (error instanceof Error ? error.message : '')

  test('is refused with what to do, without its password or its URL', async () => {
    const wrong = encodeURIComponent(`${PASSWORD}wrong`)
    const right = encodeURIComponent(PASSWORD)
    const cases: readonly (readonly [string, string])[] = [
      [cluster().urlOf('nowhere'), 'Create the database'],
      [url.replace(right, wrong), 'Correct user and password'],
      [url.replace(/host=.*/, 'host=/nowhere'), 'Start PostgreSQL'],
      [url.replace(/\?.*/, '').replace('localhost', '127.0.0.1:1'), 'Start PostgreSQL'],
      [`${url}&sslmode=verify-full`, ''],
      [url.replace('postgres://', ''), 'must start with postgres://'],
    ]
    for (const [at, advice] of cases) {
      const error = await refusal(open(at))
      expect(error).toMatchObject({ code: 'JOURNAL_BROKEN' })
      expect(why(error)).toContain(advice)
      const shown = inspect(error, { depth: 10, showHidden: true })
      for (const secret of [PASSWORD, right, at]) expect(shown).not.toContain(secret)
    }
  })

  test('of a newer program is refused', async () => {
    await (await open()).close()
    await run('UPDATE cugar.schema_version SET version = 99')
    const error = await refusal(open())
    expect(error).toMatchObject({ code: 'JOURNAL_BROKEN', message: expect.stringContaining('99') })
  })

  test('in another encoding is refused', async () => {
    await run(`CREATE DATABASE latin ENCODING 'LATIN1' TEMPLATE template0`)
    expect(why(await refusal(open(cluster().urlOf('latin'))))).toContain('encoding UTF8')
  })

  test('that takes no writes is refused', async () => {
    await run(`ALTER DATABASE ${new URL(url).pathname.slice(1)} SET default_transaction_read_only = on`)
    expect(why(await refusal(open()))).toContain('takes no writes')
  })

  test('of a server that does not keep what it acknowledges is refused', async () => {
    await cluster().restart('off')
    expect(why(await refusal(open()))).toContain('fsync')
    await cluster().restart('on')
    await open()
  })
})
