import { describe, expect, test } from 'vitest'
import type { AdapterCall } from '../../src/adapters/adapter.ts'
import type { CrmDefinition } from '../../src/adapters/crm.ts'
import { defineAdapter } from '../../src/adapters/definition.ts'
import { recordKey } from '../../src/adapters/key.ts'

const call = (given: Partial<AdapterCall> = {}): AdapterCall => ({
  signal: new AbortController().signal,
  idempotencyKey: 'run_5f/s1/1',
  timeoutMs: 60_000,
  ...given,
})

const account = {
  account_id: 'a-1',
  name: 'Acme',
  industry: null,
  revenue: 5_000_000,
  employee_count: 12,
  region: null,
  updated_at: '2026-01-02T03:04:05Z',
}

const crm = (given: Partial<CrmDefinition>) =>
  defineAdapter({ name: 'ledger', interface: 'crm', getAccount: async () => null, ...given })

/** What an adapter written without types may answer. */
const untyped = (answer: unknown): CrmDefinition['getAccount'] =>
  JSON.parse(JSON.stringify({ answer }), (key, value: unknown) =>
    key === '' ? async () => (value as { answer: never }).answer : value,
  ) as CrmDefinition['getAccount']

describe('an adapter of interface crm', () => {
  test('names itself as the source of each record, and nobody else', async () => {
    const adapter = crm({ getAccount: async () => account })
    expect(await adapter.getAccount('a-1', call())).toEqual({
      ...account,
      domain: null,
      url: null,
      source: 'ledger',
    })
  })

  test.each([
    ['a text for an amount', { ...account, revenue: '5 Mio' }, 'revenue'],
    ['a field under another name', { ...account, employees: 12 }, ''],
    ['a field that is not there', { account_id: 'a-1' }, 'name'],
    ['half a person', { ...account, employee_count: 1.5 }, 'employee_count'],
    ['a day that is none', { ...account, updated_at: '2026-02-30T00:00:00Z' }, 'updated_at'],
    ['a list', [account], ''],
    ['a word', 'a-1', ''],
  ])('does not answer with %s, and tells where without the value', async (_name, answer, path) => {
    const asked = crm({ getAccount: untyped(answer) }).getAccount('a-1', call())
    const error = (await asked.catch((thrown: unknown) => thrown)) as Error & { problems: { path: string }[] }
    expect(error).toMatchObject({
      mode: 'agent_invalid_output',
      message: 'ledger.getAccount answered with a record of another shape.',
    })
    expect(error.problems.map((problem) => problem.path)).toContain(path)
    expect(JSON.stringify(error.problems)).not.toMatch(/5 Mio|a-1|2026/)
  })

  test('is not asked with arguments that no CRM takes', async () => {
    let asked = 0
    const adapter = crm({
      listOpportunities: async () => {
        asked += 1
        return { items: [], next: null }
      },
    })
    await expect(adapter.listOpportunities({ limit: 0 }, call())).rejects.toMatchObject({
      mode: 'user_invalid_input',
      happened: 'no',
      problems: [{ path: 'limit' }],
    })
    await expect(adapter.getAccount('', call())).rejects.toMatchObject({ mode: 'user_invalid_input' })
    expect(asked).toBe(0)
  })

  test('says what it does not offer', async () => {
    await expect(crm({}).findAccounts({ name: 'Acme' }, call())).rejects.toMatchObject({
      mode: 'resource_not_found',
      message: 'ledger.findAccounts is not offered.',
      happened: 'no',
    })
  })

  test('that looks at no signal is given up when its time is over, and told so', async () => {
    const told = Promise.withResolvers<AbortSignal>()
    const adapter = crm({
      getAccount: (_id, { signal }) => {
        told.resolve(signal)
        return new Promise(() => {})
      },
    })
    await expect(adapter.getAccount('a-1', call({ timeoutMs: 5 }))).rejects.toMatchObject({
      mode: 'system_timeout',
      happened: 'unknown',
    })
    expect((await told.promise).aborted).toBe(true)
  })

  test('that looks at no signal is given up when whoever asked gives up', async () => {
    const controller = new AbortController()
    const adapter = crm({
      getAccount: () => {
        controller.abort()
        return new Promise(() => {})
      },
    })
    const asked = call({ signal: controller.signal })
    await expect(adapter.getAccount('a-1', asked)).rejects.toMatchObject({ mode: 'user_cancelled' })
    await expect(adapter.getAccount('a-1', asked)).rejects.toMatchObject({
      mode: 'user_cancelled',
      happened: 'no',
    })
  })

  test('keeps what it throws itself', async () => {
    const thrown = new Error('mine')
    await expect(
      crm({ getAccount: async () => Promise.reject(thrown) }).getAccount('a', call()),
    ).rejects.toBe(thrown)
  })
})

test('the key of a run is readable in the record of a vendor, and any other one is not to be confused with it', () => {
  expect(recordKey('run_5f/s1/1')).toBe('run_5f-s1-1')
  const odd = ['run_5f-s1-1', 'a b', 'ä', "x' OR 1", '', 'k'.repeat(101)]
  const keys = odd.map(recordKey)
  expect(new Set(keys).size).toBe(odd.length)
  for (const key of keys) expect(key).toMatch(/^key-[0-9a-f]{48}$/)
})
