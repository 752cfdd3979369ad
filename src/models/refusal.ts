// What a server says when it refuses, in the one shape that the client reads. Compatible servers have others: a text
// for `error`, `message` or `detail` at the top, or no JSON at all. Only what teaches how to ask is ever read of it.
import { isRecord } from '../events/json.ts'
import { limitedFetch } from '../limited-fetch.ts'

/** Longer ones are a page, not a refusal. */
const MOST_TEXT = 65_536

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return text
  }
}

const asText = (value: unknown): string => (typeof value === 'string' ? value : JSON.stringify(value ?? ''))

/** As the provider words it: `{ error: { message, code, type, param } }`. */
export function inOneShape(text: string): { readonly error: Readonly<Record<string, unknown>> } {
  const body = parsed(text.slice(0, MOST_TEXT))
  if (!isRecord(body)) return { error: { message: asText(body) } }
  const { error } = body
  if (isRecord(error)) return { error }
  return { error: { ...body, message: asText(error ?? body['message'] ?? body['detail']) } }
}

/** Refusals in one shape; everything else as it comes. */
export async function modelFetch(
  target: string | URL | Request,
  init: RequestInit | undefined,
): Promise<Response> {
  const response = await limitedFetch(target, init)
  if (response.status < 400) return response
  const text = await response.text().catch(() => '')
  const headers = new Headers(response.headers)
  for (const name of ['content-length', 'content-encoding']) headers.delete(name)
  headers.set('content-type', 'application/json')
  const { status, statusText } = response
  return new Response(JSON.stringify(inOneShape(text)), { status, statusText, headers })
}
