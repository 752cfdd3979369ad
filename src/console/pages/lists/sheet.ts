// A list as people have it: a table with headings, a JSON list, or a document a line; and what a table's columns are.
import { CsvError, parse } from 'csv-parse/sync'

export type Sheet =
  | {
      readonly kind: 'table'
      readonly headings: readonly string[]
      readonly rows: readonly (readonly string[])[]
    }
  | { readonly kind: 'json'; readonly items: readonly unknown[] }
  | { readonly kind: 'lines'; readonly count: number }

/** Rows of a table that are shown before it is started. */
const SHOWN_ROWS = 3
const DELIMITERS = [',', ';', '\t', '|']

function parsedJson(text: string): unknown {
  try {
    return JSON.parse(text) as unknown
  } catch {
    return undefined
  }
}

function topRows(text: string, delimiter: string): string[][] {
  const options = { delimiter, bom: true, relax_quotes: true, relax_column_count: true, to: SHOWN_ROWS + 1 }
  try {
    return parse(text, options)
  } catch (error) {
    // How the rows are told from each other is what is being found out.
    if (error instanceof CsvError) return []
    throw error
  }
}

/** null: nothing of it can be a list. */
export function readSheet(text: string): Sheet | null {
  const trimmed = text.replace(/^\uFEFF/, '').trim()
  if (trimmed === '') return null
  if (trimmed.startsWith('[')) {
    const items = parsedJson(trimmed)
    return Array.isArray(items) ? { kind: 'json', items } : null
  }
  if (trimmed.startsWith('{'))
    return { kind: 'lines', count: trimmed.split('\n').filter((line) => line.trim() !== '').length }
  const read = DELIMITERS.map((delimiter) => topRows(trimmed, delimiter))
  const widest = read.reduce((best, rows) => ((rows[0]?.length ?? 0) > (best[0]?.length ?? 0) ? rows : best))
  const [headings = [], ...rows] = widest
  return headings.length === 0
    ? null
    : { kind: 'table', headings: headings.map((heading) => heading.trim()), rows }
}

const PATH = /^[A-Za-z_]\w*(?:\.[A-Za-z_]\w*){0,9}$/

/** A name of a fact, such as `account.name`. */
export const isPath = (text: string): boolean => PATH.test(text)

/** What headings of a list of accounts usually mean. */
const USUAL: readonly (readonly [RegExp, string])[] = [
  [/^(account|company|crm)? ?id$/i, 'account.account_id'],
  [/^(account|company|customer|organi[sz]ation)?( ?name)?$/i, 'account.name'],
  [/^(industry|sector|branch)$/i, 'account.industry'],
  [/^(annual |yearly )?(revenue|turnover)$/i, 'account.revenue'],
  [/^(#|no\.?|number of)? ?employees?( count)?$|^headcount$/i, 'account.employee_count'],
  [/^(region|territory|area)$/i, 'account.region'],
]

/** Where a column's cells probably belong; empty: nobody can say. */
export const guessPath = (heading: string): string =>
  heading.includes('.') && PATH.test(heading)
    ? heading
    : (USUAL.find(([pattern]) => heading !== '' && pattern.test(heading))?.[1] ?? '')
