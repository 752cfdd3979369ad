// Sessions over clocks that are set, and over a restart. The folder is real.
import { randomBytes } from 'node:crypto'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { endedSessions } from '../../src/console/secret.ts'
import { COOKIE, createSessions } from '../../src/console/session.ts'

const HOUR = 3_600_000
const dir = mkdtempSync(join(tmpdir(), 'cugar-sessions-'))
afterAll(() => rmSync(dir, { recursive: true, force: true }))
const secret = randomBytes(32)
const START = Date.UTC(2026, 2, 1)

async function sessionsAt(now: { at: number }, folder: string | null = null) {
  const sessions = createSessions({ secret, clock: () => now.at, ended: await endedSessions(folder) })
  const read = (cookie: string) => sessions.read(`${COOKIE}=${cookie}`)
  return { ...sessions, read }
}

test.each([-HOUR, HOUR, 400 * 24 * HOUR])(
  'a clock that is set by %d ms lets no ended session live, and keeps nobody out',
  async (by) => {
    const now = { at: START }
    const sessions = await sessionsAt(now)
    const before = sessions.open('anna')
    now.at += by
    await sessions.endAll('anna')
    expect(sessions.read(before)).toBeNull()
    now.at = START
    expect(sessions.read(before)).toBeNull()
    const after = sessions.open('anna')
    expect(sessions.read(after)?.id).toBe('anna')
    await sessions.endAll('anna')
    expect(sessions.read(after)).toBeNull()
  },
)

test('a session that was ended stays so after a restart, and whoever else signed in stays signed in', async () => {
  const now = { at: START }
  const first = await sessionsAt(now, dir)
  const [left, other] = [first.open('anna'), first.open('anna')]
  const session = first.read(left)
  if (session === null) throw new Error('no session')
  await first.end(session)
  const second = await sessionsAt(now, dir)
  expect([second.read(left), second.read(other)?.id]).toEqual([null, 'anna'])
})

test('what an earlier version has kept is read, and its sessions live or are over as they were', async () => {
  const folder = mkdtempSync(join(dir, 'older-'))
  writeFileSync(join(folder, 'console.ended.json'), JSON.stringify({ anna: START }))
  const sessions = await sessionsAt({ at: START + HOUR }, folder)
  expect(sessions.read(sessions.open('anna'))?.id).toBe('anna')
})

test('a session of a clock that ran ahead by more than a working day is none', async () => {
  const now = { at: START + 400 * 24 * HOUR }
  const sessions = await sessionsAt(now)
  const ahead = sessions.open('anna')
  expect(sessions.read(ahead)?.id).toBe('anna')
  now.at = START
  expect(sessions.read(ahead)).toBeNull()
})
