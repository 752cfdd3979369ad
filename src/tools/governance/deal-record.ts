// Closed deals as people have them: under the headings of a CRM or a spreadsheet, nested or one row each. Used by the
// tools that learn from them.
import { z } from 'zod'
import { valueRule } from '../../events/checks/value-rule.ts'
import { isRecord } from '../../events/json.ts'
import { memoize } from '../../cache.ts'
import { MAX_LIST, recordWith } from '../field.ts'
import { findAccountFields } from '../intelligence/account-headings.ts'
import { readAccount } from '../intelligence/account-record.ts'
import { readAmount, type AmountBounds } from '../reading-amount.ts'
import { readDate } from '../reading-date.ts'
import {
  addProblems,
  fieldFinder,
  isPlaceholder,
  keyOf,
  kindOf,
  readAnswer,
  readText,
  takeFirst,
  type Interpretation,
  type Reading,
  type ReadingProblem,
  type Fields,
  type Taken,
} from '../reading.ts'
import { tokens } from '../text.ts'
import { readContacts, type Contact } from './contact-record.ts'

export const OUTCOMES = ['won', 'lost', 'active'] as const
export type DealOutcome = (typeof OUTCOMES)[number]

const findFields = fieldFinder({
  deal_id: ['id', 'deal', 'opportunity id', 'record id', 'deal name', 'opportunity name'],
  outcome: ['status', 'stage', 'deal stage', 'stage name', 'result', 'won', 'is won'],
  account: ['company', 'organization', 'customer'],
  deal_value: [
    'amount',
    'value',
    'deal amount',
    'deal size',
    'acv',
    'tcv',
    'est revenue',
    'estimated revenue',
  ],
  sales_cycle_days: ['sales cycle', 'cycle days', 'days to close', 'age', 'age days', 'deal age'],
  close_date: [
    'closed date',
    'closed at',
    'closed on',
    'close time',
    'won time',
    'lost time',
    'actual close date',
  ],
  loss_reason: ['lost reason', 'reason lost', 'closed lost reason', 'reason for loss', 'loss category'],
  qualification_score: ['score', 'qualification'],
  contacts: ['contact roles', 'people', 'stakeholders'],
  win_factors: ['win reason', 'closed won reason', 'reason won'],
})

const WORDS: ReadonlyMap<string, DealOutcome> = new Map([
  ...['won', 'closedwon', 'win', 'closewon', 'signed'].map((word) => [word, 'won'] as const),
  ...['lost', 'closedlost', 'loss', 'closelost', 'cancelled', 'canceled'].map(
    (word) => [word, 'lost'] as const,
  ),
  ...['active', 'open', 'pipeline', 'inprogress', 'pending'].map((word) => [word, 'active'] as const),
])

const OUTCOME_TAKEN = 'must be won, lost or active, or as a CRM says it, such as "Closed Won"'

/** `key` is the heading: of a column that asks whether the deal is won, yes and no are answers. */
function readOutcome(value: unknown, key: string): Reading<DealOutcome | null> {
  if (isPlaceholder(value)) return { value: null, rule: typeof value === 'string' ? 'placeholder' : null }
  if (['won', 'iswon'].includes(keyOf(key))) {
    const answer = readAnswer(value)
    if (!('problem' in answer)) return { value: answer.value ? 'won' : 'lost', rule: 'answer' }
  }
  if (typeof value !== 'string') return { problem: `${OUTCOME_TAKEN}; it is ${kindOf(value)}` }
  const outcome = WORDS.get(keyOf(value))
  if (outcome === undefined) return { problem: `${OUTCOME_TAKEN}; it is a text that is none of these` }
  return { value: outcome, rule: outcome === value ? null : 'outcome' }
}

export type Deal = {
  readonly outcome: DealOutcome
  readonly industry: string | null
  /** In whatever currency it came; null: nobody knows. */
  readonly revenue: number | null
  /** Nobody said anything of it: it counts as 0. */
  readonly isRevenueAssumed: boolean
  /** null: nobody can read it. One that is not there at all is 0, and so is a cycle. */
  readonly value: number | null
  /** Days. */
  readonly cycle: number | null
  /** Epoch milliseconds; null: nobody knows. */
  readonly closedAt: number | null
  readonly lossReason: string
  /** 0 to 1; null: nobody scored it. */
  readonly score: number | null
  readonly contacts: readonly Contact[]
}

