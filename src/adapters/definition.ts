// How an adapter is declared, ours and those of other programs.
import type { Adapter } from './adapter.ts'
import { checkedCrm } from './checked-crm.ts'
import type { CrmAdapter, CrmDefinition } from './crm.ts'

const isCrmDefinition = (adapter: Adapter | CrmDefinition): adapter is CrmDefinition =>
  adapter.interface === 'crm'

/**
 * Declares an adapter, of our interface `crm` or of one of your own. It answers in vendor-neutral records and throws a
 * `CallError` with its mode when the vendor fails; its entry in registry.yaml says whether it is enabled and which
 * secrets it needs. Of `crm` only `getAccount` must be there. What its callers get is checked: arguments before,
 * records after, and no call takes longer than its `timeoutMs`.
 *
 * @example
 * ```ts
 * import { CallError, defineAdapter } from 'cugar-sales'
 *
 * const spreadsheet = defineAdapter({
 *   name: 'spreadsheet',
 *   interface: 'crm',
 *   getAccount: async (accountId) => {
 *     if (accountId === '') throw new CallError('resource_not_found', 'The spreadsheet has no such row.')
 *     if (accountId !== 'a-1') return null
 *     const unknown = { industry: null, revenue: null, employee_count: null, region: null, updated_at: null }
 *     return { account_id: accountId, name: 'Acme', ...unknown }
 *   },
 * })
 * const call = { signal: new AbortController().signal, idempotencyKey: 'k-1', timeoutMs: 1000 }
 * const account = await spreadsheet.getAccount('a-1', call)
 * console.log(account?.name, account?.source) // Acme spreadsheet
 * ```
 */
export function defineAdapter(adapter: CrmDefinition): CrmAdapter
export function defineAdapter<const A extends Adapter>(
  adapter: A & (A['interface'] extends 'crm' ? CrmDefinition : unknown),
): A
export function defineAdapter(adapter: Adapter | CrmDefinition): Adapter {
  return isCrmDefinition(adapter) ? checkedCrm(adapter) : adapter
}
