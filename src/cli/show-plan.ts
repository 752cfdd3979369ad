// A plan that is not carried out, and two of them side by side.
import type { z } from 'zod'
import type { planComparison, planPreview } from '../http/plan-answers.ts'
import { counted, dollars, units } from '../run/figures.ts'
import type { Output } from './output.ts'
import { mermaidText, terminalDrawing } from './plan-drawing.ts'
import { showUnserved } from './show-run.ts'
import { sheet, table } from './table.ts'

type Preview = z.output<typeof planPreview>

type Rule = NonNullable<Preview['replan']>['rules'][number]

const ruleText = ({ on, steps, when, action, redo }: Rule): string => {
  const cause =
    on === 'condition'
      ? `if ${when ?? ''}`
      : `if ${steps.join(' or ')} ${on === 'failed' ? 'fails' : 'is denied'}`
  const followed = {
    redo: `${redo ?? ''} is done again`,
    go_on: 'the rest goes on',
    ask: 'the planner is asked',
  }
  return `${cause}: ${followed[action]}`
}

/** How it may be changed because of what happens. */
function showRules(out: Output, { replan }: Preview): void {
  if (replan === null) return
  out.line(`changed at most ${counted(replan.at_most, 'time')}:`)
  for (const [index, rule] of replan.rules.entries()) out.line(`  rule ${index + 1}: ${ruleText(rule)}`)
}

/** What a plan may take at most, as a list of amounts. */
export function mostText({ calls, cost, approvals, llm_tokens, llm_usd }: Preview['worst_case']): string {
  const most = [counted(calls, 'call'), `${units(cost)} cost units`, counted(approvals, 'approval')]
  if (llm_tokens === undefined || llm_usd === undefined) return most.join(', ')
  return [...most, counted(llm_tokens, 'token'), dollars(llm_usd)].join(', ')
}

export function showPlan(out: Output, plan: Preview): void {
  if (plan.made !== undefined) out.line(plan.made.summary)
  out.line(
    `planner ${plan.planner}: ${counted(plan.steps.length, 'step')}, ${units(plan.estimated_cost)} cost units`,
  )
  table(
    out,
    ['step', 'tool', 'domain', 'side effects', 'cost', 'reason'],
    plan.steps.map((step) => [
      step.step_id,
      step.tool,
      step.domain,
      step.side_effects,
      units(step.cost),
      step.reason,
    ]),
  )
  out.line(`at most: ${mostText(plan.worst_case)}`)
  showRules(out, plan)
  showUnserved(out, plan.unserved)
  for (const sentence of plan.over_budget) out.line(`over budget: ${sentence}`)
}

/** For the terminal, or as Mermaid text. */
export function showGraph(out: Output, plan: Preview, form: boolean | string): void {
  // Mermaid text is for a file.
  if (form !== 'mermaid' && plan.made !== undefined) out.line(plan.made.summary)
  for (const line of form === 'mermaid' ? mermaidText(plan) : terminalDrawing(plan)) out.line(line)
  if (form !== 'mermaid') showRules(out, plan)
}

const listed = (tools: readonly string[]): string => (tools.length === 0 ? 'nothing' : tools.join(', '))

/** What making it took and cost, as the columns of a comparison. */
function makingOf({ made }: Preview): string[] {
  if (made === undefined) return ['', '', '']
  return [`${made.duration_ms.toFixed(0)} ms`, String(made.llm_tokens), dollars(made.llm_usd)]
}

function figuresOf(plan: Preview): string[] {
  const { calls, cost, approvals } = plan.worst_case
  return [units(plan.estimated_cost), String(calls), units(cost), String(approvals), ...makingOf(plan)]
}

const FIGURES = [
  'cost',
  'calls at most',
  'cost at most',
  'approvals',
  'planned in',
  'tokens',
  'dollars',
] as const

/** The steps of a plan that call a tool; `-`: none does. */
const idsOf = ({ steps }: Preview, tool: string): string =>
  steps
    .filter((step) => step.tool === tool)
    .map(({ step_id }) => step_id)
    .join(', ') || '-'

export function showComparison(
  out: Output,
  { rules, llm, differences }: z.output<typeof planComparison>,
): void {
  if (llm.made !== undefined) out.line(llm.made.summary)
  if (llm.made?.model === null) out.line('so both columns are the plan of the rules')
  const [one, two] = [figuresOf(rules), figuresOf(llm)]
  const tools = [...new Set([...rules.steps, ...llm.steps].map(({ tool }) => tool))]
  sheet(
    out,
    ['', 'rules', 'llm'],
    [
      ...tools.map((tool) => [tool, idsOf(rules, tool), idsOf(llm, tool)]),
      ...FIGURES.map((name, at) => [name, one[at] ?? '', two[at] ?? '']),
    ],
  )
  out.line(`only the rules: ${listed(differences.only_rules)}`)
  out.line(`only the model: ${listed(differences.only_llm)}`)
  out.line(`same order: ${differences.same_order ? 'yes' : 'no'}`)
  for (const binding of differences.bindings ?? []) out.line(`other source: ${binding}`)
  for (const [name, plan] of [
    ['rules', rules],
    ['llm', llm],
  ] as const) {
    out.heading(name)
    out.line(plan.explanation)
    showUnserved(out, plan.unserved)
  }
}
