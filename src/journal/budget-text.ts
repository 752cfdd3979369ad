// The text of a budget event, and what a store keeps in its place: its values alone. A run has one for every
// reservation and settlement, each with all its accounts, and the names of their fields were an eighth of the file.
import type { DataOf } from '../events/event.ts'

type Booking = DataOf<'budget_updated'>
type Account = Booking['accounts'][number]

/** What may be absent stands last. The key of a run's own account, which is the run's id, is 0. */
type AccountRow = readonly [
  scope: Account['scope'],
  key: string | 0,
  unit: Account['unit'],
  delta: number,
  spent: number,
  reserved: number,
  limit: number,
  windowEnd: number | null,
  window?: Account['window'],
  limitOf?: Account['limit_of'],
]

type BookingRow = readonly [
  callId: string,
  stepId: string | null,
  profile: string,
  kind: Booking['kind'],
  ...accounts: AccountRow[],
]

/** Data, which is an object, begins with another letter. */
const ROW_MARK = '['

export type BudgetTexts = { readonly text: string; readonly row: string }

/** Their names are a few words of ours; a key may be anything. */
function accountTexts(account: Account, runId: string): BudgetTexts {
  const { scope, key, unit, delta, spent, reserved, limit, window_end, window, limit_of } = account
  const name = JSON.stringify(key)
  const limitOf = limit_of === undefined ? '' : `,"limit_of":"${limit_of}"`
  const ofWindow = window === undefined ? '' : `,"window":"${window}"${limitOf}`
  const rowOfWindow =
    window === undefined ? '' : `,"${window}"${limit_of === undefined ? '' : `,"${limit_of}"`}`
  return {
    text: `{"scope":"${scope}","key":${name},"unit":"${unit}","delta":${delta},"spent":${spent},"reserved":${reserved},"limit":${limit},"window_end":${window_end}${ofWindow}}`,
    row: `["${scope}",${key === runId ? 0 : name},"${unit}",${delta},${spent},${reserved},${limit},${window_end}${rowOfWindow}]`,
  }
}

/** By hand and in one go: both take about as long as JSON.stringify takes for the first. */
export function budgetTexts(
  { call_id, step_id, profile, kind, accounts }: Booking,
  runId: string,
): BudgetTexts {
  const [call, step, name] = [JSON.stringify(call_id), JSON.stringify(step_id), JSON.stringify(profile)]
  let texts = ''
  let rows = ''
  for (const account of accounts) {
    const { text, row } = accountTexts(account, runId)
    texts += texts === '' ? text : `,${text}`
    rows += `,${row}`
  }
  return {
    text: `{"call_id":${call},"step_id":${step},"profile":${name},"kind":"${kind}","accounts":[${texts}]}`,
    row: `${ROW_MARK}${call},${step},${name},"${kind}"${rows}]`,
  }
}

const accountOf = (runId: string, row: AccountRow): Account => {
  const [scope, key, unit, delta, spent, reserved, limit, window_end, window, limit_of] = row
  const account = { scope, key: key === 0 ? runId : key, unit, delta, spent, reserved, limit, window_end }
  return { ...account, window, limit_of }
}

/** null: it is damaged. */
function bookingOf(row: string, runId: string): Booking | null {
  try {
    const [call_id, step_id, profile, kind, ...accounts] = JSON.parse(row) as BookingRow
    return { call_id, step_id, profile, kind, accounts: accounts.map((account) => accountOf(runId, account)) }
  } catch {
    return null
  }
}

/**
 * The text of data as it was hashed, of what a store has of it. What is not a row as it was made stays as it is:
 * verification finds it.
 */
export function dataOfStored(stored: string, runId: string): string {
  if (!stored.startsWith(ROW_MARK)) return stored
  const booking = bookingOf(stored, runId)
  const texts = booking === null ? null : budgetTexts(booking, runId)
  return texts?.row === stored ? texts.text : stored
}
