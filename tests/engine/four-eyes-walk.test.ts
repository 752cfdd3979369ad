// Every order of what people, vendors and processes can do to a chain of runs: whoever had a hand in it never is the only
// one to approve, nobody decides without the profile's role, and nothing is done through another vendor than was shown.
import { describe, expect, test } from 'vitest'
import { defineAdapter } from '../../src/adapters/definition.ts'
import { AppError } from '../../src/errors.ts'
import type { Principal } from '../../src/engine/engine.ts'
import type { Registry } from '../../src/registry/registry.ts'
import type { RunState } from '../../src/run/state.ts'
import { lawsBroken } from './laws.ts'
import { openStore, type Life } from './store.ts'
import { approve, change, deny, pendingOf, registryFrom, scripted, world, type World } from './world.ts'

type Vendors = { readonly sandbox: boolean; readonly module: string }

const registryOf = (quorum: number, { sandbox, module }: Vendors): Registry =>
  registryFrom(`
version: v1
metadata: { name: test, version: "1" }
tools:
  amber_work: { domain: engagement, description: amber, side_effects: execute, cost: 1, adapter: crm,
                inputs: { text: { type: string } }, outputs: { value: { type: string } } }
profiles:
  test: { allowed_tools: [amber_work], allowed_adapters: [sandbox, production], timeout_seconds: 60,
          approvers: { role: legal, quorum: ${quorum} }, budget: { run: { calls: 50 } } }
adapters:
  sandbox: { interface: crm, module: ${module}, enabled: ${sandbox} }
  production: { interface: crm, module: production, enabled: true }
`)

const person = (id: string, ...roles: string[]): Principal => ({ id, roles })
const ann = person('ann', 'operator', 'legal')
const bob = person('bob', 'legal')
const cid = person('cid', 'legal')
const dan = person('dan', 'operator', 'approver', 'admin')

/** What the test saw itself, whatever the product remembers. */
type Seen = {
  readonly hands: Set<string>
  /** By approval: what a person was shown as serving the call. */
  readonly shown: Map<string, string>
  readonly approvers: Map<string, string[]>
  readonly broken: string[]
}

class Desk {
  readonly #quorum: number
  readonly #store = openStore()
  readonly seen: Seen = { hands: new Set(['ann']), shown: new Map(), approvers: new Map(), broken: [] }
  readonly served: string[] = []
  readonly runs: string[] = []
  #life: Life | undefined
  #world: World | undefined
  vendors: Vendors = { sandbox: true, module: 'sandbox' }
  #processes = 0

  constructor(quorum: number) {
    this.#quorum = quorum
  }

  get world(): World {
    if (this.#world === undefined) throw new Error('no process has been started')
    return this.#world
  }

  get runId(): string {
    return this.runs.at(-1) ?? ''
  }

  /** How a vendor is set up, in one word. */
  get setUp(): string {
    return this.vendors.sandbox ? `sandbox/${this.vendors.module}` : 'production/production'
  }

  async begin(): Promise<void> {
    this.#processes += 1
    this.#life = this.#store.open(`process-${this.#processes}`)
    const vendor = (name: string) =>
      defineAdapter({ name, interface: 'crm', getAccount: async () => Promise.reject(new Error(name)) })
    this.#world = await world({
      registry: registryOf(this.#quorum, this.vendors),
      tools: [
        scripted('amber_work', (_input, { adapter }) => {
          this.served.push(`${adapter?.name}/${this.vendors.sandbox ? this.vendors.module : 'production'}`)
          return { value: 'done' }
        }),
      ],
      adaptersOf: ({ adapters }) =>
        new Map(
          Object.values(adapters)
            .filter(({ enabled }) => enabled)
            .map(({ name }) => [name, vendor(name)] as const),
        ),
      journal: this.#life.journal,
      writer: `process-${this.#processes}`,
    })
  }

  async crash(): Promise<void> {
    this.#life?.kill()
    await this.world.engine.stop(0)
    await this.begin()
    await this.world.engine.recover()
  }

