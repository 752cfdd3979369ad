// The keys file as `cugar keys` changes it: read whole, changed in one place, checked as a server would, and put in place
// of the old one at once, readable by its owner alone. Comments and order stay.
import { open, readFile, realpath, rename, rm, stat } from 'node:fs/promises'
import { setTimeout as sleep } from 'node:timers/promises'
import { isMap, isSeq, type Document, type YAMLMap, type YAMLSeq } from 'yaml'
import { inspectEnvironment } from '../../config.ts'
import { AppError } from '../../errors.ts'
import { cliError, usage } from '../failure.ts'

/** As it stands in the file: every value is text. */
export type StoredKey = {
  readonly id: string
  readonly sha256: string
  readonly roles: readonly string[]
  readonly tenants?: readonly string[]
  readonly profiles?: readonly string[]
  readonly expires?: string
  readonly revoked?: string
  readonly previous?: { readonly sha256: string; readonly until: string }
}

const OWNER_ONLY = 0o600
const OTHERS = 0o077
const PATIENCE_MS = 15_000

const isMissing = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && error.code === 'ENOENT'

/** The file of the option, or of CUGAR_KEYS_FILE; null: none is named. */
export const namedFile = (option: string | undefined): string | null =>
  option ?? inspectEnvironment().settings.keysFile

/** Errors: USAGE where none is named. */
export function requiredFile(option: string | undefined): string {
  const file = namedFile(option)
  if (file === null) throw usage('name the keys file: --file FILE, or CUGAR_KEYS_FILE')
  return file
}

/** Where a link leads to: that file is replaced, not the link. */
const placeOf = (file: string): Promise<string> =>
  realpath(file).catch((error: unknown) => {
    if (isMissing(error)) return file
    throw cliError('FILE_UNREADABLE', `${file} cannot be read`, { cause: error })
  })

const textOf = (file: string): Promise<string | null> =>
  readFile(file, 'utf8').catch((error: unknown) => {
    if (isMissing(error)) return null
    throw cliError('FILE_UNREADABLE', `${file} cannot be read`, { cause: error })
  })

/** Errors: FILE_INVALID with every problem. */
async function check(file: string, text: string): Promise<void> {
  const { parseKeys } = await import('../../http/callers/keys.ts')
  try {
    parseKeys(text)
  } catch (error) {
    if (!(error instanceof AppError)) throw error
    throw cliError('FILE_INVALID', `${file} is not a keys file`, { cause: error, problems: error.problems })
  }
}

async function documentOf(file: string, text: string | null): Promise<Document> {
  const { readKeysDocument } = await import('../../http/callers/keys.ts')
  if (text === null || text.trim() === '') return readKeysDocument('keys:\n')
  await check(file, text)
  return readKeysDocument(text)
}

/** Every key of the file, revoked ones too. Errors: FILE_UNREADABLE, FILE_INVALID. */
export async function readKeyList(file: string): Promise<readonly StoredKey[]> {
  const text = await textOf(file)
  if (text === null) throw cliError('FILE_UNREADABLE', `${file} is not there`)
  if (text.trim() === '') return []
  const { keys } = (await documentOf(file, text)).toJS() as { keys: StoredKey[] }
  return keys
}

/** Whether others than its owner may read it. */
export const isOpenToOthers = async (file: string): Promise<boolean> =>
  ((await stat(file)).mode & OTHERS) !== 0

async function lock(place: string): Promise<() => Promise<void>> {
  const name = `${place}.lock`
  for (const end = performance.now() + PATIENCE_MS; ; await sleep(20)) {
    const held = await open(name, 'wx', OWNER_ONLY).catch((error: unknown) => {
      if (error instanceof Error && 'code' in error && error.code === 'EEXIST') return null
      throw cliError('FILE_UNREADABLE', `${place} cannot be written`, { cause: error })
    })
    if (held !== null) {
      await held.close()
      return () => rm(name, { force: true })
    }
    if (performance.now() > end)
      throw cliError('FILE_UNREADABLE', `another cugar keys is at work: where none is, remove ${name}`)
  }
}

/** The file is the old one or the new one at every moment, whatever ends the process. */
async function replace(place: string, text: string): Promise<void> {
  const next = `${place}.${process.pid}.new`
  const handle = await open(next, 'w', OWNER_ONLY)
  try {
    await handle.chmod(OWNER_ONLY)
    await handle.writeFile(text)
    await handle.sync()
  } finally {
    await handle.close()
  }
  await rename(next, place)
}

function listOf(document: Document): YAMLSeq {
  const list = document.get('keys')
  if (isSeq(list)) return list
  const made = document.createNode([])
  made.flow = false
  document.set('keys', made)
  return made
}

/** The entry of an id, as the file has it; null: there is none. */
export type KeyList = {
  readonly find: (id: string) => YAMLMap | null
  readonly add: (entry: StoredKey) => void
  readonly remove: (entry: YAMLMap) => void
}

const isOf = (item: unknown, id: string): item is YAMLMap =>
  isMap(item) && String(item.get('id')).toLowerCase() === id.toLowerCase()

function keyList(document: Document): KeyList {
  const list = listOf(document)
  return {
    find: (id) => list.items.find((item): item is YAMLMap => isOf(item, id)) ?? null,
    add: (entry) => {
      list.items.push(document.createNode(entry))
    },
    remove: (entry) => {
      list.items = list.items.filter((item) => item !== entry)
    },
  }
}

/** Changes the file, one process at a time. Errors: FILE_UNREADABLE, FILE_INVALID, and what the change throws. */
export async function changeKeys(file: string, change: (keys: KeyList) => void): Promise<void> {
  const place = await placeOf(file)
  const unlock = await lock(place)
  try {
    const document = await documentOf(file, await textOf(place))
    change(keyList(document))
    const text = document.toString()
    await check(file, text)
    await replace(place, text)
  } finally {
    await unlock()
  }
}
