// The figures of a demo, for people and as one document.
import type { z } from 'zod'
import type { EventOf, StoredEvent } from '../../events/event.ts'
import type { signalsReport } from '../../http/answers.ts'
import { counted, dollars, duration, percent, units } from '../../run/figures.ts'
import type { Output } from '../output.ts'
import { showResults, type Run } from '../show-run.ts'

type Signals = z.output<typeof signalsReport>
type Usage = { readonly name: string; readonly calls: number; readonly cost: number }

export type FinishedDemo = {
  readonly url: string
  readonly run: Run
  readonly events: readonly StoredEvent[]
  readonly signals: Signals
}

function usageBy(run: Run, by: 'domain' | 'tool'): Usage[] {
  const groups = Map.groupBy(run.steps, (step) => step[by])
  return [...groups].map(([name, steps]) => ({
    name,
    calls: steps.reduce((sum, step) => sum + step.attempts, 0),
    cost: Number(steps.reduce((sum, step) => sum + step.spent, 0).toFixed(6)),
  }))
}

const isDecision = (event: StoredEvent): event is EventOf<'approval_received'> =>
  event.type === 'approval_received'

function budgetOf(run: Run, unit: 'cost' | 'calls') {
  const line = run.budget.find((one) => one.scope === 'run' && one.unit === unit)
  return { spent: line?.spent ?? (unit === 'cost' ? run.cost : run.calls), limit: line?.limit ?? null }
}

const linksOf = ({ url, run }: FinishedDemo) => ({
  metrics: `${url}/metrics`,
  run: `${url}/v1/runs/${run.run_id}`,
  openapi: `${url}/v1/openapi.json`,
})

export function summaryOf(finished: FinishedDemo) {
  const { run, events, signals } = finished
  const decisions = events.filter(isDecision)
  return {
    type: 'summary',
    run_id: run.run_id,
    status: run.status,
    planned_by: run.plan?.summary ?? null,
    steps_executed: run.steps.filter((step) => step.status === 'completed').length,
    steps_planned: run.steps.length,
    budget: { cost: budgetOf(run, 'cost'), calls: budgetOf(run, 'calls') },
    llm: { calls: run.llm_calls, tokens: run.llm_tokens, usd: run.llm_usd },
    by_domain: usageBy(run, 'domain'),
    by_tool: usageBy(run, 'tool'),
    approvals: {
      requested: events.filter(({ type }) => type === 'approval_requested').length,
      decided: decisions.length,
      wait_seconds: decisions.reduce((sum, { data }) => sum + data.wait_ms, 0) / 1000,
    },
    signals: signals.all,
    answer: run.answer,
    outputs: Object.fromEntries(run.steps.map((step) => [step.tool, step.output])),
    links: linksOf(finished),
  }
}
export type Summary = ReturnType<typeof summaryOf>

const spentOf = ({ spent, limit }: { spent: number; limit: number | null }, digits: number): string =>
  `${spent.toFixed(digits)} / ${limit === null ? 'no limit' : limit.toFixed(digits)}`

const usageLine = (kind: string, { name, calls, cost }: Usage): string =>
  `  ${kind} ${name}: ${counted(calls, 'call')}, ${units(cost)} cost units`

function signalLines({ signals }: Summary): string[] {
  const { latency, approval_wait } = signals
  return [
    `  ${counted(signals.runs, 'run')}, success rate ${percent(signals.success_rate)}, tool error rate ${percent(signals.tool_error_rate)}`,
    `  latency P50 ${duration(latency.p50)}, P95 ${duration(latency.p95)}, P99 ${duration(latency.p99)}`,
    `  mean steps ${signals.mean_steps === null ? '-' : signals.mean_steps.toFixed(1)}, approval wait ${duration(approval_wait.mean)}, budget utilisation ${percent(signals.budget_utilisation)}`,
  ]
}

export function showSummary(out: Output, summary: Summary): void {
  const { approvals, budget, links, llm } = summary
  showResults(out, summary.answer)
  out.heading('Summary')
  out.line(`status: ${summary.status}`)
  if (summary.planned_by !== null) out.line(summary.planned_by)
  out.line(`steps executed: ${summary.steps_executed} of ${summary.steps_planned}`)
  out.line(`budget: ${spentOf(budget.cost, 1)} cost units, ${spentOf(budget.calls, 0)} calls`)
  if (llm.calls > 0)
    out.line(
      `language model: ${counted(llm.calls, 'question')}, ${counted(llm.tokens, 'token')}, ${dollars(llm.usd)}`,
    )
  for (const usage of summary.by_domain) out.line(usageLine('domain', usage))
  for (const usage of summary.by_tool) out.line(usageLine('tool', usage))
  out.line(
    `approvals: ${approvals.requested} requested, ${approvals.decided} decided, wait ${duration(approvals.wait_seconds)}`,
  )
  out.line('golden signals of the last 15 minutes:')
  for (const line of signalLines(summary)) out.line(line)
  out.heading('Where to look next')
  for (const [name, url] of Object.entries(links)) out.line(`  ${name}: ${url}`)
}
