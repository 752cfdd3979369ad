// The cells of every metric: one for each combination of label values. Promises that a value outside the known
// ones collapses to `other` and is counted as an overflow.
import { emptyTrie, trieNode, type Trie } from '../../cache.ts'
import { specOf, METRIC_NAMES, type MetricName, type MetricSource } from './catalogue.ts'
import { initialLabels, type Labels } from './cardinality.ts'
import { OTHER } from '../../events/names.ts'
import { OPEN, SEPARATOR, isClosed, isGuarded, pairOf } from '../labels.ts'
import type { GuardedSet, KnownValues } from '../labels.ts'

export type Exemplar = {
  readonly traceId: string
  readonly spanId: string
  readonly value: number
  /** Epoch seconds. */
  readonly at: number
}

/** One combination of labels. Counters and gauges use `value`; histograms the rest. Labels are frozen. */
export type Cell = {
  readonly labels: Labels
  value: number
  /** Not cumulative; the last one is above every bound. */
  readonly counts: number[]
  readonly exemplars: (Exemplar | undefined)[]
  /** Of a native histogram: counts by the index of the exponential bucket (native.ts), those above its zero bucket. */
  readonly native: Map<number, number>
}

type Guard = {
  readonly label: string
  readonly of: string | null
  /** Values that are accepted; undefined: every value is. */
  readonly known: Set<string> | undefined
  /** Every value is `other`, by the rule for big registries: that is no overflow. */
  isCollapsed: boolean
  /** Those of the registry in force; undefined: every value is, or nothing is known yet. */
  inForce: ReadonlySet<string> | undefined
}

export type Family = {
  readonly name: MetricName
  readonly buckets: readonly number[] | undefined
  readonly cap: number | undefined
  readonly guards: readonly Guard[]
  readonly cells: Map<string, Cell>
  /** Cells that speak of what the registry in force does not name: they are kept, and not shown. Absent: there are none. */
  gone?: Set<Cell>
  /** Cells by labels that have passed their guards once: known values stay known, so they need not be checked again. */
  readonly seen: Trie<string, Cell>
}

export type Families = {
  readonly all: ReadonlyMap<MetricName, Family>
  /** The cell for labels as an event or a caller gives them: unknown values collapse to `other`. */
  readonly at: (name: MetricName, labels: Labels) => Cell
  /** The cell of exactly these values, made when missing. */
  readonly cell: (name: MetricName, values: readonly string[]) => Cell
  readonly know: (values: KnownValues) => void
  readonly knows: (set: GuardedSet, value: string) => boolean
  /** Collapsed values by `<metric>\t<label>`. */
  readonly overflow: Map<string, number>
}

type KnownSets = Record<GuardedSet, Set<string>>

const emptySets = (): KnownSets => ({
  profile: new Set(),
  domain: new Set(),
  planner: new Set(),
  block: new Set(),
  operation: new Set(),
  tool: new Set(),
  provider: new Set(),
  model: new Set(),
  adapter: new Set(),
  method: new Set(),
})

function familyOf(name: MetricName, sets: KnownSets): Family {
  const spec = specOf(name)
  const guards = Object.entries(spec.labels).map(([label, set]): Guard => {
    if (isClosed(set) || !isGuarded(set))
      return { label, of: null, known: undefined, isCollapsed: false, inForce: undefined }
    return { label, of: OPEN[set].of, known: sets[set], isCollapsed: false, inForce: undefined }
  })
  return {
    name,
    buckets: spec.buckets,
    cap: spec.cap,
    guards,
    cells: new Map(),
    seen: emptyTrie(),
  }
}

/** What is no histogram has no buckets: all of it shares one that stays empty. */
const NO_BUCKETS: Cell['native'] = new Map()

const freshCell = (family: Family, values: readonly string[]): Cell => ({
  labels: Object.freeze(Object.fromEntries(family.guards.map(({ label }, i) => [label, values[i] ?? '']))),
  value: 0,
  counts: family.buckets ? Array.from({ length: family.buckets.length + 1 }, () => 0) : [],
  exemplars: [],
  native: family.buckets ? new Map() : NO_BUCKETS,
})

