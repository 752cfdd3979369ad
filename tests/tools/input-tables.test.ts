// How many inputs as people have them are told row by row: the tables may grow, and none may be lost unnoticed.
import { expect, test } from 'vitest'
import { ANSWERS, KEYS, NO_ANSWERS, VERDICTS } from './qualification/answer-table.ts'
import { graded } from './engagement/call-to-action-table.ts'
import { heldOut } from './engagement/call-to-action-held-out.ts'
import { ACCOUNTS, PROFILES, REFUSED_ACCOUNTS, REFUSED_PROFILES } from './intelligence/fit-table.ts'
import { EMPLOYEES, HEADINGS, NAMES, REVENUES, TEXTS } from './intelligence/record-table.ts'
import { AMBIGUOUS, AMOUNTS, COUNTS, UNREADABLE } from './number-table.ts'
import { NO_TERRITORIES, TERRITORIES } from './territory/territory-table.ts'

const TABLES: Readonly<Record<string, readonly (readonly unknown[])[]>> = {
  'C13 answers': [ANSWERS, NO_ANSWERS, KEYS],
  'C14 numbers': [AMOUNTS, AMBIGUOUS, UNREADABLE, COUNTS],
  'C15 first usable value': [REVENUES, EMPLOYEES, TEXTS, NAMES],
  'C16 headings': Object.values(HEADINGS),
  'C17 unknown is not no': [VERDICTS, ACCOUNTS, PROFILES, REFUSED_ACCOUNTS, REFUSED_PROFILES],
  'C19 calls to action': [graded, heldOut],
  territories: [TERRITORIES, NO_TERRITORIES],
}

const rowsOf = (tables: readonly (readonly unknown[])[]): string[] =>
  tables.flatMap((table, at) => table.map((row) => `${at} ${JSON.stringify(row)}`))

test('there are at least 200 rows of inputs as people have them, and each stands in its table once', () => {
  const counts = Object.entries(TABLES).map(([name, tables]) => [name, new Set(rowsOf(tables)).size] as const)
  process.stdout.write(`inputs ${counts.map(([name, count]) => `${name} ${count}`).join(', ')}\n`)
  for (const [name, tables] of Object.entries(TABLES)) {
    const rows = rowsOf(tables)
    expect([name, rows.filter((row, at) => rows.indexOf(row) !== at)]).toEqual([name, []])
  }
  expect(counts.reduce((sum, [, count]) => sum + count, 0)).toBeGreaterThanOrEqual(200)
  for (const [, count] of counts) expect(count).toBeGreaterThanOrEqual(10)
  expect(new Set(rowsOf([graded])).size).toBeGreaterThanOrEqual(80)
})
