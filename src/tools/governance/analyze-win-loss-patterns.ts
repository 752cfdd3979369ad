// Why deals are won and lost: by industry, by revenue, by reason, and whether their scores told.
import { z } from 'zod'
import { MAX_LIST } from '../field.ts'
import { percent } from '../../run/figures.ts'
import { r0, r2 } from '../number.ts'
import { interpretationSchema } from '../reading.ts'
import { listed } from '../summary.ts'
import { defineTool } from '../tool.ts'
import { dealsSchema, readDeals, type Deal } from './deal-record.ts'
import {
  icpFrom,
  icpSchema,
  lossPatterns,
  lossPatternSchema,
  mean,
  winPatterns,
  winPatternSchema,
} from './win-patterns.ts'

const DAY_MS = 86_400_000

const decidedOf = (deals: readonly Deal[]): Deal[] => deals.filter(({ outcome }) => outcome !== 'active')

/** Where a time is asked for, only those that are known to have closed in it. */
const inPeriod = (deals: readonly Deal[], days: number, at: number): readonly Deal[] =>
  days === 0 ? deals : deals.filter(({ closedAt }) => closedAt !== null && closedAt >= at - days * DAY_MS)

function summaryOf(deals: readonly Deal[], decided: readonly Deal[]) {
  const won = decided.filter(({ outcome }) => outcome === 'won')
  const lost = decided.filter(({ outcome }) => outcome === 'lost')
  return {
    total_deals: decided.length,
    won_count: won.length,
    lost_count: lost.length,
    active_count: deals.length - decided.length,
    win_rate: decided.length === 0 ? 0 : r2(won.length / decided.length),
    avg_deal_value_won: r2(mean(won.map(({ value }) => value))),
    avg_deal_value_lost: r2(mean(lost.map(({ value }) => value))),
    avg_sales_cycle_won: r0(mean(won.map(({ cycle }) => cycle))),
    avg_sales_cycle_lost: r0(mean(lost.map(({ cycle }) => cycle))),
  }
}

const THRESHOLDS = [0.5, 0.6, 0.7, 0.8, 0.9] as const
const USUAL_THRESHOLD = 0.7

type Scored = { readonly isWon: boolean; readonly score: number }

const scoredOf = (decided: readonly Deal[]): Scored[] =>
  decided.flatMap(({ outcome, score }) => (score === null ? [] : [{ isWon: outcome === 'won', score }]))

/** Which score would have told best who buys; the lowest of equally good ones. */
function insights(scored: readonly Scored[]) {
  let best = { threshold: USUAL_THRESHOLD as number, accuracy: 0 }
  for (const threshold of THRESHOLDS) {
    const right = scored.filter(({ isWon, score }) => score >= threshold === isWon).length
    const accuracy = scored.length === 0 ? 0 : right / scored.length
    if (accuracy > best.accuracy) best = { threshold, accuracy }
  }
  const { threshold, accuracy } = best
  return {
    optimal_threshold: threshold,
    false_positives: scored.filter(({ isWon, score }) => !isWon && score >= threshold).length,
    false_negatives: scored.filter(({ isWon, score }) => isWon && score < threshold).length,
    accuracy: r2(accuracy),
    scored_count: scored.length,
  }
}

const many = (count: number, what: string): string =>
  count === 1 ? `1 deal ${what}` : `${count} deals ${what}`

/** What was taken for granted, or left out, for want of data. */
function assumptionsOf(deals: readonly Deal[], counted: readonly Deal[], days: number): string[] {
  const undated = days === 0 ? 0 : deals.filter(({ closedAt }) => closedAt === null).length
  const assumed = counted.filter(({ isRevenueAssumed }) => isRevenueAssumed).length
  const unknown = counted.filter(({ revenue }) => revenue === null).length
  const branchless = counted.filter(({ industry }) => industry === null).length
  return [
    ...(undated > 0
      ? [`${many(undated, 'without a date that can be read')} left out of the last ${days} days.`]
      : []),
    ...(assumed > 0 ? [`${many(assumed, 'without a revenue')} counted as 0.`] : []),
    ...(unknown > 0 ? [`${many(unknown, 'of unknown revenue')} in no revenue range.`] : []),
    ...(branchless > 0 ? [`${many(branchless, 'without an industry')} counted as Unknown.`] : []),
  ]
}

