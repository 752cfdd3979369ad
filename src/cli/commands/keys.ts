// `cugar keys`: makes, lists, revokes, rotates and limits API keys, without a server. A key is shown once, by the command
// that makes it; the file has its digest. A server that runs takes the change over by itself.
import { InvalidArgumentError, Option, type Command } from 'commander'
import type { YAMLMap } from 'yaml'
import {
  ACTOR_PATTERN,
  ACTOR_RULE,
  isOurName,
  NAME_PATTERN,
  OUR_NAME_RULE,
  TENANTS_PATTERN,
} from '../../events/names.ts'
import { command, exiting, group, type Common } from '../command.ts'
import { usage, type ExitCode } from '../failure.ts'
import {
  changeKeys,
  isOpenToOthers,
  namedFile,
  readKeyList,
  requiredFile,
  type KeyList,
  type StoredKey,
} from '../keys/store.ts'
import { outputFor, show, type Output } from '../output.ts'
import { table } from '../table.ts'

type Filed = Common & { readonly file?: string }
type KeyLimits = Pick<StoredKey, 'roles' | 'tenants' | 'profiles' | 'expires'>
type NewOptions = Filed & KeyLimits & { readonly id: string }

const keyId = (text: string): string => {
  if (!ACTOR_PATTERN.test(text)) throw new InvalidArgumentError(`It ${ACTOR_RULE}`)
  if (isOurName(text)) throw new InvalidArgumentError(`It ${OUR_NAME_RULE}`)
  return text
}

const namesOf =
  (pattern: RegExp, what: string, example: string) =>
  (text: string): string[] => {
    const names = text.split(',').map((name) => name.trim())
    if (!names.every((name) => pattern.test(name)))
      throw new InvalidArgumentError(`It must be ${what} with commas between them, such as ${example}.`)
    return [...new Set(names)]
  }

const HOURS: Readonly<Record<string, number>> = { h: 1, d: 24, w: 168 }
const HOUR_MS = 3_600_000

/** A time, or how long from now: 12h, 90d, 4w. As the file has it. */
function timeOf(text: string): string {
  const [, count, unit] = /^(\d{1,5})([hdw])$/.exec(text) ?? []
  const ahead = Number(count) * (HOURS[unit ?? ''] ?? Number.NaN) * HOUR_MS
  const at = Number.isNaN(ahead) ? Date.parse(/^\d{4}-\d\d-\d\d/.test(text) ? text : '') : Date.now() + ahead
  if (Number.isNaN(at))
    throw new InvalidArgumentError(
      'It must be a time such as 2027-01-31T12:00:00Z, or 12h, 90d or 4w from now.',
    )
  return new Date(at).toISOString()
}

/** The same, for a key that is made now. */
function timeAhead(text: string): string {
  const at = timeOf(text)
  if (Date.parse(at) <= Date.now()) throw new InvalidArgumentError('It is over already.')
  return at
}

async function warnOfRoles(roles: readonly string[], out: Output): Promise<void> {
  const { ROLES } = await import('../../events/names.ts')
  for (const role of roles) {
    if (!ROLES.some((known) => known === role))
      out.note(`${role} is no role of the API: it counts only where a profile asks it of approvers`)
  }
}

/** The entry as text for the end of a keys file, with or without keys in it. */
function showEntry(out: Output, entry: StoredKey): void {
  // Quoted: an id or a digest of digits alone would be a number.
  const list = (names: readonly string[]): string =>
    `[${names.map((name) => JSON.stringify(name)).join(', ')}]`
  out.line('It is shown only now. Put its entry at the end of the file that CUGAR_KEYS_FILE names:')
  out.line('keys:')
  out.line(`  - id: ${JSON.stringify(entry.id)}`)
  out.line(`    sha256: ${JSON.stringify(entry.sha256)}`)
  out.line(`    roles: ${list(entry.roles)}`)
  if (entry.tenants) out.line(`    tenants: ${list(entry.tenants)}`)
  if (entry.profiles) out.line(`    profiles: ${list(entry.profiles)}`)
  if (entry.expires) out.line(`    expires: ${JSON.stringify(entry.expires)}`)
}

