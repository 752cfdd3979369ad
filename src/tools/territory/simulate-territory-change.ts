// What moving accounts from one territory to another would do to the load of both. Changes nothing by itself.
import { z } from 'zod'
import { MAX_LIST, labelSchema, outsideIdSchema, whenValid } from '../field.ts'
import { percent } from '../number.ts'
import { defineTool } from '../tool.ts'

/** What stands in for territories that nobody described. */
const ASSUMED = { from: 100, to: 80, reps: 1, capacityPerRep: 100 } as const
const HIGH_LOAD = 0.9
const LOW_LOAD = 0.5

const territoryId = labelSchema.max(200)

const territorySchema = z.strictObject({
  territory_id: territoryId,
  account_count: z.int().min(0),
  rep_count: z.int().min(0),
  /** Accounts that one rep handles. */
  capacity_per_rep: z.int().min(1).optional(),
})
type Territory = z.output<typeof territorySchema>

/** Indexes of what was there before. */
function repeated(items: readonly (string | number)[]): number[] {
  const seen = new Set<string>()
  return items.flatMap((item, index) => (seen.size === seen.add(String(item)).size ? [index] : []))
}

const twice = (path: (string | number)[]) => ({ code: 'custom' as const, path, message: 'is there twice' })

const accountIds = z
  .array(outsideIdSchema)
  .min(1)
  .max(MAX_LIST)
  .superRefine((ids, context) => repeated(ids).forEach((index) => context.addIssue(twice([index]))))

const territoriesSchema = z
  .array(territorySchema)
  .max(MAX_LIST)
  .superRefine((territories, context) =>
    repeated(territories.map((territory) => territory.territory_id)).forEach((index) =>
      context.addIssue(twice([index, 'territory_id'])),
    ),
  )
  .optional()

type Move = { from_territory: string; territories?: readonly Territory[] | undefined }

const found = (territories: readonly Territory[] | undefined, id: string): Territory | undefined =>
  territories?.find((territory) => territory.territory_id === id)

const isKnown = (territories: readonly Territory[] | undefined, id: string): boolean =>
  territories === undefined || found(territories, id) !== undefined

const available = (move: Move): number =>
  found(move.territories, move.from_territory)?.account_count ?? ASSUMED.from

const UNKNOWN_ID = 'is not one of the territories'

const input = z
  .strictObject({
    from_territory: territoryId,
    to_territory: territoryId,
    account_ids: accountIds,
    effective_date: z.union([z.iso.date(), z.iso.datetime({ offset: true })]).optional(),
    /** Where given, they are all that exist; where absent, assumptions stand in and are told. */
    territories: territoriesSchema,
  })
  .refine((move) => move.from_territory !== move.to_territory, {
    path: ['to_territory'],
    error: 'must be another territory than from_territory',
    when: whenValid({ from_territory: territoryId, to_territory: territoryId }),
  })
  .refine((move) => isKnown(move.territories, move.from_territory), {
    path: ['from_territory'],
    error: UNKNOWN_ID,
    when: whenValid({ from_territory: territoryId, territories: territoriesSchema }),
  })
  .refine((move) => isKnown(move.territories, move.to_territory), {
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

type Side = { id: string; current: number; projected: number; load: number | null; assumptions: string[] }

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

function advice(from: Side, to: Side): string[] {
  const lines: string[] = []
  if (to.load === null) lines.push(`WARNING: ${to.id} has no rep. Assign one before the accounts move.`)
  if (to.load !== null && to.load > HIGH_LOAD)
    lines.push(
      `WARNING: ${to.id} would be at ${percent(to.load)} of its capacity. Consider hiring or a split.`,
    )
  if (from.load !== null && from.load < LOW_LOAD)
    lines.push(
      `INFO: ${from.id} would be at ${percent(from.load)} of its capacity. It could take more accounts.`,
    )
  return lines
}

export const tool = defineTool({
  name: 'simulate_territory_change',
  input,
  output: z.strictObject({
    simulation_id: z.string(),
    impact_summary: z.strictObject({ from_territory: impact, to_territory: impact }),
    recommendations: z.array(z.string()),
    requires_approval: z.literal(true),
    approval_reason: z.string(),
    /** What was taken for granted; empty when everything was given. */
    assumptions: z.array(z.string()),
  }),
  run: (move, { traceId }) => {
    const moved = move.account_ids.length
    const { from_territory, to_territory, territories } = move
    const from = sideOf(found(territories, from_territory), {
      id: from_territory,
      assumed: ASSUMED.from,
      change: -moved,
    })
    const to = sideOf(found(territories, to_territory), {
      id: to_territory,
      assumed: ASSUMED.to,
      change: moved,
    })
    const date = move.effective_date === undefined ? '' : ` from ${move.effective_date}`
    return {
      simulation_id: `sim_${traceId}`,
      impact_summary: { from_territory: shown(from), to_territory: shown(to) },
      recommendations: advice(from, to),
      requires_approval: true as const,
      approval_reason: `A move of accounts changes who looks after them and the quota of both territories${date}.`,
      assumptions: [...from.assumptions, ...to.assumptions],
    }
  },
})
