// Stores of 0.1.0 in SQLite: brought to today's shape and pages, whenever that is cut short.
import { copyFileSync, existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { initial } from '../../src/journal/sqlite/migrations/001-initial.ts'
import { openStore } from '../../src/journal/sqlite/open.ts'
import { sqliteJournal } from '../../src/journal/sqlite/sqlite.ts'
import { expectOldRows, oldRows } from './old-store.ts'
import { startChild } from './processes.ts'

let dir = ''
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'journal-'))
})
afterEach(() => rmSync(dir, { recursive: true }))

/** A store as 0.1.0 left it, with so many payloads of 10 kB beside its streams. */
function writeOld(payloads: number): void {
  const db = new DatabaseSync(join(dir, 'journal.db'))
  db.exec('PRAGMA journal_mode = WAL')
  db.exec(`CREATE TABLE schema_version (version INTEGER NOT NULL) STRICT; ${initial}`)
  db.exec(oldRows((value) => (value ? '1' : '0')))
  const payload = db.prepare('INSERT INTO payloads VALUES (?, ?, ?)')
  db.exec('BEGIN')
  for (let index = 0; index < payloads; index += 1)
    payload.run('run_b', `sha256:${index}`, 'x'.repeat(10_000))
  db.exec('COMMIT')
  db.close()
}

function numberOf(sql: string): number {
  const db = new DatabaseSync(join(dir, 'journal.db'), { readOnly: true })
  const row = db.prepare(sql).get()
  db.close()
  return Number(Object.values(row ?? {})[0])
}

/** Opens it and looks at everything; gives what it left. */
async function opened() {
  const journal = await sqliteJournal({ dir, writer: 'new' })
  await expectOldRows(journal)
  await journal.close()
  const files = readdirSync(dir).sort()
  const payloads = numberOf(`SELECT count(*) FROM payloads WHERE length(body) = 10000`)
  return { files, pageBytes: numberOf('PRAGMA page_size'), payloads }
}

const whole = (payloads: number) => ({ files: ['journal.db', 'lock.db'], pageBytes: 16_384, payloads })

test('a store of 0.1.0 reads as it did, and takes what is new', async () => {
  writeOld(0)
  expect(numberOf('PRAGMA page_size')).toBe(4096)
  expect(await opened()).toEqual(whole(0))
})

test('what a killed process left in its log is part of it', async () => {
  writeOld(0)
  const db = new DatabaseSync(join(dir, 'journal.db'))
  db.exec('PRAGMA wal_autocheckpoint = 0')
  db.exec(`INSERT INTO payloads VALUES ('run_b', 'logged', '{}')`)
  const after = mkdtempSync(join(tmpdir(), 'journal-'))
  for (const name of ['journal.db', 'journal.db-wal']) copyFileSync(join(dir, name), join(after, name))
  db.close()
  rmSync(dir, { recursive: true })
  dir = after
  const journal = await sqliteJournal({ dir, writer: 'new' })
  expect(await journal.payload('run_b', 'logged')).toBe('{}')
  await journal.close()
  expect(await opened()).toEqual(whole(0))
})

test('a new store has pages of 16 kB, and its log is moved into it after 8 MB', () => {
  const { db, release } = openStore(dir)
  expect(db.prepare('PRAGMA page_size').get()).toEqual({ page_size: 16_384 })
  expect(db.prepare('PRAGMA wal_autocheckpoint').get()).toEqual({ wal_autocheckpoint: 8_388_608 / 16_384 })
  release()
})

test('kill -9 at any moment of the change leaves a store that the next start finishes', async () => {
  const payloads = 1000
  for (const wait of [0, 60, 150, 400]) {
    rmSync(dir, { recursive: true })
    dir = mkdtempSync(join(tmpdir(), 'journal-'))
    writeOld(payloads)
    const child = startChild('hold', dir)
    while (!existsSync(join(dir, 'lock.db'))) await new Promise(setImmediate)
    await new Promise((resolve) => setTimeout(resolve, wait))
    await child.kill()
    expect(await opened()).toEqual(whole(payloads))
  }
})

test('a copy that was cut short is no copy', async () => {
  writeOld(10)
  writeFileSync(join(dir, 'journal.db.copy'), 'SQLite format 3')
  expect(await opened()).toEqual(whole(10))
})

test('while another program reads the old file it is not replaced, and nothing is lost', async () => {
  writeOld(10)
  const reader = new DatabaseSync(join(dir, 'journal.db'), { readOnly: true })
  reader.exec('BEGIN')
  reader.prepare('SELECT count(*) FROM events').get()
  await expect(sqliteJournal({ dir, writer: 'new' })).rejects.toMatchObject({ code: 'JOURNAL_BROKEN' })
  reader.close()
  expect(await opened()).toEqual(whole(10))
})
