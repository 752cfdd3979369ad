// Whether an expression names only metrics, labels and values that exist.
import type { SyntaxNode } from '@lezer/common'
import { OUTSIDE } from '../../dashboards/outside.ts'
import { METRIC_NAMES, specOf } from '../../src/projections/metrics/catalogue.ts'
import { CLOSED, isClosed } from '../../src/projections/labels.ts'
import {
  all,
  argumentsOf,
  children,
  functionName,
  isExpr,
  labelNames,
  nameOf,
  parse,
  sides,
  textOf,
} from './parsed.ts'
import { errors, type Parsed } from './parsed.ts'

/** Labels and, where they are a closed set, their values. */
export type Series = { readonly kind: string; readonly labels: ReadonlyMap<string, readonly string[] | null> }
export type Known = ReadonlyMap<string, Series>

const scraped = ['job', 'instance'].map((label) => [label, null] as const)
const plain = (kind: string, labels: readonly string[]): Series => ({
  kind,
  labels: new Map(labels.map((label) => [label, null] as const)),
})

function ours(): [string, Series][] {
  return METRIC_NAMES.flatMap((name) => {
    const { type, labels, buckets } = specOf(name)
    const sets = Object.entries(labels).map(
      ([label, set]) => [label, isClosed(set) ? [...CLOSED[set]] : null] as const,
    )
    const series: Series = {
      kind: type === 'gauge' ? 'gauge' : 'counter',
      labels: new Map([...sets, ...scraped]),
    }
    if (buckets === undefined) return [[name, series]]
    const le = [...buckets.flatMap((bound) => [String(bound), `${bound}.0`]), '+Inf']
    const bucket: Series = { kind: 'counter', labels: new Map([...series.labels, ['le', le]]) }
    return [
      [`${name}_bucket`, bucket],
      [`${name}_sum`, series],
      [`${name}_count`, series],
    ]
  })
}

const foreign = Object.entries(OUTSIDE).map(
  ([name, { kind, labels }]) => [name, plain(kind, [...labels, 'job', 'instance'])] as const,
)

export const CATALOGUED: Known = new Map([...ours(), ...foreign])

/** The same with what the recording rules write. */
export const withRecords = (
  rules: readonly { record: string; expr: string; labels?: Record<string, string> | undefined }[],
): Known => {
  const known = new Map(CATALOGUED)
  for (const { record, expr, labels = {} } of rules) {
    const carried = [...labelsOf(parse(expr), known), ...Object.keys(labels)]
    known.set(record, plain('gauge', carried))
  }
  return known
}

export const labelsOf = (parsed: Parsed, known: Known): Set<string> => {
  const [expr] = children(parsed.top).filter(isExpr)
  return expr ? outgoing(parsed, expr, known) : new Set()
}

const union = (sets: readonly Set<string>[]): Set<string> => new Set(sets.flatMap((set) => [...set]))

const unquoted = (text: string): string => text.slice(1, -1)

/** The label that `label_replace` writes. */
const madeLabel = (parsed: Parsed, call: SyntaxNode): string => {
  const [, label] = argumentsOf(call)
  return label ? unquoted(textOf(parsed, label)) : ''
}

/** Labels that the series of an expression may have. */
export function outgoing(parsed: Parsed, node: SyntaxNode, known: Known): Set<string> {
  const inside = () =>
    union(
      children(node)
        .filter(isExpr)
        .map((child) => outgoing(parsed, child, known)),
    )
  switch (node.name) {
    case 'VectorSelector':
      return new Set(known.get(nameOf(parsed, node))?.labels.keys())
    case 'AggregateExpr': {
      const modifier = node.getChild('AggregateModifier')
      if (modifier) return new Set(labelNames(parsed, modifier))
      const ranked = ['topk', 'bottomk'].includes(textOf(parsed, children(node)[0] ?? node))
      return ranked ? union(argumentsOf(node).map((each) => outgoing(parsed, each, known))) : new Set()
    }
    case 'FunctionCall': {
      const found = union(argumentsOf(node).map((each) => outgoing(parsed, each, known)))
      if (functionName(parsed, node) === 'histogram_quantile') found.delete('le')
      if (functionName(parsed, node) === 'absent') return new Set(['job'])
      if (functionName(parsed, node) === 'label_replace') found.add(madeLabel(parsed, node))
      return found
    }
    case 'BinaryExpr': {
      const { left, right } = sides(node)
      const own = outgoing(parsed, left, known)
      const others = outgoing(parsed, right, known)
      if (node.getChild('MatchingModifierClause')?.getChild('GroupRight')) return others
      return own.size > 0 ? own : others
    }
    default:
      return inside()
  }
}

function matcherProblems(parsed: Parsed, selector: SyntaxNode, series: Series): string[] {
  return all(selector, 'UnquotedLabelMatcher').flatMap((matcher) => {
    const label = labelNames(parsed, matcher)[0] ?? ''
    const values = series.labels.get(label)
    if (values === undefined) return [`${nameOf(parsed, selector)} has no label ${label}`]
    const literal = matcher.getChild('StringLiteral')
    const wanted = literal ? unquoted(textOf(parsed, literal)) : ''
    if (values === null || wanted.startsWith('$')) return []
    // A bucket's bound is written in two ways, of which one exists; any other value must exist by itself.
    const alternatives = wanted.split('|')
    const missing = alternatives.filter((value) => !values.includes(value))
    return missing.map((value) => `${label} of ${nameOf(parsed, selector)} is never ${value}`)
  })
}

function groupingProblems(parsed: Parsed, known: Known): string[] {
  const aggregates = all(parsed.top, 'AggregateExpr').flatMap((node) => {
    const modifier = node.getChild('AggregateModifier')
    const has = union(argumentsOf(node).map((each) => outgoing(parsed, each, known)))
    return modifier ? labelNames(parsed, modifier).filter((label) => !has.has(label)) : []
  })
  const matches = all(parsed.top, 'BinaryExpr').flatMap((node) => {
    const clause = node.getChild('MatchingModifierClause')
    if (!clause) return []
    const { left, right } = sides(node)
    const [own, others] = [left, right].map((side) => outgoing(parsed, side, known))
    return labelNames(parsed, clause).filter((label) => !own?.has(label) || !others?.has(label))
  })
  return [...aggregates, ...matches].map((label) => `grouped by ${label}, which is not there`)
}

/** Everything in the expression that does not exist. */
export function unresolved(expr: string, known: Known): string[] {
  const parsed = parse(expr)
  if (errors(parsed).length > 0) return [`does not parse: ${expr}`]
  const names = all(parsed.top, 'VectorSelector').flatMap((selector) => {
    const series = known.get(nameOf(parsed, selector))
    if (!series) return [`no metric ${nameOf(parsed, selector)}`]
    return matcherProblems(parsed, selector, series)
  })
  return [...names, ...groupingProblems(parsed, known)]
}
