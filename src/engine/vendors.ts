// What people can do with the vendors while everything runs, and what they are shown of them. Used by http and cli
// through the engine.
import type { FailureMode } from '../events/taxonomy.ts'
import type { AdapterSpec } from '../registry/registry.ts'
import type { AdapterState } from '../run/calls/slot.ts'
import type { AdapterStanding } from '../run/calls/standing.ts'
import type { CallStatus, SlotFigures } from './slots/figures.ts'

/** One operation of an adapter ended. */
export type AdapterSample = {
  readonly adapter: string
  readonly status: CallStatus
  readonly seconds: number
}

export type CheckOutcome = {
  /** null: the adapter has nothing that can be asked without a run. */
  readonly operation: string | null
  readonly isFine: boolean | null
  readonly durationMs: number
  /** In our words; null: it is fine, or nobody was asked. */
  readonly problem: string | null
}

/** By interface, what only reads. */
export const READINGS = {
  crm: ['getAccount', 'findAccounts', 'getOpportunity', 'listOpportunities'],
} as const
export type ComparedInterface = keyof typeof READINGS
export type Reading = (typeof READINGS)[ComparedInterface][number]

export type ComparisonRequest = {
  readonly interface: ComparedInterface
  readonly operation: Reading
  readonly input: unknown
  /** By adapter, where its ids are others. */
  readonly inputs: Readonly<Record<string, unknown>>
  /** undefined: every one of the interface that is switched on. */
  readonly adapters: readonly string[] | undefined
  readonly timeoutMs: number
}

export type ComparedAnswer = {
  readonly adapter: string
  readonly durationMs: number
  /** As it answered; null: it knows no such record, or failed. */
  readonly record: unknown
  /** The newest change of what it answered, RFC 3339; null: it does not say. */
  readonly updatedAt: string | null
  /** null: it answered. */
  readonly error: { readonly mode: FailureMode; readonly message: string } | null
}

export type ComparedField = {
  readonly field: string
  readonly isSame: boolean
  /** By adapter, of those that have a record. */
  readonly values: Readonly<Record<string, unknown>>
}

export type AdapterComparison = {
  readonly answers: readonly ComparedAnswer[]
  readonly fields: readonly ComparedField[]
}

/** What is left out stays; null goes back to what the registry says. */
export type AdapterChange = {
  readonly enabled?: boolean | undefined
  readonly module?: string | null | undefined
  /** From 1. */
  readonly order?: number | null | undefined
  /** A person's own words. */
  readonly reason: string
}

/** An adapter as it stands now. */
export type AdapterNow = {
  readonly spec: AdapterSpec
  readonly state: AdapterState
  /** The one that serves. */
  readonly module: string
  readonly order: number | null
  /** null: nothing of it was ever changed. */
  readonly last: AdapterStanding['last'] | null
  /** Why it cannot be opened although a person switched it on. */
  readonly problems: readonly string[]
  /** Of this process; null: it was not called yet. */
  readonly figures: SlotFigures | null
}

export type Adapters = {
  readonly list: () => readonly AdapterNow[]
  /** Whether it can be called, by the registry and its flag, or by a person's word. */
  readonly isOn: (adapter: AdapterSpec) => boolean
  /** Errors: ADAPTER_NOT_FOUND, ADAPTER_UNUSABLE. */
  readonly change: (
    adapter: string,
    change: AdapterChange,
    by: { readonly id: string },
  ) => Promise<AdapterNow>
  /** Asks the vendor now; what it finds changes the adapter's state. Errors: ADAPTER_NOT_FOUND. */
  readonly check: (adapter: string) => Promise<CheckOutcome & { readonly now: AdapterNow }>
  /** The same reading through several adapters, side by side. Errors: ADAPTER_NOT_FOUND, ADAPTER_UNUSABLE. */
  readonly compare: (request: ComparisonRequest, signal: AbortSignal) => Promise<AdapterComparison>
  /** Is told of every operation of every adapter that ended. */
  readonly observe: (listener: (sample: AdapterSample) => void) => void
}
