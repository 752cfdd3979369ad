// Payloads as values.
import type { Journal } from '../journal/journal.ts'
import type { ActiveRun } from './active-run.ts'

/** The value of a run's payload; null: it was erased, or never there. */
export async function payloadValue(journal: Journal, runId: string, digest: string): Promise<unknown> {
  const body = await journal.payload(runId, digest)
  return body === null ? null : (JSON.parse(body) as unknown)
}

/** The same, read once while the run is in memory. */
export async function valueOf(journal: Journal, run: ActiveRun, digest: string): Promise<unknown> {
  if (run.values.has(digest)) return run.values.get(digest)
  const value = await payloadValue(journal, run.runId, digest)
  run.values.set(digest, value)
  return value
}
