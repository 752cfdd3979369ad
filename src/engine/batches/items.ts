// The items of a batch: kept as payloads, a part of them each, and read a part at a time, so that memory does not grow
// with their number.
import { payloadOf, type Payload } from '../../events/digest.ts'
import { isRecord } from '../../events/json.ts'
import type { Journal } from '../../journal/journal.ts'
import type { BatchState } from '../../run/batch.ts'
import { payloadValue } from '../values.ts'
import type { BatchItem, BatchOrder } from './contract.ts'

export const ITEMS_PER_CHUNK = 100

export function chunksOf(items: readonly BatchItem[], salt: string): Payload[] {
  const chunks: Payload[] = []
  for (let from = 0; from < items.length; from += ITEMS_PER_CHUNK)
    chunks.push(payloadOf(items.slice(from, from + ITEMS_PER_CHUNK), salt))
  return chunks
}

const isItem = (value: unknown): value is BatchItem =>
  isRecord(value) && typeof value['line'] === 'number' && isRecord(value['context'])

export type ItemReader = {
  /** null: its payload was erased. */
  readonly item: (index: number) => Promise<BatchItem | null>
}

/** Reads the items of one batch, the last part of them kept. */
export function itemReader(journal: Journal, { batchId, started }: BatchState): ItemReader {
  let kept: { readonly chunk: number; readonly items: Promise<readonly unknown[]> } | null = null
  const read = async (digest: string | undefined): Promise<readonly unknown[]> => {
    const value = digest === undefined ? null : await payloadValue(journal, batchId, digest)
    return Array.isArray(value) ? value : []
  }
  return {
    item: async (index) => {
      const chunk = Math.floor(index / ITEMS_PER_CHUNK)
      if (kept?.chunk !== chunk) kept = { chunk, items: read(started.chunks[chunk]) }
      const found = (await kept.items)[index % ITEMS_PER_CHUNK]
      return isItem(found) ? found : null
    },
  }
}

/** null: its payload was erased. */
export async function readOrder(
  journal: Journal,
  { batchId, started }: BatchState,
): Promise<BatchOrder | null> {
  const value = await payloadValue(journal, batchId, started.order)
  // Written by `startBatch`, from what the door has checked.
  return isRecord(value) ? (value as BatchOrder) : null
}
