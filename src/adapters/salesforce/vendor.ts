// Salesforce as an HTTP interface: who asks, what its headers say of its limits, and what its refusals mean.
import { z } from 'zod'
import type { VendorQuota } from '../adapter.ts'
import type { Vendor } from '../vendor/client.ts'
import { quotaOf } from '../vendor/reading.ts'
import type { Refinement } from '../vendor/refusal.ts'
import type { SignIn } from '../vendor/sign-in.ts'

/** `api-usage=18/5000`: of 24 hours. */
function quotas(headers: Headers): VendorQuota[] {
  const [, used, limit] =
    /\bapi-usage=(\d{1,12})\/(\d{1,12})/.exec(headers.get('sforce-limit-info') ?? '') ?? []
  if (used === undefined || limit === undefined) return []
  return quotaOf('day', Math.max(0, Number(limit) - Number(used)), { limit: Number(limit) })
}

const refused = z.array(z.looseObject({ errorCode: z.string() })).min(1)

const MEANINGS: Readonly<Record<string, Refinement>> = {
  REQUEST_LIMIT_EXCEEDED: { mode: 'resource_quota', hint: 'The limit of the day is reached.' },
  API_DISABLED_FOR_ORG: { mode: 'policy_security' },
  UNABLE_TO_LOCK_ROW: { mode: 'system_unavailable', hint: 'Another program has the record locked.' },
  DUPLICATE_VALUE: { mode: 'user_conflict' },
  DUPLICATES_DETECTED: { mode: 'user_conflict' },
  ENTITY_IS_DELETED: { mode: 'resource_not_found' },
  INVALID_CROSS_REFERENCE_KEY: { mode: 'resource_not_found', hint: 'The account or deal does not exist.' },
}

const refine = (_status: number, body: unknown): Refinement => {
  const code = refused.safeParse(body).data?.[0]?.errorCode ?? ''
  return Object.hasOwn(MEANINGS, code) ? (MEANINGS[code] ?? {}) : {}
}

export const salesforceVendor = (name: string, baseUrl: string, signIn: SignIn): Vendor => ({
  name,
  baseUrl,
  signIn,
  authorization: (text) => ({ authorization: `Bearer ${text}` }),
  quotas,
  refine,
})
