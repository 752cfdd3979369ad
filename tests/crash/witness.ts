// What the world outside the journal saw: one line for everything that really happened, written before anybody
// goes on. A kill -9 takes none of it back.
import { appendFileSync } from 'node:fs'
import { join } from 'node:path'
import type { RunState } from '../../src/run/state.ts'
import { wholeLines } from './work.ts'

/** One real execution of a tool; `at` is the last position of the journal that was known then. */
export type Execution = {
  readonly saw: 'execution'
  readonly tool: string
  readonly run: string
  readonly step: string
  /** The idempotency key of the call. */
  readonly key: string
  readonly at: number
  /** The process. */
  readonly life: number
}
/** A caller was told that its run is accepted; `name` is its idempotency key. */
export type Acceptance = { readonly saw: 'acceptance'; readonly name: string; readonly run: string }
/** The journal acknowledged an append; `boundary` counts within one run, `types` are its events. */
export type Acknowledgement = {
  readonly saw: 'append'
  readonly boundary: string
  readonly types: readonly string[]
}
/** A run came to its end; `state` as the process knew it that worked on it. */
export type Ended = { readonly saw: 'end'; readonly run: string; readonly state: RunState }
/** A list came to the boundary that it is named by, and stands there until its process is killed. */
export type Standing = { readonly saw: 'standing'; readonly name: string }
export type Sight = Execution | Acceptance | Acknowledgement | Ended | Standing

const fileIn = (dir: string): string => join(dir, 'witness.jsonl')

export const note = (dir: string, sight: Sight): void =>
  appendFileSync(fileIn(dir), `${JSON.stringify(sight)}\n`)

/** Everything of one kind, oldest first. */
export function seen<K extends Sight['saw']>(dir: string, kind: K): Extract<Sight, { saw: K }>[] {
  const sights = wholeLines(fileIn(dir)).map((line) => JSON.parse(line) as Sight)
  return sights.filter((sight): sight is Extract<Sight, { saw: K }> => sight.saw === kind)
}
