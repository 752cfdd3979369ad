// Which tools a goal asks for. A goal is one ask or several ("score the account and draft a message"); each ask
// takes its best tool, then the best tool for the words that no tool taken so far speaks for.
import type { RankedTool } from './planner.ts'
import type { Hit, ToolIndex } from './tool-index.ts'
import { partsOf, wordsOf } from './words.ts'

export type Ranking = {
  /** Every tool that some word speaks for, best first. */
  readonly hits: readonly Hit[]
  /** The tools to be used, in the order of the asks. */
  readonly wanted: readonly string[]
}

/** A further tool of one ask must be at least this strong against the ask's first one; tuned on the table of goals. */
const FURTHER_SHARE = 0.5
const MOST_WANTED = 50
const MOST_MATCHED = 8

/** A new ask begins after a break, with a word that tools begin with; anything else goes on with the last one. */
function asksOf(goal: string, { openings, stem }: ToolIndex): string[][] {
  const asks: string[][] = []
  for (const part of partsOf(goal)) {
    const stems = wordsOf(part).map(stem)
    const last = asks.at(-1)
    if (last && !openings.has(stems[0] ?? '')) last.push(...stems)
    else if (stems.length > 0) asks.push(stems)
  }
  return asks
}

/** Without the reward for many words, which would make every further tool look weak. */
const strength = (hit: Hit): number => hit.score / hit.matched.length

function toolsFor(ask: readonly string[], index: ToolIndex): string[] {
  const wanted: string[] = []
  let left = ask
  let first = 0
  while (left.length > 0) {
    const best = index.search(left)[0]
    if (!best || strength(best) < FURTHER_SHARE * first) break
    if (first === 0) first = strength(best)
    wanted.push(best.tool)
    left = left.filter((stem) => !best.found.includes(stem))
  }
  return wanted
}

/** Against every tool of the index; who may use which is the caller's to sort out. */
export function rankTools(goal: string, index: ToolIndex): Ranking {
  const asks = asksOf(goal, index)
  const hits = index.search([...new Set(asks.flat())])
  const found = new Set(hits.flatMap((hit) => hit.found))
  const wanted = new Set<string>()
  for (const ask of asks) {
    const stems = [...new Set(ask)].filter((stem) => found.has(stem))
    for (const tool of toolsFor(stems, index)) {
      if (wanted.size < MOST_WANTED) wanted.add(tool)
    }
  }
  return { hits, wanted: [...wanted] }
}

/** Only the usable tools, best first and the best with 1; those that no word speaks for come last, by name. */
export function rankingOf(
  hits: readonly Hit[],
  usable: ReadonlyMap<string, unknown>,
  index: ToolIndex,
): RankedTool[] {
  const matching = hits.filter(({ tool }) => usable.has(tool))
  const best = matching[0]?.score ?? 1
  const named = new Set(matching.map(({ tool }) => tool))
  const silent = [...usable.keys()].filter((name) => !named.has(name)).sort()
  return [
    ...matching.map(({ tool, score, matched }) => ({
      tool,
      score: Math.round((score / best) * 1000) / 1000,
      matched: [...new Set(matched.map((stem) => index.word(tool, stem)))].slice(0, MOST_MATCHED),
    })),
    ...silent.map((tool) => ({ tool, score: 0, matched: [] })),
  ]
}
