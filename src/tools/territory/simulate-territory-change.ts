// What moving accounts from one territory to another would do to the load of both. Changes nothing by itself.
import { z } from 'zod'
import { valueRule } from '../../events/checks/value-rule.ts'
import { MAX_LIST, labelSchema, outsideIdSchema, recordWith, whenValid } from '../field.ts'
import { percent } from '../number.ts'
import { readDate } from '../reading-date.ts'
import { addProblems, interpretationSchema, isPlaceholder } from '../reading.ts'
import { cleanText, foldText } from '../text.ts'
import { listed } from '../summary.ts'
import { defineTool } from '../tool.ts'
import { readTerritories, type Territory } from './territory.ts'

/** What stands in for territories that nobody described. */
const ASSUMED = { from: 100, to: 80, reps: 1, capacityPerRep: 100 } as const
const HIGH_LOAD = 0.9
const LOW_LOAD = 0.5

const territoryId = labelSchema.max(200)

/** Indexes of what was there before. */
function repeated(items: readonly string[]): number[] {
  const seen = new Set<string>()
  return items.flatMap((item, index) => (seen.size === seen.add(item).size ? [index] : []))
}

const twice = (path: (string | number)[]) => ({ code: 'custom' as const, path, message: 'is there twice' })

/** Ids differ by case: those of some sources do. */
const accountIds = z
  .array(outsideIdSchema)
  .min(1)
  .max(MAX_LIST)
  .check(
    valueRule((ids, context) =>
      repeated(ids.map((id) => cleanText(String(id)))).forEach((index) => context.addIssue(twice([index]))),
    ),
  )

const count = z.unknown().optional().describe('A whole number, or a text with one.')

const territoriesSchema = z
  .array(
    recordWith({
      territory_id: z.unknown().optional().describe('A text.'),
      account_count: count,
      rep_count: count,
      capacity_per_rep: count,
    }),
  )
  .max(MAX_LIST)
  .check(
    valueRule((records, context) => {
      const { territories, problems } = readTerritories(records)
      addProblems(context, problems, 1)
      repeated(territories.map(({ id }) => foldText(id))).forEach((index) =>
        context.addIssue(twice([index, territories[index]?.key ?? 'territory_id'])),
      )
    }),
  )
  .nullish()

const effectiveDate = z.string().check(
  valueRule((text, context) => {
    const reading = readDate(text)
    const message = 'problem' in reading ? reading.problem : reading.wanted
    if (message !== undefined) context.addIssue({ code: 'custom', message })
  }),
)

type Move = {
  readonly from_territory: string
  readonly territories?: readonly Readonly<Record<string, unknown>>[] | null | undefined
}

const territoriesOf = ({ territories }: Move): readonly Territory[] | null =>
  territories ? readTerritories(territories).territories : null

/** Whatever the case: a territory is named by people. */
const found = (territories: readonly Territory[] | null, id: string): Territory | undefined =>
  territories?.find((territory) => foldText(territory.id) === foldText(id))

const isKnown = (move: Move, id: string): boolean =>
  !move.territories || found(territoriesOf(move), id) !== undefined

const available = (move: Move): number =>
  found(territoriesOf(move), move.from_territory)?.account_count ?? ASSUMED.from

const UNKNOWN_ID = 'is not one of the territories'

const input = z
  .strictObject({
    from_territory: territoryId,
    to_territory: territoryId,
    account_ids: accountIds,
    effective_date: effectiveDate.nullish(),
    /** Where given, they are all that exist; where absent, assumptions stand in, are told, and nothing is recommended. */
    territories: territoriesSchema,
  })
  .refine((move) => foldText(move.from_territory) !== foldText(move.to_territory), {
    path: ['to_territory'],
    error: 'must be another territory than from_territory',
    when: whenValid({ from_territory: territoryId, to_territory: territoryId }),
  })
  .refine((move) => isKnown(move, move.from_territory), {
    path: ['from_territory'],
    error: UNKNOWN_ID,
    when: whenValid({ from_territory: territoryId, territories: territoriesSchema }),
  })
  .refine((move) => isKnown(move, move.to_territory), {
    path: ['to_territory'],
    error: UNKNOWN_ID,
    when: whenValid({ to_territory: territoryId, territories: territoriesSchema }),
  })
  .refine((move) => move.account_ids.length <= available(move), {
    path: ['account_ids'],
    error: 'must not be more than from_territory has',
    when: whenValid({ from_territory: territoryId, account_ids: accountIds, territories: territoriesSchema }),
  })

const impact = z.strictObject({
  current_accounts: z.int().min(0),
  projected_accounts: z.int().min(0),
  /** 1 is full; null: nobody works there. */
  capacity_utilization: z.number().min(0).nullable(),
})

type Side = {
  readonly id: string
  readonly current: number
  readonly projected: number
  /** 1 is full; null: nobody works there. */
  readonly load: number | null
  /** Empty where everything was given: only then the load is worth advice. */
  readonly assumptions: readonly string[]
}

