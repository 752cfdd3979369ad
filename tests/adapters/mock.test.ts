import { expect, test } from 'vitest'
import { adapter } from '../../src/adapters/mock/adapter.ts'

const call = (idempotencyKey: string) => ({
  signal: new AbortController().signal,
  idempotencyKey,
  timeoutMs: 60_000,
})
const activity = {
  account_id: 'acme-001',
  kind: 'call',
  subject: 'Talked about the West plants',
  occurred_at: '2026-03-01T10:00:00Z',
} as const

test('the stand-in says in every record that it is one', async () => {
  const account = await adapter.getAccount('acme-001', call('k1'))
  const { items } = await adapter.listOpportunities({}, call('k1'))
  const found = await adapter.findAccounts({ name: 'ROBOTICS' }, call('k1'))
  const deal = await adapter.getOpportunity('deal-101', call('k1'))
  expect(items.length).toBeGreaterThan(2)
  for (const record of [account, deal, ...items, ...found]) expect(record?.source).toBe('mock')
  expect(found.map(({ account_id }) => account_id)).toEqual(['acme-001'])
})

test('the stand-in knows its own accounts alone', async () => {
  expect(await adapter.getAccount('0015g00000XyZ', call('k2'))).toBeNull()
  expect(await adapter.listOpportunities({ account_id: '0015g00000XyZ' }, call('k2'))).toEqual({
    items: [],
    next: null,
  })
  const elsewhere = { ...activity, account_id: '0015g00000XyZ' }
  await expect(adapter.logActivity(elsewhere, call('k2'))).rejects.toMatchObject({
    mode: 'resource_not_found',
    happened: 'no',
  })
})

test('the stand-in gives its deals in pages', async () => {
  const seen: string[] = []
  for (let cursor: string | null = null; ;) {
    const page = await adapter.listOpportunities({ cursor, limit: 1 }, call('k3'))
    seen.push(...page.items.map(({ opportunity_id }) => opportunity_id))
    cursor = page.next
    if (cursor === null) break
  }
  const whole = await adapter.listOpportunities({}, call('k3'))
  expect(seen).toEqual(whole.items.map(({ opportunity_id }) => opportunity_id))
})

test('the stand-in logs an activity once, and finds it by its key', async () => {
  const key = 'run_mock/s1/1'
  expect(await adapter.findActivityByKey({ key }, call(key))).toBeNull()
  const receipt = await adapter.logActivity(activity, call(key))
  expect(receipt).toEqual({
    vendor: 'mock',
    id: 'activity-run_mock-s1-1',
    url: null,
    key: 'run_mock-s1-1',
    guarantee: 'exactly_once',
    created_or_found: 'created',
  })
  const found = { ...receipt, created_or_found: 'found' }
  expect(await adapter.logActivity(activity, call(key))).toEqual(found)
  expect(await adapter.findActivityByKey({ key }, call(key))).toEqual(found)
})
