import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { chain, type Link, type World } from '../../src/planner/chain.ts'
import type { ToolSpec } from '../../src/registry/registry.ts'
import { goodPlan, refusal, tool, toolsOf } from './sample.ts'

const write = tool('write_letter', { needs: { template: ['context.template'] }, gives: ['letter', 'title'] })
const check = tool('check_letter', {
  needs: { letter: ['write_letter.letter', 'context.letter'] },
  takes: { title: ['write_letter.title'] },
})

const world = (tools: readonly ToolSpec[], context: World['context'] = {}): World => ({
  usable: new Map(tools.map((spec) => [spec.name, spec])),
  context,
})

describe('where the inputs of a plan come from', () => {
  it('a source that the caller gave is used before a further tool is added', async () => {
    const plan = await goodPlan({
      tools: [write, check],
      goal: 'check',
      context: { letter: 'x', template: 'y' },
    })
    expect(plan.steps.map(({ tool, inputs }) => ({ tool, inputs }))).toEqual([
      { tool: 'check_letter', inputs: { letter: { context: 'letter' } } },
    ])
  })

  it('a tool that the goal wants anyway feeds the others, optional inputs too', async () => {
    const plan = await goodPlan({
      tools: [check, write],
      goal: 'write the letter, check it',
      context: { letter: 'x', template: 'y' },
    })
    expect(plan.steps.map(({ tool, inputs, depends_on }) => ({ tool, inputs, depends_on }))).toEqual([
      { tool: 'write_letter', inputs: { template: { context: 'template' } }, depends_on: [] },
      {
        tool: 'check_letter',
        inputs: { letter: { step: 's1', output: 'letter' }, title: { step: 's1', output: 'title' } },
        depends_on: ['s1'],
      },
    ])
  })

  it('a tool is added when only it can give a required input, and says for whom', async () => {
    const plan = await goodPlan({ tools: [check, write], goal: 'check', context: { template: 'y' } })
    expect(toolsOf(plan)).toEqual(['write_letter', 'check_letter'])
    expect(plan.steps[0]?.reason).toBe('gives what check_letter needs')
  })

  it('no tool is added for an optional input', async () => {
    const glance = tool('glance', { takes: { letter: ['write_letter.letter'] } })
    expect(
      toolsOf(await goodPlan({ tools: [glance, write], goal: 'glance', context: { template: 'y' } })),
    ).toEqual(['glance'])
  })

  it('producers are added through as many tools as it takes', async () => {
    const a = tool('gather', { needs: { id: ['context.id'] }, gives: ['raw'] })
    const b = tool('sift', { needs: { raw: ['gather.raw'] }, gives: ['fine'] })
    const c = tool('bake', { needs: { fine: ['sift.fine'] } })
    const tools = [c, b, a]
    expect(toolsOf(await goodPlan({ tools, goal: 'bake', context: { id: 1 } }))).toEqual([
      'gather',
      'sift',
      'bake',
    ])
  })
})

