// The order of the steps: each after those it takes values from, then by domain, then by what the goal asked for most.
// What has effects comes after all that was asked for before it: "qualify the deal and log it".
import { AppError } from '../errors.ts'
import { producerOf, type FilledLink } from './chain.ts'

type Preference = {
  /** The registry's, in its order. */
  readonly domains: readonly string[]
  /** Place of a tool in the ranking, the best is 0; tools without a place come last, by name. */
  readonly rank: ReadonlyMap<string, number>
  /** By tool, those that must be over first. */
  readonly awaited: ReadonlyMap<string, readonly string[]>
}

/** Of tools in the order of the asks: for each with effects, those before it. */
export function awaitedBy(
  chosen: readonly string[],
  hasEffects: (tool: string) => boolean,
): ReadonlyMap<string, readonly string[]> {
  return new Map(
    chosen.flatMap((tool, at) => (at > 0 && hasEffects(tool) ? [[tool, chosen.slice(0, at)]] : [])),
  )
}

/** The links name no producer outside. */
export function inOrder(links: readonly FilledLink[], { domains, rank, awaited }: Preference): FilledLink[] {
  const place = ({ tool }: FilledLink) => rank.get(tool.name) ?? rank.size
  const waiting = [...links].sort(
    (a, b) =>
      domains.indexOf(a.tool.domain) - domains.indexOf(b.tool.domain) ||
      place(a) - place(b) ||
      (a.tool.name < b.tool.name ? -1 : 1),
  )
  const ordered: FilledLink[] = []
  const done = new Set<string>()
  while (waiting.length > 0) {
    const isFed = ({ sources }: FilledLink) =>
      Object.values(sources)
        .map(producerOf)
        .every((producer) => producer === null || done.has(producer))
    const isDue = (link: FilledLink) =>
      isFed(link) && (awaited.get(link.tool.name) ?? []).every((before) => done.has(before))
    // A tool that one before it takes values from cannot wait for it.
    const ready = [isDue, isFed].map((is) => waiting.findIndex(is)).find((at) => at >= 0)
    const [next] = ready === undefined ? [] : waiting.splice(ready, 1)
    if (!next) throw new AppError('INTERNAL')
    ordered.push(next)
    done.add(next.tool.name)
  }
  return ordered
}
