// What deals that were won have in common, and what those that were lost have: shares with the interval in which the
// true share lies, so that three deals do not look like three hundred.
import { z } from 'zod'
import { byFrequency, groupBy } from '../frequency.ts'
import { percent } from '../../run/figures.ts'
import { r2 } from '../number.ts'
import type { Deal } from './deal-record.ts'

/** The lower bound belongs to the range, the upper one to the next. */
const RANGES = [
  { name: '0-10M', from: 0, to: 10e6 },
  { name: '10-50M', from: 10e6, to: 50e6 },
  { name: '50-100M', from: 50e6, to: 100e6 },
  { name: '100M+', from: 100e6, to: Infinity },
] as const

const rangeOf = ({ revenue }: Deal): string | null =>
  revenue === null ? null : (RANGES.find(({ from, to }) => revenue >= from && revenue < to)?.name ?? null)

const UNKNOWN = 'Unknown'
const industryOf = ({ industry }: Deal): string => industry ?? UNKNOWN

const isWon = ({ outcome }: Deal): boolean => outcome === 'won'

/** Of those that are known; 0 where none is. */
export function mean(values: readonly (number | null)[]): number {
  const known = values.filter((value) => value !== null)
  return known.length === 0 ? 0 : known.reduce((sum, value) => sum + value, 0) / known.length
}

const interval = z.strictObject({ low: z.number().min(0).max(1), high: z.number().min(0).max(1) })

/** For 95 % of samples the true share lies within. Wilson, JASA 22 (1927) 209. */
const Z = 1.959963984540054
function wilson(part: number, of: number): z.output<typeof interval> {
  const share = part / of
  const spread = (Z / (1 + Z ** 2 / of)) * Math.sqrt((share * (1 - share)) / of + Z ** 2 / (4 * of ** 2))
  const centre = (share + Z ** 2 / (2 * of)) / (1 + Z ** 2 / of)
  return { low: r2(Math.max(0, centre - spread)), high: r2(Math.min(1, centre + spread)) }
}

export const winPatternSchema = z.strictObject({
  pattern_type: z.enum(['industry', 'revenue_range']),
  pattern_value: z.string(),
  win_rate: z.number().min(0).max(1),
  /** 95 %, Wilson. */
  win_rate_interval: interval,
  /** How many deals it rests on. */
  deal_count: z.int().min(1),
  /** Of those that were won. */
  avg_deal_value: z.number(),
  confidence: z.number().min(0).max(1),
  recommendation: z.string(),
})
export type WinPattern = z.output<typeof winPatternSchema>

export const lossPatternSchema = z.strictObject({
  loss_reason: z.string(),
  count: z.int().min(1),
  /** Share of all losses, 0 to 1. */
  percentage: z.number().min(0).max(1),
  percentage_interval: interval,
  common_attributes: z.array(z.string()),
  recommendation: z.string(),
})

function winAdvice(what: string, rate: number): string {
  if (rate >= 0.7) return `Strong fit: look for more of ${what}.`
  if (rate <= 0.3) return `Poor fit: spend less on ${what}.`
  return `Moderate fit: keep testing ${what}.`
}

type Kind = { readonly type: WinPattern['pattern_type']; readonly minimum: number }

function winPattern(value: string, group: readonly Deal[], { type, minimum }: Kind): WinPattern {
  const won = group.filter(isWon)
  const rate = won.length / group.length
  return {
    pattern_type: type,
    pattern_value: value,
    win_rate: r2(rate),
    win_rate_interval: wilson(won.length, group.length),
    deal_count: group.length,
    avg_deal_value: r2(mean(won.map((deal) => deal.value))),
    confidence: r2(Math.min(1, group.length / (3 * minimum))),
    recommendation: winAdvice(type === 'industry' ? value : `buyers with a revenue of ${value}`, rate),
  }
}

/** Industries in the order in which they first appear, the deals that were won first; then ranges from the lowest. */
export function winPatterns(decided: readonly Deal[], minimum: number): WinPattern[] {
  const ordered = [...decided.filter(isWon), ...decided.filter((deal) => !isWon(deal))]
  const industries = groupBy(ordered, industryOf)
  const ranges = groupBy(ordered, rangeOf)
  const named = [
    ...[...industries].map(([value, group]) => ({ value, group, type: 'industry' as const })),
    ...RANGES.map(({ name }) => ({
      value: name,
      group: ranges.get(name) ?? [],
      type: 'revenue_range' as const,
    })),
  ]
  return named
    .filter(({ group }) => group.length >= minimum)
    .map(({ value, group, type }) => winPattern(value, group, { type, minimum }))
}

const LOSS_ADVICE: Readonly<Record<string, string>> = {
  price: 'Sell the value earlier, and name the price before it surprises anybody.',
  timing: 'Ask for the date of the decision in the first conversation.',
  no_budget: 'Ask who releases the budget before a proposal is written.',
  competitor: 'Say sooner and more plainly what we do that they do not.',
  no_decision: 'Find what it costs the buyer to do nothing, and who owns the decision.',
  poor_fit: 'Disqualify such accounts earlier.',
  champion_left: 'Know more than one person in every deal.',
}

function commonAttributes(losses: readonly Deal[]): string[] {
  const [industry] = byFrequency(losses.map(industryOf))
  const [range] = byFrequency(losses.map(rangeOf).filter((name) => name !== null))
  return [
    ...(industry && industry.count >= 2 ? [`Industry: ${industry.value}`] : []),
    ...(range && range.count >= 2 ? [`Revenue: ${range.value}`] : []),
  ]
}

/** The most frequent reason first; of equal ones the one that was seen first. */
export function lossPatterns(lost: readonly Deal[]): z.output<typeof lossPatternSchema>[] {
  const groups = groupBy(lost, ({ lossReason }) => lossReason)
  return byFrequency(lost.map(({ lossReason }) => lossReason)).map(({ value, count }) => ({
    loss_reason: value,
    count,
    percentage: r2(count / lost.length),
    percentage_interval: wilson(count, lost.length),
    common_attributes: commonAttributes(groups.get(value) ?? []),
    recommendation: LOSS_ADVICE[value] ?? 'Write down why: a reason that nobody knows teaches nothing.',
  }))
}

const GOOD = 0.6

export const icpSchema = z.strictObject({
  attribute: z.enum(['target_industries', 'revenue_range']),
  current: z.string(),
  recommended: z.string(),
  rationale: z.string(),
  confidence: z.number().min(0).max(1),
})

const ATTRIBUTES = [
  { attribute: 'target_industries', type: 'industry', said: 'These industries' },
  { attribute: 'revenue_range', type: 'revenue_range', said: 'Buyers of this revenue' },
] as const

const wonOf = ({ pattern_value, win_rate, deal_count }: WinPattern): string =>
  `${pattern_value} ${percent(win_rate)} of ${deal_count} deals`

/** What the ideal customer should look like, by the patterns that win. */
export function icpFrom(patterns: readonly WinPattern[]): z.output<typeof icpSchema>[] {
  return ATTRIBUTES.flatMap(({ attribute, type, said }) => {
    const good = patterns.filter(({ pattern_type, win_rate }) => pattern_type === type && win_rate >= GOOD)
    if (good.length === 0) return []
    return [
      {
        attribute,
        current: UNKNOWN,
        recommended: good.map(({ pattern_value }) => pattern_value).join(', '),
        rationale: `${said} are won more often than lost: ${good.map(wonOf).join(', ')}.`,
        confidence: r2(mean(good.map(({ confidence }) => confidence))),
      },
    ]
  })
}
