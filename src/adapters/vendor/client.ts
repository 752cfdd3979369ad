// The one way to a vendor's HTTP interface: one request, its status, its headers, at most one answer's worth of memory.
// Nothing is tried again here, redirects are not followed, and no error has an address, a key or a vendor's sentence.
import type { z } from 'zod'
import { limitedFetch } from '../../limited-fetch.ts'
import { problemsOf } from '../../events/problem.ts'
import { CallError } from '../../run/failure.ts'
import { retryAfter } from '../../run/retry-after.ts'
import type { AdapterCall, VendorQuota } from '../adapter.ts'
import { networkFailure } from './network.ts'
import { refusal, type Refinement } from './refusal.ts'
import type { SignIn, Token } from './sign-in.ts'

export type VendorRequest<A extends z.ZodType> = {
  /** Of our interface, as it stands in what is told of a failure. */
  readonly operation: string
  readonly method?: 'GET' | 'POST' | 'PATCH'
  /** Below the base address, with its query; every part of it encoded. */
  readonly path: string
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: unknown
  /** What the vendor documents; more than that is passed over. */
  readonly answer: A
  /** Statuses that are answers and no failures, besides those from 200 to 299. */
  readonly also?: readonly number[]
  /** By status: what in the vendor's set-up such a refusal speaks of. */
  readonly hints?: Readonly<Record<number, string>>
}

export type VendorAnswer<T> = {
  readonly status: number
  /** Null where the status is one of `also`. */
  readonly body: T | null
}

export type Vendor = {
  /** Of the adapter. */
  readonly name: string
  readonly baseUrl: string
  readonly signIn: SignIn
  readonly authorization: (token: string) => Readonly<Record<string, string>>
  /** What an answer's headers say of the vendor's limits. */
  readonly quotas: (headers: Headers) => readonly VendorQuota[]
  /** What a refusal says beside its status. */
  readonly refine: (status: number, body: unknown, headers: Headers) => Refinement
}

export type VendorClient = {
  /** Errors: CallError. */
  readonly ask: <A extends z.ZodType>(
    request: VendorRequest<A>,
    call: AdapterCall,
  ) => Promise<VendorAnswer<z.output<A>>>
}

type Exchange = { readonly response: Response; readonly text: string }

async function exchange<A extends z.ZodType>(
  { name, baseUrl, authorization }: Vendor,
  request: VendorRequest<A>,
  { token, signal }: { token: Token; signal: AbortSignal },
): Promise<Exchange> {
  const { operation, method = 'GET', path, headers, body } = request
  try {
    const response = await limitedFetch(`${baseUrl}${path}`, {
      method,
      headers: {
        accept: 'application/json',
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...headers,
        ...authorization(token.text),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      signal,
    })
    return { response, text: await response.text() }
  } catch (error) {
    throw networkFailure(`${name}.${operation}`, error)
  }
}

/** Undefined: it is no JSON. */
function jsonOf(text: string): unknown {
  if (text === '') return null
  try {
    return JSON.parse(text) as unknown
  } catch {
    return undefined
  }
}

/** A token may end before it should: the next attempt, which the retry policy decides on, has another. */
function endedSession(name: string, { signIn }: Vendor): CallError {
  signIn.forget()
  return new CallError('system_unavailable', `${name}: the session has ended; the next call signs in anew.`, {
    happened: 'no',
  })
}

function refusedAs<A extends z.ZodType>(
  vendor: Vendor,
  { operation, hints }: VendorRequest<A>,
  { response, text }: Exchange,
): CallError {
  const { status, headers } = response
  const hint = hints?.[status]
  return refusal(`${vendor.name}.${operation}`, status, {
    retryAfterMs: retryAfter(headers, Date.now()),
    ...(hint === undefined ? {} : { hint }),
    ...vendor.refine(status, jsonOf(text), headers),
  })
}

function readAs<A extends z.ZodType>(name: string, schema: A, text: string): z.output<A> {
  const read = schema.safeParse(jsonOf(text))
  if (read.success) return read.data
  const message = `${name}: the answer is not what the vendor documents.`
  throw new CallError('agent_invalid_output', message, { problems: problemsOf(read.error) })
}

export const vendorClient = (vendor: Vendor): VendorClient => ({
  ask: async (request, call) => {
    const name = `${vendor.name}.${request.operation}`
    const token = await vendor.signIn.token()
    const exchanged = await exchange(vendor, request, { token, signal: call.signal })
    const { status, headers, ok } = exchanged.response
    for (const quota of vendor.quotas(headers)) call.onQuota?.(quota)
    if (request.also?.includes(status) === true) return { status, body: null }
    if (status === 401 && !token.isFresh) throw endedSession(name, vendor)
    if (!ok) throw refusedAs(vendor, request, exchanged)
    return { status, body: readAs(name, request.answer, exchanged.text) }
  },
})
