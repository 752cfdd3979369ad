// A real process that plans and drafts with a language model, and that is killed. Arguments: a folder, a database or
// nothing, the URL of the model's server, the name and kind of its run, and where it dies by itself.
// It ends what earlier processes left, says so, waits to be told to go on, and makes a run of its own.
import type { Append, Journal } from '../../../src/journal/journal.ts'
import { openaiModels } from '../../../src/models/openai.ts'
import { llmPlanner } from '../../../src/planner/llm/llm.ts'
import { rulesPlanner } from '../../../src/planner/rules.ts'
import { tool as draft } from '../../../src/tools/engagement/draft-outbound-message.ts'
import { tool as score } from '../../../src/tools/intelligence/score-account-fit.ts'
import { approve, isPaused, operator, pendingOf, registryFrom, reviewer, world } from '../../engine/world.ts'
import { KEY } from '../asked.ts'
import { openPlace } from './place.ts'
import { readPoint, requestOf, REGISTRY, type Point } from './points.ts'

const [dir = '', database = '', url = '', name = '', kind = 'draft', at = 'none'] = process.argv.slice(2)

/** Nothing after it is reached: the signal is delivered before the call returns. */
const die = (): boolean => process.kill(process.pid, 'SIGKILL')

/** Takes its process with it, right before or right after an append with the event of the point is durable. */
function mortal(journal: Journal, point: Point | null, isLeft: (runId: string) => boolean): Journal {
  let seen = 0
  const isHere = (append: Append): boolean => {
    if (point === null || (point.of === 'left') !== isLeft(append.runId)) return false
    const isType = append.lines.some((line) => 'type' in line && line.type === point.type)
    if (isType) seen += 1
    return isType && seen === point.nth
  }
  return {
    ...journal,
    append: async (append) => {
      const here = isHere(append)
      if (here && point?.moment === 'before') die()
      const result = await journal.append(append)
      if (here && point?.moment === 'after' && result.ok) die()
      return result
    },
  }
}

const writer = `asker-${process.pid}`
const store = await openPlace({ dir, database }, writer)
const left = new Set((await store.openRuns('', 1000)).map(({ runId }) => runId))
const models = openaiModels({ apiKey: KEY, baseUrl: url, model: null })
const offline = rulesPlanner()
const toolAsking = { model: null, prepare: models.prepare }
const w = await world({
  registry: registryFrom(REGISTRY),
  tools: [score, draft],
  journal: mortal(store, readPoint(at), (runId) => left.has(runId)),
  writer,
  planner: offline,
  planners: [llmPlanner({ offline, ...toolAsking })],
  models,
  toolAsking,
})

/** Approves whatever is asked, until the run is over. */
async function attend(runId: string): Promise<void> {
  for (;;) {
    const state = await w.when(runId, isPaused)
    if (state.finished !== null) return
    await w.engine.decide(pendingOf(state), approve, reviewer)
  }
}

const told = Promise.withResolvers<void>()
process.once('message', () => told.resolve())
await w.engine.recover()
for (const runId of left) await attend(runId)
process.send?.('recovered')
await told.promise
const { runId } = await w.engine.start(requestOf(name, kind), operator)
await attend(runId)
await w.engine.stop(5000)
await store.close()
if (w.failures.length > 0) throw w.failures[0]
process.disconnect()
