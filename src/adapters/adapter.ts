// How vendors are reached: an adapter binds a vendor to one of our interfaces. Used by tools through their
// context and by the engine for routing; promises vendor-neutral records and typed failures (CallError).

/**
 * `Operations`: what the interface offers, one function an operation. Interfaces are open: a registry may name any,
 * and a tool narrows the adapter it is given to the interface it knows (`isCrm`).
 */
export type Adapter<Operations extends object = object> = Operations & {
  /** As in registry.yaml. */
  readonly name: string
  /** As in registry.yaml. */
  readonly interface: string
}

/** An account of any CRM; what the vendor does not say is null. */
export type CrmAccount = {
  readonly account_id: string
  readonly name: string | null
  readonly industry: string | null
  readonly revenue: number | null
  readonly employee_count: number | null
  readonly region: string | null
  readonly updated_at: string | null
}

export type CrmAdapter = Adapter<{
  readonly interface: 'crm'
  /** null: the vendor has no such account. Errors: CallError. */
  readonly getAccount: (accountId: string, signal: AbortSignal) => Promise<CrmAccount | null>
}>

/**
 * Declares an adapter, of our interface `crm` or of one of your own. It answers in vendor-neutral records and throws a
 * `CallError` with its mode when the vendor fails; its entry in registry.yaml says whether it is enabled and which
 * secrets it needs.
 *
 * @example
 * ```ts
 * import { CallError, defineAdapter } from 'cugar-sales'
 *
 * const spreadsheet = defineAdapter({
 *   name: 'spreadsheet',
 *   interface: 'crm',
 *   getAccount: async (accountId, signal) => {
 *     if (signal.aborted) throw new CallError('system_timeout', 'The spreadsheet did not answer in time.')
 *     if (accountId !== 'a-1') return null
 *     const unknown = { industry: null, revenue: null, employee_count: null, region: null, updated_at: null }
 *     return { account_id: accountId, name: 'Acme', ...unknown }
 *   },
 * })
 * const account = await spreadsheet.getAccount('a-1', AbortSignal.timeout(1000))
 * console.log(account?.name) // Acme
 * ```
 */
export function defineAdapter(adapter: CrmAdapter): CrmAdapter
export function defineAdapter<const A extends Adapter>(
  adapter: A & (A['interface'] extends 'crm' ? CrmAdapter : unknown),
): A
export function defineAdapter(adapter: Adapter): Adapter {
  return adapter
}
