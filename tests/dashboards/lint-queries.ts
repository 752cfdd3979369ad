// Rules about expressions, wherever they stand.
import type { SyntaxNode } from '@lezer/common'
import {
  all,
  argumentsOf,
  children,
  functionName,
  has,
  isAboveZero,
  isExpr,
  labelNames,
  nameOf,
  parse,
  sides,
  textOf,
  type Parsed,
} from './parsed.ts'
import type { Known } from './resolve.ts'

export type Finding = { readonly rule: number; readonly where: string; readonly what: string }
export type Report = (rule: number, what: string) => void

const calls = (parsed: Parsed, ...names: string[]): SyntaxNode[] =>
  all(parsed.top, 'FunctionCall').filter((call) => names.includes(functionName(parsed, call)))

/** 1: a denominator that traffic feeds is above zero, or the ratio is absent. */
function ratios(parsed: Parsed, report: Report): void {
  for (const division of all(parsed.top, 'BinaryExpr').filter((node) => node.getChild('Div'))) {
    const { right } = sides(division)
    if (has(right, 'FunctionCall') && !isAboveZero(parsed, right)) report(1, textOf(parsed, division))
  }
}

/** 2: percentiles come from summed buckets and are never averaged. */
function percentiles(parsed: Parsed, report: Report): void {
  for (const call of calls(parsed, 'histogram_quantile')) {
    const buckets = argumentsOf(call)[1]
    const modifier = buckets?.getChild('AggregateModifier')
    const summed = buckets?.name === 'AggregateExpr' && has(buckets, 'Sum') && modifier
    const byBucket = modifier ? labelNames(parsed, modifier).includes('le') : false
    const recordedSums = buckets?.name === 'VectorSelector' && /_le:/.test(nameOf(parsed, buckets))
    if (!recordedSums && !(summed && byBucket)) report(2, 'percentile of buckets that are not summed by le')
  }
  for (const average of all(parsed.top, 'AggregateExpr').filter((node) => node.firstChild?.getChild('Avg'))) {
    const text = textOf(parsed, average)
    if (/histogram_quantile|:p\d+_/.test(text)) report(2, 'average of percentiles')
  }
}

/** 3 and 4: rate before sum, of counters; deriv of gauges. */
function rates(parsed: Parsed, known: Known, report: Report): void {
  for (const call of calls(parsed, 'rate', 'increase', 'irate', 'deriv', 'predict_linear')) {
    if (has(call, 'SubqueryExpr')) report(3, 'rate of something that is not a plain series')
    const [series] = all(call, 'VectorSelector').map((selector) => known.get(nameOf(parsed, selector))?.kind)
    const wanted = /rate|increase/.test(functionName(parsed, call)) ? 'counter' : 'gauge'
    if (series !== undefined && series !== wanted) report(4, `${functionName(parsed, call)} of a ${series}`)
  }
  for (const call of calls(parsed, 'deriv')) {
    const outer = call.parent?.parent
    const clamped = outer?.name === 'FunctionCall' && functionName(parsed, outer) === 'clamp_min'
    if (!clamped) report(4, 'deriv of a gauge that resets, not clamped')
  }
}

/** 14: a timestamp of 0 means none; its age would be 56 years. */
function ages(parsed: Parsed, report: Report): void {
  for (const node of all(parsed.top, 'BinaryExpr').filter((binary) => binary.getChild('Sub'))) {
    const { left, right } = sides(node)
    const ofTimestamp = /_timestamp_seconds/.test(textOf(parsed, right))
    if (textOf(parsed, left) === 'time()' && ofTimestamp && !isAboveZero(parsed, right)) {
      report(14, textOf(parsed, node))
    }
  }
}

export function lintQuery(expr: string, known: Known, report: Report): void {
  const parsed = parse(expr)
  ratios(parsed, report)
  percentiles(parsed, report)
  rates(parsed, known, report)
  ages(parsed, report)
}

/** The operands of a chain of `and`. */
export function conjuncts(parsed: Parsed, node?: SyntaxNode): SyntaxNode[] {
  const top = node ?? children(parsed.top).find(isExpr)
  if (!top) return []
  if (top.name !== 'BinaryExpr' || !top.getChild('And')) return [top]
  const { left, right } = sides(top)
  return [...conjuncts(parsed, left), ...conjuncts(parsed, right)]
}