  async swap(vendors: Vendors): Promise<void> {
    this.vendors = vendors
    await this.world.adopt(registryOf(this.#quorum, vendors), dan)
  }

  /** The run when it rests; whatever is asked for is looked at as a person does. */
  async look(): Promise<RunState> {
    const isAtRest = (state: RunState): boolean => state.finished !== null || state.waitingSince !== null
    const state = await this.world.when(this.runId, isAtRest)
    const pending = pendingOf(state)
    if (pending !== 'none' && !this.seen.shown.has(pending)) this.seen.shown.set(pending, this.setUp)
    return state
  }
}

const MOVES = [
  'ann approves',
  'bob approves',
  'cid approves',
  'dan approves',
  'bob denies',
  'bob edits',
  'cid edits',
  'cid resumes',
  'dan resumes',
  'vendor off',
  'vendor swapped',
  'crash',
] as const
type Move = (typeof MOVES)[number]

const people: Readonly<Record<string, Principal>> = { ann, bob, cid, dan }

/** Asks for it; whether it was taken. */
async function taken(asked: Promise<unknown>): Promise<boolean> {
  return asked.then(
    () => true,
    (error: unknown) => {
      if (!(error instanceof AppError) || error.status >= 500) throw error
      return false
    },
  )
}

async function approves(desk: Desk, by: Principal): Promise<void> {
  const id = pendingOf(await desk.look())
  const served = desk.served.length
  if (!(await taken(desk.world.engine.decide(id, approve, by)))) return
  const { seen } = desk
  const state = await desk.look()
  const approvers = [...(seen.approvers.get(id) ?? []), by.id]
  seen.approvers.set(id, approvers)
  if (!by.roles.includes('legal')) seen.broken.push(`${by.id} decided without the role`)
  if (state.approvals[id]?.status === 'approved' && approvers.every((one) => seen.hands.has(one)))
    seen.broken.push(`approved by ${approvers.join()} alone`)
  const through = desk.served.slice(served)
  if (through.some((vendor) => vendor !== seen.shown.get(id)))
    seen.broken.push(`${through.join()} served what was shown for ${seen.shown.get(id)}`)
}

async function resumes(desk: Desk, by: Principal): Promise<void> {
  let next = ''
  const asked = desk.world.engine.resume(desk.runId, by).then(({ runId, created }) => {
    if (created) desk.seen.hands.add(by.id)
    next = runId
  })
  if (await taken(asked)) desk.runs.push(next)
}

async function edits(desk: Desk, by: Principal): Promise<void> {
  const id = pendingOf(await desk.look())
  const edit = change({ inputs: { text: `by ${by.id}` } })
  if (await taken(desk.world.engine.decide(id, edit, by))) desk.seen.hands.add(by.id)
}

async function make(desk: Desk, move: Move): Promise<void> {
  const [name = '', what] = move.split(' ')
  const by = people[name] ?? dan
  if (move === 'crash') return desk.crash()
  if (move === 'vendor off') return desk.swap({ ...desk.vendors, sandbox: !desk.vendors.sandbox })
  if (move === 'vendor swapped') return desk.swap({ ...desk.vendors, module: 'other' })
  if (what === 'approves') return approves(desk, by)
  if (what === 'edits') return edits(desk, by)
  if (what === 'resumes') return resumes(desk, by)
  await taken(desk.world.engine.decide(pendingOf(await desk.look()), deny, by))
}

const fingerprint = (desk: Desk, state: RunState): string =>
  JSON.stringify([
    desk.runs.length,
    desk.vendors,
    desk.seen.shown.get(pendingOf(state)) ?? null,
    state.status,
    [...desk.seen.hands].toSorted((a, b) => (a < b ? -1 : 1)),
    Object.values(state.approvals).map(({ status, votes }) => [status, votes.map(({ by }) => by)]),
  ])

async function walk(quorum: number, path: readonly Move[]) {
  const desk = new Desk(quorum)
  await desk.begin()
  desk.runs.push(await desk.world.run({ goal: 'amber' }, ann))
  await desk.look()
  for (const move of path) {
    await make(desk, move)
    await desk.look()
  }
  const state = await desk.look()
  const laws = await Promise.all(desk.runs.map(async (runId) => lawsBroken(await desk.world.events(runId))))
  if (desk.served.length > 1) desk.seen.broken.push('called twice')
  if (state.requester !== 'ann') desk.seen.broken.push(`asked for by ${state.requester}`)
  await desk.world.engine.stop(0)
  return {
    broken: [...desk.seen.broken, ...laws.flat()],
    state: fingerprint(desk, state),
    done: desk.served.length,
  }
}

const DEPTH = 3

type Kind = { readonly quorum: number; readonly moves: readonly Move[] }

/** Breadth first; a state that was seen is not gone on from again. */
async function explore({ quorum, moves }: Kind): Promise<{ walked: number; done: number }> {
  const seen = new Set<string>()
  let paths: Move[][] = [[]]
  let walked = 0
  let done = 0
  for (let level = 0; level <= DEPTH; level += 1) {
    const further: Move[][] = []
    for (const path of paths) {
      const told = await walk(quorum, path)
      walked += 1
      done += told.done
      expect({ path, broken: told.broken }).toEqual({ path, broken: [] })
      if (seen.has(told.state)) continue
      seen.add(told.state)
      for (const move of moves) further.push([...path, move])
    }
    paths = further
  }
  return { walked, done }
}

/** Of two approvers: what one person more can change. */
const OF_TWO = MOVES.filter((move) => !/resumes|denies|dan/.test(move))

/** Many short lives of an engine: on a busy machine they take their time. */
const PATIENCE_MS = 240_000

describe('a chain of runs', () => {
  test.each([
    { quorum: 1, moves: MOVES },
    { quorum: 2, moves: OF_TWO },
  ])(
    'is approved by independent eyes, for the vendor that they saw: $quorum',
    async (kind) => {
      const { walked, done } = await explore(kind)
      expect(walked).toBeGreaterThan(150)
      expect(done).toBeGreaterThan(5)
    },
    PATIENCE_MS,
  )
})
