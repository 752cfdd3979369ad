// PromQL as typed values. A metric, a label or a closed label value that the catalogue does not have does not
// compile, nor does `rate` of a gauge, `deriv` of a counter or grouping by a label that the operand has not.
// Used by every dashboard, rule and alert; promises text with the parentheses that precedence asks for.
import type {
  CounterName,
  GaugeName,
  HistogramName,
  LabelsOf,
  MetricName,
} from '../src/projections/metrics/catalogue.ts'
import { specOf } from '../src/projections/metrics/catalogue.ts'
import { OUTSIDE, type OutsideName } from './outside.ts'

/** An instant vector whose series have (at most) the labels L. */
export type Expr<L extends string = never> = {
  readonly text: string
  readonly strength: number
  readonly carries?: L
}
/** A plain vector selector: the only thing that may take a range. */
export type Selector<L extends string, K extends 'counter' | 'gauge'> = Expr<L> & { readonly kind: K }
export type Window = `${number}${'s' | 'm' | 'h' | 'd'}` | '$__rate_interval' | '$__range'

type Match<V extends string> =
  | { readonly op: '=~' | '!=' | '!~'; readonly values: readonly V[] }
  | { readonly op: '=~'; readonly variable: string }
type Matchers<L> = { readonly [K in keyof L]?: L[K] extends string ? L[K] | Match<L[K]> : never }

export const oneOf = <const V extends string>(...values: readonly V[]) => ({ op: '=~' as const, values })
export const noneOf = <const V extends string>(...values: readonly V[]) => ({ op: '!~' as const, values })
export const not = <const V extends string>(value: V) => ({ op: '!=' as const, values: [value] })
/** The dashboard's variable of that name, or one of the other values. */
export const variable = (name: string, ...others: readonly string[]) => ({
  op: '=~' as const,
  variable: [name, ...others].join('|'),
})

const matcherText = (label: string, match: unknown): string => {
  if (typeof match === 'string') return `${label}="${match}"`
  const { op, ...rest } = match as Match<string>
  return `${label}${op}"${'variable' in rest ? `$${rest.variable}` : rest.values.join('|')}"`
}

const ATOM = 9
const atom = <L extends string>(text: string): Expr<L> => ({ text, strength: ATOM })

/** A selector of `name` within a scope such as `job=~"$job"`. */
function select<L extends string, K extends 'counter' | 'gauge'>(
  kind: K,
  name: string,
  matchers: readonly string[],
): Selector<L, K> {
  const inside = matchers.filter((matcher) => matcher !== '')
  return { kind, text: inside.length > 0 ? `${name}{${inside.join(',')}}` : name, strength: ATOM }
}

type Scoped = 'job' | 'instance'
type LabelNames<N extends MetricName> = (keyof LabelsOf<N> & string) | Scoped
type Outside = typeof OUTSIDE
type OutsideLabels<N extends OutsideName> = Outside[N]['labels'][number] | Scoped
type OutsideMatchers<N extends OutsideName> = Matchers<Record<Outside[N]['labels'][number], string>>

const written = (matchers: object): string[] =>
  Object.entries(matchers).map(([label, match]) => matcherText(label, match))

/**
 * Selectors that all carry the same matchers for job and instance. Labels whose values are of a set in `chosen` are
 * matched with the dashboard's variable of that name.
 */
export const within = (scope: string, chosen: readonly string[] = []) => {
  const own = (name: MetricName, matchers: object): string[] => [
    ...Object.entries(specOf(name).labels)
      .filter(([label, set]) => chosen.includes(set) && !(label in matchers))
      .map(([label, set]) => matcherText(label, variable(set))),
    ...written(matchers),
  ]
  return {
    counter: <N extends CounterName>(name: N, matchers: Matchers<LabelsOf<N>> = {}) =>
      select<LabelNames<N>, 'counter'>('counter', name, [scope, ...own(name, matchers)]),
    gauge: <N extends GaugeName>(name: N, matchers: Matchers<LabelsOf<N>> = {}) =>
      select<LabelNames<N>, 'gauge'>('gauge', name, [scope, ...own(name, matchers)]),
    buckets: <N extends HistogramName>(name: N, matchers: Matchers<LabelsOf<N> & { le: string }> = {}) =>
      select<LabelNames<N> | 'le', 'counter'>('counter', `${name}_bucket`, [scope, ...own(name, matchers)]),
    sumOf: <N extends HistogramName>(name: N, matchers: Matchers<LabelsOf<N>> = {}) =>
      select<LabelNames<N>, 'counter'>('counter', `${name}_sum`, [scope, ...own(name, matchers)]),
    countOf: <N extends HistogramName>(name: N, matchers: Matchers<LabelsOf<N>> = {}) =>
      select<LabelNames<N>, 'counter'>('counter', `${name}_count`, [scope, ...own(name, matchers)]),
    outside: <N extends OutsideName>(name: N, matchers: OutsideMatchers<N> = {}) =>
      select<OutsideLabels<N>, Outside[N]['kind']>(OUTSIDE[name].kind, name, [scope, ...written(matchers)]),
  }
}

