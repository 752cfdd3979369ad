// Money as people write it: "$5M", "(2.5K)", "EUR 1,200,000.50", "-1.5e6".

export type Amount = {
  readonly value: number
  /** ISO 4217, null where the text names none. */
  readonly currency: string | null
}

/** A symbol means what it means most often. */
const SYMBOLS = new Map([
  ['$', 'USD'],
  ['US$', 'USD'],
  ['A$', 'AUD'],
  ['C$', 'CAD'],
  ['€', 'EUR'],
  ['£', 'GBP'],
  ['¥', 'JPY'],
  ['₹', 'INR'],
])
const CODES = new Set(Intl.supportedValuesOf('currency'))

/** Powers of ten. */
const SCALES = new Map([
  ...['K', 'THOUSAND'].map((word) => [word, 3] as const),
  ...['M', 'MM', 'MN', 'MLN', 'MIO', 'MILLION'].map((word) => [word, 6] as const),
  ...['B', 'BN', 'BLN', 'BILLION'].map((word) => [word, 9] as const),
  ...['T', 'TN', 'TRILLION'].map((word) => [word, 12] as const),
])

/** Parenthesis or sign, currency, sign; digits alone or in groups, fraction, exponent; scale and currency. */
const AMOUNT = new RegExp(
  [
    String.raw`^(?<open>\()?\s*(?<sign>[+-])?\s*(?<before>[A-Z]*[$€£¥₹]?)\s*(?<inner>[+-])?\s*(?=\.?\d)`,
    String.raw`(?<whole>\d{1,3}(?:[,'’_\s]\d{2,3})*[,'’_\s]\d{3}|\d*)(?<fraction>\.\d+)?(?:E(?<exponent>[+-]?\d{1,3}))?`,
    String.raw`\s*(?<first>[A-Z]*)\s*(?<second>[A-Z]*[$€£¥₹]?)\s*(?<close>\))?$`,
  ].join(''),
  'u',
)

/** The ISO code of a symbol or code, null where it is neither. */
export function currencyOf(text: string): string | null {
  const code = text.trim().toUpperCase()
  return SYMBOLS.get(code) ?? (CODES.has(code) ? code : null)
}

/** At most one scale, behind the digits, and at most one currency. */
function marksOf(
  before: string,
  behind: readonly string[],
): { scale: number; currency: string | null } | null {
  const [scaled, ...others] = behind.filter((mark) => SCALES.has(mark))
  const currencies = [before, ...behind].filter((mark) => mark !== '' && mark !== scaled)
  const [currency = ''] = currencies
  if (others.length > 0 || currencies.length > 1) return null
  if (currency !== '' && currencyOf(currency) === null) return null
  return { scale: SCALES.get(scaled ?? '') ?? 0, currency: currencyOf(currency) }
}

/** Negative by one sign or by parentheses; null where the marks contradict each other. */
function signOf(parts: Partial<Record<string, string>>): 1 | -1 | null {
  const isEnclosed = parts.open !== undefined
  const signs = [parts.sign, parts.inner].filter((sign) => sign !== undefined)
  if (isEnclosed !== (parts.close !== undefined) || signs.length + Number(isEnclosed) > 1) return null
  return isEnclosed || signs[0] === '-' ? -1 : 1
}

/** Null: the text has digits but is no single amount. The scale is applied in decimal, so 2.3M is 2300000. */
export function parseAmount(text: string): Amount | null {
  const plain = text.trim().replaceAll(/\s+/gu, ' ').replaceAll('−', '-').toUpperCase()
  const parts = AMOUNT.exec(plain)?.groups
  if (!parts) return null
  const digits = `${(parts.whole ?? '').replaceAll(/\D/gu, '')}${parts.fraction ?? ''}`
  const marks = marksOf(parts.before ?? '', [parts.first ?? '', parts.second ?? ''])
  const sign = signOf(parts)
  if (marks === null || sign === null) return null
  const value = sign * Number(`${digits}e${Number(parts.exponent ?? 0) + marks.scale}`)
  return Number.isFinite(value) ? { value: value + 0, currency: marks.currency } : null
}
