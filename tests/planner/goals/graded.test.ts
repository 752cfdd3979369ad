// How well goals are understood: precision and recall of tools over the graded tables, and nothing that is carried
// out as something else.
import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { rulesPlanner } from '../../../src/planner/rules.ts'
import { parseRegistry } from '../../../src/registry/parse.ts'
import { context } from './table.ts'
import { asked } from './table-asked.ts'
import { eighth } from './table-eighth.ts'
import { eleventh } from './table-eleventh.ts'
import { seen, type GradedRow, type Refusal } from './table-graded.ts'
import { hard } from './table-hard.ts'
import { fifth } from './table-fifth.ts'
import { fourth } from './table-fourth.ts'
import { heldOut } from './table-held-out.ts'
import { later } from './table-later.ts'
import { ninth } from './table-ninth.ts'
import { reworded } from './table-reworded.ts'
import { second } from './table-second.ts'
import { seventh } from './table-seventh.ts'
import { sixth } from './table-sixth.ts'
import { third } from './table-third.ts'
import { spoken } from './table-spoken.ts'
import { tenth } from './table-tenth.ts'
import { twelfth, twelfthOfManagers } from './table-twelfth.ts'
import { unseen } from './table-unseen.ts'
import { toolOfLetter } from './letters.ts'
import { toolsOf } from '../sample.ts'

const parsed = parseRegistry(readFileSync('registry.yaml', 'utf8'))
if (!parsed.ok) throw new Error(JSON.stringify(parsed.problems))
const { registry } = parsed
type ProfileName = 'technical' | 'sales_manager'

function profileOf(name: ProfileName) {
  const profile = registry.profiles[name]
  if (!profile) throw new Error(name)
  return profile
}

const WHY: Readonly<Partial<Record<Refusal, RegExp>>> = {
  unserved: /^Nothing here does what the goal asks for: ./,
  condition: /depend on a condition/,
  language: /understood in English/,
  contradiction: /both asks for and forbids/,
}

const planner = rulesPlanner()
const planOf = (goal: string, name: ProfileName = 'technical') => {
  const profile = profileOf(name)
  return planner.plan(
    { goal, context, profile, limits: profile.limits, registry },
    AbortSignal.timeout(10_000),
  )
}

type Grade = {
  right: number
  chosen: number
  wanted: number
  readonly wrong: string[]
  readonly astray: string[]
}

async function grade(rows: readonly GradedRow[], profile: ProfileName): Promise<Grade> {
  const sum: Grade = { right: 0, chosen: 0, wanted: 0, wrong: [], astray: [] }
  for (const [goal, letters, refusal] of rows) {
    const wanted = letters.replace('+', '').split('').map(toolOfLetter)
    const result = await planOf(goal, profile)
    const chosen = toolsOf(result)
    const right = chosen.filter((tool) => wanted.includes(tool)).length
    sum.right += right
    if (right < chosen.length) sum.astray.push(goal)
    sum.chosen += chosen.length
    sum.wanted += wanted.length
    const unserved = result.ok && result.unserved.length > 0
    const why = result.ok ? '' : result.why
    const pattern = refusal === undefined ? undefined : WHY[refusal]
    const asWanted =
      right === wanted.length &&
      right === chosen.length &&
      unserved === letters.endsWith('+') &&
      (pattern === undefined || pattern.test(why))
    const said = result.ok ? `${chosen.join(' ')} [${result.unserved.join('; ')}]` : why
    if (!asWanted) sum.wrong.push(`${goal} => ${said}`)
  }
  return sum
}

describe('graded goals', () => {
  it.each<[string, readonly GradedRow[], ProfileName?]>([
    ['tuned on', seen],
    ['not tuned on', unseen],
    ['of the later tools', later],
    ['hard ones', hard],
    ['in other words', reworded],
    ['held out', heldOut],
    ['asked later', asked],
    ['spoken', spoken],
    ['a second time', second],
    ['a third time', third],
    ['a fourth time', fourth],
    ['a fifth time', fifth],
    ['a sixth time', sixth],
    ['a seventh time', seventh],
    ['an eighth time', eighth],
    ['a ninth time', ninth],
    ['a tenth time', tenth],
    ['an eleventh time', eleventh],
    ['a twelfth time', twelfth],
    ['a twelfth time, by managers', twelfthOfManagers, 'sales_manager'],
  ])(
    '%s: precision 0.97, recall 0.95, and none that is carried out as something else',
    async (name, rows, profile = 'technical') => {
      const { right, chosen, wanted, wrong, astray } = await grade(rows, profile)
      const precision = right / chosen
      const recall = right / wanted
      process.stdout.write(
        `goals ${name}: ${rows.length}, precision ${precision.toFixed(3)}, recall ${recall.toFixed(3)}, not as wanted ${wrong.length}\n`,
      )
      if (wrong.length > 0) process.stdout.write(`${wrong.join('\n')}\n`)
      expect(astray).toEqual([])
      expect(precision).toBeGreaterThanOrEqual(0.97)
      expect(recall).toBeGreaterThanOrEqual(0.95)
    },
  )

  it('what has effects waits for what is asked before it, and for nothing that is asked after it', async () => {
    const waits = async (goal: string) => {
      const plan = await planOf(goal)
      return plan.ok ? plan.steps.map(({ tool, after = [] }) => [tool, ...after]) : plan.why
    }
    expect(await waits('score Acme, qualify the deal and log it in the CRM')).toEqual([
      ['score_account_fit'],
      ['qualify_opportunity'],
      ['log_crm_activity', 's1', 's2'],
    ])
    expect(await waits('log the call, then qualify the deal')).toEqual([
      ['log_crm_activity'],
      ['qualify_opportunity'],
    ])
  })

  it('what is forbidden of a tool leaves the other things that it does', async () => {
    const operation = async (goal: string) => {
      const plan = await planOf(goal)
      return plan.ok ? plan.steps.map(({ inputs }) => inputs['operation']) : plan.why
    }
    expect(await operation("don't delete the template, just show it")).toEqual([{ value: 'read' }])
    expect(await operation('delete template close_times')).toEqual([{ value: 'delete' }])
  })

  it('there are at least 150 goals, and each stands there once', () => {
    const goals = [
      ...seen,
      ...unseen,
      ...later,
      ...hard,
      ...heldOut,
      ...asked,
      ...second,
      ...third,
      ...fourth,
      ...fifth,
      ...sixth,
      ...seventh,
      ...eighth,
      ...ninth,
      ...tenth,
      ...eleventh,
      ...reworded,
      ...twelfth,
      ...twelfthOfManagers,
    ].map(([goal]) => goal)
    expect(new Set(goals).size).toBe(goals.length)
    expect(goals.length).toBeGreaterThanOrEqual(150)
  })
})
