// A cookie whose value is ours: JSON as base64url, and a signature that nobody else can make.
import { createHmac, timingSafeEqual } from 'node:crypto'
import type { z } from 'zod'

/** HMAC-SHA256 of a text, for one purpose, as base64url. */
export const signature = (secret: Buffer, purpose: string, text: string): string =>
  createHmac('sha256', secret).update(`${purpose}\n${text}`).digest('base64url')

/** Compares in a time that does not tell where they differ. */
export const isSame = (one: string, other: string): boolean => {
  const [a, b] = [Buffer.from(one), Buffer.from(other)]
  return a.length === b.length && timingSafeEqual(a, b)
}

export type SignedCookie<T> = {
  readonly write: (value: T) => string
  /** null: there is none, or it is not ours. */
  readonly read: (header: string | undefined) => T | null
}

type Kind<T> = { readonly name: string; readonly purpose: string; readonly schema: z.ZodType<T> }

export function signedCookie<T>(secret: Buffer, { name, purpose, schema }: Kind<T>): SignedCookie<T> {
  const valueOf = (header: string | undefined): string => {
    const pairs = (header ?? '').split(';').map((pair) => pair.trim().split('='))
    return pairs.find(([key]) => key === name)?.[1] ?? ''
  }
  return {
    write: (value) => {
      const text = Buffer.from(JSON.stringify(value)).toString('base64url')
      return `${text}.${signature(secret, purpose, text)}`
    },
    read: (header) => {
      const [text = '', given = ''] = valueOf(header).split('.')
      if (!isSame(given, signature(secret, purpose, text))) return null
      const read = schema.safeParse(JSON.parse(Buffer.from(text, 'base64url').toString()))
      return read.success ? read.data : null
    },
  }
}
