// The Dataverse Web API of Dynamics as an HTTP interface: who asks, what its headers say of its limits, and what its
// refusals mean.
import { z } from 'zod'
import type { VendorQuota } from '../adapter.ts'
import type { Vendor } from '../vendor/client.ts'
import { countOf, quotaOf } from '../vendor/reading.ts'
import type { Refinement } from '../vendor/refusal.ts'
import type { SignIn } from '../vendor/sign-in.ts'

/** Requests of the five minutes behind us. */
const quotas = (headers: Headers): VendorQuota[] =>
  quotaOf('burst', countOf(headers, 'x-ms-ratelimit-burst-remaining-xrm-requests'))

const refused = z.looseObject({ error: z.looseObject({ code: z.string() }) })

const MEANINGS: Readonly<Record<string, Refinement>> = {
  // An account or deal that is written about, and is not there.
  '0x80040217': { mode: 'resource_not_found' },
  // Another row has the same key.
  '0x80040237': { mode: 'user_conflict' },
  '0x80060892': { mode: 'user_conflict' },
}

const refine = (_status: number, body: unknown): Refinement => {
  const code = refused.safeParse(body).data?.error.code ?? ''
  return Object.hasOwn(MEANINGS, code) ? (MEANINGS[code] ?? {}) : {}
}

export const dynamicsVendor = (name: string, baseUrl: string, signIn: SignIn): Vendor => ({
  name,
  baseUrl,
  signIn,
  authorization: (text) => ({
    authorization: `Bearer ${text}`,
    'odata-version': '4.0',
    'odata-maxversion': '4.0',
  }),
  quotas,
  refine,
})