/** What a recording rule wrote, selected like a gauge. */
export const recorded = <L extends string>(
  rule: { readonly record: string; readonly expr: Expr<L> },
  matchers: readonly string[] = [],
): Selector<L, 'gauge'> => select<L, 'gauge'>('gauge', rule.record, matchers)

type Counter<L extends string> = Selector<L, 'counter'>
type Gauge<L extends string> = Selector<L, 'gauge'>
const ranged =
  <K extends 'counter' | 'gauge'>(name: string) =>
  <L extends string>(selector: Selector<L, K>, window: Window, offset?: Window): Expr<L> =>
    atom(`${name}(${selector.text}[${window}]${offset === undefined ? '' : ` offset ${offset}`})`)
export const rate: <L extends string>(of: Counter<L>, window: Window, offset?: Window) => Expr<L> =
  ranged<'counter'>('rate')
export const increase = ranged<'counter'>('increase')
export const deriv = ranged<'gauge'>('deriv')
/** Where the trend over the window leads to in so many seconds. */
export const predictLinear = <L extends string>(of: Gauge<L>, window: Window, seconds: number): Expr<L> =>
  atom(`predict_linear(${of.text}[${window}], ${seconds})`)
export const changes = ranged<'gauge'>('changes')
export const avgOverTime = ranged<'gauge'>('avg_over_time')
export const lastOverTime = ranged<'gauge'>('last_over_time')
export const maxOverTime = ranged<'gauge'>('max_over_time')
export const minOverTime = ranged<'gauge'>('min_over_time')
export const countOverTime = ranged<'gauge'>('count_over_time')
export const before = <L extends string>(of: Gauge<L>, offset: Window): Expr<L> =>
  atom(`${of.text} offset ${offset}`)

const aggregate =
  (name: 'sum' | 'max' | 'min') =>
  <L extends string, const K extends readonly L[]>(by: K, of: Expr<L>): Expr<K[number]> =>
    atom(by.length > 0 ? `${name} by (${by.join(', ')}) (${of.text})` : `${name}(${of.text})`)
export const sum = aggregate('sum')
export const max = aggregate('max')
export const min = aggregate('min')
export const topk = <L extends string>(count: number, of: Expr<L>): Expr<L> =>
  atom(`topk(${count}, ${of.text})`)
/** Those of `shown` that are busiest over the shown range, at most `count`, the same ones all along a graph. */
export const busiest = <L extends string>(
  shown: Expr<L>,
  { by, of, count }: { readonly by: readonly L[]; readonly of: Counter<L>; readonly count: number },
): Expr<L> => {
  const whole = `sum by (${by.join(', ')}) (increase(${of.text}[$__range] @ end()))`
  return joined(shown, { op: 'and', on: by }, atom<L>(`(topk(${count}, ${whole}) > 0)`))
}
/** Those of `shown` whose gauge `of` stood highest over the shown range, at most `count`, those at 0 left out. */
export const fullest = <L extends string>(
  shown: Expr<L>,
  { by, of, count }: { readonly by: readonly L[]; readonly of: Gauge<L>; readonly count: number },
): Expr<L> => {
  const peak = `max by (${by.join(', ')}) (max_over_time(${of.text}[$__range] @ end()))`
  return joined(shown, { op: 'and', on: by }, atom<L>(`(topk(${count}, ${peak}) > 0)`))
}
export const absent = (of: Expr<string>): Expr<'job'> => atom(`absent(${of.text})`)
export const clampMin = <L extends string>(of: Expr<L>, least: number): Expr<L> =>
  atom(`clamp_min(${of.text}, ${least})`)
