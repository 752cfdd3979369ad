// What filters and readers take for spam. Capitals, exclamation marks and shortened links need no words of a language;
// phrases are those of English.
import { words } from '../text.ts'

/** By sign what was found, so that it can be said. */
export type SpamSigns = {
  readonly spam_capitals: readonly string[]
  readonly spam_exclamation: readonly string[]
  readonly spam_shortener: readonly string[]
  readonly spam_phrase: readonly string[]
  readonly spam_money: readonly string[]
}

const ACRONYMS = new Set(
  `ASAP API APIS AWS B2B BANT CAPEX CCPA CIO CMO COO CPQ CRM CRO CTO DACH EBITDA EMEA ERP FAQ FIFO GDPR GMBH HIPAA HTML
  HTTP HTTPS IPAAS ISO JPEG JSON KPI KPIS LATAM LLM MEDDIC MEDDICC MEDDPICC NASA NATO NYSE OKRS OPEX OSHA PDF RFP RFQ ROI
  SAAS SAML SDRS SMTP SOAP SOC SPIN SQL USPS UTC VOIP XLSX YAML`.split(/\s+/),
)
const SHOUTS = new Set(
  `ACT AMAZING BONUS BUY CASH CLICK FREE GUARANTEED HURRY INCREDIBLE LIMITED NOW OFFER SALE SAVE TODAY URGENT WIN WINNER
  WOW`.split(/\s+/),
)

const SHORTENERS =
  /(?<![\w.@/-])(?:https?:\/\/)?(?:www\.)?(?:bit\.ly|bitly\.com|tinyurl\.com|t\.co|goo\.gl|ow\.ly|is\.gd|v\.gd|buff\.ly|rebrand\.ly|cutt\.ly|shorturl\.at|shorte\.st|tiny\.cc|tiny\.one|lnkd\.in|rb\.gy|t\.ly|bl\.ink|s\.id|adf\.ly|bit\.do|soo\.gd|clck\.ru|trib\.al|dlvr\.it|hubs\.ly|hubs\.la|j\.mp|amzn\.to|fb\.me|tr\.im|short\.io|short\.cm|u\.to|shorter\.me|qr\.ae|smarturl\.it|snip\.ly|po\.st|x\.co|linktr\.ee)\/[\w-]/giu

const PHRASES = [
  '100\\s?%\\s?(?:free|guaranteed|satisfaction|safe|legit|risk free|natural)',
  '(?:absolutely|completely|totally) free',
  'free (?:gift|money|cash|bonus|offer|prize|membership|of charge)',
  'for free(?=\\s*!)',
  'risk free',
  'no (?:risk|catch|strings attached|questions asked|credit card|hidden (?:costs?|fees?))',
  'no obligations?',
  '(?:act|buy|order|apply|call|sign up|subscribe) now',
  'click (?:here|below|now|(?:on )?(?:the|this) link)',
  '(?:limited|special|exclusive) (?:time )?(?:offer|deal|promotion|discount)',
  '(?:limited time|while (?:supplies|stocks) last|offer expires|last chance|final notice)',
  "(?:do not|don[’']t) (?:miss (?:out|this)|delete)",
  'once in a lifetime',
  "(?:you have|you[’']ve|you are|you[’']re) (?:won|been (?:selected|chosen)|a winner|the winner)",
  '(?:satisfaction|results?) guaranteed',
  'guaranteed (?:results?|success|income|leads)',
  'money back guarantee',
  'this is not (?:a )?(?:spam|scam)',
  'miracle',
  'dear (?:friend|winner|customer)',
  'unbeatable',
  'as seen on',
  'what are you waiting for',
]

