// A run as lines for people.
import type { z } from 'zod'
import type { accepted, run, runOrStanding } from '../http/run-answers.ts'
import { counted, units } from './amounts.ts'
import type { Output } from './output.ts'
import { table } from './table.ts'

export type Run = z.output<typeof run>
export type Accepted = z.output<typeof accepted>

export function showAccepted(out: Output, started: Accepted): void {
  out.line(`${started.run_id} accepted`)
  out.note(`see it with: cugar events ${started.run_id} --follow`)
}

/** What was asked for and is not done. */
export function showUnserved(out: Output, unserved: readonly string[]): void {
  for (const ask of unserved) out.line(`not done, nothing here does it: ${ask}`)
}

export function showRun(out: Output, shown: Run): void {
  const cost = `${counted(shown.calls, 'call')}, ${units(shown.cost)} cost units`
  out.line(`${shown.run_id} ${shown.status}: ${cost}${shown.cause === null ? '' : `, cause ${shown.cause}`}`)
  if (shown.message !== null) out.line(shown.message)
  table(
    out,
    ['step', 'tool', 'status', 'calls', 'cost', 'why'],
    shown.steps.map((step) => [
      step.step_id,
      step.tool,
      step.status,
      step.attempts,
      units(step.spent),
      step.error?.message ?? step.refused_by[0]?.message ?? step.skip_reason ?? '',
    ]),
  )
  showUnserved(out, shown.unserved)
  for (const approval of shown.pending_approvals) {
    out.line(`waits for a person: ${approval.approval_id} (${approval.tool}, risk ${approval.risk})`)
  }
}

/** What an action answers: without the role viewer only how the run stands. */
export function showRunOrStanding(out: Output, shown: z.output<typeof runOrStanding>): void {
  if ('steps' in shown) showRun(out, shown)
  else out.line(`${shown.run_id} ${shown.status}`)
}
