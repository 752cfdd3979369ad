// The whole product over a real store, put together as the runtime does it, so that a test can stand between the
// engine and its journal.
import { once } from 'node:events'
import { createServer } from 'node:http'
import { join } from 'node:path'
import { pino } from 'pino'
import type { Journal } from '../../src/journal/journal.ts'
import { sqliteJournal } from '../../src/journal/sqlite/sqlite.ts'
import { createProjections, type Projections } from '../../src/projections/projections.ts'
import type { RunState } from '../../src/run/state.ts'
import {
  approve,
  isPaused,
  operator,
  pendingOf,
  reviewer,
  sendBack,
  world,
  type World,
} from '../engine/world.ts'
import { registry, SENT_BACK, toolsFor } from './scenario.ts'
import { note, seen } from './witness.ts'

export const storeIn = (dir: string): string => join(dir, 'store')
/** What /metrics showed last. */
export const metricsIn = (dir: string): string => join(dir, 'metrics.txt')

export type Product = {
  readonly world: World
  readonly journal: Journal
  readonly projections: Projections
  readonly stop: () => Promise<void>
}

const CHECKPOINT_MS = 20

/** Opens the store of `dir`; the engine sees the journal as `around` makes it. Recovers nothing yet. */
export async function openProduct(
  dir: string,
  options: { readonly slowMs: number; readonly around?: (journal: Journal) => Journal },
): Promise<Product> {
  const writer = `crash-${process.pid}`
  const store = await sqliteJournal({ dir: storeIn(dir), writer })
  const journal = options.around?.(store) ?? store
  const tools = toolsFor((tool, { runId, stepId, idempotencyKey }) => {
    const at = journal.position()
    note(dir, {
      saw: 'execution',
      tool,
      run: runId,
      step: stepId,
      key: idempotencyKey,
      at,
      life: process.pid,
    })
  }, options.slowMs)
  const w = await world({ registry, tools, journal, writer })
  const projections = await createProjections({
    journal,
    registry,
    version: '0.0.0',
    revision: 'test',
    workers: w.engine.workers,
    clock: Date.now,
    onFailure: (error) => w.failures.push(error),
    checkpointMs: CHECKPOINT_MS,
  })
  const stop = async (): Promise<void> => {
    await w.engine.stop(5000)
    await projections.views.stop()
    await journal.close()
    if (w.failures.length > 0) throw w.failures[0]
  }
  return { world: w, journal, projections, stop }
}

/** What a person does who looks at the world before saying what became of a call. */
async function reconcile(w: World, dir: string, runId: string): Promise<void> {
  const state = await w.engine.state(runId)
  const step = Object.values(state.steps).find(({ status }) => status === 'unknown')
  if (step === undefined) throw new Error(`${runId} waits for nobody`)
  const ran = seen(dir, 'execution').some(({ key }) => key === step.idempotencyKey)
  await w.engine.reconcile(runId, step.plan.step_id, {
    outcome: ran ? 'happened' : 'did_not_happen',
    output: { value: 'found by a person' },
    reason: 'looked it up',
    by: reviewer,
  })
}

/** The first draft goes back in words alone; everything else is approved. */
function decideOn(w: World, state: RunState, approvalId: string): Promise<RunState> {
  const { stepId = '', revision } = state.approvals[approvalId] ?? {}
  const isFirstDraft = state.steps[stepId]?.plan.tool === SENT_BACK && revision === 1
  return w.engine.decide(approvalId, isFirstDraft ? sendBack : approve, reviewer)
}

/** Decides whatever is asked, revises what was sent back and settles what is unknown, until the run is over. */
export async function attend({ world: w }: Product, dir: string, runId: string): Promise<void> {
  for (;;) {
    const state = await w.when(runId, isPaused)
    if (state.finished !== null) return
    const pending = pendingOf(state)
    const sentBack = Object.values(state.steps).find(({ status }) => status === 'changes_requested')
    if (pending !== 'none') await decideOn(w, state, pending)
    else if (sentBack)
      await w.engine.revise(runId, sentBack.plan.step_id, { inputs: { from: 'a shorter one' }, by: operator })
    else await reconcile(w, dir, runId)
  }
}

/** /metrics as a scraper gets it. */
export async function scrape(product: Product): Promise<string> {
  const { createApp } = await import('../../src/http/app.ts')
  const { verifyChains } = await import('../../src/journal/verify.ts')
  const stopping = new AbortController()
  const app = createApp({
    engine: product.world.engine,
    journal: product.journal,
    views: product.projections.views,
    http: product.projections.http,
    keys: null,
    verifyJournal: () => verifyChains(product.journal),
    reloadRegistry: () => Promise.reject(new Error('nobody reloads here')),
    compareRegistry: () => Promise.reject(new Error('nobody reloads here')),
    logger: pino({ level: 'silent' }),
    version: '0.0.0',
    clock: Date.now,
    stopping: stopping.signal,
  })
  const server = createServer(app).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('no TCP address')
  const answer = await fetch(`http://127.0.0.1:${address.port}/metrics`)
  const body = await answer.text()
  if (answer.status !== 200) throw new Error(`${answer.status} ${body}`)
  stopping.abort()
  server.closeAllConnections()
  server.close()
  return body
}
