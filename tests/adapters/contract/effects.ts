// Effects at a vendor that can lose its answer, and that several ask at the same time: each of them once.
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { CrmAdapter } from '../../../src/adapters/crm.ts'
import type { Double } from '../doubles/double.ts'
import { adapterWith, callOf, failureOf, noted } from './reach.ts'

export function describeEffects(name: string, open: () => Promise<Double>): void {
  describe(`${name}: each effect once`, () => {
    let double: Double
    let adapter: CrmAdapter

    beforeAll(async () => {
      double = await open()
      adapter = await adapterWith(double.name, double.settings)
    })
    afterAll(async () => {
      await double.server.close()
      expect(double.violations()).toEqual([])
    })

    const records = (key: string): number => double.written().filter((one) => one === key).length

    test('asked for three times it is one record', async () => {
      const call = callOf()
      for (const expected of ['created', 'found', 'found']) {
        const receipt = await adapter.logActivity(noted(double.account.id), call)
        expect(receipt.created_or_found).toBe(expected)
        expect(records(receipt.key)).toBe(1)
      }
    })

    test('three at the same time are one record, or the receipt says that they may be more', async () => {
      const call = callOf()
      const about = noted(double.account.id, { kind: 'note' })
      const receipts = await Promise.all([1, 2, 3].map(() => adapter.logActivity(about, call)))
      const created = receipts.filter((receipt) => receipt.created_or_found === 'created')
      const most = double.guarantee === 'exactly_once' ? 1 : receipts.length
      expect(created.length).toBeLessThanOrEqual(most)
      expect(records(receipts[0]?.key ?? '')).toBe(created.length)
      for (const receipt of receipts) expect(receipt.guarantee).toBe(double.guarantee)
    })

    test.each(['lose', 'cut'] as const)(
      'whose answer is lost (%s) it is unknown, found by its key, and not made again',
      async (kind) => {
        const call = callOf()
        const about = noted(double.account.id)
        double.server.fail({ kind }, double.writes)
        expect(await failureOf(adapter.logActivity(about, call))).toMatchObject({
          mode: 'system_network',
          happened: 'unknown',
        })
        const lookup = { key: call.idempotencyKey, account_id: double.account.id }
        const found = await adapter.findActivityByKey(lookup, callOf())
        expect(found).toMatchObject({ created_or_found: 'found' })
        expect(await adapter.logActivity(about, call)).toEqual(found)
        expect(records(found?.key ?? '')).toBe(1)
      },
    )

    test('refused for a reason that passes, it is made by the next attempt', async () => {
      const call = callOf()
      double.server.fail({ kind: 'answer', status: 429, text: '{}' }, double.writes)
      const about = noted(double.account.id)
      expect(await failureOf(adapter.logActivity(about, call))).toMatchObject({
        mode: 'resource_rate_limited',
        happened: 'no',
      })
      const receipt = await adapter.logActivity(about, call)
      expect(receipt.created_or_found).toBe('created')
      expect(records(receipt.key)).toBe(1)
    })

    test('an id that no record can have is not asked for', async () => {
      const before = double.server.requests.length
      await adapter.getAccount('../users', callOf())
      await adapter.getOpportunity("' OR 1=1", callOf())
      await failureOf(adapter.logActivity(noted('../users'), callOf()))
      expect(double.server.requests.length).toBe(before)
    })
  })
}
