// A real process that works through a list of 200 items, 20 of which fail, and is killed. Arguments: its folder, the name
// of the list it begins (or `none`), and where it dies by itself: `<number>:<before|after>`, around an append of its own
// list and its runs. It ends what an earlier process left first.
import { join } from 'node:path'
import type { BatchRequest } from '../../../src/engine/batches/contract.ts'
import type { Journal } from '../../../src/journal/journal.ts'
import { sqliteJournal } from '../../../src/journal/sqlite/sqlite.ts'
import { replayBatch } from '../../../src/run/batch.ts'
import { CallError } from '../../../src/run/failure.ts'
import { operator, registryFrom, scripted, world } from '../../engine/world.ts'
import { note } from '../witness.ts'
import { ITEMS, isFailing, REGISTRY } from './scene.ts'

const [dir = '', name = 'none', point = 'none'] = process.argv.slice(2)
const PATIENCE_MS = 120_000

/** As it is before anything keeps it from ending the process. */
const die = (): boolean => process.kill(process.pid, 'SIGKILL')

let isOwn = false

/** Takes its process with it, right before the store gets the append, or right after it is durable. */
function mortal(journal: Journal): Journal {
  let count = 0
  return {
    ...journal,
    append: async (append) => {
      if (isOwn) count += 1
      const own = isOwn ? count : 0
      if (point === `${own}:before`) die()
      const result = await journal.append(append)
      if (point === `${own}:after`) die()
      return result
    },
  }
}

const writer = `life-${process.pid}`
const store = await sqliteJournal({ dir: join(dir, 'store'), writer })
const left = await store.openBatches('', 10)
const greet = scripted('greet', (input, { runId, stepId, idempotencyKey }) => {
  note(dir, {
    saw: 'execution',
    tool: 'greet',
    run: runId,
    step: stepId,
    key: idempotencyKey,
    at: store.position(),
    life: process.pid,
  })
  const n = Number(input['n'])
  if (isFailing(n)) throw new CallError('agent_bug', 'cannot greet')
  return { text: `hello ${n}` }
})
const w = await world({ registry: registryFrom(REGISTRY), tools: [greet], journal: mortal(store), writer })

const requestOf = (key: string): BatchRequest => ({
  plan: { steps: [{ id: 'hello', tool: 'greet', inputs: {}, after: [] }] },
  profile: 'test',
  planner: 'auto',
  tenant: 'team',
  context: {},
  limits: {},
  idempotencyKey: key,
  items: Array.from({ length: ITEMS }, (_none, n) => ({ line: n + 1, context: { n } })),
  rejected: [],
  columns: ['n'],
})

async function over(batchId: string): Promise<void> {
  const patience = AbortSignal.timeout(PATIENCE_MS)
  for (;;) {
    const position = store.position()
    // From the journal: the engine learns of its own append a moment later, and nothing is committed after it.
    if (replayBatch(await store.read(batchId))?.finished) return
    if (patience.aborted) throw new Error(`${batchId} does not end`)
    await store.changed(position, patience)
  }
}

await w.engine.recover()
for (const batchId of left) await over(batchId)
if (name !== 'none') {
  isOwn = true
  const { batchId } = await w.engine.batches.start(requestOf(name), operator)
  note(dir, { saw: 'acceptance', name, run: batchId })
  await over(batchId)
}
await w.engine.stop(5000)
await store.close()
if (w.failures.length > 0) throw w.failures[0]
