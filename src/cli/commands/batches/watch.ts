// Waits until a batch is over or only people can move it, with a bar where somebody looks.
import { setTimeout as pause } from 'node:timers/promises'
import type { z } from 'zod'
import { batch } from '../../../http/batches/schemas.ts'
import { answerAs, type Client } from '../../client.ts'
import { CliError } from '../../failure.ts'

export type Batch = z.output<typeof batch>

const EVERY_MS = 400
/** A server that restarts goes on with the batch: it is waited for. */
const PATIENCE_MS = 60_000
const BAR = 24

const endedOf = ({ counts }: Batch): number =>
  counts.succeeded + counts.partial + counts.failed + counts.cancelled

/** One line: what is done, what went wrong, what waits, and how fast it goes. */
export function barOf(now: Batch, secondsSince: number): string {
  const { items, counts } = now
  const done = endedOf(now) + counts.waiting
  const filled = Math.round((done / items) * BAR)
  const rate = secondsSince > 0 ? Math.round(done / secondsSince) : 0
  const wrong = counts.failed + counts.partial
  return [
    `[${'#'.repeat(filled)}${'.'.repeat(BAR - filled)}] ${done}/${items}`,
    ...(wrong > 0 ? [`${wrong} not succeeded`] : []),
    ...(counts.waiting > 0 ? [`${counts.waiting} wait for a person`] : []),
    ...(now.held === null ? [] : [`held: ${now.held}`]),
    `${rate}/s`,
  ].join('  ')
}

function draw(line: string): void {
  const width = process.stderr.columns
  process.stderr.write(`\r${line.slice(0, Math.max(0, width - 1))}\u001B[K`)
}

/** Errors: SERVER_UNREACHABLE after a while, and every code of the server. */
async function read(client: Client, batchId: string, since: number): Promise<Batch | null> {
  try {
    return answerAs(batch, await client.get(`/v1/batches/${encodeURIComponent(batchId)}`))
  } catch (error) {
    const mayCome = error instanceof CliError && error.code === 'SERVER_UNREACHABLE'
    if (mayCome && performance.now() - since < PATIENCE_MS) return null
    throw error
  }
}

/** The batch when it is over, or waits for people alone. */
export async function watchBatch(client: Client, batchId: string): Promise<Batch> {
  const begun = performance.now()
  let seen = begun
  for (;;) {
    const now = await read(client, batchId, seen)
    if (now !== null) {
      seen = performance.now()
      if (process.stderr.isTTY) draw(barOf(now, (seen - begun) / 1000))
      if (now.status !== 'running') break
    }
    await pause(EVERY_MS)
  }
  if (process.stderr.isTTY) process.stderr.write('\n')
  return answerAs(batch, await client.get(`/v1/batches/${encodeURIComponent(batchId)}`))
}