export type DealsReading = {
  readonly deals: readonly Deal[]
  readonly problems: readonly ReadingProblem[]
  readonly interpreted: readonly Interpretation[]
}

type RawRecord = Readonly<Record<string, unknown>>
type Field = Parameters<ReturnType<typeof findFields>['found']['get']>[0]

/** Reasons are compared by their words alone: "No budget" is no_budget. */
const reasonOf = (text: string): string => tokens(text).join('_') || 'other'

/** Who bought: a record of its own, or the columns that a row of a spreadsheet has beside those of the deal. */
function accountOf(record: RawRecord, { found, ignored }: Fields<Field>): RawRecord {
  const nested = found.get('account')?.find(({ value }) => isRecord(value))?.value
  if (isRecord(nested)) return nested
  return Object.fromEntries(ignored.map((key) => [key, record[key]]))
}

/** Revenue that is not there at all counts as 0, which the tools tell; what is there and says nothing is unknown. */
function buyerOf(record: RawRecord, fields: Fields<Field>) {
  const account = accountOf(record, fields)
  const { revenue, industry } = readAccount(account, 'account')
  const isGiven = findAccountFields(account).found.has('revenue')
  const known = revenue?.value ?? revenue?.range?.min ?? null
  return { industry, revenue: isGiven ? known : 0, isRevenueAssumed: !isGiven }
}

function readDeal(record: RawRecord, index: number) {
  const fields = findFields(record)
  const taken: Taken<unknown>[] = []
  const take = <T>(field: Field, read: (value: unknown, key: string) => Reading<T | null>): T | null => {
    const one = takeFirst<T>(fields.found.get(field), { field, at: ['deals', index], read })
    taken.push(one)
    return one.value
  }
  const amount = (field: Field, bounds: AmountBounds): number | null =>
    fields.found.has(field) ? take(field, (value) => readAmount(value, bounds)) : 0
  const outcome = take('outcome', readOutcome)
  const contacts = readContacts(fields.found.get('contacts')?.[0], ['deals', index])
  const deal: Deal = {
    outcome: outcome ?? 'active',
    ...buyerOf(record, fields),
    value: amount('deal_value', {}),
    cycle: amount('sales_cycle_days', { min: 0, isCount: true }),
    closedAt: take('close_date', readDate),
    lossReason: reasonOf(take('loss_reason', (value) => readText(value, 200)) ?? 'other'),
    score: take('qualification_score', (value) => readAmount(value, { min: 0, max: 1 })),
    contacts: contacts.value,
  }
  const problems = [...taken.flatMap((one) => one.problems), ...contacts.problems]
  if (outcome === null && !problems.some(({ path }) => path[1] === index))
    problems.push({ path: ['deals', index, 'outcome'], message: 'is required: won, lost or active' })
  return {
    deal,
    problems,
    interpreted: [...taken.flatMap((one) => one.interpreted), ...contacts.interpreted],
  }
}

/** Once for each list: for the check of the input and for what is learnt from it. */
export const readDeals = memoize((records: readonly RawRecord[]): DealsReading => {
  const read = records.map(readDeal)
  return {
    deals: read.map(({ deal }) => deal),
    problems: read.flatMap(({ problems }) => problems),
    interpreted: read.flatMap(({ interpreted }) => interpreted),
  }
})

const given = (what: string) => z.unknown().optional().describe(what)

/** A list of deals that can be read, at least one of them. */
export const dealsSchema = z
  .array(
    recordWith({
      deal_id: given('A text or a whole number.'),
      outcome: given('won, lost or active.'),
      account: given('Name, industry, revenue and employees of the buyer.'),
      deal_value: given('A number, or a text with one such as "€42k".'),
      sales_cycle_days: given('A number of days.'),
      close_date: given('A date as 2026-02-28.'),
      loss_reason: given(
        'price, timing, no_budget, competitor, no_decision, poor_fit, champion_left, or words.',
      ),
      qualification_score: given('0 to 1.'),
      contacts: given('Title, department, seniority and role of each person.'),
    }),
  )
  .min(1, 'must have at least one deal')
  .max(MAX_LIST)
  .check(valueRule((records, context) => addProblems(context, readDeals(records).problems, 1)))