const existing = (keys: KeyList, id: string) => {
  const entry = keys.find(id)
  if (entry === null) throw usage(`there is no key ${id}`)
  return entry
}

function addKey(keys: KeyList, entry: StoredKey): void {
  const before = keys.find(entry.id)
  if (before !== null && !before.has('revoked'))
    throw usage(`${entry.id} has a key already: \`cugar keys rotate ${entry.id}\` gives a new one`)
  if (before !== null) keys.remove(before)
  keys.add(entry)
}

async function create({ id, roles, tenants, profiles, expires, ...options }: NewOptions): Promise<ExitCode> {
  const out = outputFor(options)
  const { newKey } = await import('../../http/callers/keys.ts')
  const { key, sha256 } = newKey()
  const entry: StoredKey = {
    id,
    sha256,
    roles,
    ...(tenants && { tenants }),
    ...(profiles && { profiles }),
    ...(expires && { expires }),
  }
  const file = namedFile(options.file)
  await warnOfRoles(roles, out)
  if (file !== null) await changeKeys(file, (keys) => addKey(keys, entry))
  show(out, file === null ? { key, entry } : { key, entry, file }, () => {
    out.line(`key: ${key}`)
    if (file === null) showEntry(out, entry)
    else out.line(`It is shown only now. ${file} has its digest.`)
  })
  return 0
}

function stateOf({ expires, revoked, previous }: StoredKey, now: number): string {
  if (revoked !== undefined) return `revoked ${revoked}`
  if (expires !== undefined && Date.parse(expires) <= now) return `expired ${expires}`
  const state = expires === undefined ? 'valid' : `until ${expires}`
  const isKept = previous !== undefined && Date.parse(previous.until) > now
  return isKept ? `${state}, the one before until ${previous.until}` : state
}

async function list(options: Filed): Promise<ExitCode> {
  const out = outputFor(options)
  const file = requiredFile(options.file)
  const keys = await readKeyList(file)
  if (await isOpenToOthers(file)) out.note(`others than its owner may read ${file}: chmod 600`)
  const rows = keys.map(({ sha256: _digest, previous, ...key }) => ({
    ...key,
    ...(previous && { previous_until: previous.until }),
    state: stateOf({ ...key, sha256: '', ...(previous && { previous }) }, Date.now()),
  }))
  show(out, { items: rows }, () =>
    table(
      out,
      ['id', 'roles', 'tenants', 'profiles', 'state'],
      rows.map(({ id, roles, tenants, profiles, state }) => [
        id,
        roles.join(','),
        tenants?.join(',') ?? 'all',
        profiles?.join(',') ?? 'all',
        state,
      ]),
    ),
  )
  return 0
}

async function revoke(id: string, options: Filed): Promise<ExitCode> {
  const out = outputFor(options)
  const file = requiredFile(options.file)
  const revoked = new Date().toISOString()
  await changeKeys(file, (keys) => {
    const entry = existing(keys, id)
    // Since when it opens nothing is not told anew.
    if (!hasEnded(entry, 'revoked')) entry.set('revoked', revoked)
  })
  show(out, { id, revoked, file }, () =>
    out.line(`${id} is revoked: a running server refuses it within seconds`),
  )
  return 0
}

const hasEnded = (entry: YAMLMap, by: 'expires' | 'revoked'): boolean => {
  const at = entry.get(by)
  return typeof at === 'string' && Date.parse(at) <= Date.now()
}

const checkLives = (entry: YAMLMap, id: string): void => {
  if (entry.has('revoked')) throw usage(`${id} is revoked: \`cugar keys new --id ${id}\` gives a new key`)
}

/** A key that has ended, or ends earlier, does not live longer by being replaced. */
const endOfOld = (entry: YAMLMap, keep: string): string => {
  const ends = entry.get('expires')
  return typeof ends === 'string' && Date.parse(ends) < Date.parse(keep) ? ends : keep
}

