// How every adapter of a vendor fails: at once, as one kind of failure, without trying again, and without a secret.
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import type { CrmAdapter } from '../../../src/adapters/crm.ts'
import type { Double } from '../doubles/double.ts'
import { openServer, type Fault } from '../doubles/server.ts'
import { adapterWith, callOf, failureOf, toldBy } from './reach.ts'

const STATUSES = [
  [400, 'user_invalid_input', 'no'],
  [401, 'policy_security', 'no'],
  [403, 'policy_security', 'no'],
  [404, 'resource_not_found', 'no'],
  [409, 'user_conflict', 'no'],
  [422, 'user_invalid_input', 'no'],
  [423, 'user_conflict', 'no'],
  [429, 'resource_rate_limited', 'no'],
  [500, 'system_unavailable', 'unknown'],
  [502, 'system_unavailable', 'unknown'],
  [503, 'system_unavailable', 'unknown'],
  [504, 'system_timeout', 'unknown'],
] as const

export function describeFailures(name: string, open: () => Promise<Double>): void {
  describe(`${name}: failures`, () => {
    let double: Double
    let adapter: CrmAdapter
    let before = 0

    beforeAll(async () => {
      double = await open()
      adapter = await adapterWith(double.name, double.settings)
    })
    beforeEach(async () => {
      // Signed in: from here on a request is one of the interface itself.
      await adapter.getAccount(double.unknownId, callOf())
      before = double.server.requests.length
    })
    afterAll(async () => {
      await double.server.close()
      expect(double.violations()).toEqual([])
    })

    const since = (): number => double.server.requests.length - before
    const list = (given = {}) => adapter.listOpportunities({ limit: 1 }, callOf(given))
    const get = (given = {}) => adapter.getAccount(double.account.id, callOf(given))
    const answering = (status: number, given: Partial<Extract<Fault, { kind: 'answer' }>> = {}): void =>
      double.server.fail({ kind: 'answer', status, text: '{}', ...given })

    test.each(STATUSES)('status %i is %s, and what is known of the effect: %s', async (...row) => {
      const [status, mode, happened] = row
      // A session that ends is signed in anew by the next call; a fresh one that is refused has the wrong key.
      answering(status, { headers: status >= 500 ? {} : { 'retry-after': '3' } })
      const error = await failureOf(list())
      const isEnded = status === 401 && double.signsIn
      expect(error).toMatchObject({ happened, mode: isEnded ? 'system_unavailable' : mode })
      expect(error.retryAfterMs).toBe(status >= 500 || isEnded ? null : 3000)
      expect(since()).toBe(1)
    })

    test('a date in Retry-After is a time from now, and a wrong one is none', async () => {
      answering(503, { headers: { 'retry-after': new Date(Date.now() + 3_600_000).toUTCString() } })
      const { retryAfterMs } = await failureOf(list())
      expect(retryAfterMs).toBeGreaterThan(3_000_000)
      expect(retryAfterMs).toBeLessThanOrEqual(3_600_000)
      answering(503, { headers: { 'retry-after': 'soon' } })
      expect((await failureOf(list())).retryAfterMs).toBeNull()
    })

    test('every way in which the vendor says that it takes no more is told with the time to wait', async () => {
      expect(double.limited.length).toBeGreaterThan(0)
      for (const { status, headers, body, mode, retryAfterMs } of double.limited) {
        answering(status, { headers, text: JSON.stringify(body) })
        expect(await failureOf(list())).toMatchObject({ mode, retryAfterMs })
      }
      expect(since()).toBe(double.limited.length)
    })

    test('what the vendor says of its limits in an answer is passed on', async () => {
      const told: unknown[] = []
      await get({ onQuota: (quota: unknown) => told.push(quota) })
      expect(told).toEqual(double.quota.told)
    })

    test.each(['getAccount', 'logActivity'] as const)(
      '%s ends at its time limit, and the vendor is left alone',
      async (operation) => {
        const isRead = operation === 'getAccount'
        double.server.fail({ kind: 'hold' }, isRead ? 'GET' : double.writes)
        const held = double.server.held()
        const controller = new AbortController()
        const call = callOf({ signal: controller.signal })
        const about = {
          account_id: double.account.id,
          kind: 'note',
          subject: 'Late',
          occurred_at: '2026-03-01T10:00:00Z',
        } as const
        const asked = isRead ? adapter.getAccount(double.account.id, call) : adapter.logActivity(about, call)
        const failing = failureOf(asked)
        const { left } = await held
        controller.abort()
        expect(await failing).toMatchObject({ mode: 'user_cancelled', happened: 'unknown' })
        await left
      },
    )

    test('a vendor that does not answer in time is a time-out, and nothing is asked again', async () => {
      double.server.fail({ kind: 'hold' })
      expect(await failureOf(list({ timeoutMs: 200 }))).toMatchObject({
        mode: 'system_timeout',
        happened: 'unknown',
      })
      expect(since()).toBeLessThanOrEqual(1)
    })

    test.each([{ kind: 'lose' }, { kind: 'cut' }] as const)(
      'a connection that breaks off ($kind) is the network, and nothing is asked again',
      async (fault) => {
        double.server.fail(fault)
        expect(await failureOf(list())).toMatchObject({ mode: 'system_network', happened: 'unknown' })
        expect(since()).toBe(1)
      },
    )

    test('an answer with another type, another name or no JSON at all is no record', async () => {
      const html = () => '<!doctype html><title>48 million</title>'
      for (const words of [double.mistyped, double.renamed, html, () => '', () => '[]', () => 'null']) {
        double.server.fail({ kind: 'reword', words })
        const error = await failureOf(get())
        expect(error).toMatchObject({ mode: 'agent_invalid_output', happened: 'unknown' })
        expect(toldBy(error)).not.toMatch(/48|million|Northwind/)
      }
    })

    test('a record that was deleted there is none here', async () => {
      const { deleted: words } = double
      if (words === null) return
      const gone = (): void => double.server.fail({ kind: 'reword', words })
      gone()
      expect(await get()).toBeNull()
      gone()
      expect(await adapter.getOpportunity(double.opportunity.id, callOf())).toBeNull()
      gone()
      expect((await list()).items).toEqual([])
      expect(await get()).not.toBeNull()
    })

    test('an answer without end is cut off', async () => {
      double.server.fail({ kind: 'reword', words: () => `"${'x'.repeat(9_000_000)}"` })
      expect(await failureOf(get())).toMatchObject({ mode: 'system_network' })
    })

    test('a redirect is not followed, with the key least of all', async () => {
      const elsewhere = await openServer(() => ({ status: 200, body: {} }))
      answering(302, { headers: { location: `${elsewhere.url}/steal` } })
      expect(await failureOf(list())).toMatchObject({ mode: 'system_network' })
      expect(elsewhere.requests).toEqual([])
      await elsewhere.close()
    })

    test('no error says a secret, an address or a sentence of the vendor', async () => {
      const text = JSON.stringify({ message: `about ${double.secrets.join()} at ${double.server.url}` })
      for (const [status] of STATUSES) {
        answering(status, { text })
        const told = toldBy(await failureOf(list()))
        for (const secret of [...double.secrets, double.server.url, 'about'])
          expect(told).not.toContain(secret)
      }
    })

    test('a vendor that is not there is told as one that nothing was sent to', async () => {
      const gone = await open()
      await gone.server.close()
      const lonely = await adapterWith(gone.name, gone.settings)
      expect(await failureOf(lonely.listOpportunities({}, callOf()))).toMatchObject({
        mode: 'system_network',
        happened: 'no',
      })
    })
  })
}
