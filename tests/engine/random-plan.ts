// Plans made up from a number: steps, branches, groups and lists in one another, and rules for changing them. What a step
// does and what a person says hang on the number and the step alone, so that every process sees the same world.
import {
  planDraftSchema,
  type NodeInput,
  type PlanDraft,
  type PlanDraftInput,
} from '../../src/registry/plan/draft.ts'
import { CallError } from '../../src/run/failure.ts'
import type { Tool } from '../../src/tools/tool.ts'
import { registryFrom, scripted } from './world.ts'

export const RANDOM_REGISTRY = registryFrom(`
version: v1
metadata: { name: test, version: "1" }
defaults: { timeout_ms: 5000, retry: twice }
tools:
  score: { domain: intelligence, description: Scores an account., outputs: { n: { type: number } }, cost: 1 }
  look: { domain: intelligence, description: Looks., inputs: { about: { type: number } },
    outputs: { n: { type: number }, ok: { type: boolean }, list: { type: array } }, cost: 1 }
  write: { domain: engagement, description: Writes., side_effects: propose, approval: { required: true, review: output },
    inputs: { about: { type: number } }, outputs: { n: { type: number }, ok: { type: boolean } }, cost: 2 }
  judge: { domain: engagement, description: Judges., inputs: { about: { type: number, required: true } },
    binds: { about: write.n }, judges: write.n, outputs: { n: { type: number }, ok: { type: boolean } }, cost: 1 }
  send: { domain: engagement, description: Sends., side_effects: execute, inputs: { about: { type: number } },
    outputs: { n: { type: number }, ok: { type: boolean } }, cost: 3 }
profiles:
  test: { allowed_tools: [score, look, write, judge, send], approval_required: [execute], timeout_seconds: 1000,
    plan: { parallel: 3, most_steps: 100, most_revisions: 3 } }
retry:
  twice: { strategy: linear, base_ms: 1, cap_ms: 1, jitter: 0, attempts: 2 }
`)

/** 0 to 1, the same for the same words. */
export function chance(seed: number, ...words: readonly (string | number)[]): number {
  let hash = 2166136261 ^ seed
  for (const letter of words.join(' ')) hash = Math.imul(hash ^ letter.charCodeAt(0), 16777619)
  hash = Math.imul(hash ^ (hash >>> 15), 2246822507)
  return ((hash ^ (hash >>> 13)) >>> 0) / 4294967296
}

/** Names that may be used from where something stands. */
type Scope = { readonly names: readonly string[]; readonly depth: number; readonly inItem: boolean }
type Made = { readonly nodes: readonly NodeInput[]; readonly names: readonly string[] }

