// What every vendor's double gives to the suite that all adapters pass.
import type { FailureMode } from '../../../src/events/taxonomy.ts'
import type { CrmAccount, CrmOpportunity } from '../../../src/adapters/crm.ts'
import type { DoubleServer } from './server.ts'

/** How many deals each double has in all, and how many of them the account has that is asked about. */
export const DEALS = 10_000
export const DEALS_OF_ONE = 250

/** The name of an account that is looked for. */
export const ODD_NAME = String.raw`O'Brien & Söhne 100%_"\ AG`

export type Limited = {
  readonly status: number
  readonly headers: Record<string, string>
  readonly body: unknown
  readonly mode: FailureMode
  readonly retryAfterMs: number | null
}

/** What the part of the suite needs that the stand-in passes too. */
export type Known = {
  /** Of the adapter. */
  readonly name: string
  /** Everything that the adapter needs to reach it. */
  readonly settings: Readonly<Record<string, string>>
  readonly account: { readonly id: string; readonly record: Omit<CrmAccount, 'source'> }
  readonly opportunity: { readonly id: string; readonly record: Omit<CrmOpportunity, 'source'> }
  /** Well-formed, and of nobody. */
  readonly unknownId: string
  /** Of an account with several deals; and how many all accounts and that one have. */
  readonly busyAccountId: string
  readonly deals: { readonly all: number; readonly ofBusy: number }
  /** A text, and the names of all accounts that have it in theirs. */
  readonly named: { readonly text: string; readonly found: readonly string[] }
  /** A text that at least so many accounts have in their names. */
  readonly many: { readonly text: string; readonly limit: number }
  /** Whether receipts lead to a page for people. */
  readonly hasPages: boolean
  readonly guarantee: 'exactly_once' | 'at_least_once'
}

export type Double = Known & {
  readonly server: DoubleServer
  /** Which of them nobody may ever see. */
  readonly secrets: readonly string[]
  /** Whether a session can end, and the next call signs in anew. */
  readonly signsIn: boolean
  /** Of the request that writes. */
  readonly writes: 'POST' | 'PATCH'
  /** Keys as they stand in the records that were written, one for each. */
  readonly written: () => readonly string[]
  /** Ways in which the vendor says that it takes no more. */
  readonly limited: readonly Limited[]
  /** What it says of its limits with every answer. */
  readonly quota: { readonly headers: Record<string, string>; readonly told: readonly unknown[] }
  /** The answer about an account with a field of another type, and with one under another name. */
  readonly mistyped: (text: string) => string
  readonly renamed: (text: string) => string
  /** The answer about records that were deleted, where the vendor still has one; null: it has none. */
  readonly deleted: ((text: string) => string) | null
  /** What was asked or answered in another way than the vendor documents. */
  readonly violations: () => readonly string[]
}

/** What all doubles of vendors have alike. */
export const ALIKE = {
  deals: { all: DEALS, ofBusy: DEALS_OF_ONE },
  named: { text: ODD_NAME, found: [ODD_NAME] },
  many: { text: 'bulk', limit: 7 },
  hasPages: true,
} as const
