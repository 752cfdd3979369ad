// What can be seen of a store's files before SQLite opens any: it would make an empty database of one that is gone, throw
// away a log that it cannot read, and leave files beside one that it may not write. Used by whoever opens a store, or
// only looks at it; changes nothing.
import {
  accessSync,
  closeSync,
  constants,
  lstatSync,
  openSync,
  readSync,
  statSync,
  type Stats,
} from 'node:fs'
import { basename, join } from 'node:path'
import { unusable } from '../unusable.ts'

export const DATABASE = 'journal.db'
export const LOG = 'journal.db-wal'
export const INDEX_OF_LOG = 'journal.db-shm'
export const LOCK = 'lock.db'

/** Of what a path leads to, or of a link that leads nowhere; null: there is nothing. */
function entryAt(path: string): Stats | null {
  const own = lstatSync(path, { throwIfNoEntry: false })
  if (own === undefined) return null
  try {
    return statSync(path, { throwIfNoEntry: false }) ?? own
  } catch {
    // A link that leads to itself.
    return own
  }
}

const mayUse = (path: string, mode: number): boolean => {
  try {
    accessSync(path, mode)
    return true
  } catch {
    return false
  }
}

function checkFile(dir: string, name: string): void {
  const path = join(dir, name)
  const entry = entryAt(path)
  if (entry === null) return
  if (entry.isSymbolicLink()) throw unusable('place', `${path} is a link that leads nowhere.`)
  if (!entry.isFile()) throw unusable('place', `${path} is no file.`)
  if (!mayUse(path, constants.R_OK | constants.W_OK))
    throw unusable('rights', `This user may not read and write ${path}.`)
}

/** The folder, and what keeps others out of it. Errors: JOURNAL_BROKEN with what is in the way. */
export function checkFolder(dir: string): void {
  const entry = entryAt(dir)
  if (entry === null) return
  if (entry.isSymbolicLink()) throw unusable('place', `${dir} is a link that leads nowhere.`)
  if (!entry.isDirectory()) throw unusable('place', `${dir} is no folder.`)
  if (!mayUse(dir, constants.R_OK | constants.W_OK | constants.X_OK))
    throw unusable('rights', `This user may not write into ${dir}.`)
  checkFile(dir, LOCK)
}

const HEAD_BYTES = 100

function headOf(path: string): Buffer {
  const head = Buffer.alloc(HEAD_BYTES)
  const file = openSync(path, 'r')
  try {
    return head.subarray(0, readSync(file, head, 0, HEAD_BYTES, 0))
  } finally {
    closeSync(file)
  }
}

const MAGIC = 'SQLite format 3\0'
/** Places in SQLite's header: of two bytes, and of four. */
const AT = { pageSize: 16, changes: 24, pages: 28, validFor: 92 }
const LARGEST_PAGE = 65_536

/** Bytes that the file has by its own word; null: it says nothing that counts. */
function saidBytes(head: Buffer): number | null {
  if (head.length < HEAD_BYTES || head.readUInt32BE(AT.changes) !== head.readUInt32BE(AT.validFor))
    return null
  const size = head.readUInt16BE(AT.pageSize)
  return (size === 1 ? LARGEST_PAGE : size) * head.readUInt32BE(AT.pages)
}

const LOG_MAGIC: readonly number[] = [0x37_7f_06_82, 0x37_7f_06_83]
const LOG_HEAD_BYTES = 32

/** A machine that lost its power may leave a log that was not begun; anything else is what somebody made of it. */
function checkLog(dir: string, bytes: number): void {
  if (bytes < LOG_HEAD_BYTES) return
  const head = headOf(join(dir, LOG)).subarray(0, LOG_HEAD_BYTES)
  if (LOG_MAGIC.includes(head.readUInt32BE(0)) || head.every((byte) => byte === 0)) return
  throw unusable('restore', `${LOG}, which holds what was written last, is damaged.`)
}

function checkDatabase(path: string, logBytes: number): void {
  const bytes = statSync(path).size
  const name = basename(path)
  if (bytes === 0) throw unusable('restore', `${name} is empty: a journal is never of 0 bytes.`)
  const head = headOf(path)
  if (head.toString('latin1', 0, MAGIC.length) !== MAGIC)
    throw unusable('restore', `${name} is no database: something else was written over it.`)
  const said = saidBytes(head)
  // As long as there is a log, what is missing may be there.
  if (logBytes === 0 && said !== null && bytes < said)
    throw unusable('restore', `${name} is cut short: ${bytes} of its ${said} bytes are there.`)
}

/** Whether something is in the log. */
export const hasLog = (dir: string): boolean => (entryAt(join(dir, LOG))?.size ?? 0) > 0

/** Whether there is a store. Errors: JOURNAL_BROKEN with what is wrong with its files. */
export function checkFiles(dir: string): boolean {
  for (const name of [DATABASE, LOG, INDEX_OF_LOG]) checkFile(dir, name)
  const logBytes = entryAt(join(dir, LOG))?.size ?? 0
  const isThere = entryAt(join(dir, DATABASE)) !== null
  if (!isThere && logBytes > 0)
    throw unusable('restore', `${DATABASE} is gone, while its log ${LOG} is still there.`)
  if (!isThere) return false
  checkLog(dir, logBytes)
  checkDatabase(join(dir, DATABASE), logBytes)
  return true
}
