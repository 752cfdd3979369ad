// What the doctor advises, from the errors that the stores really give.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { afterAll, expect, test } from 'vitest'
import { refused } from '../../src/cli/doctor/data.ts'
import { AppError } from '../../src/errors.ts'

const dir = mkdtempSync(join(tmpdir(), 'cugar-advice-'))
afterAll(() => rmSync(dir, { recursive: true, force: true }))

function thrownBy(work: () => unknown): unknown {
  try {
    work()
  } catch (error) {
    return error
  }
  throw new TypeError('nothing was thrown')
}

const file = join(dir, 'journal.db')
const opened = new DatabaseSync(file)
opened.exec('CREATE TABLE kept (text)')
opened.exec('PRAGMA max_page_count = 2')
const INSERT = `INSERT INTO kept VALUES ('${'x'.repeat(100_000)}')`
const coded = (code: string, message: string): Error => Object.assign(new Error(message), { code })

const RESTORE =
  'keep a copy of all that is there, then restore it from a backup, or set DATA_DIR to a new one'
const WRITE = 'give this user the right to write there, or set DATA_DIR to another place'
const ROOM = 'make room on its disk, or set DATA_DIR to another place'

const FAULTS: readonly (readonly [string, unknown, string])[] = [
  [
    'SQLite: a file that may only be read',
    thrownBy(() => new DatabaseSync(file, { readOnly: true }).exec(INSERT)),
    WRITE,
  ],
  ['SQLite: no room', thrownBy(() => opened.exec(INSERT)), ROOM],
  ['SQLite: no folder to open it in', thrownBy(() => new DatabaseSync(join(dir, 'no', 'file'))), WRITE],
  ['an immutable file', coded('EPERM', 'operation not permitted'), WRITE],
  ['a file system that is read-only', coded('EROFS', 'read-only file system'), WRITE],
  ['a quota', coded('EDQUOT', 'disk quota exceeded'), ROOM],
  ['PostgreSQL: a standby', coded('25006', 'cannot execute INSERT in a read-only transaction'), WRITE],
  ['PostgreSQL: no room', coded('53100', 'could not extend file'), ROOM],
  ['a file that is no database', coded('ERR_SQLITE_ERROR', 'file is not a database'), RESTORE],
]

test.each(FAULTS)('the doctor knows what to do about a journal: %s', (_name, cause, advice) => {
  const error = new AppError('JOURNAL_BROKEN', { why: 'x' }, { cause })
  expect(refused(error, 'DATA_DIR')).toMatchObject({ inUse: false, checks: [{ advice }] })
})
