// Playbooks of a registry are checked when it is read, each problem with its line; a registry without them stays as
// it was.
import { describe, expect, it } from 'vitest'
import { parseRegistry } from '../../src/registry/parse.ts'

const HEAD = `version: v1
metadata: { name: test, version: "1" }
tools:
  find: { domain: engagement, description: Finds., inputs: { name: { type: string, required: true } }, outputs: { facts: { type: object } }, cost: 1 }
  old: { domain: engagement, description: Was., cost: 1, enabled: false }
profiles:
  test: { allowed_tools: [find], timeout_seconds: 30 }
`

const problemsOf = (playbooks: string): string[] => {
  const parsed = parseRegistry(HEAD + playbooks)
  return parsed.ok ? [] : parsed.problems.map(({ path, message }) => `${path}: ${message}`)
}

describe('playbooks', () => {
  it('are kept with their defaults, and change no registry that has none', () => {
    const without = parseRegistry(HEAD)
    const empty = parseRegistry(`${HEAD}playbooks: {}\n`)
    expect(without.ok && empty.ok && empty.registry.digest).toBe(without.ok && without.registry.digest)
    const parsed = parseRegistry(`${HEAD}playbooks:\n  one: { description: One., steps: [{ tool: find }] }\n`)
    expect(parsed.ok && parsed.registry.playbooks).toEqual({
      one: {
        name: 'one',
        description: 'One.',
        purpose: '',
        domain: null,
        inputs: {},
        steps: [{ tool: 'find', inputs: {}, after: [] }],
      },
    })
  })

  it('are refused with every problem and its line', () => {
    expect(
      problemsOf(`playbooks:
  one:
    description: One.
    domain: nowhere
    inputs: { name: { type: string } }
    steps:
      - { id: a, tool: find, inputs: { name: context.title } }
      - { id: a, tool: old }
      - id: b
        tool: find
        inputs:
          name: a.facts.city
          tune: context.name
        after: [c]
`),
    ).toEqual([
      expect.stringMatching(/^line 11: playbooks\.one\.domain: must be one of /),
      'line 14: playbooks.one.steps.0.inputs.name: context.title is not given',
      'line 15: playbooks.one.steps.1.id: a is there twice; give each step its own id',
      'line 15: playbooks.one.steps.1.tool: tool old is disabled',
      'line 20: playbooks.one.steps.2.inputs.tune: find takes no tune; it takes name',
      'line 21: playbooks.one.steps.2.after.0: there is no step c',
    ])
  })

  it.each([
    ['one: { steps: [{ tool: find }] }', 'playbooks.one.description: is required'],
    ['one: { description: x }', 'playbooks.one.steps: is required'],
    ['one: { description: x, steps: [] }', 'playbooks.one.steps: must have at least 1 entries'],
    [
      'one: { description: x, steps: [{ tool: find, cost: 0 }] }',
      'playbooks.one.steps.0.cost: is not a known key',
    ],
    [
      'one: { description: x, steps: [{ tool: find, side_effects: none }] }',
      'side_effects: is not a known key',
    ],
    [
      'one: { description: x, steps: [{ id: plan, tool: find }] }',
      'playbooks.one.steps.0.id: is a reserved word',
    ],
    ['one: { description: x, steps: [{ tool: find, inputs: { name: 3 } }] }', 'must be context.<path>'],
    ['One: { description: x, steps: [{ tool: find }] }', 'playbooks.One: must be a name'],
  ])('cannot be %s', (text, problem) => {
    expect(problemsOf(`playbooks:\n  ${text}\n`).join('\n')).toContain(problem)
  })
})