function sideOf(
  territory: Territory | undefined,
  side: { id: string; assumed: number; change: number },
): Side {
  const perRep = territory?.capacity_per_rep ?? ASSUMED.capacityPerRep
  const reps = territory?.rep_count ?? ASSUMED.reps
  const current = territory?.account_count ?? side.assumed
  const projected = current + side.change
  const assumptions: string[] = []
  if (!territory) assumptions.push(`${side.id} is assumed to have ${current} accounts and ${reps} rep.`)
  if (!territory?.capacity_per_rep)
    assumptions.push(`A rep of ${side.id} is assumed to handle ${perRep} accounts.`)
  return {
    id: side.id,
    current,
    projected,
    load: reps === 0 ? null : projected / (reps * perRep),
    assumptions,
  }
}

const shown = (side: Side) => ({
  current_accounts: side.current,
  projected_accounts: side.projected,
  capacity_utilization: side.load,
})

/** Nothing is recommended from a load that was assumed. */
const isGiven = (side: Side): boolean => side.load === null || side.assumptions.length === 0

function advice(from: Side, to: Side): string[] {
  const lines: string[] = []
  if (to.load === null) lines.push(`WARNING: ${to.id} has no rep. Assign one before the accounts move.`)
  if (to.load !== null && to.load > HIGH_LOAD && isGiven(to))
    lines.push(
      `WARNING: ${to.id} would be at ${percent(to.load)} of its capacity. Consider hiring or a split.`,
    )
  if (from.load !== null && from.load < LOW_LOAD && isGiven(from))
    lines.push(
      `INFO: ${from.id} would be at ${percent(from.load)} of its capacity. It could take more accounts.`,
    )
  return lines
}

function assumptionsOf(from: Side, to: Side): string[] {
  const assumed = [...from.assumptions, ...to.assumptions]
  const silent = [from, to].filter((side) => !isGiven(side)).map((side) => side.id)
  if (silent.length === 0) return assumed
  return [...assumed, `Nothing is recommended for ${silent.join(' and ')}: that load rests on assumptions.`]
}

const dateOf = (given: string | null | undefined): string =>
  given === null || given === undefined || isPlaceholder(given) ? '' : ` from ${cleanText(given)}`

/** One side of a change in words. */
function moved(what: string, side: z.output<typeof impact>): string {
  const { current_accounts: before, projected_accounts: after, capacity_utilization: load } = side
  const used = load === null ? 'nobody works there' : `${percent(load)} of its capacity`
  return `the territory that ${what} accounts: ${before} become ${after}, ${used}`
}

export const tool = defineTool({
  name: 'simulate_territory_change',
  input,
  output: z.strictObject({
    simulation_id: z.string(),
    impact_summary: z.strictObject({ from_territory: impact, to_territory: impact }),
    /** sufficient_data: accounts, reps and capacity of both territories were given. */
    verdict: z.enum(['sufficient_data', 'insufficient_data']),
    recommendations: z.array(z.string()),
    requires_approval: z.literal(true),
    approval_reason: z.string(),
    /** What was taken for granted; empty when everything was given. */
    assumptions: z.array(z.string()),
    /** What was read differently from what came. */
    interpreted: z.array(interpretationSchema),
    /** Keys of the territories that were not understood. */
    ignored: z.array(z.string()),
  }),
  run: (move, { traceId }) => {
    const moved = move.account_ids.length
    const { territories, interpreted, ignored } = readTerritories(move.territories ?? [])
    const known = move.territories ? territories : null
    const [fromId, toId] = [cleanText(move.from_territory), cleanText(move.to_territory)]
    const from = sideOf(found(known, fromId), { id: fromId, assumed: ASSUMED.from, change: -moved })
    const to = sideOf(found(known, toId), { id: toId, assumed: ASSUMED.to, change: moved })
    const isKnownWhole = isGiven(from) && isGiven(to)
    return {
      simulation_id: `sim_${traceId}`,
      impact_summary: { from_territory: shown(from), to_territory: shown(to) },
      verdict: isKnownWhole ? ('sufficient_data' as const) : ('insufficient_data' as const),
      recommendations: advice(from, to),
      requires_approval: true as const,
      approval_reason: `A move of accounts changes who looks after them and the quota of both territories${dateOf(move.effective_date)}.`,
      assumptions: assumptionsOf(from, to),
      interpreted,
      ignored,
    }
  },
  summary: ({ verdict, impact_summary, recommendations, assumptions }) => [
    verdict === 'sufficient_data'
      ? 'territory change: what it would do to both sides'
      : 'territory change: too little is known of the territories for advice',
    `  ${moved('gives', impact_summary.from_territory)}`,
    `  ${moved('takes', impact_summary.to_territory)}`,
    ...listed('next', recommendations),
    ...listed('assumed', assumptions),
  ],
})
