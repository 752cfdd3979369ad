// What every adapter of a vendor reads and writes: the same records for the same customers, each effect once.
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { CrmAdapter, CrmActivity } from '../../../src/adapters/crm.ts'
import { DEALS, DEALS_OF_ONE, ODD_NAME, type Double } from '../doubles/double.ts'
import { adapterWith, callOf, failureOf } from './reach.ts'

const noted = (accountId: string, given: Partial<CrmActivity> = {}): CrmActivity => ({
  account_id: accountId,
  opportunity_id: null,
  kind: 'call',
  subject: 'Talked about <the> "West" plants & more',
  body: 'Line 1\nLine 2',
  occurred_at: '2026-03-01T10:00:00+01:00',
  ...given,
})

export function describeRecords(name: string, open: () => Promise<Double>): void {
  describe(`${name}: records and effects`, () => {
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

    async function idsOf(accountId: string | null): Promise<string[]> {
      const ids: string[] = []
      for (let cursor: string | null = null; ;) {
        const query = { account_id: accountId, cursor, limit: 100 }
        const page = await adapter.listOpportunities(query, callOf())
        expect(page.items.length).toBeLessThanOrEqual(100)
        ids.push(...page.items.map(({ opportunity_id }) => opportunity_id))
        cursor = page.next
        if (cursor === null) return ids
      }
    }

    test('an account and a deal are the records that a person sees there', async () => {
      const source = double.name
      expect(await adapter.getAccount(double.account.id, callOf())).toEqual({
        ...double.account.record,
        source,
      })
      expect(await adapter.getOpportunity(double.opportunity.id, callOf())).toEqual({
        ...double.opportunity.record,
        source,
      })
    })

    test('what the vendor does not have is null, and an id that it cannot have is not asked for', async () => {
      expect(await adapter.getAccount(double.unknownId, callOf())).toBeNull()
      expect(await adapter.getOpportunity(double.unknownId, callOf())).toBeNull()
      const before = double.server.requests.length
      for (const id of ['../users', "' OR 1=1", 'acme-001', '%00', 'x'.repeat(200)]) {
        expect(await adapter.getAccount(id, callOf())).toBeNull()
        expect(await adapter.getOpportunity(id, callOf())).toBeNull()
        expect(await adapter.listOpportunities({ account_id: id }, callOf())).toEqual({
          items: [],
          next: null,
        })
      }
      expect(double.server.requests.length).toBe(before)
    })

    test('accounts are found by any text in their names, at most as many as asked for', async () => {
      const odd = await adapter.findAccounts({ name: ODD_NAME }, callOf())
      expect(odd.map((account) => account.name)).toEqual([ODD_NAME])
      const bulk = await adapter.findAccounts({ name: 'bulk', limit: 7 }, callOf())
      expect(bulk).toHaveLength(7)
      for (const account of bulk) expect(account).toMatchObject({ source: double.name, revenue: null })
      expect(await adapter.findAccounts({ name: 'nobody is called so' }, callOf())).toEqual([])
    })

    test('ten thousand deals come in pages, each of them once', async () => {
      const ids = await idsOf(null)
      expect(ids).toHaveLength(DEALS)
      expect(new Set(ids).size).toBe(DEALS)
      const ofOne = await idsOf(double.busyAccountId)
      expect(ofOne).toHaveLength(DEALS_OF_ONE)
      expect(new Set(ofOne).size).toBe(DEALS_OF_ONE)
    })

    test('an activity is written once, with its key in the record, and found by it', async () => {
      const call = callOf()
      const { idempotencyKey: key } = call
      const lookup = { key, account_id: double.account.id }
      expect(await adapter.findActivityByKey({ key }, callOf())).toBeNull()
      expect(await adapter.findActivityByKey(lookup, callOf())).toBeNull()
      const about = noted(double.account.id, { opportunity_id: double.opportunity.id })
      const receipt = await adapter.logActivity(about, call)
      expect(receipt).toEqual({
        vendor: double.name,
        id: expect.stringMatching(/./),
        url: double.hasPages ? expect.stringMatching(/^https?:\/\//) : null,
        key: key.replaceAll('/', '-'),
        guarantee: double.guarantee,
        created_or_found: 'created',
      })
      const found = { ...receipt, created_or_found: 'found' }
      expect(await adapter.logActivity(about, call)).toEqual(found)
      expect(await adapter.findActivityByKey({ key }, callOf())).toEqual(found)
      expect(await adapter.findActivityByKey(lookup, callOf())).toEqual(found)
      expect(double.written().filter((one) => one === receipt.key)).toHaveLength(1)
    })

    test('a key that another one begins with is another one', async () => {
      const call = callOf({ idempotencyKey: 'run_prefix/s1/11' })
      await adapter.logActivity(noted(double.account.id), call)
      const begun = 'run_prefix/s1/1'
      expect(
        await adapter.findActivityByKey({ key: begun, account_id: double.account.id }, callOf()),
      ).toBeNull()
      const other = await adapter.logActivity(noted(double.account.id), callOf({ idempotencyKey: begun }))
      expect(other.created_or_found).toBe('created')
    })

    test('two at the same time are one record, or the receipt says that they may be two', async () => {
      const call = callOf()
      const about = noted(double.account.id, { kind: 'note' })
      const receipts = await Promise.all([1, 2, 3].map(() => adapter.logActivity(about, call)))
      const records = double.written().filter((key) => key === receipts[0]?.key)
      const created = receipts.filter((receipt) => receipt.created_or_found === 'created')
      expect(records.length).toBe(created.length)
      expect(records.length).toBeLessThanOrEqual(double.guarantee === 'exactly_once' ? 1 : receipts.length)
      for (const receipt of receipts) expect(receipt.guarantee).toBe(double.guarantee)
    })

    test.each(['lose', 'cut'] as const)(
      'an effect whose answer is lost (%s) is unknown, found by its key, and not made again',
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
        expect(double.written().filter((key) => key === found?.key)).toHaveLength(1)
      },
    )

    test('nothing is written for an account that is not there', async () => {
      const before = double.written().length
      for (const accountId of [double.unknownId, '../users'])
        expect(await failureOf(adapter.logActivity(noted(accountId), callOf()))).toMatchObject({
          happened: 'no',
          mode: expect.stringMatching(/^(?:resource_not_found|user_invalid_input)$/),
        })
      expect(double.written().length).toBe(before)
    })
  })
}
