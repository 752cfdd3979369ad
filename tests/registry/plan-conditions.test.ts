// Conditions and branches of playbooks and plans: every fault with its place, in the file with its line.
import { describe, expect, it } from 'vitest'
import { planDraftSchema, type PlanDraftInput } from '../../src/registry/plan/draft.ts'
import { parseRegistry } from '../../src/registry/parse.ts'
import { provePlan } from '../../src/planner/prove.ts'
import { plan } from '../../src/plan-builder.ts'
import { inputOf, tool, type Sample } from '../planner/sample.ts'

const FILE = (steps: string): string => `version: v1
metadata: { name: test, version: "1" }
tools:
  find:
    domain: intelligence
    description: Finds.
    outputs: { score: { type: number }, name: { type: string } }
    cost: 1
  write:
    domain: engagement
    description: Writes.
    inputs: { name: { type: string, required: true } }
    binds: { name: find.name }
    outputs: { text: { type: string } }
    cost: 1
profiles:
  test: { allowed_tools: [find, write], timeout_seconds: 30 }
playbooks:
  reach:
    description: Reaches.
    inputs: { amount: { type: number } }
    steps:
${steps}`

const faultsOf = (steps: string): string[] => {
  const parsed = parseRegistry(FILE(steps))
  return parsed.ok ? [] : parsed.problems.map(({ path, message }) => `${path}: ${message}`)
}

describe('a playbook with conditions', () => {
  it('is read with branches in branches', () => {
    expect(
      faultsOf(`
      - { tool: find }
      - branch: good
        cases:
          - when: find.score > 0.5
            steps:
              - { id: a, tool: write }
              - branch: big
                cases:
                  - { when: context.amount > 10, steps: [ { id: b, tool: write } ] }
                  - { else: true, steps: [ { id: c, tool: write } ] }
      - { id: d, tool: write, when: has(a.text) || has(b.text) }
`),
    ).toEqual([])
  })

  it('is refused with each fault at its line', () => {
    expect(
      faultsOf(`      - { id: early, tool: write, inputs: { name: { value: x } }, when: find.score > 1 }
      - { tool: find }
      - branch: good
        cases:
          - when: find.score > "high"
            steps: [ { id: a, tool: write } ]
          - when: find.points > 1
            steps: [ { id: b, tool: write, when: has(a.text) } ]
          - else: true
            steps: [ { id: a, tool: write } ]
      - { id: good, tool: write, when: context.amuont > 1 }
`),
    ).toEqual([
      'line 23: playbooks.reach.steps.0.when: find does not come before it (at character 1 of the expression)',
      'line 27: playbooks.reach.steps.2.cases.0.when: no such overload: double > string (at character 1 of the expression)',
      'line 29: playbooks.reach.steps.2.cases.1.when: there is no find.points; find has score, name (at character 1 of the expression)',
      'line 30: playbooks.reach.steps.2.cases.1.steps.0.when: a stands in another case (at character 5 of the expression)',
      'line 32: playbooks.reach.steps.2.cases.2.steps.0.id: a is there twice; give each step its own id',
      'line 33: playbooks.reach.steps.3.id: good is there twice; give each step its own id',
      'line 33: playbooks.reach.steps.3.when: there is no context.amuont; context has amount (at character 1 of the expression)',
    ])
  })

  it.each([
    ['- { tool: find, branch: x, cases: [] }', 'must have one of tool, branch, parallel, for_each'],
    ['- { when: "true" }', 'must have one of tool, branch'],
    [
      '- { branch: x, cases: [ { when: "true", steps: [ { tool: find } ] } ], when: "true" }',
      'cannot stand beside branch',
    ],
    ['- { branch: x }', 'is required'],
    ['- { branch: x, cases: [ { steps: [ { tool: find } ] } ] }', 'must say either when or else: true'],
    ['- { branch: x, cases: [ { else: true, steps: [ { tool: find } ] } ] }', 'needs a case with when'],
    [
      '- { branch: x, cases: [ { else: true, steps: [ { tool: find } ] }, { when: "true", steps: [ { id: b, tool: find } ] } ] }',
      'else must be the last case',
    ],
    ['- { branch: context, cases: [ { when: "true", steps: [ { tool: find } ] } ] }', 'is a reserved word'],
    ['- { branch: x, cases: [ { when: "true", steps: [] } ] }', ''],
  ])('is refused: %s', (step, why) => {
    expect(faultsOf(`      ${step}\n`).join('\n')).toContain(why)
    expect(faultsOf(`      ${step}\n`)).not.toEqual([])
  })

  it('has blocks at most three deep', () => {
    const deep = (levels: number): string =>
      levels === 0
        ? '{ tool: find }'
        : `{ branch: b${levels}, cases: [ { when: "true", steps: [ ${deep(levels - 1)} ] } ] }`
    expect(faultsOf(`      - ${deep(3)}\n`)).toEqual([])
    expect(faultsOf(`      - ${deep(4)}\n`)).not.toEqual([])
  })
})

