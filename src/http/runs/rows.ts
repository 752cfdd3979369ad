// Rows of the lists as people know them: with the goal, who asked, and what is under review, which are payloads of the
// run; and whether a row is one that is looked for.
import type { z } from 'zod'
import type { Engine } from '../../engine/engine.ts'
import { isRecord } from '../../events/json.ts'
import type { RowOrder } from '../../events/row-order.ts'
import type { ApprovalRow, Judgement, RunSummary } from '../../projections/lists/views.ts'
import { presentApprovalSummary, presentRunSummary, textOrNull } from '../present.ts'
import type { approvalRow, runRow } from './run-answers.ts'

type ShownRun = z.input<typeof runRow>
type ShownApproval = z.input<typeof approvalRow>

/** What the row shows a little of is cut: a list is for finding, and the whole stands where it leads. */
const MAX_TEXT = 500

const cut = (text: string | null): string | null =>
  text !== null && text.length > MAX_TEXT ? `${text.slice(0, MAX_TEXT - 1)}…` : text

const textOf = async (engine: Engine, runId: string, digest: string | null): Promise<string | null> =>
  digest === null ? null : textOrNull(await engine.payload(runId, digest))

/** A run, with its goal; null where that was erased. */
export async function showRunRow(engine: Engine, row: RunSummary): Promise<ShownRun> {
  return { ...presentRunSummary(row), goal: cut(await textOf(engine, row.run_id, row.goal)) }
}

/** The subject line of a message that is under review; null: it has none, or is no message. */
async function subjectLine(engine: Engine, { run_id, subject }: ApprovalRow): Promise<string | null> {
  const reviewed = subject === null ? null : await engine.payload(run_id, subject)
  const line = isRecord(reviewed) ? textOrNull(reviewed['subject']) : null
  return line === '' ? null : line
}

/** The first thing that a judge says. */
async function said(engine: Engine, runId: string, { tool, output }: Judgement): Promise<string[]> {
  const [first] = await engine.words(tool, await engine.payload(runId, output))
  return first === undefined ? [] : [first]
}

/** `seesContent`: may the caller see what is under review before it is released? */
type Sight = { readonly seesContent: boolean; readonly role: string }

/** An approval; `role`: the one that its decision needs. */
export async function showApprovalRow(
  engine: Engine,
  row: ApprovalRow,
  { seesContent, role }: Sight,
): Promise<ShownApproval> {
  const { goal, subject: _subject, judgements, ...summary } = row
  const isShown = seesContent || row.review === 'call' || row.status === 'approved'
  const [asked, line, quality] = await Promise.all([
    textOf(engine, row.run_id, goal),
    isShown ? subjectLine(engine, row) : null,
    isShown ? Promise.all(judgements.map((one) => said(engine, row.run_id, one))) : [],
  ])
  return {
    ...presentApprovalSummary(summary),
    title: `${row.review === 'output' ? 'Release' : 'Run'} ${row.tool.replaceAll('_', ' ')}`,
    subject_line: cut(line),
    goal: cut(asked),
    requester: row.requester,
    quality: quality.flat(),
    decided_by: [...row.decided_by],
    approver_role: role,
  }
}

/** What somebody looks for; times are ISO 8601. */
export type Search = {
  readonly q?: string | undefined
  readonly requester?: string | undefined
  readonly decided_by?: string | undefined
  readonly since?: string | undefined
  readonly until?: string | undefined
}

const fold = (text: string): string => text.normalize('NFKC').toLowerCase()

const has = (texts: readonly (string | null)[], words: readonly string[]): boolean => {
  const text = fold(texts.filter((one) => one !== null).join('\n'))
  return words.every((word) => text.includes(word))
}

const wordsOf = ({ q = '' }: Search): string[] => fold(q).split(/\s+/u).filter(Boolean)

const isBetween = (at: string, { since, until }: Search): boolean =>
  (since === undefined || Date.parse(at) >= Date.parse(since)) &&
  (until === undefined || Date.parse(at) <= Date.parse(until))

/** A run whose row has every word of the search, of this requester, begun in this time. */
export const isRunSought = (row: ShownRun, search: Search): boolean =>
  (search.requester === undefined || row.requester === search.requester) &&
  isBetween(row.started_at, search) &&
  has([row.run_id, row.requester, row.tenant, row.profile, row.goal], wordsOf(search))

/** The same of an approval, which was asked for in this time. */
export const isApprovalSought = (row: ShownApproval, search: Search): boolean =>
  (search.requester === undefined || row.requester === search.requester) &&
  (search.decided_by === undefined || row.decided_by.includes(search.decided_by)) &&
  isBetween(row.requested_at, search) &&
  has(
    [row.approval_id, row.run_id, row.requester, row.tenant, row.profile, row.tool, row.title].concat(
      row.goal,
      row.subject_line,
      row.decided_by,
    ),
    wordsOf(search),
  )

/** Whether no row after one of this time can be sought. */
export const isPast = (at: number, { since, until }: Search, order: RowOrder): boolean =>
  order === 'newest'
    ? since !== undefined && at < Date.parse(since)
    : until !== undefined && at > Date.parse(until)
