// A real process that uses a journal, for the tests of locks, crashes and full disks. Arguments: mode, and the folder
// or URL of the journal.
import { postgresJournal } from '../../src/journal/postgres/postgres.ts'
import { sqliteJournal } from '../../src/journal/sqlite/sqlite.ts'
import { AppError } from '../../src/errors.ts'
import { appendOf, noted, posting, skipped } from './appends.ts'
import type { Journal } from '../../src/journal/journal.ts'

const [mode = '', place = ''] = process.argv.slice(2)
const say = (line: string): void => {
  process.stdout.write(`${line}\n`)
}
/** Takes over when the process that has the journal ends, and writes. */
async function takeOver(journal: Journal): Promise<void> {
  const result = await journal.append(appendOf(`run_${process.pid}`))
  say(`accepted ${result.ok}`)
  setInterval(() => undefined, 1000)
}

const codeOf = (error: unknown): string => (error instanceof AppError ? error.code : String(error))

/** Appends to eight runs at once, for ever, and says each position when it is acknowledged. */
async function write(journal: Journal): Promise<void> {
  const loop = async (runId: string): Promise<void> => {
    for (let version = 0; ;) {
      const lines = [skipped('s1'), posting({ limit: 1_000_000 }), skipped('s2')]
      const result = await journal.append(appendOf(runId, { expectedVersion: version, lines }))
      if (!result.ok) throw new Error(result.reason)
      version += result.events.length
      for (const { position, run_id, seq } of result.events) say(`${position} ${run_id} ${seq}`)
    }
  }
  await Promise.all(Array.from({ length: 8 }, (_, index) => loop(`run_${process.pid}_${index}`)))
}

/** Appends big payloads until the disk takes no more, then says what it was told and what still works. */
async function fill(journal: Journal): Promise<void> {
  const body = noted('x'.repeat(50_000))
  let kept = 0
  for (let failed = false; !failed;) {
    try {
      await journal.append(appendOf(`run_${kept}`, { payloads: [body] }))
      kept += 1
    } catch (error) {
      failed = true
      say(`append ${codeOf(error)}`)
    }
  }
  await journal.check().catch((error: unknown) => say(`check ${codeOf(error)}`))
  say(`readable ${(await journal.readAll(0, 100_000)).length === kept}`)
  say(`kept ${kept}`)
}

try {
  const given = { writer: `child-${process.pid}`, ...(mode === 'standby' ? { standby: say } : {}) }
  const journal = place.startsWith('postgres:')
    ? await postgresJournal({ url: place, ...given })
    : await sqliteJournal({ dir: place, ...given })
  say('open')
  if (mode === 'write') await write(journal)
  if (mode === 'fill') await fill(journal)
  if (mode === 'standby') await takeOver(journal)
  if (mode === 'hold') setInterval(() => undefined, 1000)
} catch (error) {
  say(codeOf(error))
}
if (mode === 'fill') process.exit(0)