type RotateOptions = Filed & { readonly expires?: string; readonly keep?: string }

async function rotate(id: string, options: RotateOptions): Promise<ExitCode> {
  const out = outputFor(options)
  const file = requiredFile(options.file)
  const { newKey } = await import('../../http/callers/keys.ts')
  const { key, sha256 } = newKey()
  let until: string | null = null
  await changeKeys(file, (keys) => {
    const entry = existing(keys, id)
    checkLives(entry, id)
    until = options.keep === undefined ? null : endOfOld(entry, options.keep)
    if (until === null) entry.delete('previous')
    else entry.set('previous', { sha256: entry.get('sha256'), until })
    entry.set('sha256', sha256)
    // An end that is to come is that of its holder, and not of the key.
    if (hasEnded(entry, 'expires')) entry.delete('expires')
    if (options.expires) entry.set('expires', options.expires)
  })
  show(out, { key, id, file, previous_until: until }, () => {
    out.line(`key: ${key}`)
    const before = until === null ? 'opens nothing any more' : `opens until ${until}`
    out.line(`It is shown only now. The key before it ${before}.`)
  })
  return 0
}

async function expire(id: string, options: Filed & { readonly at: string }): Promise<ExitCode> {
  const out = outputFor(options)
  const file = requiredFile(options.file)
  await changeKeys(file, (keys) => {
    const entry = existing(keys, id)
    checkLives(entry, id)
    entry.set('expires', options.at)
  })
  show(out, { id, expires: options.at, file }, () => out.line(`${id} opens until ${options.at}`))
  return 0
}

const fileOption = (): Option => new Option('--file <file>', 'the keys file (default: CUGAR_KEYS_FILE)')

const EXAMPLE = 'cugar keys new --id alice --roles viewer,operator --tenants acme --expires 90d'

const creating = (): Command =>
  command('new', 'makes a key: shows it once, and puts its digest into the keys file', EXAMPLE)
    .requiredOption('--id <id>', 'whose key it is', keyId)
    .requiredOption(
      '--roles <roles>',
      'viewer, operator, approver, admin, metrics, hooks; commas between',
      namesOf(NAME_PATTERN, 'role names', 'operator,approver'),
    )
    .option(
      '--tenants <tenants>',
      'only their runs; a name may have one *',
      namesOf(TENANTS_PATTERN, 'tenants', 'acme,beta-*'),
    )
    .option(
      '--profiles <profiles>',
      'only runs of these profiles',
      namesOf(NAME_PATTERN, 'profiles', 'demo,smb'),
    )
    .option('--expires <time>', 'a time, or 12h, 90d or 4w from now', timeAhead)
    .addOption(fileOption())
    .action(exiting(create))

const ofKey = (name: string, summary: string, example: string): Command =>
  command(name, summary, example).argument('<id>', 'whose key it is', keyId).addOption(fileOption())

export function keysCommand(): Command {
  const keys = group('keys', 'makes, lists and withdraws API keys', EXAMPLE)
  keys.addCommand(creating())
  keys.addCommand(
    command('list', 'whose keys there are, for what, and until when', 'cugar keys list')
      .addOption(fileOption())
      .action(exiting(list)),
  )
  keys.addCommand(
    ofKey('revoke', 'withdraws a key at once', 'cugar keys revoke alice').action(exiting(revoke)),
  )
  keys.addCommand(
    ofKey('rotate', 'gives a new key in place of the one before', 'cugar keys rotate alice --expires 90d')
      .option('--expires <time>', 'a time, or 12h, 90d or 4w from now; left out: as it was', timeAhead)
      .option('--keep <time>', 'how long the key before it still opens: a time, or 12h, 90d or 4w', timeOf)
      .action(exiting(rotate)),
  )
  keys.addCommand(
    ofKey('expire', 'says until when a key opens', 'cugar keys expire alice --at 2027-01-31T12:00:00Z')
      .requiredOption('--at <time>', 'a time, or 12h, 90d or 4w from now', timeOf)
      .action(exiting(expire)),
  )
  return keys
}
