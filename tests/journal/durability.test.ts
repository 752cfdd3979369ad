// What only a journal on disk can promise: that it is all still there, whatever happened to the process.
import { copyFileSync, mkdtempSync, rmSync, statSync, truncateSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { Journal } from '../../src/journal/journal.ts'
import { sqliteJournal } from '../../src/journal/sqlite/sqlite.ts'
import { openStore } from '../../src/journal/sqlite/open.ts'
import { verifyChains } from '../../src/journal/verify.ts'
import { appendOf, AT, posting, taken, writeRun } from './appends.ts'
import { startChild } from './processes.ts'
import { reopeningSuite } from './reopening.ts'

let dir = ''
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'journal-'))
})
afterEach(() => rmSync(dir, { recursive: true }))

const open = (): Promise<Journal> => sqliteJournal({ dir, writer: 'test' })

/** Changes the file behind the journal's back. */
function tamper(sql: string): number {
  const db = new DatabaseSync(join(dir, 'journal.db'))
  const { changes } = db.prepare(sql).run()
  db.close()
  return Number(changes)
}

/** Rows of `cut` in a copy of the store as a power failure would leave it: the log ends after `size` bytes. */
function rowsAfterCut(size: number): number {
  const copy = mkdtempSync(join(tmpdir(), 'cut-'))
  for (const name of ['journal.db', 'journal.db-wal']) copyFileSync(join(dir, name), join(copy, name))
  if (size < statSync(join(copy, 'journal.db-wal')).size) truncateSync(join(copy, 'journal.db-wal'), size)
  const db = new DatabaseSync(join(copy, 'journal.db'))
  const row = db.prepare('SELECT count(*) AS rows FROM cut').get()
  db.close()
  rmSync(copy, { recursive: true })
  return Number(row?.['rows'])
}

describe('reopening', () => {
  reopeningSuite(open)

  test('a commit is on the disk before it is acknowledged', () => {
    const { db, release } = openStore(dir)
    expect(db.prepare('PRAGMA synchronous').get()).toEqual({ synchronous: 2 })
    expect(db.prepare('PRAGMA journal_mode').get()).toEqual({ journal_mode: 'wal' })
    release()
  })

  test('a log that is cut off anywhere gives back the commits before the cut, whole', () => {
    const { db, release } = openStore(dir)
    db.exec('CREATE TABLE cut (batch INTEGER, body TEXT)')
    const log = join(dir, 'journal.db-wal')
    const put = db.prepare('INSERT INTO cut VALUES (?, ?)')
    const sizes = [statSync(log).size]
    for (let batch = 1; batch <= 5; batch += 1) {
      db.exec('BEGIN')
      for (let row = 0; row < 3; row += 1) put.run(batch, 'x'.repeat(3000))
      db.exec('COMMIT')
      sizes.push(statSync(log).size)
    }
    const found = sizes.flatMap((size, batches) => [
      [rowsAfterCut(size), batches * 3],
      [rowsAfterCut(size + 5000), Math.min(5, batches) * 3],
    ])
    release()
    for (const [rows, expected] of found) expect(rows).toBe(expected)
  })

  test('the check writes to the store', async () => {
    const journal = await open()
    const size = (): number => statSync(join(dir, 'journal.db-wal')).size
    const before = size()
    await journal.check()
    expect(size()).toBeGreaterThan(before)
    await journal.close()
  })

  test('a folder that is missing is made, for its owner alone', async () => {
    const deep = join(dir, 'a', 'b')
    const journal = await sqliteJournal({ dir: deep, writer: 'test' })
    expect(statSync(deep).mode & 0o777).toBe(0o700)
    await journal.close()
  })

  test('a store of a newer program is refused', async () => {
    await (await open()).close()
    tamper('UPDATE schema_version SET version = 99')
    await expect(open()).rejects.toMatchObject({
      code: 'JOURNAL_BROKEN',
      message: expect.stringContaining('99'),
    })
  })

  test('a folder that cannot be one is a broken journal', async () => {
    const inside = join('/dev/null', 'data')
    await expect(sqliteJournal({ dir: inside, writer: 'test' })).rejects.toMatchObject({
      code: 'JOURNAL_BROKEN',
    })
  })
})

describe('two processes', () => {
  test('the second one is refused at once, and let in when the first was killed', async () => {
    const child = startChild('hold', dir)
    await child.said(1)
    await expect(open()).rejects.toMatchObject({ code: 'DATA_DIR_LOCKED', params: { dir } })
    await child.kill()
    await (await open()).close()
  })

  test('another process is refused while this one holds it, and so is this one', async () => {
    const journal = await open()
    const child = startChild('hold', dir)
    await child.ended
    expect(child.lines).toEqual(['DATA_DIR_LOCKED'])
    await expect(open()).rejects.toMatchObject({ code: 'DATA_DIR_LOCKED' })
    await journal.close()
    await (await open()).close()
  })
})

