// The console without a browser: its pages are plain forms, and a session is a cookie.
import { expect } from 'vitest'

export type Form = Readonly<Record<string, string>>
export type Sent = { readonly cookie?: string; readonly form?: Form; readonly headers?: Form }

export const send = (url: string, { cookie = '', form, headers = {} }: Sent = {}): Promise<Response> =>
  fetch(url, {
    method: form ? 'POST' : 'GET',
    redirect: 'manual',
    headers: { cookie, ...headers },
    ...(form ? { body: new URLSearchParams(form) } : {}),
  })

export const cookieOf = (answer: Response): string => answer.headers.get('set-cookie')?.split(';')[0] ?? ''

/** The cookie of a new session of whoever has the key. */
export async function signIn(url: string, key: string): Promise<string> {
  const answer = await send(`${url}/sign-in`, { form: { key } })
  expect(answer.status).toBe(303)
  return cookieOf(answer)
}

/** The token that a page's forms carry. */
export async function tokenOf(url: string, cookie: string): Promise<string> {
  const page = await (await send(url, { cookie })).text()
  return /name="_csrf" value="([^"]+)"/.exec(page)?.[1] ?? ''
}
