// Pipedrive as an HTTP interface: who asks, what its headers say of its limits, and what its refusals mean.
import type { VendorQuota } from '../adapter.ts'
import type { Vendor } from '../vendor/client.ts'
import { countOf, quotaOf } from '../vendor/reading.ts'
import type { Refinement } from '../vendor/refusal.ts'
import { givenToken } from '../vendor/sign-in.ts'

/** Seconds. */
const RESET = 'x-ratelimit-reset'

const resetMs = (headers: Headers): number | null => {
  const seconds = countOf(headers, RESET)
  return seconds === null ? null : seconds * 1000
}

const quotas = (headers: Headers): VendorQuota[] => [
  ...quotaOf('burst', countOf(headers, 'x-ratelimit-remaining'), {
    limit: countOf(headers, 'x-ratelimit-limit'),
    resetMs: resetMs(headers),
  }),
  ...quotaOf('day', countOf(headers, 'x-daily-requests-left')),
]

function refine(status: number, _body: unknown, headers: Headers): Refinement {
  if (status !== 429) return {}
  if (countOf(headers, 'x-daily-requests-left') === 0)
    return { mode: 'resource_quota', hint: 'The limit of the day is reached.' }
  const wait = headers.has('retry-after') ? null : resetMs(headers)
  return wait === null ? {} : { retryAfterMs: wait }
}

/** `token`: of a person, from their settings. */
export const pipedriveVendor = (name: string, baseUrl: string, token: string): Vendor => ({
  name,
  baseUrl,
  signIn: givenToken(token),
  authorization: (text) => ({ 'x-api-token': text }),
  quotas,
  refine,
})
