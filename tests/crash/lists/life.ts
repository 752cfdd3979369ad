// A real process that works through lists of 200 items, 20 of which fail, and is killed. Arguments: its folder, and for
// each list that it begins the boundary at which the list stands still; when all of them do, the process kills itself.
// It ends what an earlier process left first, and ends by itself where no list stands.
import { join } from 'node:path'
import type { BatchRequest } from '../../../src/engine/batches/contract.ts'
import { sqliteJournal } from '../../../src/journal/sqlite/sqlite.ts'
import { CallError } from '../../../src/run/failure.ts'
import { operator, registryFrom, scripted, world } from '../../engine/world.ts'
import { note } from '../witness.ts'
import { ITEMS, isFailing, REGISTRY } from './scene.ts'
import { standingJournal } from './standing.ts'

const [dir = '', ...points] = process.argv.slice(2)
const PATIENCE_MS = 500_000
/** More than all lists of a process have open: one that stands holds up no other. */
const PLACES = 100_000
const MOST_LEFT = 10_000

/** As it is before anything keeps it from ending the process. */
const die = (): boolean => process.kill(process.pid, 'SIGKILL')

const writer = `life-${process.pid}`
const store = await sqliteJournal({ dir: join(dir, 'store'), writer })
const journal = standingJournal(store)
const left = await store.openBatches('', MOST_LEFT)
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
const registry = registryFrom(REGISTRY)
const w = await world({ registry, tools: [greet], journal, writer, settings: { maxRuns: PLACES } })

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

/** One that is left at its acceptance answers nobody: it is found by what has become durable. */
async function begin(point: string): Promise<void> {
  const { batchId } = await w.engine.batches.start(requestOf(point), operator)
  note(dir, { saw: 'acceptance', name: point, run: batchId })
}

await w.engine.recover()
await journal.settled(left, AbortSignal.timeout(PATIENCE_MS))
for (const point of points) begin(point).catch((error: unknown) => w.failures.push(error))
await journal.settled(points, AbortSignal.timeout(PATIENCE_MS))
if (w.failures.length > 0) throw w.failures[0]
for (const name of journal.standing) note(dir, { saw: 'standing', name })
if (journal.standing.size > 0) die()
await w.engine.stop(5000)
await store.close()
