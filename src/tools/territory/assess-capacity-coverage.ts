// Where the load does not fit those who carry it: territories without a rep, with too much, or with too little.
import { z } from 'zod'
import { valueRule } from '../../events/checks/value-rule.ts'
import { memoize } from '../../cache.ts'
import { MAX_LIST, recordWith } from '../field.ts'
import { percent } from '../number.ts'
import { readAmount } from '../reading-amount.ts'
import { addProblems, interpretationSchema, takeFirst, type Reading, type Taken } from '../reading.ts'
import { listed } from '../summary.ts'
import { defineTool } from '../tool.ts'
import { findTerritoryFields, readTerritoryId, type TerritoryField } from './territory.ts'

/** Accounts that one rep handles. */
const PER_REP = 100
const VERY_HIGH = 1.2
const LOW = 0.5
/** A share of 1000 % says that percents were meant. */
const MOST_LOAD = 10
/** Of accounts and reps in one territory. */
const MOST = 1e9

type RawRecord = Readonly<Record<string, unknown>>

/** A count that is not there is 0, as nobody filled in the column; one that says nothing is unknown (null). */
type Coverage = { readonly id: string; readonly accounts: number | null; readonly reps: number | null }

function readCoverage(record: RawRecord, index: number) {
  const { found, ignored } = findTerritoryFields(record)
  const take = <T>(field: TerritoryField, read: (value: unknown) => Reading<T | null>): Taken<T> =>
    takeFirst<T>(found.get(field), { field, at: ['territories', index], read })
  const id = take('territory_id', readTerritoryId)
  const accounts = take('account_count', (value) => readAmount(value, { min: 0, max: MOST, isCount: true }))
  // Half a rep is one who works half the time.
  const reps = take('rep_count', (value) =>
    readAmount(value, { min: 0, max: MOST, step: 0.01, isCount: true }),
  )
  const coverage: Coverage = {
    id: id.value ?? 'unknown',
    accounts: found.has('account_count') ? accounts.value : 0,
    reps: found.has('rep_count') ? reps.value : 0,
  }
  const all = [id, accounts, reps]
  return {
    coverage,
    problems: all.flatMap(({ problems }) => problems),
    interpreted: all.flatMap(({ interpreted }) => interpreted),
    // It is understood, and no figure here rests on it.
    ignored: [...ignored, ...(found.get('capacity_per_rep') ?? []).map(({ key }) => key)].map(
      (key) => `territories.${index}.${key}`,
    ),
  }
}

/** Once for each list: for the check of the input and for the judgement. */
const readAll = memoize((records: readonly RawRecord[]) => {
  const read = records.map(readCoverage)
  return {
    territories: read.map(({ coverage }) => coverage),
    problems: read.flatMap(({ problems }) => problems),
    interpreted: read.flatMap(({ interpreted }) => interpreted),
    ignored: read.flatMap(({ ignored }) => ignored),
  }
})

const gapSchema = z.strictObject({
  territory_id: z.string(),
  gap_type: z.enum(['no_rep', 'overloaded', 'underutilized']),
  severity: z.enum(['high', 'medium', 'low']),
  recommendation: z.string(),
})
type Gap = z.output<typeof gapSchema>

type Known = { readonly id: string; readonly accounts: number; readonly reps: number }

function gapOf({ id, accounts, reps }: Known, threshold: number): Gap | null {
  if (reps === 0) {
    const recommendation = `Assign a rep to ${id}: nobody looks after it.`
    return { territory_id: id, gap_type: 'no_rep', severity: 'high', recommendation }
  }
  const load = accounts / (reps * PER_REP)
  if (load > threshold) {
    const recommendation = `${id} is at ${percent(load)} of its capacity: hire, or split it.`
    const severity = load > VERY_HIGH ? 'high' : 'medium'
    return { territory_id: id, gap_type: 'overloaded', severity, recommendation }
  }
  if (load >= LOW) return null
  const recommendation = `${id} is at ${percent(load)} of its capacity: it could take more accounts.`
  return { territory_id: id, gap_type: 'underutilized', severity: 'low', recommendation }
}

const isKnown = (one: Coverage): one is Known => one.accounts !== null && one.reps !== null

const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0)

const count = z.unknown().optional().describe('A number, or a text with one.')

export const tool = defineTool({
  name: 'assess_capacity_coverage',
  input: z.strictObject({
    territories: z
      .array(
        recordWith({
          territory_id: z.unknown().optional().describe('A text.'),
          account_count: count,
          rep_count: count,
        }),
      )
      .max(MAX_LIST)
      .check(valueRule((records, context) => addProblems(context, readAll(records).problems, 1))),
    /** Share of the capacity above which a territory has too much. */
    capacity_threshold: z
      .number()
      .min(0)
      .max(MOST_LOAD, 'must be a share, such as 0.9 for 90 %')
      .default(0.9),
  }),
  output: z.strictObject({
    analysis_id: z.string(),
    /** 1 is full; 0 where nobody works. */
    overall_capacity: z.number().min(0),
    coverage_gaps: z.array(gapSchema),
    summary: z.string(),
    /** Territories whose accounts or reps nobody knows: they are in no figure. */
    unknown: z.array(z.string()),
    /** What was taken for granted. */
    assumptions: z.array(z.string()),
    /** What was read differently from what came. */
    interpreted: z.array(interpretationSchema),
    /** Keys of the territories that were not understood. */
    ignored: z.array(z.string()),
  }),
  run: ({ territories: records, capacity_threshold: threshold }, { traceId }) => {
    const { territories, interpreted, ignored } = readAll(records)
    const known = territories.filter(isKnown)
    const accounts = sum(known.map((one) => one.accounts))
    const reps = sum(known.map((one) => one.reps))
    const overall = reps === 0 ? 0 : accounts / (reps * PER_REP)
    const gaps = known.map((one) => gapOf(one, threshold)).filter((gap) => gap !== null)
    return {
      analysis_id: `cap_${traceId}`,
      overall_capacity: overall,
      coverage_gaps: gaps,
      summary:
        known.length === 0
          ? `Of ${territories.length} territories nobody knows both accounts and reps.`
          : `${known.length} territories with ${reps} reps and ${accounts} accounts are at ${percent(overall)} of their capacity; gaps: ${gaps.length}.`,
      unknown: territories.filter((one) => !isKnown(one)).map(({ id }) => id),
      assumptions: known.length === 0 ? [] : [`A rep is assumed to handle ${PER_REP} accounts.`],
      interpreted,
      ignored,
    }
  },
  summary: ({ summary, coverage_gaps, unknown, assumptions }) => [
    summary,
    ...listed(
      'gap',
      coverage_gaps.map(({ severity, recommendation }) => `${severity}: ${recommendation}`),
    ),
    ...listed('unknown', unknown),
    ...listed('assumed', assumptions),
  ],
})