const MONEY = [
  '(?:make|earn|win|get) (?:(?:extra|easy|fast|quick|big|more|free) )?(?:money|cash|bucks)',
  '(?:extra|easy|fast|quick|free) (?:money|cash|income)',
  'cash (?:bonus|prize|back|reward)',
  '(?:get|become) rich',
  'double your (?:money|income|revenue|profits?|sales)',
  '(?:make|earn|win) (?:up to )?[$€£]\\s?\\d[\\d.,]*k?',
  'million (?:dollars|euros|pounds)',
  '(?:lowest|best|cheapest|unbeatable) prices?',
  'huge (?:savings|discounts?|profits?)',
  'save big',
  '\\d{1,2}\\s?% off',
  'financial freedom',
  'passive income',
  'big bucks',
  'get paid',
  'why pay more',
]
const MONEY_SIGNS = /[$€£]{2,}/gu

const anyOf = (phrases: readonly string[]): string => `(?:${phrases.join('|').replaceAll(' ', '[\\s-]+')})`

const whole = (phrases: readonly string[]): RegExp =>
  new RegExp(`(?<![\\p{L}\\p{N}])${anyOf(phrases)}(?![\\p{L}\\p{N}])`, 'giu')

const WHOLE_PHRASES = whole(PHRASES)
const WHOLE_MONEY = whole(MONEY)
/** Of every list the beginning of a phrase: most texts have none, and classes of Unicode's letters take three times as long. */
const ANY_PHRASE = new RegExp(`(?<![a-z])${anyOf([...PHRASES, ...MONEY])}`, 'iu')

function found(text: string, pattern: RegExp): string[] {
  const pieces = text.match(pattern)
  return pieces === null ? [] : [...new Set(pieces.map((piece) => piece.replaceAll(/\s+/g, ' ')))]
}

const isCapital = (word: string): boolean =>
  word.length > 1 && word === word.toUpperCase() && word !== word.toLowerCase()

/** Two or more signs without a small letter, which every word in capitals has: most texts have none. */
const ANY_CAPITALS = /[A-Z\u0080-\u1fff\u2070-\uffff][A-Z0-9'’\u0080-\u1fff\u2070-\uffff]+(?![A-Za-z0-9'])/

/** Words in capitals that are neither an acronym nor a name of the prospect, where there are enough to be loud. */
function shouted(text: string, ofProspect: readonly string[]): string[] {
  if (!ANY_CAPITALS.test(text)) return []
  const names = new Set(ofProspect)
  const all = text.match(/\p{L}[\p{L}\p{M}\p{N}'’]*/gu) ?? []
  const isLoud = (word: string): boolean =>
    isCapital(word) && word.length > 3 && !ACRONYMS.has(word) && !names.has(word.toLowerCase())
  const capitals = all.filter((word) => isCapital(word) && !names.has(word.toLowerCase()))
  if (capitals.length === 0) return []
  const loud = capitals.filter(isLoud)
  const isPair = all.some((word, at) => isLoud(word) && isLoud(all[at + 1] ?? ''))
  const isMost = loud.length > 0 && capitals.join('').length * 3 > all.join('').length
  const shouts = capitals.filter((word) => SHOUTS.has(word))
  if (isPair || isMost || loud.length > 2 || shouts.length > 0) return [...new Set([...shouts, ...loud])]
  return []
}

/** More than two exclamation marks, or two beside each other; signs without a word are no message. */
function exclaimed(text: string): string[] {
  const marks = text.match(/[!！]/g)
  if (marks === null || !/\p{L}{2}/u.test(text)) return []
  return marks.length > 2 || /[!！]\s?[!！]/u.test(text) ? [`${marks.length} exclamation marks`] : []
}

const shortened = (text: string): string[] =>
  text.includes('/') ? found(text, SHORTENERS).map((link) => words(link)[0] ?? link) : []

/** Every sign in a text; `names` are words in small letters that may be in capitals. */
export function spamSigns(text: string, names: readonly string[]): SpamSigns {
  const hasPhrases = ANY_PHRASE.test(text)
  return {
    spam_capitals: shouted(text, names),
    spam_exclamation: exclaimed(text),
    spam_shortener: shortened(text),
    spam_phrase: hasPhrases ? found(text, WHOLE_PHRASES) : [],
    spam_money: [...(hasPhrases ? found(text, WHOLE_MONEY) : []), ...found(text, MONEY_SIGNS)],
  }
}
