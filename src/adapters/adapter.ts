// How vendors are reached: an adapter binds a vendor to one of our interfaces. Used by tools through their
// context and by the engine for routing; promises vendor-neutral records and typed failures (CallError).

export type CrmAccount = {
  readonly account_id: string
  readonly name: string | null
  readonly industry: string | null
  readonly revenue: number | null
  readonly employee_count: number | null
  readonly region: string | null
  readonly updated_at: string | null
}

export type Adapter = {
  /** As in registry.yaml. */
  readonly name: string
  readonly interface: 'crm'
  readonly getAccount: (accountId: string, signal: AbortSignal) => Promise<CrmAccount | null>
}

/** Declares an adapter; see `Adapter` for what it owes. */
export const defineAdapter = (adapter: Adapter): Adapter => adapter
