import { describe, expect, test } from 'vitest'
import { CallError } from '../../src/run/failure.ts'
import type { RunState } from '../../src/run/state.ts'
import { lawsBroken } from './laws.ts'
import { oldApproval, perform, type Action } from './people.ts'
import { openStore, type Life, type Store } from './store.ts'
import {
  approve,
  change,
  isPaused,
  pendingOf,
  registryFrom,
  reviewer,
  scripted,
  second,
  third,
  world,
} from './world.ts'
import type { World } from './world.ts'

type Kind = {
  readonly review: 'call' | 'output'
  readonly idempotent: boolean
  readonly quorum: number
  /** The first call fails and may be made again. */
  readonly stumbles: boolean
}

const EXPIRY_S = 100

const registryOf = ({ review, idempotent, quorum }: Kind) =>
  registryFrom(`
version: v1
metadata: { name: test, version: "1" }
tools:
  amber_work:
    domain: engagement
    description: amber
    side_effects: ${review === 'call' ? `execute\n    idempotent: ${idempotent}` : 'propose'}
    approval: { required: true, review: ${review} }
    inputs: { text: { type: string, required: true }, tone: { type: string } }
    binds: { text: context.text }
    outputs: { value: { type: string }, status: { type: string } }
    guardrails: [{ output.status: draft }, { input.text: { in: [plain, edited, twice] } }]
    cost: 1
    retry: quick
  birch_work:
    { domain: engagement, description: birch, inputs: { got: { type: string, required: true } },
      binds: { got: amber_work.value }, outputs: { value: { type: string } }, cost: 1 }
profiles:
  test:
    allowed_tools: [amber_work, birch_work]
    approval_required: [execute]
    approvers: { role: approver, quorum: ${quorum}, exclude_requester: true, timeout_s: ${EXPIRY_S} }
    budget: { run: { calls: 100 } }
    timeout_seconds: 60
retry:
  quick: { strategy: linear, base_ms: 1, cap_ms: 1, jitter: 0, attempts: 2 }
`)

type Call = { readonly tool: string; readonly input: Readonly<Record<string, unknown>> }

/** One run, in whatever process has it at the moment. */
class Office {
  readonly calls: Call[] = []
  readonly #kind: Kind
  readonly #registry: ReturnType<typeof registryOf>
  readonly #store: Store = openStore()
  #life: Life | undefined
  #world: World | undefined
  #ahead = 0
  #processes = 0
  runId = ''

  constructor(kind: Kind, registry: ReturnType<typeof registryOf>) {
    this.#kind = kind
    this.#registry = registry
  }

