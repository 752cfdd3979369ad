import { describe, expect, it } from 'vitest'
import { AppError } from '../../src/errors.ts'
import { newKey, parseKeys, principalOf } from '../../src/http/callers/keys.ts'

const problemsOf = (text: string): readonly string[] => {
  try {
    parseKeys(text)
  } catch (error) {
    if (error instanceof AppError) return error.problems.map((problem) => problem.path)
  }
  return []
}

describe('a keys file', () => {
  it('gives each key its id and roles', () => {
    const made = newKey()
    const keys = parseKeys(`keys:\n  - { id: alice, sha256: ${made.sha256}, roles: [viewer, sales_lead] }\n`)
    expect(principalOf(keys, made.key)).toEqual({ id: 'alice', roles: ['viewer', 'sales_lead'] })
    expect(principalOf(keys, `${made.key}x`)).toBeNull()
    expect(principalOf(keys, made.sha256)).toBeNull()
    expect(principalOf(keys, '')).toBeNull()
  })

  it('that is not right is refused with every problem', () => {
    const text =
      'keys:\n  - { id: "a b", sha256: short, roles: [] }\n  - { id: c, roles: [viewer], key: plain }\n'
    expect(problemsOf(text)).toEqual([
      'keys.0.id',
      'keys.0.sha256',
      'keys.0.roles',
      'keys.1.sha256',
      'keys.1',
    ])
  })

  it('uses no id and no key twice', () => {
    const row = `{ id: a, sha256: ${'0'.repeat(64)}, roles: [viewer] }`
    expect(problemsOf(`keys: [${row}, ${row}]`)).toEqual(['keys.1.id', 'keys.1.sha256'])
  })

  it('is refused with every problem of every entry, a repeated one beside a wrong one', () => {
    const digest = '0'.repeat(64)
    const rows = [
      `{ id: a, sha256: ${digest}, roles: [viewer] }`,
      `{ id: a, sha256: ${digest}, roles: [] }`,
      '{ id: b, sha256: x, roles: [viewer] }',
    ]
    expect(problemsOf(`keys: [${rows.join(', ')}]`)).toEqual([
      'keys.1.roles',
      'keys.2.sha256',
      'keys.1.id',
      'keys.1.sha256',
    ])
  })

  it('with YAML aliases is refused with the line of each', () => {
    const text = `keys:\n  - &one { id: a, sha256: ${'0'.repeat(64)}, roles: &r [viewer] }\n  - *one\n  - { id: b, roles: *r }\n`
    expect(problemsOf(text)).toEqual(['line 3', 'line 4'])
  })

  it('that is no YAML is refused with the line', () => {
    expect(problemsOf('keys:\n  - { id: a\n')).toContain('line 3')
  })

  it('with one person under two spellings, or a name of the program itself, is refused', () => {
    const rows = ['alice', 'Alice', 'start'].map(
      (id, index) => `{ id: ${id}, sha256: ${String(index).repeat(64)}, roles: [viewer] }`,
    )
    expect(problemsOf(`keys: [${rows.join(', ')}]`)).toEqual(['keys.2.id', 'keys.1.id'])
  })

  it('may be for some tenants and profiles, until a time, and be revoked', () => {
    const made = newKey()
    const entry = (more: string): string =>
      `keys: [{ id: a, sha256: ${made.sha256}, roles: [viewer], ${more} }]`
    const at = (time: string): number => Date.parse(time)
    const limited = parseKeys(
      entry('tenants: [acme, "b-*"], profiles: [demo], expires: 2027-01-01T00:00:00Z'),
    )
    const limitedTo = { tenants: ['acme', 'b-*'], profiles: ['demo'] }
    const person = { id: 'a', roles: ['viewer'], limitedTo }
    expect(principalOf(limited, made.key, at('2026-12-31T23:59:59Z'))).toEqual(person)
    expect(principalOf(limited, made.key, at('2027-01-01T00:00:00Z'))).toBeNull()
    const revoked = parseKeys(entry('revoked: 2026-01-01T00:00:00Z'))
    expect(principalOf(revoked, made.key, at('2026-06-01T00:00:00Z'))).toBeNull()
    expect(problemsOf(entry('tenants: [], profiles: ["A b"], expires: soon'))).toEqual([
      'keys.0.tenants',
      'keys.0.profiles.0',
      'keys.0.expires',
    ])
  })

  it('goes on with what was put at its end, and is no better for it', () => {
    const row = (id: string, digit: string): string =>
      `keys:\n  - { id: ${id}, sha256: ${digit.repeat(64)}, roles: [viewer] }\n`
    expect(parseKeys(row('a', '0') + row('b', '1')).map(({ id }) => id)).toEqual(['a', 'b'])
    expect(problemsOf(row('a', '0') + row('a', '1'))).toEqual(['keys.1.id'])
    expect(problemsOf(`${row('a', '0')}other: 1\nother: 2\n`)).not.toEqual([])
    expect(problemsOf(`keys: [{ id: a, id: b, sha256: ${'0'.repeat(64)}, roles: [viewer] }]`)).not.toEqual([])
  })

  it.each(['', 'keys: []', '[]', 'keys: {}'])('with no key in it is refused: %j', (text) => {
    expect(problemsOf(text)).not.toEqual([])
  })
})

it('a new key has a prefix that scanners know and 256 random bits', () => {
  const { key } = newKey()
  expect(key).toMatch(/^cugar_[A-Za-z0-9_-]{43}$/)
  expect(newKey().key).not.toBe(key)
})
