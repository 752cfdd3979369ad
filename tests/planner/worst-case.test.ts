import { describe, expect, it } from 'vitest'
import type { Limits } from '../../src/events/policy.ts'
import { toMicro } from '../../src/registry/registry.ts'
import { goodPlan, tool } from './sample.ts'

const tools = [
  tool('write_letter', {}, { domain: 'engagement', cost: toMicro(1.1) }),
  tool('visit_shop', {}, { domain: 'territory', cost: toMicro(2.2) }),
]
const over = async (limits: Partial<Limits>) =>
  (await goodPlan({ tools, goal: 'write a letter, visit the shop', limits })).overBudget

describe('limits that a plan can never keep', () => {
  it('a limit that is not there is no limit', async () => {
    expect(await over({})).toEqual([])
  })

  it('a plan that uses a limit up exactly fits it', async () => {
    expect(
      await over({
        run: { calls: 2, cost: toMicro(3.3) },
        tool: { visit_shop: { calls: 1, cost: toMicro(2.2) } },
      }),
    ).toEqual([])
  })

  it('every broken limit of run, domain and tool is named', async () => {
    const limits = {
      run: { calls: 1, cost: toMicro(3.2) },
      domain: { engagement: { calls: 0 } },
      tool: { visit_shop: { cost: toMicro(2) } },
    }
    expect(await over(limits)).toEqual([
      'The run needs 2 calls; 1 are allowed.',
      'The run needs 3.3 cost units; 3.2 are allowed.',
      'The domain engagement needs 1 calls; 0 are allowed.',
      'The tool visit_shop needs 2.2 cost units; 2 are allowed.',
    ])
  })

  it('limits of tools and domains that the plan does not use break nothing', async () => {
    expect(await over({ domain: { knowledge: { calls: 0 } }, tool: { other: { calls: 0 } } })).toEqual([])
  })
})