const period = z.int().min(0).max(36_500)

const input = z.strictObject({
  deals: dealsSchema.refine((records) => decidedOf(readDeals(records).deals).length > 0, {
    error: 'must have at least one deal that was won or lost',
    when: ({ value }) => dealsSchema.safeParse(value).success,
  }),
  min_deals_for_pattern: z.int().min(1).max(MAX_LIST).default(3),
  /** Days until now; 0: all. */
  time_period_days: period.nullish(),
})

export const tool = defineTool({
  name: 'analyze_win_loss_patterns',
  input,
  output: z.strictObject({
    summary: z.strictObject({
      total_deals: z.int().min(0),
      won_count: z.int().min(0),
      lost_count: z.int().min(0),
      active_count: z.int().min(0),
      win_rate: z.number().min(0).max(1),
      avg_deal_value_won: z.number(),
      avg_deal_value_lost: z.number(),
      avg_sales_cycle_won: z.number(),
      avg_sales_cycle_lost: z.number(),
    }),
    win_patterns: z.array(winPatternSchema),
    loss_patterns: z.array(lossPatternSchema),
    icp_recommendations: z.array(icpSchema),
    qualification_insights: z.strictObject({
      optimal_threshold: z.number(),
      false_positives: z.int().min(0),
      false_negatives: z.int().min(0),
      accuracy: z.number().min(0).max(1),
      /** Deals with a score: what the threshold rests on. */
      scored_count: z.int().min(0),
    }),
    /** insufficient_data: no deal of the period was won or lost. */
    verdict: z.enum(['sufficient_data', 'insufficient_data']),
    assumptions: z.array(z.string()),
    /** What was read differently from what came. */
    interpreted: z.array(interpretationSchema),
  }),
  run: ({ deals: records, min_deals_for_pattern: minimum, time_period_days }, { at }) => {
    const { deals, interpreted } = readDeals(records)
    const days = time_period_days ?? 0
    const counted = inPeriod(deals, days, at)
    const decided = decidedOf(counted)
    const patterns = winPatterns(decided, minimum)
    return {
      summary: summaryOf(counted, decided),
      win_patterns: patterns,
      loss_patterns: lossPatterns(decided.filter(({ outcome }) => outcome === 'lost')),
      icp_recommendations: icpFrom(patterns),
      qualification_insights: insights(scoredOf(decided)),
      verdict: decided.length === 0 ? ('insufficient_data' as const) : ('sufficient_data' as const),
      assumptions: assumptionsOf(deals, decided, days),
      interpreted: [...interpreted],
    }
  },
  summary: ({ summary, verdict, win_patterns, loss_patterns, icp_recommendations, assumptions }) => [
    `won and lost deals: ${verdict.replaceAll('_', ' ')}, ${summary.won_count} of ${summary.total_deals} won (${percent(summary.win_rate)}), ${summary.active_count} active`,
    ...listed(
      'won',
      win_patterns.map(
        ({ pattern_value, win_rate, win_rate_interval: { low, high }, deal_count, recommendation }) =>
          `${pattern_value}: ${percent(win_rate)} of ${deal_count} deals (${percent(low)} to ${percent(high)}). ${recommendation}`,
      ),
    ),
    ...listed(
      'lost',
      loss_patterns.map(
        ({ loss_reason, count, percentage, recommendation }) =>
          `${loss_reason.replaceAll('_', ' ')}: ${count} (${percent(percentage)}). ${recommendation}`,
      ),
    ),
    ...listed(
      'look for',
      icp_recommendations.map(({ recommended, rationale }) => `${recommended}. ${rationale}`),
    ),
    ...listed('assumed', assumptions),
  ],
})
