// Every order of what people, vendors, tools and processes can do to plans whose rules change them, to plans with branches
// and items, and to lists of runs that are decided together: no effect without a live, matching, unused approval by
// somebody who may give it, and no proposal released without one.
import { describe, expect, test } from 'vitest'
import { AppError } from '../../src/errors.ts'
import type { Principal } from '../../src/engine/engine.ts'
import { decideTogether } from '../../src/http/batches/decision.ts'
import type { RunState } from '../../src/run/state.ts'
import { Floor, SHAPES, type Kind, type Sheet } from './approval-floor.ts'
import { returnedStep } from './people.ts'
import { chance } from './random-plan.ts'
import { approve, change, deny, sendBack } from './world.ts'

const person = (id: string, ...roles: string[]): Principal => ({ id, roles })
const people = {
  ann: person('ann', 'operator', 'legal'),
  bob: person('bob', 'legal'),
  cid: person('cid', 'legal'),
  eve: person('eve', 'legal'),
  dan: person('dan', 'operator', 'approver', 'admin'),
  fay: person('fay', 'operator', 'legal'),
} as const
type Name = keyof typeof people

const MOVES = [
  'bob approves',
  'bob approves last',
  'cid approves',
  'eve approves',
  'ann approves',
  'dan approves',
  'fay approves',
  'bob denies',
  'cid edits',
  'bob returns',
  'ann revises',
  'dan revises',
  'bob approves together',
  'fay approves together',
  'cid denies together',
  'dan resumes',
  'fay resumes',
  'ann cancels',
  'vendor off',
  'call fails',
  'crash',
] as const
type Move = (typeof MOVES)[number]

/** Does it; false: the product refused it. */
async function taken(asked: Promise<unknown>): Promise<boolean> {
  return asked.then(
    () => true,
    (error: unknown) => {
      if (!(error instanceof AppError) || error.status >= 500) throw error
      return false
    },
  )
}

const edit = ({ review }: Sheet, by: Principal) =>
  change(review === 'call' ? { inputs: { text: `by ${by.id}` } } : { output: { text: `letter by ${by.id}` } })

const SAYS = { approves: 'approve', denies: 'deny', edits: 'edit', returns: 'return' } as const

async function decides(floor: Floor, what: keyof typeof SAYS, [sheet, by]: [Sheet | undefined, Principal]) {
  if (sheet === undefined) return
  const request = { approves: approve, denies: deny, edits: edit(sheet, by), returns: sendBack }[what]
  if (await taken(floor.world.engine.decide(sheet.approvalId, request, by)))
    floor.voted(sheet, by, SAYS[what])
}

/** On everything that has ever been shown, as an old page would send it. */
async function together(floor: Floor, decision: 'approve' | 'deny', by: Principal): Promise<void> {
  if (floor.batchId === null) return
  const approvals = [...floor.sheets.values()].map(({ approvalId, digest }) => ({
    approval_id: approvalId,
    digest,
  }))
  if (approvals.length === 0) return
  const asked = { decision, reason: 'together', approvals }
  const { decided } = await decideTogether(floor.world.engine, floor.batchId, { asked, by })
  for (const id of decided) {
    const sheet = floor.sheets.get(id)
    if (sheet) floor.voted(sheet, by, decision)
  }
}

async function revises(floor: Floor, states: readonly RunState[], by: Principal): Promise<void> {
  for (const state of states) {
    const stepId = returnedStep(state)
    const step = state.steps[stepId]
    if (step?.status !== 'changes_requested') continue
    const inputs = step.plan.tool === 'draft' ? { tone: 'calm' } : { text: 'revised' }
    const isTaken = await taken(floor.world.engine.revise(state.runId, stepId, { inputs, by }))
    if (isTaken && !floor.askers.get(floor.placeOf(state.runId))?.has(by.id))
      floor.broken.push(`${by.id} revised what they had not asked for`)
  }
}