function makerOf(seed: number) {
  let count = 0
  const roll = (what: string): number => {
    count += 1
    return chance(seed, what, count)
  }
  const pick = <T>(what: string, list: readonly T[]): T | undefined =>
    list[Math.floor(roll(what) * list.length)]
  let names = 0
  const newName = (kind: string): string => {
    names += 1
    return `${kind}${names}`
  }

  function step({ names: before, inItem }: Scope): Made {
    const tool = pick('tool', ['look', 'look', 'write', 'send'] as const) ?? 'look'
    const id = newName('s')
    const from = roll('from') < 0.6 ? pick('source', before) : undefined
    const sources = from === undefined ? [] : [`${from}.n` as const]
    const inputs =
      inItem && roll('item') < 0.4 ? { about: 'item' } : from ? { about: sources[0] ?? 'context.n' } : {}
    const about = pick('when', before)
    const when =
      about !== undefined && roll('has when') < 0.25 ? `has(${about}.n) && ${about}.n > 0.3` : undefined
    const after = roll('after') < 0.2 ? [pick('after whom', before)].filter((one) => one !== undefined) : []
    const own = { id, tool, inputs, after, ...(when === undefined ? {} : { when }) }
    const judged = tool === 'write' && roll('judged') < 0.6
    const judge = judged ? [{ id: newName('j'), tool: 'judge', inputs: { about: `${id}.n` } }] : []
    return { nodes: [own, ...judge], names: [id, ...judge.map((one) => one.id)] }
  }

  function block(scope: Scope): Made {
    const inside = { ...scope, depth: scope.depth + 1 }
    const kind = pick('block', ['branch', 'parallel', 'for_each'] as const)
    if (kind === 'parallel') {
      const { nodes, names: own } = several(inside, 3)
      return {
        nodes: [{ parallel: newName('p'), at_most: 1 + Math.floor(roll('most') * 3), steps: nodes }],
        names: own,
      }
    }
    if (kind === 'for_each') {
      const list =
        roll('list') < 0.5
          ? pick(
              'maker',
              scope.names.filter((name) => name.startsWith('l')),
            )
          : undefined
      const { nodes } = several({ ...inside, inItem: true }, 2)
      const each = {
        for_each: list === undefined ? 'context.items' : `${list}.list`,
        id: newName('e'),
        at_most: 3,
      }
      return { nodes: [{ ...each, steps: nodes }], names: [] }
    }
    const about = pick('case', scope.names)
    const when = about === undefined ? 'context.n > 0.5' : `has(${about}.n) && ${about}.n > 0.5`
    const [one, two] = [several(inside, 2), several(inside, 2)]
    const cases = [
      { when, steps: one.nodes },
      ...(roll('else') < 0.6 ? [{ else: true as const, steps: two.nodes }] : []),
    ]
    return {
      nodes: [{ branch: newName('b'), cases }],
      names: cases.length === 2 ? [...one.names, ...two.names] : one.names,
    }
  }

  function several(scope: Scope, most: number): Made {
    const nodes: NodeInput[] = []
    let known = [...scope.names]
    const own: string[] = []
    for (let left = 1 + Math.floor(roll('how many') * most); left > 0; left -= 1) {
      const isBlock = scope.depth < 2 && roll('block') < 0.35
      const made = (isBlock ? block : step)({ ...scope, names: known })
      nodes.push(...made.nodes)
      known = [...known, ...made.names]
      own.push(...made.names)
    }
    return { nodes, names: own }
  }

  function rules(all: readonly string[]): PlanDraftInput['replan'] {
    if (roll('rules') < 0.25) return undefined
    const one = () => {
      const name = pick('rule', all) ?? 'l0'
      const other = pick('redo', all) ?? 'l0'
      const on = roll('on') < 0.5 ? ('failed' as const) : ('denied' as const)
      const kind = pick('action', ['redo', 'when', 'go_on', 'ask'] as const)
      if (kind === 'when') return { when: `${name}.n < 0.4`, redo: name }
      if (kind === 'redo') return { on, steps: [name], redo: roll('same') < 0.6 ? name : other }
      return kind === 'ask'
        ? { on, steps: [name], ask: 'planner' as const }
        : { on, steps: [name], go_on: true as const }
    }
    return { at_most: 1 + Math.floor(roll('revisions') * 3), rules: [one(), one(), one()] }
  }

  return (): PlanDraftInput => {
    const first: NodeInput = { id: 'l0', tool: 'look' }
    const { nodes, names: all } = several({ names: ['l0'], depth: 0, inItem: false }, 4)
    const replan = rules(['l0', ...all])
    return {
      description: 'score the account',
      steps: [first, ...nodes],
      ...(replan === undefined ? {} : { replan }),
    }
  }
}

export const randomPlan = (seed: number): PlanDraft => planDraftSchema.parse(makerOf(seed)())

/** What a step says, or how it fails: every fifth call does, some of those in a way that is tried again. */
export function randomOutput(seed: number, stepId: string, attempt: number): Record<string, unknown> {
  const luck = chance(seed, 'luck', stepId, attempt)
  if (luck < 0.08) throw new CallError('system_unavailable', 'is away', { happened: 'no' })
  if (luck < 0.18) throw new CallError('agent_bug', 'fails')
  const n = chance(seed, 'n', stepId)
  return { n, ok: n > 0.5, list: [0.1, 0.9].slice(0, Math.floor(n * 3)) }
}

export const RANDOM_TOOLS = ['score', 'look', 'write', 'judge', 'send'] as const

/** How a call goes hangs on its step and attempt. */
export const randomTools = (seed: number): Tool[] => {
  const calls = new Map<string, number>()
  return RANDOM_TOOLS.map((name) =>
    scripted(name, (_input, { stepId }) => {
      const attempt = (calls.get(stepId) ?? 0) + 1
      calls.set(stepId, attempt)
      return randomOutput(seed, stepId, attempt)
    }),
  )
}

/** What the context of a random plan says. */
export const randomContext = (seed: number) => ({ n: chance(seed, 'n'), items: [0.2, 0.8] })

/** Of four approvals three. */
export const isApproved = (seed: number, stepId: string): boolean => chance(seed, 'person', stepId) < 0.75
