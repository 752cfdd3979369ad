// What SQLite, or the system below it, says of a store that it cannot use, in words for people.
import { AppError } from '../../errors.ts'
import { LOCK } from './files.ts'
import { unusable, type Remedy } from '../unusable.ts'
import { primaryCode, SQLITE_BUSY } from './numbers.ts'

type Fault = { readonly remedy: Remedy; readonly why: string }

/** By SQLite's primary code; `it` is the file. */
const BY_CODE: Readonly<Record<number, (it: string) => Fault>> = {
  1: (it) => ({ remedy: 'restore', why: `${it} lacks what every journal has.` }),
  [SQLITE_BUSY]: (it) => ({ remedy: 'stop', why: `Another program has ${it} locked.` }),
  6: (it) => ({ remedy: 'stop', why: `Another program has ${it} locked.` }),
  7: () => ({ remedy: 'memory', why: 'There is not enough memory.' }),
  8: (it) => ({ remedy: 'rights', why: `This user may only read ${it}.` }),
  10: (it) => ({ remedy: 'disk', why: `The disk failed to read or write ${it}.` }),
  11: (it) => ({ remedy: 'restore', why: `${it} is damaged.` }),
  13: () => ({ remedy: 'room', why: 'The disk is full.' }),
  14: (it) => ({ remedy: 'rights', why: `${it} cannot be opened.` }),
  26: (it) => ({ remedy: 'restore', why: `${it} is damaged: it is no database any more.` }),
}

/** It keeps others out, and nothing else. */
const LOCK_FAULT: Fault = { remedy: 'lock', why: 'lock.db, which only keeps others out, is damaged.' }
const DAMAGE: readonly number[] = [11, 26]

const BY_SYSTEM: Readonly<Record<string, Fault>> = {
  EACCES: { remedy: 'rights', why: 'This user may not make the folder, or may not write into it.' },
  EPERM: { remedy: 'rights', why: 'This user may not make the folder, or may not write into it.' },
  EROFS: { remedy: 'rights', why: 'The file system may only be read.' },
  ENOSPC: { remedy: 'room', why: 'The disk is full.' },
  EDQUOT: { remedy: 'room', why: 'The disk space of this user is used up.' },
  ENOTDIR: { remedy: 'place', why: 'A part of its path is no folder.' },
  EEXIST: { remedy: 'place', why: 'It is no folder.' },
  ELOOP: { remedy: 'place', why: 'Its path leads to itself.' },
  ENAMETOOLONG: { remedy: 'place', why: 'Its path is too long.' },
  ENOENT: { remedy: 'place', why: 'Its path leads nowhere.' },
  EMFILE: { remedy: 'memory', why: 'This process may open no more files.' },
  ENFILE: { remedy: 'memory', why: 'This machine may open no more files.' },
  EIO: { remedy: 'disk', why: 'The disk failed.' },
}

function faultOf(error: unknown, file: string): Fault | null {
  const code = primaryCode(error)
  if (file === LOCK && DAMAGE.includes(code)) return LOCK_FAULT
  const bySqlite = BY_CODE[code]
  if (bySqlite !== undefined) return bySqlite(file)
  const system = error instanceof Error && 'code' in error ? String(error.code) : ''
  return BY_SYSTEM[system] ?? null
}

/** As an error for whoever wanted the store; one that says it already stays as it is. */
export function storeFault(error: unknown, file: string): AppError {
  if (error instanceof AppError) return error
  const said = error instanceof Error ? error.message : String(error)
  const fault = faultOf(error, file)
  if (fault === null) return new AppError('JOURNAL_BROKEN', { why: said }, { cause: error })
  return unusable(fault.remedy, `${fault.why.slice(0, -1)} (${said}).`, error)
}
