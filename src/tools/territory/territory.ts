// Territories as people have them: under the headings of a spreadsheet, counts as text.
import { memoize } from '../../cache.ts'
import { readNumber } from '../reading-number.ts'
import {
  fieldFinder,
  isPlaceholder,
  kindOf,
  readText,
  takeFirst,
  type Interpretation,
  type Reading,
  type ReadingProblem,
  type Taken,
} from '../reading.ts'
import { cleanText } from '../text.ts'

/** The columns of a territory under whatever headings. */
export const findTerritoryFields = fieldFinder({
  territory_id: ['territory', 'territory name', 'id', 'name'],
  account_count: ['accounts', '# accounts', 'number of accounts', 'account number', 'no of accounts'],
  rep_count: ['reps', '# reps', 'number of reps', 'sales reps', 'headcount', 'no of reps'],
  capacity_per_rep: ['capacity', 'accounts per rep', 'rep capacity', 'max accounts per rep'],
  region: [],
})

export type TerritoryField = 'territory_id' | 'account_count' | 'rep_count' | 'capacity_per_rep'

export type Territory = {
  readonly id: string
  /** Under which the id came. */
  readonly key: string
  readonly account_count: number
  readonly rep_count: number
  /** Accounts that one rep handles; null where nobody says. */
  readonly capacity_per_rep: number | null
}

export type TerritoriesReading = {
  /** Those that were read whole or in part; with problems, the parts that are missing stand as 0. */
  readonly territories: readonly Territory[]
  readonly problems: readonly ReadingProblem[]
  readonly interpreted: Interpretation[]
  readonly ignored: string[]
}

/** A territory may well be called NA, so no text but an empty one stands for a missing name. */
export const readTerritoryId = (value: unknown): Reading<string | null> =>
  typeof value === 'string' && /^\s*\S{1,200}\s*$/.test(value)
    ? { value: cleanText(value), rule: null }
    : readText(value, 200)

/** A whole number of things, written as a number or as a text. */
function readCount(value: unknown, min: number): Reading<number | null> {
  const wanted = `must be a whole number of at least ${min}`
  if (isPlaceholder(value)) return { value: null, rule: typeof value === 'string' ? 'placeholder' : null }
  const isText = typeof value === 'string' && value.length <= 200
  const read = isText ? readNumber(value, { isCount: true }) : null
  const count = read?.kind === 'value' ? read.value : value
  if (typeof count === 'number' && Number.isSafeInteger(count) && count >= min)
    return { value: count, rule: read?.kind === 'value' ? read.rule : null }
  return { problem: `${wanted}; it is ${typeof count === 'number' ? 'another number' : kindOf(value)}` }
}

function readTerritory(record: Readonly<Record<string, unknown>>, index: number) {
  const { found, ignored } = findTerritoryFields(record)
  // Where a move names territories by their region, the region is the name.
  const names = found.get('territory_id') ?? found.get('region')
  const take = <T>(field: TerritoryField, read: (value: unknown) => Reading<T | null>): Taken<T> =>
    takeFirst<T>(field === 'territory_id' ? names : found.get(field), {
      field,
      at: ['territories', index],
      read,
    })
  const id = take('territory_id', readTerritoryId)
  const accounts = take('account_count', (value) => readCount(value, 0))
  const reps = take('rep_count', (value) => readCount(value, 0))
  const capacity = take('capacity_per_rep', (value) => readCount(value, 1))
  const missing = Object.entries({ territory_id: id, account_count: accounts, rep_count: reps })
    .filter(([, { value, problems }]) => value === null && problems.length === 0)
    .map(([field]) => ({ path: ['territories', index, field], message: 'is required' }))
  return {
    territory: {
      id: id.value ?? '',
      key: names?.[0]?.key ?? 'territory_id',
      account_count: accounts.value ?? 0,
      rep_count: reps.value ?? 0,
      capacity_per_rep: capacity.value,
    },
    problems: [...[id, accounts, reps, capacity].flatMap(({ problems }) => problems), ...missing],
    interpreted: [id, accounts, reps, capacity].flatMap((one) => one.interpreted),
    ignored: ignored.map((key) => `territories.${index}.${key}`),
  }
}

/** Once for each list: its checks and the simulation ask for it again and again. */
export const readTerritories = memoize(
  (records: readonly Readonly<Record<string, unknown>>[]): TerritoriesReading => {
    const read = records.map(readTerritory)
    return {
      territories: read.map(({ territory }) => territory),
      problems: read.flatMap(({ problems }) => problems),
      interpreted: read.flatMap(({ interpreted }) => interpreted),
      ignored: read.flatMap(({ ignored }) => ignored),
    }
  },
)