const isKnown = (guard: Guard, labels: Labels, value: string): boolean =>
  guard.known === undefined ||
  guard.known.has(guard.of === null ? value : pairOf(labels[guard.of] ?? '', value))

/** A value of its labels is no longer in force. */
const isGone = ({ guards }: Family, { labels }: Cell): boolean =>
  guards.some(({ label, of, inForce }) => {
    const value = labels[label] ?? OTHER
    if (inForce === undefined || value === OTHER) return false
    return !inForce.has(of === null ? value : pairOf(labels[of] ?? '', value))
  })

const familyNamed = (all: ReadonlyMap<MetricName, Family>, name: MetricName): Family => {
  const family = all.get(name)
  if (!family) throw new TypeError(`${name} is not measured here`)
  return family
}

function cellOf(family: Family, values: readonly string[]): Cell {
  const key = values.join(SEPARATOR)
  const found = family.cells.get(key)
  if (found) return found
  const cell = freshCell(family, values)
  family.cells.set(key, cell)
  if (isGone(family, cell)) family.gone?.add(cell)
  return cell
}

/** Finds the cell for labels that may have unknown values. */
function guardedLookup(all: ReadonlyMap<MetricName, Family>, overflow: Map<string, number>): Families['at'] {
  const overflowed = (family: Family, label: string): string => {
    const key = pairOf(family.name, label)
    overflow.set(key, (overflow.get(key) ?? 0) + 1)
    return OTHER
  }
  const guarded = (family: Family, labels: Labels): { values: string[]; overflows: boolean } => {
    let overflows = false
    const values = family.guards.map((guard) => {
      const value = labels[guard.label] ?? OTHER
      if (isKnown(guard, labels, value)) return guard.isCollapsed ? OTHER : value
      overflows = true
      return overflowed(family, guard.label)
    })
    return { values, overflows }
  }
  return (name, labels) => {
    const family = familyNamed(all, name)
    const seen = seenCell(family, labels)
    if (seen) return seen
    const { values, overflows } = guarded(family, labels)
    const isFull = family.cap !== undefined && family.cells.size >= family.cap
    if (isFull && !family.cells.has(values.join(SEPARATOR))) {
      return cellOf(
        family,
        family.guards.map(({ label }) => overflowed(family, label)),
      )
    }
    const cell = cellOf(family, values)
    if (!overflows) trieNode(family.seen, valuesGiven(family, labels)).value = cell
    return cell
  }
}

const valuesGiven = ({ guards }: Family, labels: Labels): string[] =>
  guards.map(({ label }) => labels[label] ?? OTHER)

function seenCell({ guards, seen }: Family, labels: Labels): Cell | undefined {
  let node: Trie<string, Cell> | undefined = seen
  for (const { label } of guards) node = node?.next.get(labels[label] ?? OTHER)
  return node?.value
}

/** Takes what a registry says: what was seen before may have another cell after it, and some cells are gone. */
function adopt(family: Family, values: KnownValues): void {
  const sets = specOf(family.name).labels
  for (const guard of family.guards) {
    guard.isCollapsed = values.collapsed.includes(pairOf(family.name, guard.label))
    const set = sets[guard.label]
    if (set !== undefined && !isClosed(set) && isGuarded(set)) guard.inForce = new Set(values[set])
  }
  family.seen.next.clear()
  family.gone = new Set([...family.cells.values()].filter((cell) => isGone(family, cell)))
}

/** The metrics of the given sources; nothing is known of open labels before `know`. */
export function createFamilies(sources: readonly MetricSource[]): Families {
  const sets = emptySets()
  const names = METRIC_NAMES.filter((name) => sources.includes(specOf(name).source))
  const all = new Map(names.map((name) => [name, familyOf(name, sets)]))
  const overflow = new Map<string, number>()
  return {
    all,
    at: guardedLookup(all, overflow),
    cell: (name, values) => cellOf(familyNamed(all, name), values),
    know: (values) => {
      for (const set of Object.keys(sets).map((name) => name as GuardedSet)) {
        for (const value of values[set]) sets[set].add(value)
      }
      for (const family of all.values()) {
        adopt(family, values)
        for (const labels of initialLabels(family.name, values)) cellOf(family, Object.values(labels))
      }
    },
    knows: (set, value) => sets[set].has(value),
    overflow,
  }
}
