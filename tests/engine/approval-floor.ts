// A floor on which people decide about plans with rules, branches and items, and about lists of runs: what they were shown
// and what they did is written down beside the product, and every effect is held against that alone.
import { isDeepStrictEqual } from 'node:util'
import { defineAdapter } from '../../src/adapters/definition.ts'
import type { Principal } from '../../src/engine/engine.ts'
import { planDraftSchema, type PlanDraftInput } from '../../src/registry/plan/draft.ts'
import type { Registry } from '../../src/registry/registry.ts'
import type { RunState } from '../../src/run/state.ts'
import { CallError } from '../../src/run/failure.ts'
import { lawsBroken } from './laws.ts'
import { openStore, type Life } from './store.ts'
import { isPaused, registryFrom, scripted, world, type World } from './world.ts'

export const SHAPES = ['rules', 'blocks', 'list'] as const
export type Shape = (typeof SHAPES)[number]
export type Kind = { readonly shape: Shape; readonly quorum: number }

const registryOf = ({ quorum }: Kind, isSandboxOn: boolean): Registry =>
  registryFrom(`
version: v1
metadata: { name: test, version: "1" }
defaults: { retry: none }
tools:
  find: { domain: intelligence, description: find, cost: 1,
          outputs: { names: { type: array }, big: { type: boolean } } }
  draft: { domain: engagement, description: draft, side_effects: propose, cost: 1,
           approval: { required: true, review: output }, inputs: { tone: { type: string } },
           outputs: { text: { type: string } } }
  send: { domain: engagement, description: send, side_effects: execute, adapter: crm, cost: 1,
          inputs: { text: { type: string, required: true } }, outputs: { sent: { type: boolean } } }
profiles:
  test: { allowed_tools: [find, draft, send], allowed_adapters: [sandbox, production], timeout_seconds: 60,
          approval_required: [execute], approvers: { role: legal, quorum: ${quorum} },
          budget: { run: { calls: 100 } }, plan: { parallel: 3, most_steps: 50, most_revisions: 5 } }
adapters:
  sandbox: { interface: crm, module: sandbox, enabled: ${isSandboxOn} }
  production: { interface: crm, module: production, enabled: true }
`)

const LETTER: PlanDraftInput['steps'] = [{ tool: 'draft' }, { tool: 'send', inputs: { text: 'draft.text' } }]

const PLANS: Readonly<Record<Shape, PlanDraftInput>> = {
  rules: {
    description: 'draft, then send',
    steps: LETTER,
    replan: {
      at_most: 3,
      rules: [
        { on: 'denied', steps: ['draft'], redo: 'draft', with: { tone: { value: 'warm' } } },
        { on: 'failed', steps: ['send'], redo: 'draft' },
        { on: 'denied', steps: ['send'], ask: 'planner' },
      ],
    },
  },
  blocks: {
    steps: [
      { tool: 'find' },
      {
        branch: 'which',
        cases: [
          { when: 'find.big', steps: [{ id: 'letter', tool: 'draft' }] },
          { else: true, steps: [{ id: 'note', tool: 'send', inputs: { text: { value: 'small' } } }] },
        ],
      },
      {
        for_each: 'find.names',
        id: 'each',
        at_most: 2,
        steps: [{ id: 'mail', tool: 'send', inputs: { text: 'item' } }],
      },
    ],
    replan: {
      at_most: 2,
      rules: [
        { on: 'failed', steps: ['mail'], redo: 'find' },
        { on: 'denied', steps: ['letter'], redo: 'find' },
        { on: 'denied', steps: ['mail'], go_on: true },
      ],
    },
  },
  list: {
    steps: LETTER,
    replan: { at_most: 1, rules: [{ on: 'failed', steps: ['send'], redo: 'send' }] },
  },
}

type Call = {
  readonly tool: string
  readonly input: Readonly<Record<string, unknown>>
  readonly runId: string
  readonly stepId: string
  readonly key: string
  readonly vendor: string
}

/** What a person was shown, and what was said of it. */
export type Sheet = {
  readonly approvalId: string
  readonly runId: string
  readonly stepId: string
  readonly digest: string
  readonly review: 'call' | 'output'
  readonly content: unknown
  readonly vendor: string
  readonly approvers: string[]
  isRefused: boolean
  /** Idempotency key of the call that it was used for. */
  usedFor: string | null
}

const ANN = 'ann'