async function resumes(floor: Floor, states: readonly RunState[], by: Principal): Promise<void> {
  const { engine } = floor.world
  if (floor.batchId !== null) {
    const again = states.filter(({ status }) => status !== 'succeeded')
    if (!(await taken(engine.batches.resume(floor.batchId, by)))) return
    for (const { runId } of again) floor.replaced.add(runId)
    for (const [place, runId] of floor.places)
      if (floor.replaced.has(runId)) floor.askers.get(place)?.add(by.id)
    return
  }
  for (const [place, runId] of floor.places) {
    const made = await engine.resume(runId, by).catch((error: unknown) => {
      if (error instanceof AppError && error.status < 500) return null
      throw error
    })
    if (made === null) continue
    if (made.created) floor.askers.get(place)?.add(by.id)
    floor.places.set(place, made.runId)
  }
}

async function cancels(floor: Floor, by: Principal): Promise<void> {
  const { engine } = floor.world
  const request = { by, reason: null }
  if (floor.batchId !== null) await taken(engine.batches.cancel(floor.batchId, request))
  else for (const runId of floor.places.values()) await taken(engine.cancel(runId, request))
}

async function make(floor: Floor, move: Move): Promise<void> {
  const states = await floor.look()
  if (move === 'crash') return floor.crash()
  if (move === 'vendor off') return floor.swap(people.dan)
  if (move === 'call fails') return void (floor.isNextToFail = true)
  const [name, what = '', how] = move.split(' ') as [Name, string?, string?]
  const by = people[name]
  if (what === 'resumes') return resumes(floor, states, by)
  if (what === 'revises') return revises(floor, states, by)
  if (what === 'cancels') return cancels(floor, by)
  if (how === 'together') return together(floor, what === 'denies' ? 'deny' : 'approve', by)
  const pending = floor.pending(states)
  await decides(floor, what as keyof typeof SAYS, [how === 'last' ? pending.at(-1) : pending[0], by])
}

type Walked = {
  readonly broken: readonly string[]
  readonly done: number
  readonly seen: ReadonlySet<string>
}

/** What the walk came by: revisions of plans, joint decisions, items. */
const marksOf = (floor: Floor, states: readonly RunState[]): string[] =>
  states.flatMap(({ plan, status, steps }) => [
    ...(plan !== null && plan.revision > 1 ? ['revision'] : []),
    ...(Object.values(steps).some(({ plan: { step_id: id } }) => id.includes('[')) ? ['item'] : []),
    ...(status === 'succeeded' ? ['succeeded'] : []),
    ...(floor.runs.size > floor.places.size ? ['resumed'] : []),
  ])

async function walk(kind: Kind, path: readonly Move[]): Promise<Walked> {
  const floor = new Floor(kind)
  await floor.open(people.ann)
  const seen = new Set<string>()
  for (const move of path) {
    await make(floor, move)
    for (const mark of marksOf(floor, await floor.look())) seen.add(mark)
  }
  const broken = await floor.close()
  return { broken, done: floor.done, seen }
}

/** Of two approvers both are needed to get anywhere. */
const LIKELY: readonly Move[] = ['bob approves', 'cid approves', 'eve approves', 'bob approves together']

/** The same for the same number; half of it is what gets runs on. */
const randomPath = (seed: number): Move[] =>
  Array.from({ length: 12 }, (_none, at) => {
    const list = chance(seed, 'which', at) < 0.5 ? LIKELY : MOVES
    return list[Math.floor(chance(seed, 'move', at) * list.length)] ?? 'bob approves'
  })

const kinds: Kind[] = SHAPES.flatMap((shape) => [1, 2].map((quorum) => ({ shape, quorum })))

const PATHS = 100
const MARKS = {
  rules: ['revision', 'resumed', 'succeeded'],
  blocks: ['item', 'revision', 'resumed', 'succeeded'],
  list: ['revision', 'resumed', 'succeeded'],
} as const

describe('no effect and no release without a live, matching, unused approval of somebody who may give it', () => {
  test.each(kinds)(
    'whatever is done to a plan: $shape, $quorum to approve',
    { timeout: 240_000 },
    async (kind) => {
      const seen = new Set<string>()
      let done = 0
      for (let seed = 0; seed < PATHS; seed += 1) {
        const path = randomPath(seed)
        const walked = await walk(kind, path)
        expect({ path, broken: walked.broken }).toEqual({ path, broken: [] })
        done += walked.done
        for (const mark of walked.seen) seen.add(mark)
      }
      expect(seen).toEqual(new Set(MARKS[kind.shape]))
      expect(done).toBeGreaterThan(20)
    },
  )
})