  get world(): World {
    if (this.#world === undefined) throw new Error('no process has been started')
    return this.#world
  }

  #tools() {
    return [
      scripted('amber_work', (input) => {
        this.calls.push({ tool: 'amber', input })
        const count = this.calls.filter(({ tool }) => tool === 'amber').length
        if (this.#kind.stumbles && count === 1)
          throw new CallError('system_network', 'Down.', { happened: 'no' })
        return { value: `${String(input['text'])} ${count}`, status: 'draft' }
      }),
      scripted('birch_work', (input) => {
        this.calls.push({ tool: 'birch', input })
        return { value: 'done' }
      }),
    ]
  }

  async begin(): Promise<void> {
    this.#processes += 1
    const writer = `process-${this.#processes}`
    this.#life = this.#store.open(writer)
    const { journal } = this.#life
    const clock = (): number => Date.now() + this.#ahead
    this.#world = await world({ registry: this.#registry, tools: this.#tools(), journal, writer, clock })
  }

  async crash(): Promise<void> {
    this.#life?.kill()
    await this.world.engine.stop(0)
    await this.begin()
    await this.world.engine.recover()
  }

  pass(): void {
    this.#ahead += EXPIRY_S * 1000
  }

  pause(): Promise<RunState> {
    return this.world.when(this.runId, isPaused)
  }
}

async function officeFor(kind: Kind, registry: ReturnType<typeof registryOf>): Promise<Office> {
  const office = new Office(kind, registry)
  await office.begin()
  office.runId = await office.world.run({ goal: 'amber, birch', context: { text: 'plain' } })
  return office
}

const MOVES = [
  'approve',
  'approve_second',
  'approve_requester',
  'deny',
  'change_inputs',
  'change_output',
  'expire',
  'cancel',
  'decide_old',
  'crash',
] as const satisfies readonly (Action | 'crash')[]
type Move = (typeof MOVES)[number]

const EDITS = { inputs: { text: 'edited' }, output: { value: 'edited' } }

/** Makes the move; a sentence for everything about the answer that is not true. */
async function answerBroken(office: Office, move: Move, before: RunState): Promise<string[]> {
  if (move === 'crash') {
    await office.crash()
    return []
  }
  const { world: w, runId } = office
  const around = { world: w, runId, expire: () => office.pass(), edits: EDITS, lost: null }
  const refusal = await perform(move, before, around)
  if (refusal === null) {
    if (before.finished !== null && move !== 'expire') return [`${move} was taken after the end`]
    return move === 'approve_requester' ? ['the requester decided'] : []
  }
  const { code, params } = refusal
  if (code === 'RUN_FINISHED' && params['status'] !== before.status) return ['another end than it had']
  if (code !== 'APPROVAL_DECIDED') return []
  const asked = move === 'decide_old' ? oldApproval(before) : pendingOf(before)
  const { status } = before.approvals[asked] ?? {}
  return params['status'] === status ? [] : [`${code} says ${params['status']}; it is ${status}`]
}

/** What the step after the reviewed one was given is what had been released. */
async function releaseBroken(office: Office, state: RunState): Promise<string[]> {
  const used = office.calls.filter(({ tool }) => tool === 'birch')
  const [amber] = Object.values(state.steps)
  if (used.length === 0 || amber === undefined) return []
  if (amber.status !== 'completed') return [`used while it was ${amber.status}`]
  const output = (await office.world.engine.payload(office.runId, amber.output ?? '')) as { value: string }
  return used.every(({ input }) => input['got'] === output.value)
    ? []
    : ['something else was used than released']
}

const fingerprint = (state: RunState): string =>
  JSON.stringify([
    state.status,
    Object.values(state.steps).map(({ status, revision, tries }) => [status, revision, tries]),
    Object.values(state.approvals).map(({ status, votes, used }) => [
      status,
      used,
      votes.map(({ by }) => by),
    ]),
  ])

async function walk(kind: Kind, registry: ReturnType<typeof registryOf>, path: readonly Move[]) {
  const office = await officeFor(kind, registry)
  let broken: string[] = []
  for (const move of path) broken = await answerBroken(office, move, await office.pause())
  const state = await office.pause()
  const events = await office.world.events(office.runId)
  broken.push(
    ...lawsBroken(events),
    ...(await releaseBroken(office, state)),
    ...office.world.failures.map(String),
  )
  const starts = events.filter(({ type }) => type === 'tool_call_start').length
  if (office.calls.length > starts) broken.push('more calls than the journal knows of')
  await office.world.engine.stop(0)
  return { broken, state: fingerprint(state), isOver: state.finished !== null }
}

/** Breadth first over everything that can be done; a state that was seen is not gone on from again. */
async function explore(kind: Kind, depth: number): Promise<{ seen: number; walked: number }> {
  const registry = registryOf(kind)
  const seen = new Set<string>()
  let paths: Move[][] = [[]]
  let walked = 0
  for (let level = 0; level <= depth; level += 1) {
    const further: Move[][] = []
    for (const path of paths) {
      const { broken, state } = await walk(kind, registry, path)
      walked += 1
      expect({ path, broken }).toEqual({ path, broken: [] })
      if (seen.has(state)) continue
      seen.add(state)
      for (const move of MOVES) further.push([...path, move])
    }
    paths = further
  }
  return { seen: seen.size, walked }
}

const kinds: Kind[] = [1, 2].flatMap((quorum) =>
  [false, true].flatMap((stumbles): Kind[] => [
    { review: 'call', idempotent: stumbles, quorum, stumbles },
    { review: 'call', idempotent: !stumbles, quorum, stumbles },
    { review: 'output', idempotent: true, quorum, stumbles },
  ]),
)

/** Where more can happen, less deep: the number of states is what takes the time. */
const depthFor = ({ stumbles, review }: Kind): number => (stumbles ? 3 : review === 'output' ? 4 : 5)

describe('an approval', () => {
  test.each(kinds)(
    'holds in every order of decisions, delays and crashes: %j',
    { timeout: 240_000 },
    async (kind) => {
      const { seen, walked } = await explore(kind, depthFor(kind))
      expect(seen).toBeGreaterThan(8)
      expect(walked).toBeGreaterThan(60)
    },
  )
})

const plain: Kind = { review: 'call', idempotent: true, quorum: 1, stumbles: false }

describe('changes that a person asks for', () => {
  test('are laid over what that person was shown, also after a call that failed', async () => {
    const kind: Kind = { ...plain, stumbles: true }
    const office = await officeFor(kind, registryOf(kind))
    const { engine } = office.world
    await engine.decide(pendingOf(await office.pause()), approve, reviewer)
    await engine.decide(pendingOf(await office.pause()), change({ inputs: { text: 'edited' } }), reviewer)
    await engine.decide(pendingOf(await office.pause()), change({ inputs: { tone: 'warm' } }), second)
    // Both have written it, so that neither is enough.
    for (const author of [reviewer, second])
      await expect(engine.decide(pendingOf(await office.pause()), approve, author)).rejects.toMatchObject({
        code: 'APPROVER_IS_REQUESTER',
      })
    await engine.decide(pendingOf(await office.pause()), approve, third)
    await office.pause()
    const called = office.calls.filter(({ tool }) => tool === 'amber').map(({ input }) => input)
    expect(called).toEqual([{ text: 'plain' }, { text: 'edited', tone: 'warm' }])
  })

  test('to an output are refused only for what is wrong with the output', async () => {
    const kind: Kind = { ...plain, review: 'output' }
    const office = await officeFor(kind, registryOf(kind))
    const { engine } = office.world
    const id = pendingOf(await office.pause())
    await expect(engine.decide(id, change({ output: { status: 'sent' } }), reviewer)).rejects.toMatchObject({
      code: 'CHANGES_INVALID',
    })
    await engine.decide(id, change({ output: { value: 'edited' } }), reviewer)
    await engine.decide(pendingOf(await office.pause()), approve, second)
    expect((await office.pause()).finished?.status).toBe('succeeded')
    expect(office.calls.at(-1)).toEqual({ tool: 'birch', input: { got: 'edited' } })
  })
})
