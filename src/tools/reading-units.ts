// What stands beside a number: words for magnitudes and currencies, and which decimal mark each of them goes with.
// Used by reading-number.ts alone.

export type DecimalMark = '.' | ','

/** A magnitude: a power of ten, and the decimal mark of those who write it so; null where several do. */
export type Scale = { readonly power: number; readonly mark: DecimalMark | null }

/**
 * A currency: `code` is null where the word says only that it is one. `either`: its own people write it with both
 * marks; `mostly,` too, but more of them with a comma.
 */
export type Currency = {
  readonly code: string | null
  readonly mark: DecimalMark | 'either' | 'mostly,'
}

const scales = (power: number, mark: DecimalMark | null, words: string): [string, Scale][] =>
  words.split(' ').map((word) => [word, { power, mark }])

const SCALES: ReadonlyMap<string, Scale> = new Map([
  ...scales(3, '.', 'k thousand thousands 千 천'),
  ...scales(3, ',', 'tsd tausend mille mila tys тыс'),
  ...scales(3, null, 'ألف हज़ार'),
  ...scales(4, '.', '万 萬 만'),
  ...scales(5, '.', 'lakh lakhs lac lacs लाख'),
  ...scales(6, '.', 'm mm mn million millions 百万 百萬 백만'),
  ...scales(6, null, 'mln مليون ล้าน'),
  ...scales(9, null, 'bln مليار'),
  ...scales(
    6,
    ',',
    'mio millionen millones milhões milioni miljoen miljoner milj mill mi milyon juta triệu млн',
  ),
  ...scales(7, '.', 'crore crores cr करोड़ 千万 千萬 천만'),
  ...scales(8, '.', '億 亿 억'),
  ...scales(9, '.', 'b bn billion billions 十億 十亿 십억'),
  ...scales(
    9,
    ',',
    'mrd milliarde milliarden milliard milliards md mds miliardi miljard miljarder milyar miliar tỷ млрд',
  ),
  ...scales(12, '.', 't tn trillion trillions 兆 조'),
])

/** A symbol means what it means most often. */
const SYMBOLS: ReadonlyMap<string, string> = new Map(
  Object.entries({
    USD: '$ us$ dollar dollars',
    EUR: '€ euro euros',
    GBP: '£ pound pounds',
    JPY: '¥ 円 yen',
    CNY: '元 人民币 rmb yuan',
    KRW: '₩ 원',
    INR: '₹ rs rupee rupees',
    AUD: 'a$ au$',
    CAD: 'c$ ca$',
    NZD: 'nz$',
    HKD: 'hk$',
    SGD: 's$',
    MXN: 'mx$',
    ZAR: 'r',
    BRL: 'r$ reais',
    CHF: 'fr sfr franken francs',
    PLN: 'zł zl',
    CZK: 'kč',
    RUB: '₽ руб',
    TRY: '₺',
    UAH: '₴',
    ILS: '₪',
    VND: '₫',
    THB: '฿',
    NGN: '₦',
    PHP: '₱',
  }).flatMap(([code, words]) => words.split(' ').map((word) => [word, code])),
)

const COMMA_CODES = new Set(
  'BRL SEK NOK DKK PLN CZK HUF RON BGN TRY RUB UAH BYN IDR VND ARS CLP COP UYU PYG ISK RSD MKD BAM ALL'.split(
    ' ',
  ),
)
/** Written with both marks by many of their own people. */
const EITHER_CODES = new Set('ZAR XOF XAF MAD TND DZD CAD'.split(' '))
const CODES = new Set(Intl.supportedValuesOf('currency'))

function currencyNamed(code: string): Currency {
  if (code === 'EUR') return { code, mark: 'mostly,' }
  if (EITHER_CODES.has(code)) return { code, mark: 'either' }
  return { code, mark: COMMA_CODES.has(code) ? ',' : '.' }
}

/** Digits behind the decimal mark of an amount in this currency. */
export const minorDigits = (code: string): number =>
  new Intl.NumberFormat('en', { style: 'currency', currency: code }).resolvedOptions()
    .maximumFractionDigits ?? 2

/** `word` is case folded. Null where it names no currency. */
export function findCurrency(word: string): Currency | null {
  if (word === 'kr') return { code: null, mark: ',' }
  const code = SYMBOLS.get(word) ?? word.toUpperCase()
  return CODES.has(code) ? currencyNamed(code) : null
}

export type Units = { readonly scale: Scale | null; readonly currency: Currency | null }

const THOUSAND: Scale = { power: 3, mark: null }

/**
 * A magnitude and a currency in one word: "meur", "$m", "万円". A T before a currency that is not the dollar's sign is a
 * thousand: "TEUR", "T€".
 */
function joined(word: string): Units | null {
  for (let size = 1; size < word.length; size++) {
    const [first, second] = [word.slice(0, size), word.slice(size)]
    const before = first === 't' && second !== '$' ? THOUSAND : SCALES.get(first)
    const after = SCALES.get(second)
    const currency = findCurrency(before ? second : first)
    const scale = before ?? after
    if (currency && scale) return { scale, currency }
  }
  return null
}

const ofWord = (word: string): Units | null => {
  const scale = SCALES.get(word) ?? null
  if (scale) return { scale, currency: null }
  const currency = findCurrency(word)
  return currency ? { scale: null, currency } : joined(word)
}

/** "$5M USD" says its currency twice. */
const isAnother = (said: Currency | null, known: Currency | null): boolean =>
  said !== null && known !== null && (said.code === null || said.code !== known.code)

/** What words beside a number say together: at most one magnitude and one currency; null where a word says neither. */
export function unitsOf(text: string): Units | null {
  let units: Units = { scale: null, currency: null }
  for (const word of text.replaceAll('.', ' ').split(' ').filter(Boolean)) {
    const said = ofWord(word)
    if (!said || (said.scale && units.scale) || isAnother(said.currency, units.currency)) return null
    units = { scale: said.scale ?? units.scale, currency: said.currency ?? units.currency }
  }
  return units
}
