// The order of the steps: each after those it takes values from, then by domain, then by what the goal asked for most.
import { AppError } from '../errors.ts'
import { producerOf, type FilledLink } from './chain.ts'

type Preference = {
  /** The registry's, in its order. */
  readonly domains: readonly string[]
  /** Place of a tool in the ranking, the best is 0; tools without a place come last, by name. */
  readonly rank: ReadonlyMap<string, number>
}

/** The links name no producer outside. */
export function inOrder(links: readonly FilledLink[], { domains, rank }: Preference): FilledLink[] {
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
    const ready = waiting.findIndex(({ sources }) =>
      Object.values(sources)
        .map(producerOf)
        .every((producer) => producer === null || done.has(producer)),
    )
    const [next] = ready < 0 ? [] : waiting.splice(ready, 1)
    if (!next) throw new AppError('INTERNAL')
    ordered.push(next)
    done.add(next.tool.name)
  }
  return ordered
}