describe('what is refused', () => {
  it('every missing input of every wanted tool is named with its possible sources', async () => {
    const { missing, why } = await refusal({ tools: [write, check], goal: 'write the letter, check it' })
    expect(missing).toEqual([
      {
        tool: 'write_letter',
        input: 'template',
        sources: ['context.template'],
        why: 'write_letter needs template: give context.template',
      },
      {
        tool: 'check_letter',
        input: 'letter',
        sources: ['write_letter.letter', 'context.letter'],
        why: 'check_letter needs letter: give context.letter',
      },
    ])
    expect(why).toBe(
      'write_letter needs template: give context.template; check_letter needs letter: give context.letter.',
    )
  })

  it('where only another tool could give an input, what that tool lacks is named too', async () => {
    const sign = tool('sign', { needs: { letter: ['write_letter.letter'] } })
    const { why } = await refusal({ tools: [write, sign], goal: 'sign' })
    expect(why).toBe(
      'sign needs letter, which only write_letter.letter could give; write_letter needs template: give context.template.',
    )
  })

  it('an input whose only source is a tool that the profile does not allow cannot be had', async () => {
    const sign = tool('sign', { needs: { letter: ['write_letter.letter'] } })
    const { missing, why } = await refusal({
      tools: [write, sign],
      goal: 'sign',
      context: { template: 'y' },
      profile: { allowed_tools: ['sign'] },
    })
    const lack = 'sign needs letter, which nothing that is allowed could give'
    expect(missing).toEqual([{ tool: 'sign', input: 'letter', sources: [], why: lack }])
    expect(why).toBe(`${lack}.`)
  })

  it.each([null, undefined])('a context value of %s counts as not given', async (template) => {
    expect((await refusal({ tools: [write], goal: 'write', context: { template } })).missing).toHaveLength(1)
  })

  it.each([false, 0, '', [], {}])('a context value of %j is a value', async (template) => {
    expect(toolsOf(await goodPlan({ tools: [write], goal: 'write', context: { template } }))).toEqual([
      'write_letter',
    ])
  })

  it.each([
    'constructor',
    '__proto__',
    'constructor.name',
    'a.__proto__',
    'a.constructor',
    'toString',
    'prototype.x',
  ])('context.%s never reaches what objects inherit', async (path) => {
    const context: unknown = JSON.parse(
      '{"a":{},"__proto__":{"x":1},"constructor":{"name":"x"},"prototype":{"x":1}}',
    )
    const probe = tool('probe', { needs: { value: [`context.${path}`] } })
    const sample = { tools: [probe], goal: 'probe', context: context as Record<string, unknown> }
    expect((await refusal(sample)).missing).toHaveLength(1)
  })
})

/** Tools t0..t5 with random needs from each other and from the context; circles are common. */
const wirings = fc.array(
  fc.array(
    fc.array(fc.constantFrom('context.x', 'context.y', 't0.o', 't1.o', 't2.o', 't3.o', 't4.o', 't5.o'), {
      minLength: 1,
      maxLength: 3,
    }),
    { maxLength: 3 },
  ),
  { minLength: 6, maxLength: 6 },
)
const toolsFrom = (needs: readonly (readonly (readonly string[])[])[]): ToolSpec[] =>
  needs.map((inputs, at) =>
    tool(`t${at}`, { needs: Object.fromEntries(inputs.map((from, n) => [`i${n}`, from])), gives: ['o'] }),
  )

/** What can be satisfied, said another way: strike out whatever lacks something until nothing changes. */
function satisfiable(tools: readonly ToolSpec[], given: ReadonlySet<string>): Set<string> {
  const can = new Set<string>()
  for (let before = -1; before !== can.size;) {
    before = can.size
    for (const spec of tools) {
      const fed = Object.values(spec.binds).every((binds) =>
        binds.some((bind) => ('context' in bind ? given.has(bind.context) : can.has(bind.tool))),
      )
      if (fed) can.add(spec.name)
    }
  }
  return can
}

/** How many of the links can run, each after those it takes from. */
function runnable(links: readonly Link[]): number {
  const done = new Set<string>()
  for (let before = -1; before !== done.size;) {
    before = done.size
    for (const { tool: spec, sources } of links) {
      const fed = Object.values(sources).every((bind) => 'context' in bind || done.has(bind.tool))
      if (fed) done.add(spec.name)
    }
  }
  return done.size
}

const bindsEveryInput = ({ tool: spec, sources }: Link): boolean =>
  Object.keys(spec.inputs).every((input) => Object.hasOwn(sources, input))

describe('whatever the bindings are', () => {
  it('a chain exists exactly when one is possible, has no circle and binds every required input', () => {
    fc.assert(
      fc.property(
        wirings,
        fc.uniqueArray(fc.nat(5), { minLength: 1 }),
        fc.boolean(),
        (needs, wanted, both) => {
          const tools = toolsFrom(needs)
          const context = both ? { x: 1, y: 1 } : { x: 1 }
          const names = wanted.map((at) => `t${at}`)
          const can = satisfiable(tools, new Set(Object.keys(context)))
          const result = chain(names, world(tools, context))
          expect(result.ok).toBe(names.every((name) => can.has(name)))
          const links = result.ok ? result.links : []
          expect(runnable(links)).toBe(links.length)
          expect(links.every((link) => bindsEveryInput(link))).toBe(true)
          expect(result.ok || result.missing.length > 0).toBe(true)
        },
      ),
      { numRuns: 2000 },
    )
  })
})
