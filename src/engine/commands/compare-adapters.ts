// The same reading through several adapters at once: what each says, field by field, how long it took and how fresh it
// is. Outside any run, so that no budget is charged; the calls stand in the figures of each adapter.
import type { Adapter } from '../../adapters/adapter.ts'
import { inAdapter } from '../../containment.ts'
import { AppError } from '../../errors.ts'
import { canonicalJson } from '../../events/digest.ts'
import { isRecord } from '../../events/json.ts'
import type { AdapterSpec } from '../../registry/registry.ts'
import { CallError, classify } from '../../run/failure.ts'
import type { Vendors } from '../parts.ts'
import type { AdapterComparison, ComparedAnswer, ComparedField, ComparisonRequest } from '../vendors.ts'
import { operationOf } from '../slots/operations.ts'
import type { Slots } from '../slots/slots.ts'
import { timeLimit } from '../slots/call-time.ts'

type VendorsAsked = {
  readonly request: ComparisonRequest
  readonly specs: readonly AdapterSpec[]
  readonly vendors: Vendors
  readonly guard: Slots['guard']
  readonly signal: AbortSignal
}

/** They differ from vendor to vendor, and say nothing of the record itself. */
const OF_THE_VENDOR: ReadonlySet<string> = new Set(['source', 'url', 'updated_at'])

const itemsOf = (record: unknown): readonly unknown[] | null => {
  if (Array.isArray(record)) return record
  return isRecord(record) && Array.isArray(record['items']) ? record['items'] : null
}

function updatedAt(record: unknown): string | null {
  const all = itemsOf(record) ?? [record]
  const times = all.flatMap((one) => {
    const at = isRecord(one) ? one['updated_at'] : null
    return typeof at === 'string' ? [at] : []
  })
  return times.toSorted((a, b) => Date.parse(b) - Date.parse(a))[0] ?? null
}

const nameOf = (item: unknown): unknown => (isRecord(item) ? (item['name'] ?? null) : null)

/** Of a list: how many there are, and their names. */
function fieldsOf(record: unknown): Readonly<Record<string, unknown>> {
  const items = itemsOf(record)
  if (items !== null) return { count: items.length, names: items.map(nameOf) }
  return isRecord(record) ? record : {}
}

async function ask(
  { request, vendors, guard, signal }: VendorsAsked,
  spec: AdapterSpec,
): Promise<ComparedAnswer> {
  const begun = performance.now()
  const adapter: Adapter | undefined = vendors.adapters.get(spec.name)
  const given = AbortSignal.any([signal, timeLimit(request.timeoutMs)])
  const time = { signal: given, waitMs: request.timeoutMs / 2 }
  const act = async (): Promise<unknown> => {
    const guarded = adapter && operationOf(guard(adapter, spec, time), request.operation)
    if (!guarded) throw new CallError('resource_not_found', 'It does not offer this.', { happened: 'no' })
    const input = Object.hasOwn(request.inputs, spec.name) ? request.inputs[spec.name] : request.input
    const call = { signal: given, idempotencyKey: 'cugar-compare', timeoutMs: request.timeoutMs }
    return inAdapter(spec.name, () => guarded(input, call))
  }
  const [asked] = await Promise.allSettled([act()])
  const took = { adapter: spec.name, durationMs: Math.round(performance.now() - begun) }
  if (asked.status === 'fulfilled') {
    const record: unknown = asked.value ?? null
    return { ...took, record, updatedAt: updatedAt(record), error: null }
  }
  const { mode, message } = classify(asked.reason)
  return { ...took, record: null, updatedAt: null, error: { mode, message } }
}

/** In the order in which they first come; one that a vendor's record lacks is null there. */
function compareFields(answers: readonly ComparedAnswer[]): ComparedField[] {
  const records = answers
    .filter(({ record }) => record !== null)
    .map(({ adapter, record }) => [adapter, fieldsOf(record)] as const)
  const names = new Set(records.flatMap(([, record]) => Object.keys(record)))
  return [...names].map((field) => {
    const values = Object.fromEntries(records.map(([adapter, record]) => [adapter, record[field] ?? null]))
    const texts = new Set(Object.values(values).map((value) => canonicalJson(value)))
    return { field, isSame: texts.size <= 1, values }
  })
}

/** Errors: ADAPTER_UNUSABLE with each adapter that is not switched on or of another interface. */
export async function compareAdapters(parts: VendorsAsked): Promise<AdapterComparison> {
  const { request, specs, vendors } = parts
  const isAsked = request.adapters !== undefined
  const problems = specs.flatMap((spec) => {
    const path = `adapters.${spec.name}`
    if (spec.interface !== request.interface)
      return [{ path, message: `is of interface ${spec.interface}, not ${request.interface}` }]
    return vendors.adapters.has(spec.name) ? [] : [{ path, message: 'is not switched on' }]
  })
  if (isAsked && problems.length > 0) throw new AppError('ADAPTER_UNUSABLE', {}, { problems })
  const on = specs.filter(({ name }) => vendors.adapters.has(name))
  const answers = await Promise.all(on.map((spec) => ask(parts, spec)))
  return {
    answers,
    fields: compareFields(answers).filter(({ field }) => !OF_THE_VENDOR.has(field)),
  }
}