const sample: Sample = {
  tools: [
    tool('find', { needs: { name: ['context.name'] }, gives: ['score'] }),
    tool('write', { needs: { about: ['context.topic'] }, gives: ['letter'] }),
  ],
  goal: '',
  context: { name: 'x', amount: 3, names: ['a', 'b'] },
}

const proofOf = (draft: PlanDraftInput) =>
  provePlan({ draft: planDraftSchema.parse(draft), giver: 'caller', reason: '' }, inputOf(sample))

const problemsOf = (draft: PlanDraftInput): string[] => {
  const proof = proofOf(draft)
  return proof.ok ? [] : proof.problems.map(({ path, message }) => `${path}: ${message}`)
}

describe('a plan with a list', () => {
  const list = (names: { readonly id?: string; readonly as: string }): PlanDraftInput => ({
    steps: [
      { tool: 'find' },
      { for_each: 'context.names', at_most: 2, steps: [{ id: 'each', tool: 'find' }], ...names },
    ],
  })

  it('is told what is wrong with it, and nothing that follows from that', () => {
    const only = { for_each: 'context.amount', at_most: 2, steps: [{ tool: 'find' }] }
    expect(problemsOf({ steps: [only] })).toEqual(['plan.steps.0.for_each: context.amount is not a list'])
  })

  it.each(['find', 'each', 'each_one'])('does not call its item %s as a step or a block', (as) => {
    expect(problemsOf(list({ id: 'each_one', as }))).toContain(
      `plan.steps.1.as: ${as} is the name of a step or a block; choose another`,
    )
    expect(problemsOf(list({ as: 'one' }))).toEqual([])
  })

  it('is told when an input has too many sources', () => {
    const about = Array.from({ length: 11 }, () => 'context.name')
    const { error } = planDraftSchema.safeParse({ steps: [{ tool: 'write', inputs: { about } }] })
    expect(error?.issues.map(({ message }) => message)).toEqual(['has more than 10 sources'])
  })
})

describe('a plan whose conditions the context decides', () => {
  it('needs no input for what will not be carried out', () => {
    expect(problemsOf({ steps: [{ tool: 'write', when: 'has(context.topic)' }] })).toEqual([])
    expect(problemsOf({ steps: [{ tool: 'write', when: 'context.amount > 5' }] })).toEqual([])
    expect(problemsOf({ steps: [{ tool: 'write', when: 'context.amount > 1' }] })).toEqual([
      'plan.steps.0.inputs.about: has no source: give context.topic',
    ])
    const cases = [
      { when: 'context.amount == 3', steps: [{ tool: 'find' }] },
      { else: true as const, steps: [{ tool: 'write' }] },
    ]
    expect(problemsOf({ steps: [{ branch: 'b', cases }] })).toEqual([])
  })

  it('is refused where one of them has no answer', () => {
    expect(problemsOf({ steps: [{ tool: 'find', when: 'context.nothing > 1' }] })).toEqual([
      'plan.steps.0.when: it uses context.nothing, which is not there',
    ])
  })

  it('is flat, with the guards of each step and what a branch waits for', () => {
    const built = plan()
      .step('find', { id: 'fit' })
      .branch('good', (branch) =>
        branch
          .when('fit.score == 1', (yes) => yes.step('find', { id: 'a', after: ['fit'] }))
          .else((no) =>
            no.branch('inner', (inner) =>
              inner.when('fit.score == 2', (then) => then.step('find', { id: 'b' })),
            ),
          ),
      )
      .step('find', { id: 'last', when: 'has(a.score)' })
      .build()
    const proof = proofOf(built)
    if (!proof.ok) throw new Error(JSON.stringify(proof.problems))
    expect(
      proof.plan.steps.map(({ step_id, guards, when, after }) => [step_id, guards, when, after]),
    ).toEqual([
      ['fit', undefined, undefined, undefined],
      ['a', [{ block: 'good', case: '1' }], undefined, ['fit']],
      [
        'b',
        [
          { block: 'good', case: 'else' },
          { block: 'inner', case: '1' },
        ],
        undefined,
        undefined,
      ],
      ['last', undefined, 'has(a.score)', ['a']],
    ])
    expect(proof.plan.blocks).toEqual([
      {
        block: 'good',
        kind: 'branch',
        after: ['fit'],
        cases: [
          { case: '1', when: 'fit.score == 1' },
          { case: 'else', when: null },
        ],
      },
      {
        block: 'inner',
        kind: 'branch',
        guards: [{ block: 'good', case: 'else' }],
        after: ['fit'],
        cases: [{ case: '1', when: 'fit.score == 2' }],
      },
    ])
  })
})
