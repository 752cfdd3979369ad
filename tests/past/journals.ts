// The journals that version 0.1.0 wrote (see README.md beside this file), unpacked for one test each.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import type { Account } from '../../src/run/budgets/ledger.ts'

const fileAt = (name: string): string => join(import.meta.dirname, name)

export const unpacked = (name: string): Buffer => gunzipSync(readFileSync(fileAt(name)))

const json = (name: string): unknown => JSON.parse(readFileSync(fileAt(name), 'utf8'))

/** What 0.1.0 decided after an append of a run. */
export type Decision = {
  readonly run_id: string
  readonly seq: number
  readonly now: number
  readonly moves: readonly Readonly<Record<string, unknown>>[]
  readonly wake_at: number | null
}

type Counts = {
  readonly runs: number
  readonly events: number
  readonly head_position: number
  readonly accounts: readonly Account[]
  readonly open_runs: readonly { readonly runId: string }[]
}

export const verified = json('verify-0.1.0.json') as Counts & { readonly postgres: Counts }
export const decisions = json('moves-0.1.0.json') as Decision[]
export const ownDecisions = json('moves-same-process-0.1.0.json') as Decision[]

/** States that 0.1.0 replayed, without what only repeats the first events. */
export type OldState = Readonly<Record<string, unknown>> & {
  readonly runId: string
  readonly steps: Readonly<Record<string, Readonly<Record<string, unknown>> & { readonly holds: unknown[] }>>
}
export const states = json('states-0.1.0.json') as OldState[]

/** A moment at which runs of it wait, retry and may go on. */
export const GOES_ON_AT = Date.UTC(2026, 2, 3, 9)

/** A data directory with the journal of 0.1.0 in it, and what removes it. */
export function dataDirectory(): { readonly dir: string; readonly remove: () => void } {
  const dir = mkdtempSync(join(tmpdir(), 'cugar-past-'))
  writeFileSync(join(dir, 'journal.db'), unpacked('journal-0.1.0.db.gz'))
  return { dir, remove: () => rmSync(dir, { recursive: true, force: true }) }
}
