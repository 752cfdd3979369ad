// Whether a vendor answers, asked by a reading that changes nothing and asks for nobody's data in particular.
import type { Adapter, AdapterCall } from '../../adapters/adapter.ts'
import { inAdapter } from '../../containment.ts'
import type { FailureMode } from '../../events/taxonomy.ts'
import { CallError } from '../../run/failure.ts'
import { operationOf } from './operations.ts'

/**
 * By interface: an operation, and what it is asked; the first that an adapter has is asked. A search always reaches the
 * vendor; an id that cannot be one of its ids is often refused without asking it, which says nothing of the vendor.
 */
const QUESTIONS: Readonly<Record<string, readonly (readonly [operation: string, question: unknown])[]>> = {
  crm: [
    ['findAccounts', { name: 'cugar-check', limit: 1 }],
    ['getAccount', 'cugar-check'],
  ],
}

/** There is no such record, or it cannot be called so: the vendor has looked. */
const ANSWERS: ReadonlySet<FailureMode> = new Set(['resource_not_found', 'user_invalid_input'])

/** Milliseconds in which a vendor has to answer. */
export const PROBE_MS = 10_000

export type Probe = {
  readonly operation: string
  readonly ask: (signal: AbortSignal, onQuota: AdapterCall['onQuota']) => Promise<void>
}

/** null: there is nothing that can be asked without a run. */
export function probeOf(adapter: Adapter): Probe | null {
  for (const [operation, question] of QUESTIONS[adapter.interface] ?? []) {
    const act = operationOf(adapter, operation)
    if (act === null) continue
    return {
      operation,
      ask: async (signal, onQuota) => {
        const call = { signal, idempotencyKey: 'cugar-check', timeoutMs: PROBE_MS, onQuota }
        await inAdapter(adapter.name, () => act(question, call)).catch((error: unknown) => {
          if (!(error instanceof CallError) || !ANSWERS.has(error.mode)) throw error
        })
      },
    }
  }
  return null
}