export class Floor {
  readonly #kind: Kind
  readonly #store = openStore()
  #life: Life | undefined
  #world: World | undefined
  #processes = 0
  readonly #calls: Call[] = []
  #checked = 0
  #times = 0
  isSandboxOn = true
  isNextToFail = false
  batchId: string | null = null
  /** The present run of each place: of the one chain, or of each item of the list. */
  readonly places = new Map<number, string>()
  readonly runs = new Set<string>()
  readonly askers = new Map<number, Set<string>>()
  readonly editors = new Map<number, Set<string>>()
  /** Runs that a resumed list makes anew. */
  readonly replaced = new Set<string>()
  readonly sheets = new Map<string, Sheet>()
  readonly broken: string[] = []

  constructor(kind: Kind) {
    this.#kind = kind
  }

  get world(): World {
    if (this.#world === undefined) throw new Error('no process has been started')
    return this.#world
  }

  get done(): number {
    return this.#calls.filter(({ tool }) => tool === 'send').length
  }

  get #vendor(): string {
    return this.isSandboxOn ? 'sandbox' : 'production'
  }

  #tools() {
    const noted = (tool: string, does: (input: Record<string, unknown>) => unknown) =>
      scripted(tool, (input, { runId, stepId, idempotencyKey: key, adapter }) => {
        this.#calls.push({ tool, input, runId, stepId, key, vendor: adapter?.name ?? 'none' })
        this.#times += 1
        return does(input)
      })
    const fails = (): void => {
      if (!this.isNextToFail) return
      this.isNextToFail = false
      throw new CallError('user_conflict', 'As the test says.', { happened: 'no' })
    }
    return [
      noted('find', () => {
        const isFirst = this.#calls.filter(({ tool }) => tool === 'find').length === 1
        return isFirst ? { names: ['a', 'b'], big: true } : { names: ['b', 'c'], big: false }
      }),
      noted('draft', () => ({ text: `letter ${this.#times}` })),
      noted('send', () => {
        fails()
        return { sent: true }
      }),
    ]
  }

  async begin(): Promise<void> {
    this.#processes += 1
    const writer = `process-${this.#processes}`
    this.#life = this.#store.open(writer)
    this.#world = await world({
      registry: registryOf(this.#kind, this.isSandboxOn),
      tools: this.#tools(),
      adaptersOf: ({ adapters }) =>
        new Map(
          Object.values(adapters)
            .filter(({ enabled }) => enabled)
            .map(({ name }) => [
              name,
              defineAdapter({ name, interface: 'crm', getAccount: () => Promise.reject(new Error(name)) }),
            ]),
        ),
      journal: this.#life.journal,
      writer,
    })
  }

  async open(by: Principal): Promise<void> {
    await this.begin()
    const plan = planDraftSchema.parse(PLANS[this.#kind.shape])
    if (this.#kind.shape !== 'list') {
      this.places.set(0, await this.world.run({ goal: undefined, plan }, by))
    } else {
      const shared = { profile: 'test', planner: 'auto', tenant: 'team', context: {}, limits: {} } as const
      const items = [0, 1].map((n) => ({ line: n + 1, context: { n } }))
      const rest = { idempotencyKey: null, rejected: [], columns: ['n'] }
      const asked = { goal: undefined, plan, ...shared, ...rest, items }
      this.batchId = (await this.world.engine.batches.start(asked, by)).batchId
    }
    for (const place of this.#kind.shape === 'list' ? [0, 1] : [0]) {
      this.askers.set(place, new Set([by.id]))
      this.editors.set(place, new Set())
    }
  }

  async crash(): Promise<void> {
    this.#life?.kill()
    await this.world.engine.stop(0)
    await this.begin()
    await this.world.engine.recover()
  }

  async swap(by: Principal): Promise<void> {
    this.isSandboxOn = !this.isSandboxOn
    await this.world.adopt(registryOf(this.#kind, this.isSandboxOn), by)
  }

  placeOf(runId: string): number {
    return [...this.places].find(([, run]) => run === runId)?.[0] ?? 0
  }

  async #present(): Promise<{ states: RunState[]; isAtRest: boolean }> {
    const { engine } = this.world
    if (this.batchId === null) {
      const states = await Promise.all([...this.places.values()].map((id) => engine.state(id)))
      return { states, isAtRest: states.every(isPaused) }
    }
    const { finished } = await engine.batches.state(this.batchId)
    const items = await engine.batches.items(this.batchId, { from: 0, limit: 10 })
    const states = items.flatMap(({ index, run }) => {
      if (run !== null) this.places.set(index, run.runId)
      return run ?? []
    })
    const isBegun = items.every(({ run }) => run !== null && !this.replaced.has(run.runId))
    return { states, isAtRest: states.every(isPaused) && (finished !== null || isBegun) }
  }

  /** The runs when they rest; whatever is asked for is looked at as a person does. */
  async look(): Promise<RunState[]> {
    const patience = AbortSignal.timeout(60_000)
    for (;;) {
      const position = this.world.journal.position()
      const { states, isAtRest } = await this.#present()
      if (isAtRest) {
        for (const state of states) await this.#read(state)
        await this.#check(states)
        return states
      }
      if (patience.aborted) throw new Error(`nothing happens any more: ${JSON.stringify(states)}`)
      await this.world.journal.changed(position, patience)
    }
  }

  async #read(state: RunState): Promise<void> {
    this.runs.add(state.runId)
    for (const { approvalId, stepId, digest, review, subject, status } of Object.values(state.approvals)) {
      if (this.sheets.has(approvalId) || status !== 'pending') continue
      this.sheets.set(approvalId, {
        approvalId,
        runId: state.runId,
        stepId,
        digest,
        review,
        content: await this.world.engine.payload(state.runId, subject),
        vendor: this.#vendor,
        approvers: [],
        isRefused: false,
        usedFor: null,
      })
    }
  }

  pending(states: readonly RunState[]): Sheet[] {
    const ids = states.flatMap(({ approvals }) =>
      Object.values(approvals)
        .filter(({ status }) => status === 'pending')
        .map(({ approvalId }) => approvalId),
    )
    return ids.flatMap((id) => this.sheets.get(id) ?? [])
  }

  /** A vote that the product took. */
  voted(sheet: Sheet, by: Principal, decision: 'approve' | 'deny' | 'edit' | 'return'): void {
    const place = this.placeOf(sheet.runId)
    const asked = this.askers.get(place) ?? new Set()
    const edited = this.editors.get(place) ?? new Set()
    if (!by.roles.includes('legal')) this.broken.push(`${by.id} decided without the role`)
    if (asked.has(by.id)) this.broken.push(`${by.id} decided about what they had asked for`)
    if (decision !== 'approve') {
      sheet.isRefused = true
      if (decision === 'edit') edited.add(by.id)
      return
    }
    sheet.approvers.push(by.id)
    if (sheet.approvers.length < this.#kind.quorum) return
    if (sheet.approvers.every((one) => asked.has(one) || edited.has(one)))
      this.broken.push(`${sheet.approvers.join()} alone approved what they had a hand in`)
  }

  #isApproved({ approvers, isRefused }: Sheet): boolean {
    return !isRefused && new Set(approvers).size >= this.#kind.quorum
  }

  /** A live, matching, unused approval for each effect, and one for each proposal that somebody used. */
  #checkCall({ tool, input, runId, stepId, key, vendor }: Call): void {
    const isLetter = String(input['text']).startsWith('letter')
    const released = [...this.sheets.values()].some(
      (sheet) =>
        sheet.review === 'output' &&
        this.#isApproved(sheet) &&
        isDeepStrictEqual(sheet.content, { text: input['text'] }),
    )
    if (isLetter && !released) this.broken.push(`${stepId} was given a proposal that nobody has released`)
    if (tool !== 'send') return
    const sheets = [...this.sheets.values()].filter(
      (one) =>
        one.review === 'call' &&
        one.runId === runId &&
        one.stepId === stepId &&
        this.#isApproved(one) &&
        isDeepStrictEqual(one.content, input) &&
        (one.usedFor === null || one.usedFor === key),
    )
    const sheet = sheets.find((one) => one.vendor === vendor)
    if (sheet !== undefined) sheet.usedFor = key
    else
      this.broken.push(
        sheets.length === 0
          ? `${stepId} was called without an approval of its own`
          : `${stepId} went to ${vendor}, which nobody was shown`,
      )
  }

  async #check(states: readonly RunState[]): Promise<void> {
    for (const call of this.#calls.slice(this.#checked)) this.#checkCall(call)
    this.#checked = this.#calls.length
    for (const state of states)
      for (const { plan, status, output } of Object.values(state.steps)) {
        if (plan.tool !== 'draft' || status !== 'completed' || output === null || plan.carried !== null)
          continue
        const content = await this.world.engine.payload(state.runId, output)
        const isReleased = [...this.sheets.values()].some(
          (sheet) =>
            sheet.runId === state.runId &&
            sheet.stepId === plan.step_id &&
            this.#isApproved(sheet) &&
            isDeepStrictEqual(sheet.content, content),
        )
        if (!isReleased) this.broken.push(`${plan.step_id} was released and nobody had approved it`)
      }
  }

  /** Everything that is wrong after all; nothing runs any more. */
  async close(): Promise<string[]> {
    const states = await this.look()
    for (const runId of this.runs) this.broken.push(...lawsBroken(await this.world.events(runId)))
    for (const { requester } of states) if (requester !== ANN) this.broken.push(`asked for by ${requester}`)
    this.broken.push(...this.world.failures.map(String))
    await this.world.engine.stop(0)
    return this.broken
  }
}
