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

/** What a vendor says of its own limits in an answer. */
export type VendorQuota = {
  /** `burst`: of some seconds; `day`: of a day. */
  readonly window: 'burst' | 'day'
  /** Calls that are left in the window. */
  readonly remaining: number
  /** Calls that the whole window has; null: not said. */
  readonly limit: number | null
  /** Milliseconds until the window begins anew; null: not said. */
  readonly resetMs: number | null
}

/** What every operation of an adapter is told of the call. A tool passes its own context on. */
export type AdapterCall = {
  /** Ends the call. */
  readonly signal: AbortSignal
  /** The same for every repetition: what an effect is known by at the vendor. */
  readonly idempotencyKey: string
  /** Milliseconds in which the vendor has to answer, its sign-in included. */
  readonly timeoutMs: number
  /** Is told, after each answer, what the vendor says of its limits there. */
  readonly onQuota?: ((quota: VendorQuota) => void) | undefined
}

/**
 * Environment variables by name, as the registry lists them below the adapter's `secrets` and `settings`; null: not
 * set.
 */
export type AdapterSettings = (name: string) => string | null

/**
 * An adapter that needs settings: its module exports this as `adapter`, and it is connected when it is switched on and
 * again with every registry. `connect` asks nobody: it checks what it is given. Errors: AppError SETTINGS_INVALID with
 * every problem.
 */
export type ConnectedAdapter = {
  readonly name: string
  readonly interface: string
  readonly connect: (settings: AdapterSettings) => Adapter
}
