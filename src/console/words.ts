// How times, amounts and names are said to people.

/** Names of the API as people read them: draft_outbound_message is "draft outbound message". */
export const plain = (name: string): string => name.replaceAll('_', ' ')

const UNITS = [
  [86_400_000, 'd'],
  [3_600_000, 'h'],
  [60_000, 'min'],
  [1000, 's'],
] as const

/** The two largest units of a time span: "3 h 20 min". */
export function duration(ms: number): string {
  if (ms < 1000) return `${Math.max(0, Math.round(ms))} ms`
  const parts: string[] = []
  let rest = ms
  for (const [size, name] of UNITS) {
    const count = Math.floor(rest / size)
    rest -= count * size
    if (count > 0) parts.push(`${count} ${name}`)
    else if (parts.length > 0) break
    if (parts.length === 2) break
  }
  return parts.join(' ')
}

const numbers = new Intl.NumberFormat('en', { maximumFractionDigits: 2 })

/** With thousands marked, and at most two decimals. */
export const number = (value: number): string => numbers.format(value)

/** A share as per cent, without decimals above one; what is not all of it is not said to be. */
export function percent(share: number): string {
  if (share > 0 && share < 0.01) return '< 1 %'
  if (share > 0.99 && share < 1) return '> 99 %'
  return `${numbers.format(Math.round(share * 100))} %`
}

const TURNING = /[\u202a-\u202e\u2066-\u2069]/

/** Whether a text has characters that make it read otherwise than it is written. */
export const turnsWords = (text: string): boolean => TURNING.test(text)

/** As the registry counts what a call costs. */
export const costUnits = (value: number): string => `${number(value)} cost unit${value === 1 ? '' : 's'}`

const INSTANT = /\b(\d{4}-\d\d-\d\dT\d\d:\d\d)(?::\d\d(?:\.\d+)?)?(Z|[+-]\d\d:\d\d)/g
const days = new Intl.DateTimeFormat('en-GB', {
  weekday: 'short',
  day: 'numeric',
  month: 'short',
  year: 'numeric',
  hour: '2-digit',
  minute: '2-digit',
  timeZone: 'UTC',
})

/** A line of a tool with its instants as people write them, each on the clock that it names: a meeting keeps its zone. */
export const dated = (line: string): string =>
  line.replaceAll(INSTANT, (_, clock: string, zone: string) => {
    const at = new Date(`${clock}Z`)
    if (Number.isNaN(at.getTime())) return `${clock}${zone}`
    return `${days.format(at)} ${zone === 'Z' ? 'UTC' : `UTC${zone}`}`
  })

const UNIT_NAMES: Readonly<Record<string, string>> = {
  calls: 'calls',
  cost: 'cost units',
  llm_tokens: 'tokens',
  llm_micro_usd: 'USD',
}
export const unitName = (unit: string): string => UNIT_NAMES[unit] ?? plain(unit)

/** Money comes in micro-dollars. */
export const amount = (unit: string, value: number): string =>
  unit === 'llm_micro_usd' ? number(value / 1e6) : number(value)

const STATUS_WORDS: Readonly<Record<string, string>> = {
  waiting: 'waits for a person',
  awaiting_approval: 'waits for a person',
  reviewing: 'waits for a person',
  changes_requested: 'sent back',
  unknown: 'outcome unknown',
  partial: 'partly done',
  // Of an adapter: its breaker is.
  open: 'cut off',
  half_open: 'being tried again',
}
export const statusWords = (status: string): string => STATUS_WORDS[status] ?? plain(status)

const TONES: Readonly<Record<string, 'ok' | 'warn' | 'bad' | 'brand'>> = {
  succeeded: 'ok',
  completed: 'ok',
  approved: 'ok',
  low: 'ok',
  enabled: 'ok',
  waiting: 'warn',
  awaiting_approval: 'warn',
  reviewing: 'warn',
  changes_requested: 'warn',
  pending: 'warn',
  degraded: 'warn',
  partial: 'warn',
  medium: 'warn',
  retrying: 'warn',
  unknown: 'bad',
  failed: 'bad',
  denied: 'bad',
  expired: 'bad',
  high: 'bad',
  critical: 'bad',
  open: 'bad',
  half_open: 'warn',
  running: 'brand',
  accepted: 'brand',
}
/** The colour that says how it stands; plain where it says nothing. */
export const toneOf = (word: string): string => TONES[word] ?? 'plain'
