// Everything that is generated, as text by file name: written by generate.ts, compared with the committed files by
// a test.
import { governance } from './governance.ts'
import { llm } from './llm.ts'
import { overview } from './overview.ts'
import { platform } from './platform.ts'
import { alertsFile, rulesFile } from './rules/rules.ts'
import { slos } from './slo.ts'
import { tools } from './tools.ts'

export const allDashboards = () => [overview(), tools(), governance(), llm(), slos(), platform()]

export function outputs(): ReadonlyMap<string, string> {
  const boards = allDashboards().map(
    (board) => [`${board.uid}.json`, `${JSON.stringify(board, null, 2)}\n`] as const,
  )
  return new Map([...boards, ['rules.yml', rulesFile()], ['alerts.yml', alertsFile()]])
}
