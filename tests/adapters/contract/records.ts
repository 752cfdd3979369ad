// What every adapter of interface crm reads and writes, the stand-in too: the same records for the same customers, each
// effect once.
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { CrmAdapter } from '../../../src/adapters/crm.ts'
import type { Known } from '../doubles/double.ts'
import { adapterWith, callOf, failureOf, noted } from './reach.ts'

export type Opened<K extends Known> = { readonly known: K; readonly close: () => Promise<void> }

async function idsOf(adapter: CrmAdapter, accountId: string | null): Promise<string[]> {
  const ids: string[] = []
  for (let cursor: string | null = null; ;) {
    const page = await adapter.listOpportunities({ account_id: accountId, cursor, limit: 100 }, callOf())
    expect(page.items.length).toBeLessThanOrEqual(100)
    ids.push(...page.items.map(({ opportunity_id }) => opportunity_id))
    cursor = page.next
    if (cursor === null) return ids
  }
}

const IMPOSSIBLE_IDS = ['../users', "' OR 1=1", 'nobody 001', '%00', 'x'.repeat(200)]

export function describeRecords(name: string, open: () => Promise<Opened<Known>>): void {
  describe(`${name}: records and effects`, () => {
    let opened: Opened<Known>
    let known: Known
    let adapter: CrmAdapter

    beforeAll(async () => {
      opened = await open()
      known = opened.known
      adapter = await adapterWith(known.name, known.settings)
    })
    afterAll(() => opened.close())

    test('an account and a deal are the records that a person sees there', async () => {
      const source = known.name
      const { account, opportunity } = known
      expect(await adapter.getAccount(account.id, callOf())).toEqual({ ...account.record, source })
      expect(await adapter.getOpportunity(opportunity.id, callOf())).toEqual({
        ...opportunity.record,
        source,
      })
    })

    test('what the vendor does not have is null, whatever the id', async () => {
      for (const id of [known.unknownId, ...IMPOSSIBLE_IDS]) {
        expect(await adapter.getAccount(id, callOf())).toBeNull()
        expect(await adapter.getOpportunity(id, callOf())).toBeNull()
        expect(await adapter.listOpportunities({ account_id: id }, callOf())).toEqual({
          items: [],
          next: null,
        })
      }
    })

    test('accounts are found by any text in their names, at most as many as asked for', async () => {
      const { named, many } = known
      const found = await adapter.findAccounts({ name: named.text }, callOf())
      expect(found.map((account) => account.name)).toEqual(named.found)
      const several = await adapter.findAccounts({ name: many.text, limit: many.limit }, callOf())
      expect(several).toHaveLength(many.limit)
      for (const account of several) expect(account.source).toBe(known.name)
      expect(await adapter.findAccounts({ name: 'nobody is called so' }, callOf())).toEqual([])
    })

    test('all deals come in pages, each of them once', async () => {
      const ids = await idsOf(adapter, null)
      expect(ids).toHaveLength(known.deals.all)
      expect(new Set(ids).size).toBe(known.deals.all)
      const ofOne = await idsOf(adapter, known.busyAccountId)
      expect(ofOne).toHaveLength(known.deals.ofBusy)
      expect(new Set(ofOne).size).toBe(known.deals.ofBusy)
    })

    test('an activity is written with its key, and found by it', async () => {
      const call = callOf()
      const { idempotencyKey: key } = call
      const lookup = { key, account_id: known.account.id }
      expect(await adapter.findActivityByKey({ key }, callOf())).toBeNull()
      expect(await adapter.findActivityByKey(lookup, callOf())).toBeNull()
      const about = noted(known.account.id, { opportunity_id: known.opportunity.id })
      const receipt = await adapter.logActivity(about, call)
      expect(receipt).toMatchObject({
        vendor: known.name,
        key: key.replaceAll('/', '-'),
        guarantee: known.guarantee,
        created_or_found: 'created',
      })
      expect(receipt.id).not.toBe('')
      expect(receipt.url?.startsWith('http') ?? false).toBe(known.hasPages)
      const found = { ...receipt, created_or_found: 'found' }
      expect(await adapter.logActivity(about, call)).toEqual(found)
      expect(await adapter.findActivityByKey({ key }, callOf())).toEqual(found)
      expect(await adapter.findActivityByKey(lookup, callOf())).toEqual(found)
    })

    test('a key that another one begins with is another one', async () => {
      const longer = callOf()
      const { idempotencyKey } = longer
      await adapter.logActivity(noted(known.account.id), { ...longer, idempotencyKey: `${idempotencyKey}1` })
      const lookup = { key: idempotencyKey, account_id: known.account.id }
      expect(await adapter.findActivityByKey(lookup, callOf())).toBeNull()
      const other = await adapter.logActivity(noted(known.account.id), longer)
      expect(other.created_or_found).toBe('created')
    })

    test('nothing is written for an account that is not there', async () => {
      for (const accountId of [known.unknownId, '../users']) {
        const call = callOf()
        expect(await failureOf(adapter.logActivity(noted(accountId), call))).toMatchObject({
          happened: 'no',
          mode: expect.stringMatching(/^(?:resource_not_found|user_invalid_input)$/),
        })
        expect(await adapter.findActivityByKey({ key: call.idempotencyKey }, callOf())).toBeNull()
      }
    })
  })
}