/** Every series with one label more, of one value. */
export const labelled = <L extends string, const N extends string>(
  of: Expr<L>,
  label: N,
  value: string,
): Expr<L | N> => atom(`label_replace(${of.text}, "${label}", "${value}", "", "")`)
/** Every series with the value of `from` under another name, too. */
export const alsoCalled = <L extends string, const N extends string>(
  of: Expr<L>,
  from: L,
  label: N,
): Expr<L | N> => atom(`label_replace(${of.text}, "${label}", "$1", "${from}", "(.+)")`)
/** All series of the first, and of each other those whose labels none before has. */
export const either = <L extends string>(first: Expr<L>, ...more: readonly Expr<L>[]): Expr<L> =>
  more.reduce((all, next) => calc(all, 'or', next), first)
export const vector = (value: number): Expr => atom(`vector(${value})`)
export const quantile = <L extends string>(q: number, buckets: Expr<L>): Expr<Exclude<L, 'le'>> =>
  atom(`histogram_quantile(${q}, ${buckets.text})`)
export const time = atom<never>('time()')

type Op = 'or' | 'and' | 'unless' | '>' | '>=' | '<' | '==' | '+' | '-' | '*' | '/'
const STRENGTH: Readonly<Record<Op, number>> = {
  or: 1,
  and: 2,
  unless: 2,
  '>': 3,
  '>=': 3,
  '<': 3,
  '==': 3,
  '+': 4,
  '-': 4,
  '*': 5,
  '/': 5,
}
type Operand<L extends string> = Expr<L> | number
const placed = (operand: Operand<string>, least: number): string => {
  if (typeof operand === 'number') return String(operand)
  return operand.strength < least ? `(${operand.text})` : operand.text
}
const binary = (left: Operand<string>, [op, rest]: readonly [Op, string], right: Operand<string>) => {
  const strength = STRENGTH[op]
  return { text: `${placed(left, strength)} ${op}${rest} ${placed(right, strength + 1)}`, strength }
}

/** `left op right`; the labels are those of the left. */
export const calc = <L extends string>(left: Expr<L>, op: Op, right: Operand<string>): Expr<L> =>
  binary(left, [op, ''], right)
/** A number or time() on the left: the labels are those of the right. */
export const minus = <L extends string>(left: Operand<never>, right: Expr<L>): Expr<L> =>
  binary(left, ['-', ''], right)

type Join<B extends string> = { readonly op: Op; readonly on: readonly B[]; readonly many?: 'left' }
/** Matched on labels that both sides have; `many`: the left has several series for one of the right. */
export const joined = <L extends string, R extends string>(
  left: Expr<L>,
  { op, on, many }: Join<L & R>,
  right: Expr<R>,
): Expr<L> =>
  binary(left, [op, ` on (${on.join(', ')})${many === undefined ? '' : ` group_${many} ()`}`], right)
/** As `joined` with the many on the right, whose labels the result has. */
export const joinedRight = <L extends string, R extends string>(
  left: Expr<L>,
  { op, on }: Omit<Join<L & R>, 'many'>,
  right: Expr<R>,
): Expr<R> => binary(left, [op, ` on (${on.join(', ')}) group_right ()`], right)
export const both = <L extends string>(first: Expr<L>, ...more: readonly Expr<string>[]): Expr<L> =>
  more.reduce<Expr<L>>((all, next) => calc(all, 'and', next), first)

/** Absent without traffic, never NaN: a panel shows a gap, an alert stays quiet. */
export const ratio = <L extends string>(part: Expr<L>, whole: Expr<string>): Expr<L> =>
  calc(part, '/', calc(whole, '>', 0))
/** The earliest of the times that are set; absent when all are 0, which means none. */
export const earliest = <L extends string, const K extends readonly L[]>(by: K, times: Expr<L>) =>
  calc(min(by, calc(times, '>', 0)), '>', 0)
/** From summed buckets, never from averages of percentiles. */
export const percentile = <L extends string, const K extends readonly (L & string)[]>(
  q: number,
  by: K,
  buckets: Expr<L>,
): Expr<Exclude<K[number], 'le'>> => quantile(q, sum(by, buckets))
