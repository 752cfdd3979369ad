// `cugar keys` and the server that follows its file, as their users have them.
import { appendFileSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { parseKeys, principalOf } from '../../src/http/callers/keys.ts'
import { cugar, documents, file, folder, server } from './hand.ts'

const keyIn = (out: string): string => /cugar_[\w-]{43}/.exec(out)?.[0] ?? ''

const opens = (path: string, key: string) => principalOf(parseKeys(readFileSync(path, 'utf8')), key)

describe('cugar keys', () => {
  test('makes a key, shows it once and keeps its digest, for its owner alone', async () => {
    const path = join(folder(), 'keys.yaml')
    const env = { CUGAR_KEYS_FILE: path }
    const { code, out } = await cugar(
      ['keys', 'new', '--id', 'alice', '--roles', 'viewer', '--tenants', 'acme,b-*'],
      env,
    )
    expect([code, statSync(path).mode & 0o777]).toEqual([0, 0o600])
    expect(readFileSync(path, 'utf8')).not.toContain(keyIn(out))
    const limitedTo = { tenants: ['acme', 'b-*'], profiles: null }
    expect(opens(path, keyIn(out))).toEqual({ id: 'alice', roles: ['viewer'], limitedTo })
    const listed = await cugar(['keys', 'list'], env)
    expect(listed).toEqual({ code: 0, out: 'alice\tviewer\tacme,b-*\tall\tvalid\n', err: '' })
    const again = await cugar(['keys', 'new', '--id', 'ALICE', '--roles', 'viewer'], env)
    expect(again).toMatchObject({ code: 2, err: expect.stringContaining('cugar keys rotate') })
  })

  test('rotates, lets expire and revokes, and leaves comments and others as they are', async () => {
    const first = documents(
      (await cugar(['keys', 'new', '--id', 'bob', '--roles', 'viewer', '--json'])).out,
    )[0]
    const { key, entry } = first as { key: string; entry: { sha256: string } }
    const path = file(
      'keys.yaml',
      `# who may\nkeys:\n  - id: bob # on leave\n    sha256: ${entry.sha256}\n    roles: [viewer]\n`,
    )
    const at = (...args: string[]) => cugar(['keys', ...args, '--file', path])
    // As its users do who have the text alone.
    const printed = (await cugar(['keys', 'new', '--id', 'carl', '--roles', 'approver'])).out
    appendFileSync(path, printed.slice(printed.indexOf('keys:')))
    const rotated = keyIn((await at('rotate', 'bob')).out)
    expect([opens(path, key), opens(path, rotated)?.id]).toEqual([null, 'bob'])
    expect((await at('expire', 'carl', '--at', '2026-01-01T00:00:00Z')).code).toBe(0)
    expect([opens(path, keyIn(printed)), opens(path, rotated)?.id]).toEqual([null, 'bob'])
    await at('revoke', 'bob')
    expect(opens(path, rotated)).toBeNull()
    expect((await at('list')).out).toMatch(
      /^bob\tviewer\tall\tall\trevoked .*\ncarl\tapprover\tall\tall\texpired .*\n$/,
    )
    expect(readFileSync(path, 'utf8')).toMatch(/^# who may\n[^]*# on leave/)
    expect((await at('rotate', 'bob')).code).toBe(2)
    expect((await at('revoke', 'nobody')).code).toBe(2)
  })

  test('rotates with time to change over: both keys open the same until then, and a key that has ended stays ended', async () => {
    const path = join(folder(), 'keys.yaml')
    const at = (...args: string[]) => cugar(['keys', ...args, '--file', path])
    const first = keyIn((await at('new', '--id', 'bot', '--roles', 'operator', '--tenants', 'acme')).out)
    const told = await at('rotate', 'bot', '--keep', '24h')
    const second = keyIn(told.out)
    expect(told.out).toMatch(/The key before it opens until 20\S+Z\.\n$/)
    expect(opens(path, first)).toEqual(opens(path, second))
    expect(opens(path, second)?.limitedTo).toEqual({ tenants: ['acme'], profiles: null })
    const keys = parseKeys(readFileSync(path, 'utf8'))
    expect(principalOf(keys, first, Date.now() + 25 * 3_600_000)).toBeNull()
    expect(principalOf(keys, second, Date.now() + 25 * 3_600_000)?.id).toBe('bot')
    expect((await at('list')).out).toMatch(/^bot\toperator\tacme\tall\tvalid, the one before until 20\S+Z\n$/)
    await at('expire', 'bot', '--at', '2026-01-01T00:00:00Z')
    const third = keyIn((await at('rotate', 'bot', '--keep', '24h')).out)
    expect([first, second, third].map((key) => opens(path, key)?.id)).toEqual([undefined, undefined, 'bot'])
    const fourth = keyIn((await at('rotate', 'bot', '--keep', '1h')).out)
    await at('revoke', 'bot')
    expect([third, fourth].map((key) => opens(path, key))).toEqual([null, null])
  })

  test('a key lives no longer by being replaced, and nothing revives one that was revoked', async () => {
    const path = join(folder(), 'keys.yaml')
    const at = (...args: string[]) => cugar(['keys', ...args, '--file', path])
    const late = Date.now() + 31 * 86_400_000
    expect((await at('new', '--id', 'tem', '--roles', 'viewer', '--expires', '2020-01-01')).code).toBe(2)
    await at('new', '--id', 'tem', '--roles', 'viewer', '--expires', '30d')
    const second = keyIn((await at('rotate', 'tem')).out)
    expect(opens(path, second)?.id).toBe('tem')
    expect(principalOf(parseKeys(readFileSync(path, 'utf8')), second, late)).toBeNull()
    await at('revoke', 'tem')
    const revoked = readFileSync(path, 'utf8')
    expect((await at('expire', 'tem', '--at', '90d')).code).toBe(2)
    expect((await at('revoke', 'tem')).code).toBe(0)
    expect(readFileSync(path, 'utf8')).toBe(revoked)
  })

  test('two at once lose neither key', async () => {
    const path = join(folder(), 'keys.yaml')
    const ids = ['a', 'b', 'c']
    await Promise.all(
      ids.map((id) => cugar(['keys', 'new', '--id', id, '--roles', 'viewer', '--file', path])),
    )
    expect(
      parseKeys(readFileSync(path, 'utf8'))
        .map(({ id }) => id)
        .toSorted((a, b) => (a < b ? -1 : 1)),
    ).toEqual(ids)
  })

  test('changes no file that is broken, and says what is wrong', async () => {
    const path = file('keys.yaml', 'keys: [')
    const told = await cugar(['keys', 'new', '--id', 'a', '--roles', 'viewer', '--file', path])
    expect(told).toMatchObject({ code: 2, out: '', err: expect.stringContaining('FILE_INVALID') })
    expect(readFileSync(path, 'utf8')).toBe('keys: [')
  })

  test.each([
    ['# none yet', 'must be a map with the list `keys`: `cugar keys new` makes the first one'],
    ['[]', 'must be a map with the list `keys`: `cugar keys new` makes the first one'],
    ['keys:', 'keys: must be a list of one key at least: `cugar keys new` makes one'],
    ['keys: []', 'keys: must be a list of one key at least: `cugar keys new` makes one'],
  ])('says in words what %j is not', async (text, rule) => {
    const told = await cugar(['keys', 'list', '--file', file('none.yaml', text)])
    expect(told.code).toBe(2)
    expect(told.err).toContain(`  ${rule}\n`)
  })

  test('lists nothing of an empty file, to which the first key is added', async () => {
    const path = file('empty.yaml', '')
    expect(await cugar(['keys', 'list', '--json', '--file', path])).toMatchObject({
      code: 0,
      out: '{"items":[]}\n',
    })
    expect(await cugar(['keys', 'new', '--id', 'a', '--roles', 'viewer', '--file', path])).toMatchObject({
      code: 0,
    })
  })
})

test('a running server takes a new key, refuses a revoked one, and keeps its keys when the file breaks', async () => {
  const path = join(folder(), 'keys.yaml')
  const env = { CUGAR_KEYS_FILE: path, LOG_LEVEL: 'info' }
  const alice = keyIn((await cugar(['keys', 'new', '--id', 'alice', '--roles', 'viewer'], env)).out)
  const live = await server(env)
  const status = async (key: string): Promise<number> =>
    (await fetch(`${live.url}/v1/runs`, { headers: { authorization: `Bearer ${key}` } })).status
  expect(await status(alice)).toBe(200)
  const bob = keyIn((await cugar(['keys', 'new', '--id', 'bob', '--roles', 'viewer'], env)).out)
  await cugar(['keys', 'revoke', 'alice'], env)
  await expect.poll(() => Promise.all([status(alice), status(bob)])).toEqual([401, 200])
  appendFileSync(path, 'broken: [')
  const said = await live.said('keys file refused')
  expect(JSON.parse(said)).toMatchObject({ level: 50, file: path })
  expect([await status(alice), await status(bob)]).toEqual([401, 200])
})
