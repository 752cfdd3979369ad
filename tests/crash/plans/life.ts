// A real process that is killed. Arguments: its folder, the name of the run it begins (or `none`), and where it dies by
// itself: `<own|left>:<number>:<before|after>`, around an append of its own run or of one that an earlier process left.
// It ends what was left, then makes its own run. Says at the end whether it was begun.
import { join } from 'node:path'
import { AppError } from '../../../src/errors.ts'
import type { Append, Journal } from '../../../src/journal/journal.ts'
import { sqliteJournal } from '../../../src/journal/sqlite/sqlite.ts'
import type { RunState } from '../../../src/run/state.ts'
import { RANDOM_REGISTRY } from '../../engine/random-plan.ts'
import { isPaused, operator, reviewer, world } from '../../engine/world.ts'
import { note, seen } from '../witness.ts'
import { decisionOn, kindOf, requestOf, toolsOf, type Kind } from './scene.ts'

const [dir = '', name = 'none', point = 'none'] = process.argv.slice(2)

/** As it is before anything keeps it from ending the process. */
const die = (): boolean => process.kill(process.pid, 'SIGKILL')

/** Takes its process with it, right before the store gets the append, or right after it is durable. */
function mortal(journal: Journal, isLeft: (runId: string) => boolean): Journal {
  const counts = { own: 0, left: 0 }
  const boundaryOf = ({ runId }: Append): string => {
    const whose = isLeft(runId) ? 'left' : 'own'
    counts[whose] += 1
    return `${whose}:${counts[whose]}`
  }
  return {
    ...journal,
    append: async (append) => {
      const boundary = boundaryOf(append)
      if (point === `${boundary}:before`) die()
      const result = await journal.append(append)
      if (point === `${boundary}:after`) die()
      return result
    },
  }
}

const writer = `life-${process.pid}`
const store = await sqliteJournal({ dir: join(dir, 'store'), writer })
const left = new Set((await store.openRuns('', 1000)).map(({ runId }) => runId))
const kinds = new Map<string, Kind>()

async function kindOfRun(runId: string): Promise<Kind> {
  const known = kinds.get(runId)
  if (known !== undefined) return known
  const [first] = await store.read(runId)
  const kind = kindOf((first?.type === 'run_started' && first.data.idempotency_key) || '')
  kinds.set(runId, kind)
  return kind
}

const w = await world({
  registry: RANDOM_REGISTRY,
  tools: toolsOf({
    kindOf: kindOfRun,
    happened: (tool, { runId, stepId, idempotencyKey }) =>
      note(dir, {
        saw: 'execution',
        tool,
        run: runId,
        step: stepId,
        key: idempotencyKey,
        at: store.position(),
        life: process.pid,
      }),
  }),
  journal: mortal(store, (runId) => left.has(runId)),
  writer,
})

/** Decides what waits; of a call with an unknown outcome it looks whether it happened. */
async function attendOnce(state: RunState): Promise<void> {
  const kind = await kindOfRun(state.runId)
  const pending = Object.values(state.approvals).find(({ status }) => status === 'pending')
  if (pending !== undefined) {
    await w.engine.decide(pending.approvalId, decisionOn(kind, pending.stepId), reviewer)
    return
  }
  const step = Object.values(state.steps).find(({ status }) => status === 'unknown')
  if (step === undefined) throw new Error(`${state.runId} waits for nobody`)
  const happened = seen(dir, 'execution').some(({ key }) => key === step.idempotencyKey)
  await w.engine.reconcile(state.runId, step.plan.step_id, {
    outcome: happened ? 'happened' : 'did_not_happen',
    output: happened ? { n: 0.9, ok: true } : null,
    reason: 'looked it up',
    by: reviewer,
  })
}

async function attend(runId: string): Promise<void> {
  for (;;) {
    const state = await w.when(runId, isPaused)
    if (state.finished !== null) return note(dir, { saw: 'end', run: runId, state })
    await attendOnce(state)
  }
}

/** `false`: no such plan can be carried out. */
async function begin(): Promise<boolean> {
  try {
    const { runId } = await w.engine.start(requestOf(name), operator)
    note(dir, { saw: 'acceptance', name, run: runId })
    await attend(runId)
    return true
  } catch (error) {
    if (error instanceof AppError && error.code === 'PLAN_INVALID') return false
    throw error
  }
}

await w.engine.recover()
for (const runId of left) await attend(runId)
process.stdout.write(name !== 'none' && (await begin()) ? 'begun' : '')
await w.engine.stop(5000)
await store.close()
if (w.failures.length > 0) throw w.failures[0]