describe('crashes', () => {
  test('kill -9 at any moment loses nothing that was acknowledged', async () => {
    let before = 0
    for (const lines of [2, 20, 77, 150, 333, 500, 801, 1234, 2000, 3001]) {
      const child = startChild('write', dir)
      await child.said(lines)
      await child.kill()
      const journal = await open()
      const events = new Set(
        (await journal.readAll(before, 1_000_000)).map((e) => `${e.position} ${e.run_id} ${e.seq}`),
      )
      // The last line may have been cut by the kill.
      const acknowledged = child.lines.slice(1, -1)
      expect(acknowledged.length).toBeGreaterThanOrEqual(lines - 2)
      expect(acknowledged.filter((line) => !events.has(line))).toEqual([])
      expect((await verifyChains(journal)).problems).toEqual([])
      const [tenant] = await journal.accounts(posting({}).entries[0]?.owner)
      const reserved = (await journal.readAll(0, 1_000_000)).filter(
        ({ type }) => type === 'budget_updated',
      ).length
      expect(tenant?.reserved).toBe(reserved)
      before = journal.position()
      await journal.close()
    }
  })

  test('a disk that takes no more rejects what is not durable and keeps what was', async () => {
    const child = startChild('fill', dir, 'ulimit -f 6000;')
    await child.ended
    expect(child.lines.slice(0, 4)).toEqual([
      'open',
      'append JOURNAL_BROKEN',
      'check JOURNAL_BROKEN',
      'readable true',
    ])
    const kept = Number(child.lines[4]?.split(' ')[1])
    const journal = await open()
    expect(journal.position()).toBe(kept)
    expect((await verifyChains(journal)).problems).toEqual([])
    await journal.close()
  })

  test('a store that is busy too long rejects the whole batch, and goes on when it is free', async () => {
    const journal = await open()
    taken(await journal.append(appendOf('run_a', { lines: [posting({ amount: 4 })] })))
    const other = new DatabaseSync(join(dir, 'journal.db'))
    other.exec('BEGIN IMMEDIATE')
    const again = { expectedVersion: 1, lines: [posting({ amount: 6 })] }
    const lost = [journal.append(appendOf('run_a', again)), journal.append(appendOf('run_b'))]
    expect(await Promise.allSettled(lost)).toMatchObject([
      { status: 'rejected', reason: { code: 'JOURNAL_BROKEN' } },
      { status: 'rejected', reason: { code: 'JOURNAL_BROKEN' } },
    ])
    await expect(journal.check()).rejects.toMatchObject({ code: 'JOURNAL_BROKEN' })
    other.exec('ROLLBACK')
    other.close()
    await journal.check()
    expect(taken(await journal.append(appendOf('run_a', again)))[0]).toMatchObject({
      position: 2,
      seq: 2,
      at: AT,
    })
    expect(await journal.accounts()).toMatchObject([{ reserved: 10 }])
    await journal.close()
  })
})

describe('tampering', () => {
  beforeEach(async () => {
    const journal = await open()
    await Promise.all(['run_a', 'run_b'].map((runId) => writeRun(journal, runId, 6)))
    taken(await journal.append(appendOf('run_c', { lines: [posting({ amount: 4 })] })))
    await journal.close()
  })

  const cases: readonly (readonly [string, string])[] = [
    ['one byte of an event', `UPDATE events SET body = replace(body, '"s2"', '"s3"') WHERE run_id = 'run_a'`],
    [
      'one byte of the last event of a run',
      `UPDATE events SET body = replace(body, '"last"', '"lasu"') WHERE run_id = 'run_b' AND first_seq = 5`,
    ],
    ['an append in the middle, removed', `DELETE FROM events WHERE run_id = 'run_a' AND first_seq = 3`],
    ['the end of a run, cut off', `DELETE FROM events WHERE run_id = 'run_b' AND first_seq = 5`],
    [
      'one event of an append, removed',
      `UPDATE events SET body = substr(body, 1, instr(body, char(10)) - 1) WHERE run_id = 'run_a' AND first_seq = 5`,
    ],
    ['a whole run, removed', `DELETE FROM events WHERE run_id = 'run_b'`],
    ['a head, removed', `DELETE FROM streams WHERE run_id = 'run_b'`],
    [
      'text that is no JSON',
      `UPDATE events SET body = replace(body, '":', '"') WHERE run_id = 'run_a' AND first_seq = 1`,
    ],
    [
      'one number of a booking',
      `UPDATE events SET body = replace(body, ',4,0,4,', ',4,0,3,') WHERE run_id = 'run_c'`,
    ],
    [
      'one value more of a booking',
      `UPDATE events SET body = replace(body, ']]', ',7]]') WHERE run_id = 'run_c'`,
    ],
    ['a booking that is no JSON', `UPDATE events SET body = replace(body, ']]', ']') WHERE run_id = 'run_c'`],
  ]

  test.each(cases)('verification finds %s', async (_what, sql) => {
    expect(tamper(sql)).toBeGreaterThan(0)
    const journal = await open()
    const { problems } = await verifyChains(journal)
    await journal.close()
    expect(problems.length).toBeGreaterThan(0)
    const run = /run_[abc]/.exec(sql)?.[0]
    expect(problems.map(({ run_id }) => run_id)).toContain(run)
  })
})
