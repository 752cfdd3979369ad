// Each kind of damage to a data directory: what the doctor advises, what a start says, and that neither changes a byte.
import {
  cpSync,
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { withAdvice } from '../../src/cli/doctor/advice.ts'
import { examineData } from '../../src/cli/doctor/data.ts'
import { inspectEnvironment, type Settings } from '../../src/config.ts'
import { AppError } from '../../src/errors.ts'
import { sha256 } from '../../src/events/digest.ts'
import { verifyChains } from '../../src/journal/verify.ts'
import { sqliteJournal } from '../../src/journal/sqlite/sqlite.ts'
import { appendOf, taken } from '../journal/appends.ts'
import { cugar } from './hand.ts'

const root = mkdtempSync(join(tmpdir(), 'cugar-damage-'))
afterAll(() => rmSync(root, { recursive: true, force: true }))

/** Of a server that was stopped, and of one that was killed, whose last events stand in the log alone. */
const stopped = join(root, 'stopped')
const killed = join(root, 'killed')

beforeAll(async () => {
  const journal = await sqliteJournal({ dir: stopped, writer: 'w' })
  for (let run = 0; run < 40; run += 1) taken(await journal.append(appendOf(`run_${run}`)))
  cpSync(stopped, killed, { recursive: true })
  await journal.close()
})

const sql = (dir: string, text: string): void => {
  const db = new DatabaseSync(join(dir, 'journal.db'))
  db.exec(text)
  db.close()
}
const db = (dir: string): string => join(dir, 'journal.db')
const wal = (dir: string): string => join(dir, 'journal.db-wal')
const noise = (bytes: number): Buffer => Buffer.alloc(bytes, 'what somebody wrote over it')

function overwriteMiddle(dir: string): void {
  const whole = readFileSync(db(dir))
  noise(whole.length / 2).copy(whole, 4 * 16_384)
  writeFileSync(db(dir), whole)
}

const RESTORE =
  'keep a copy of all that is there, then restore it from a backup, or set DATA_DIR to a new one'
const PLACE = 'set DATA_DIR to a folder of its own, or put right what is there'

/** Which data, what happens to it, what is said of it, and the advice. */
const DAMAGES: Readonly<Record<string, readonly [string, (dir: string) => void, RegExp, string]>> = {
  'journal.db has no bytes': [stopped, (dir) => truncateSync(db(dir), 0), /is empty/, RESTORE],
  'journal.db has no bytes, and a log': [killed, (dir) => truncateSync(db(dir), 0), /is empty/, RESTORE],
  'journal.db is gone, its log is not': [killed, (dir) => rmSync(db(dir)), /is gone, while its log/, RESTORE],
  'journal.db is cut in its first page': [stopped, (dir) => truncateSync(db(dir), 200), /cut short/, RESTORE],
  'journal.db lost its last page': [
    stopped,
    (dir) => truncateSync(db(dir), statSync(db(dir)).size - 16_384),
    /cut short: \d+ of its \d+ bytes/,
    RESTORE,
  ],
  'journal.db is a text': [stopped, (dir) => writeFileSync(db(dir), noise(5000)), /no database/, RESTORE],
  'journal.db was written over in its middle': [stopped, overwriteMiddle, /is damaged/, RESTORE],
  'the log is a text': [killed, (dir) => writeFileSync(wal(dir), noise(50_000)), /-wal, .* damaged/, RESTORE],
  'a table is gone': [stopped, (dir) => sql(dir, 'DROP TABLE streams'), /no such table: streams/, RESTORE],
  'its version is gone': [
    stopped,
    (dir) => sql(dir, 'DELETE FROM schema_version'),
    /which version it is/,
    RESTORE,
  ],
  'it is of a newer version': [
    stopped,
    (dir) => sql(dir, 'UPDATE schema_version SET version = 99'),
    /Its schema is version 99/,
    'start the version of cugar that wrote it, or a later one: nothing is wrong with it',
  ],
  'it is another program’s': [
    stopped,
    (dir) => {
      rmSync(db(dir))
      sql(dir, 'CREATE TABLE other (x)')
    },
    /another program/,
    PLACE,
  ],
  'journal.db is a folder': [
    stopped,
    (dir) => {
      rmSync(db(dir))
      mkdirSync(db(dir))
    },
    /journal.db is no file/,
    PLACE,
  ],
  'journal.db is a link to nowhere': [
    stopped,
    (dir) => {
      rmSync(db(dir))
      symlinkSync('/no/such/disk/journal.db', db(dir))
    },
    /journal.db is a link that leads nowhere/,
    PLACE,
  ],
  'lock.db is a text': [
    stopped,
    (dir) => writeFileSync(join(dir, 'lock.db'), noise(5000)),
    /lock.db, which only keeps others out, is damaged/,
    'delete lock.db while no server runs there: the next start makes it anew',
  ],
  'the folder is a file': [
    stopped,
    (dir) => {
      rmSync(dir, { recursive: true })
      writeFileSync(dir, 'x')
    },
    /is no folder/,
    PLACE,
  ],
  'the folder is a link to nowhere': [
    stopped,
    (dir) => {
      rmSync(dir, { recursive: true })
      symlinkSync('/no/such/disk', dir)
    },
    /is a link that leads nowhere/,
    PLACE,
  ],
}

/** Every file with what is in it; the lock keeps nothing. */
const contents = (dir: string): unknown =>
  existsSync(dir) && statSync(dir).isDirectory()
    ? readdirSync(dir)
        .filter((name) => !/^lock\.db|-shm$/.test(name))
        .map((name) => [
          name,
          lstatSync(join(dir, name)).isFile() && sha256(readFileSync(join(dir, name), 'latin1')),
        ])
    : existsSync(dir)

const settingsOf = (dataDir: string): Settings => ({ ...inspectEnvironment().settings, dataDir })

const refusalOf = (dir: string): Promise<unknown> =>
  sqliteJournal({ dir, writer: 'w' }).then(
    async (journal) => {
      // What lies deeper is met by whoever reads it.
      const error = await verifyChains(journal).catch((found: unknown) => found)
      await journal.close().catch(() => undefined)
      return error
    },
    (error: unknown) => error,
  )

test.each([
  ['/proc/nowhere', /leads nowhere/],
  ['/dev/null/x', /no folder/],
])('a data directory that cannot be made, %s, ends a start, and the doctor goes on', async (dir, said) => {
  const error = await refusalOf(dir)
  expect(error).toMatchObject({ code: 'JOURNAL_BROKEN', message: expect.stringMatching(said) })
  const { checks } = await examineData(settingsOf(dir))
  expect(checks.filter(({ ok }) => !ok).length).toBeGreaterThan(0)
})

test.each(Object.entries(DAMAGES))(
  'the doctor and a start say what is wrong and what to do, and change nothing: %s',
  async (name, [data, damage, said, advice]) => {
    const dir = join(root, name.replaceAll(/\W+/g, '-'))
    cpSync(data, dir, { recursive: true })
    damage(dir)
    const before = contents(dir)
    const { checks } = await examineData(settingsOf(dir))
    expect(checks.filter(({ check }) => check === 'journal')).toEqual([
      expect.objectContaining({ ok: false, detail: expect.stringMatching(said), advice }),
    ])
    expect(contents(dir)).toEqual(before)
    const refusal = await refusalOf(dir)
    if (!(refusal instanceof AppError)) throw new TypeError('the start was not refused')
    expect(refusal.code).toBe('JOURNAL_BROKEN')
    expect(withAdvice(refusal, 'DATA_DIR').message).toContain(advice)
    expect(contents(dir)).toEqual(before)
  },
)

test('the doctor counts what a killed server left in its log, and leaves the log as it is', async () => {
  const before = contents(killed)
  const { checks } = await examineData(settingsOf(killed))
  expect(checks.map(({ check, ok, detail }) => [check, ok, detail])).toContainEqual([
    'journal',
    true,
    'opens, 40 events',
  ])
  expect(contents(killed)).toEqual(before)
})

test('the doctor leaves no folder and no file where there is no journal yet', async () => {
  const dir = join(root, 'none-yet')
  await examineData(settingsOf(dir))
  expect(existsSync(dir)).toBe(false)
  mkdirSync(dir)
  const { checks } = await examineData(settingsOf(dir))
  expect(checks.map(({ ok }) => ok)).not.toContain(false)
  expect(readdirSync(dir)).toEqual([])
})

test('a data directory that is in use is told with who has it, by the doctor and by a start', async () => {
  const dir = join(root, 'used')
  const journal = await sqliteJournal({ dir, writer: 'w' })
  const env = { DATA_DIR: dir, PORT: '0' }
  const who = process.platform === 'linux' ? `, process ${process.pid}` : ''
  const [doctor, serve] = await Promise.all([cugar(['doctor'], env), cugar(['serve'], env)])
  await journal.close()
  expect(doctor.out).toMatch(new RegExp(`journal: Another process has .* open.*${who}.* - stop the process`))
  expect(serve).toMatchObject({ code: 1, err: expect.stringMatching(/^cugar: DATA_DIR_LOCKED: /) })
  expect(serve.err).toContain(who)
})

test('a start that meets the damage after it has opened the journal ends by itself, and says what to do', async () => {
  const dir = join(root, 'deep')
  cpSync(stopped, dir, { recursive: true })
  overwriteMiddle(dir)
  const { code, err } = await cugar(['serve'], { DATA_DIR: dir, PORT: '0' })
  expect(code).toBe(1)
  expect(err).toMatch(/^cugar: JOURNAL_BROKEN: journal\.db is damaged .*What to do: keep a copy/)
})
