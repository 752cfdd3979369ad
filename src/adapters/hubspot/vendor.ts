// HubSpot as an HTTP interface: who asks, what its headers say of its limits, and what its refusals mean.
import { z } from 'zod'
import type { VendorQuota } from '../adapter.ts'
import type { Vendor } from '../vendor/client.ts'
import { countOf, quotaOf } from '../vendor/reading.ts'
import type { Refinement } from '../vendor/refusal.ts'
import { givenToken } from '../vendor/sign-in.ts'

const INTERVAL = 'x-hubspot-ratelimit-interval-milliseconds'

const quotas = (headers: Headers): VendorQuota[] => [
  ...quotaOf('burst', countOf(headers, 'x-hubspot-ratelimit-remaining'), {
    limit: countOf(headers, 'x-hubspot-ratelimit-max'),
    resetMs: countOf(headers, INTERVAL),
  }),
  ...quotaOf('day', countOf(headers, 'x-hubspot-ratelimit-daily-remaining'), {
    limit: countOf(headers, 'x-hubspot-ratelimit-daily'),
  }),
]

const refused = z.looseObject({ policyName: z.string().optional() })

/** 429 says in its body which limit it was; while an account is moved to another data centre, 477 says so. */
function refine(status: number, body: unknown, headers: Headers): Refinement {
  if (status === 477) return { mode: 'system_unavailable' }
  if (status !== 429) return {}
  const policy = refused.safeParse(body).data?.policyName
  if (policy === 'DAILY') return { mode: 'resource_quota', hint: 'The limit of the day is reached.' }
  const wait = headers.has('retry-after') ? null : countOf(headers, INTERVAL)
  return wait === null ? {} : { retryAfterMs: wait }
}

/** `token`: of a private app. */
export const hubspotVendor = (name: string, baseUrl: string, token: string): Vendor => ({
  name,
  baseUrl,
  signIn: givenToken(token),
  authorization: (text) => ({ authorization: `Bearer ${text}` }),
  quotas,
  refine,
})
