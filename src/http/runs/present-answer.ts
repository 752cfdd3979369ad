// The answer of a run in the shape of the API: its payloads are read here, each once.
import type { z } from 'zod'
import type { Engine } from '../../engine/engine.ts'
import { answerOf, answerPayloads } from '../../run/answer.ts'
import type { RunState } from '../../run/state.ts'
import type { ReadPayload } from '../present-plan.ts'
import type { run } from './run-answers.ts'

/** Where the contents of runs come from, and their words. */
export type RunSource = Pick<Engine, 'payload' | 'words'>

/** The payloads of these digests, each read once. */
async function valuesOf(
  read: ReadPayload,
  digests: readonly string[],
): Promise<ReadonlyMap<string, unknown>> {
  const distinct = [...new Set(digests)]
  const values = await Promise.all(distinct.map(read))
  return new Map(distinct.map((digest, index) => [digest, values[index]]))
}

export async function presentAnswer(
  state: RunState,
  source: RunSource,
): Promise<z.input<typeof run>['answer']> {
  const values = await valuesOf((digest) => source.payload(state.runId, digest), answerPayloads(state))
  const valueOf = (digest: string): unknown => values.get(digest) ?? null
  // A tool may take its time for its words: what is not there yet has an empty list in its place.
  const awaited = new Map<readonly string[], Promise<readonly string[]>>()
  const { results, missing, leftOut, degraded, spent, waiting } = answerOf(state, {
    valueOf,
    wordsOf: (tool, output) => {
      const place: string[] = []
      awaited.set(place, source.words(tool, output))
      return place
    },
  })
  const said = results.map(async (result) => ({
    ...result,
    lines: [...((await awaited.get(result.lines)) ?? result.lines)],
  }))
  return {
    results: await Promise.all(said),
    missing: [...missing],
    left_out: [...leftOut],
    degraded: [...degraded],
    spent,
    waiting: [...waiting],
  }
}
