// The keys of a process follow their file: what is right is taken over, what is broken changes nothing and is said.
import { chmodSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Writable } from 'node:stream'
import { pino } from 'pino'
import { expect, onTestFinished, test } from 'vitest'
import { watchKeys } from '../../src/http/callers/keys-file.ts'
import { newKey, parseKeys, principalOf } from '../../src/http/callers/keys.ts'

const alice = newKey()
const bob = newKey()
const textOf = (...people: readonly (readonly [string, string])[]): string =>
  JSON.stringify({ keys: people.map(([id, sha256]) => ({ id, sha256, roles: ['viewer'] })) })
const FIRST = textOf(['alice', alice.sha256])
const NEXT = textOf(['bob', bob.sha256])

function watched() {
  const dir = mkdtempSync(join(tmpdir(), 'cugar-keys-'))
  const file = join(dir, 'keys.yaml')
  writeFileSync(file, FIRST)
  const lines: string[] = []
  const log = new Writable({ write: (chunk, _encoding, done) => done(void lines.push(String(chunk))) })
  const keysFile = watchKeys(file, parseKeys(FIRST), pino({}, log))
  onTestFinished(() => {
    keysFile.stop()
    rmSync(dir, { recursive: true })
  })
  const opens = (key: string): string | null => principalOf(keysFile.keys(), key)?.id ?? null
  return { file, lines, keysFile, opens }
}

test('a file that is put in its place is in force, and the key that it no longer has opens nothing', async () => {
  const { file, lines, keysFile, opens } = watched()
  await keysFile.look()
  expect([opens(alice.key), opens(bob.key), lines]).toEqual(['alice', null, []])
  writeFileSync(`${file}.new`, NEXT)
  renameSync(`${file}.new`, file)
  await keysFile.look()
  expect([opens(alice.key), opens(bob.key)]).toEqual([null, 'bob'])
  expect(lines.join()).toContain('keys file read again')
})

test.each([
  ['broken', 'keys: ['],
  ['empty', ''],
  ['written by halves', FIRST.slice(0, 40)],
])(
  'a file that is %s changes nothing, is reported once, and is taken when it is right again',
  async (_how, text) => {
    const { file, lines, keysFile, opens } = watched()
    await keysFile.look()
    writeFileSync(file, text)
    await keysFile.look()
    await keysFile.look()
    expect(opens(alice.key)).toBe('alice')
    expect(lines).toHaveLength(1)
    expect(JSON.parse(lines[0] ?? '')).toMatchObject({ level: 50, file, problems: expect.any(Array) })
    writeFileSync(file, NEXT)
    await keysFile.look()
    expect([opens(alice.key), opens(bob.key)]).toEqual([null, 'bob'])
  },
)

test('a file that is gone, or may not be read, changes nothing and is reported', async () => {
  const { file, lines, keysFile, opens } = watched()
  await keysFile.look()
  rmSync(file)
  await keysFile.look()
  expect([opens(alice.key), lines.join()]).toEqual(['alice', expect.stringContaining('ENOENT')])
  writeFileSync(file, NEXT)
  chmodSync(file, 0o600)
  await keysFile.look()
  expect(opens(bob.key)).toBe('bob')
})
