// A run as lines for people: its answer, what is missing, and what waits for whom with the command that moves it.
import type { z } from 'zod'
import type { accepted, run, runOrStanding } from '../http/runs/run-answers.ts'
import { units } from '../run/figures.ts'
import type { Output } from './output.ts'
import { sheet } from './table.ts'

export type Run = z.output<typeof run>
export type Accepted = z.output<typeof accepted>
type Waiting = Run['answer']['waiting'][number]

export function showAccepted(out: Output, started: Accepted): void {
  out.line(`${started.run_id} accepted`)
  out.note(`see it with: cugar show ${started.run_id}`)
}

/** What was asked for and is not done. */
export function showUnserved(out: Output, unserved: readonly string[]): void {
  for (const ask of unserved) out.line(`not done, nothing here does it: ${ask}`)
}

/** Each result in words and figures, whole. */
export function showResults(out: Output, { results }: Run['answer']): void {
  if (results.length > 0) out.heading('Results')
  for (const { step_id, tool, lines } of results) {
    out.line(`${step_id} ${tool}`)
    for (const line of lines) out.line(line === '' ? '' : `  ${line}`)
  }
}

const COMMANDS: Readonly<Record<Waiting['kind'], (runId: string, waiting: Waiting) => string[]>> = {
  approval: (_runId, { approval_id }) => [
    `cugar approval ${approval_id}`,
    `cugar approve ${approval_id}`,
    `cugar request-changes ${approval_id} --reason "..."`,
    `cugar deny ${approval_id} --reason "..."`,
  ],
  revision: (runId, { step_id }) => [`cugar revise ${runId} ${step_id} --inputs FILE`],
  reconciliation: (runId, { step_id }) => [
    `cugar reconcile ${runId} ${step_id} --outcome happened --reason "..."`,
  ],
}

/** What only a person can move, and how. */
function showWaiting(out: Output, { run_id, answer }: Run): void {
  if (answer.waiting.length > 0) out.heading('Waiting for a person')
  for (const waiting of answer.waiting) {
    out.line(waiting.text)
    for (const command of COMMANDS[waiting.kind](run_id, waiting)) out.line(`  ${command}`)
  }
}

const wrongIn = ({ steps }: Run) => steps.flatMap(({ error }) => error?.errors ?? [])

/** The same again would fail again: what was given has to be corrected. */
const isWrongInput = (shown: Run): boolean => wrongIn(shown).length > 0

/** What of the inputs of a failed step is wrong, and what is taken. */
function showWrong(out: Output, shown: Run): void {
  for (const { path, message } of wrongIn(shown)) out.line(`  ${path}: ${message}`)
}

/** How its plan was changed, and why. */
function showRevisions(out: Output, { plan }: Run): void {
  const changed = plan?.revisions.filter(({ rule }) => rule !== null) ?? []
  if (changed.length > 0) out.heading('Changes of the plan')
  for (const { revision, explanation } of changed) out.line(`revision ${revision}: ${explanation}`)
}

/** The run's answer. */
export function showRun(out: Output, shown: Run): void {
  const { answer, cause, goal, message, plan, status, unserved } = shown
  out.line(`${shown.run_id} ${status}: ${answer.spent}${cause === null ? '' : `, cause ${cause}`}`)
  if (goal !== null) out.line(`goal: ${goal}`)
  if (plan !== null) out.line(plan.summary)
  if (message !== null) out.line(message)
  showResults(out, answer)
  if (answer.missing.length + unserved.length > 0) out.heading('Missing')
  for (const missing of answer.missing) out.line(missing)
  showWrong(out, shown)
  showUnserved(out, unserved)
  if (answer.left_out.length > 0) out.heading('Left out by the plan')
  for (const line of answer.left_out) out.line(line)
  showRevisions(out, shown)
  if (answer.degraded.length > 0) out.heading('Degraded')
  for (const line of answer.degraded) out.line(line)
  showWaiting(out, shown)
  if (shown.recovery === 'resume')
    out.line(
      `what is missing is done with: cugar resume ${shown.run_id}${isWrongInput(shown) ? ' --context FILE' : ''}`,
    )
}

const whyOf = ({
  error,
  refused_by,
  skip_reason,
  adapter,
  degraded,
  receipt,
}: Run['steps'][number]): string => {
  const served = degraded === null ? '' : `served by ${adapter ?? 'nobody'} in place of ${degraded.from}`
  const written =
    receipt === null
      ? ''
      : `${receipt.vendor} ${receipt.id} (${receipt.created_or_found})${receipt.url === null ? '' : `, ${receipt.url}`}`
  return error?.message ?? refused_by[0]?.message ?? skip_reason ?? (served || written)
}

/** How each step stands. */
export function showSteps(out: Output, { steps }: Run): void {
  out.heading('Steps')
  sheet(
    out,
    ['step', 'tool', 'status', 'revision', 'calls', 'cost', 'why'],
    steps.map((step) => [
      step.step_id,
      step.tool,
      step.status,
      step.revision,
      step.attempts,
      units(step.spent),
      whyOf(step),
    ]),
  )
}

/** What an action answers: without the role viewer only how the run stands. */
export function showRunOrStanding(out: Output, shown: z.output<typeof runOrStanding>): void {
  if ('steps' in shown) showRun(out, shown)
  else out.line(`${shown.run_id} ${shown.status}`)
}
