// How vendors write what all of them have: numbers as text, instants, days, counts in a header.
import { z } from 'zod'
import type { VendorQuota } from '../adapter.ts'

/** A number that the vendor writes as text; an empty one is none. */
export const numberText = z
  .string()
  .regex(/^(?:-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?)?$/, { error: 'must be a number as text' })
  .nullable()
  .transform((text) => (text === null || text === '' ? null : Number(text)))

/** `true` and `false` as text. */
export const flagText = z
  .enum(['true', 'false', ''])
  .nullable()
  .transform((text) => text === 'true')

export const plainText = z
  .string()
  .nullable()
  .transform((text) => text?.trim() || null)

/** Any ISO 8601 instant of a vendor, in ours. */
export const instantText = z
  .string()
  .nullable()
  .transform((text, context) => {
    if (text === null || text === '') return null
    const at = Date.parse(text)
    if (!Number.isNaN(at)) return new Date(at).toISOString()
    context.addIssue({ code: 'custom', message: 'must be an instant' })
    return z.NEVER
  })

/** The day of an instant, or a day as it is. */
export const dayText = instantText.transform((text) => text?.slice(0, 10) ?? null)

/** Whole people: what is none is not known. */
export const peopleOf = (count: number | null): number | null =>
  count !== null && Number.isInteger(count) && count >= 0 ? count : null

/** Percent as a share of 1; outside 0 to 100 it is not known. */
export const shareOf = (percent: number | null): number | null =>
  percent !== null && percent >= 0 && percent <= 100 ? percent / 100 : null

/** The web site's host without `www.`; null: there is none. */
export function domainOf(site: string | null): string | null {
  if (site === null || site === '') return null
  const address = /^[a-z]+:\/\//i.test(site) ? site : `https://${site}`
  return URL.canParse(address) ? new URL(address).hostname.replace(/^www\./, '') || null : null
}

/** A count that a header says; null: it is not there, or none. */
export function countOf(headers: Headers, name: string): number | null {
  const text = headers.get(name)?.trim() ?? ''
  return /^\d{1,12}$/.test(text) ? Number(text) : null
}

/** A quota of which one header says what is left; none where it does not. */
export const quotaOf = (
  window: VendorQuota['window'],
  remaining: number | null,
  rest: Partial<Pick<VendorQuota, 'limit' | 'resetMs'>> = {},
): VendorQuota[] => (remaining === null ? [] : [{ window, remaining, limit: null, resetMs: null, ...rest }])

const ENTITIES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' }

/** Text for a field in which the vendor reads HTML. */
export const asHtml = (text: string): string =>
  text.replaceAll(/[&<>"]/g, (sign) => ENTITIES[sign] ?? sign).replaceAll(/\r?\n/g, '<br>')
