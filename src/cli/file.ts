// Files that a command is given; `-` is standard input.
import { readFile } from 'node:fs/promises'
import { buffer } from 'node:stream/consumers'
import { parseDocument } from 'yaml'
import { isRecord } from '../events/json.ts'
import { cliError, type CliError } from './failure.ts'

const nameOf = (file: string): string => (file === '-' ? 'standard input' : file)

const UNREADABLE: Readonly<Record<string, string>> = {
  ENOENT: 'there is no such file',
  ENOTDIR: 'there is no such file',
  ELOOP: 'it is a link that leads to itself',
  EISDIR: 'it is a folder',
  EACCES: 'this user may not read it',
  EPERM: 'this user may not read it',
}

const codeOf = (cause: unknown): string =>
  cause instanceof Error && 'code' in cause ? String(cause.code) : 'unknown'

/** Errors: FILE_UNREADABLE. */
export async function readBytes(file: string): Promise<Uint8Array> {
  if (file === '-') return buffer(process.stdin)
  return readFile(file).catch((cause: unknown) => {
    const code = codeOf(cause)
    const why = UNREADABLE[code] ?? code
    throw cliError('FILE_UNREADABLE', `${file} cannot be read: ${why}`, { cause })
  })
}

const UNWRITABLE: Readonly<Record<string, string>> = {
  ENOENT: 'its folder is not there, and cannot be made',
  ENOTDIR: 'a part of its path is no folder',
  EEXIST: 'a part of its path is no folder',
  EISDIR: 'it is a folder',
  ELOOP: 'its path leads to itself',
  ENAMETOOLONG: 'its path is too long',
  EACCES: 'this user may not write there',
  EPERM: 'this user may not write there',
  EROFS: 'what it is on may only be read',
  ENOSPC: 'the disk is full',
  EDQUOT: 'the disk space of this user is used up',
}

/** FILE_UNWRITABLE in words, for what the system said of a file or folder. */
export function unwritable(path: string, cause: unknown): CliError {
  const code = codeOf(cause)
  return cliError('FILE_UNWRITABLE', `${path} cannot be written: ${UNWRITABLE[code] ?? code}`, { cause })
}

/** Errors: FILE_UNREADABLE, FILE_INVALID when it is not UTF-8. */
export async function readText(file: string): Promise<string> {
  const bytes = await readBytes(file)
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch (cause) {
    throw cliError('FILE_INVALID', `${nameOf(file)} is not UTF-8 text`, { cause })
  }
}

/** Many aliases of one anchor could grow without end. */
const MAX_ALIASES = 100

function valueOf(text: string, file: string): unknown {
  const document = parseDocument(text)
  const problems = document.errors.map((error) => ({
    path: `line ${error.linePos?.[0].line ?? 1}`,
    message: error.message.split('\n')[0] ?? error.code,
  }))
  if (problems.length > 0)
    throw cliError('FILE_INVALID', `${nameOf(file)} is neither JSON nor YAML`, { problems })
  try {
    return document.toJS({ maxAliasCount: MAX_ALIASES })
  } catch (cause) {
    throw cliError('FILE_INVALID', `${nameOf(file)} has too many aliases`, { cause })
  }
}

/** A JSON or YAML file that holds one object. Errors: FILE_UNREADABLE, FILE_INVALID. */
export async function readObject(file: string): Promise<Record<string, unknown>> {
  const value = valueOf(await readText(file), file)
  if (!isRecord(value)) throw cliError('FILE_INVALID', `${nameOf(file)} must hold one object`)
  return value
}

const SCENARIO: readonly string[] = ['goal', 'playbook', 'profile', 'context', 'planner', 'tenant']

/** A file of the demo holds a goal or a playbook besides the facts: they stand under `context` there. */
const isScenario = (value: Readonly<Record<string, unknown>>): boolean =>
  ['goal', 'playbook'].some((way) => typeof value[way] === 'string') &&
  Object.keys(value).every((name) => SCENARIO.includes(name))

/** The facts for a goal: the object of the file, or the context of a scenario. Errors: as of `readObject`. */
export async function readContext(file: string): Promise<Record<string, unknown>> {
  const value = await readObject(file)
  const context = value['context']
  return isScenario(value) && isRecord(context) ? context : value
}
