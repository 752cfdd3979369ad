// What sounds like a task of sales and is about something else: a word of the registry beside one that is nothing in sales.
import { readFileSync } from 'node:fs'
import { expect, it } from 'vitest'
import { rulesPlanner } from '../../src/planner/rules.ts'
import { parseRegistry } from '../../src/registry/parse.ts'
import { context } from './goals/table.ts'
import { toolsOf } from './sample.ts'

const parsed = parseRegistry(readFileSync('registry.yaml', 'utf8'))
if (!parsed.ok) throw new Error(JSON.stringify(parsed.problems))
const { registry } = parsed
const profile = registry.profiles['technical']
if (!profile) throw new Error('technical')
const planner = rulesPlanner()

const chosenFor = async (goal: string) =>
  toolsOf(
    await planner.plan(
      { goal, context, profile, limits: profile.limits, registry },
      AbortSignal.timeout(10_000),
    ),
  )

/** Of every goal that gets a tool, the goal and its tools. */
async function served(goals: readonly string[]): Promise<string[]> {
  const found: string[] = []
  for (const goal of goals) {
    const tools = await chosenFor(goal)
    if (tools.length > 0) found.push(`${goal}: ${tools.join(' ')}`)
  }
  return found
}

const VERBS = `
  score, rank, qualify, assess, review, check, draft, write, create, analyse, find, show, search,
  retrieve, propose, log, add, explain, replay, simulate, move, clean, build, update, delete,
  give me, tell me about, I need, where is, who has, do we have
`
  .trim()
  .split(/,\s*/)
const THINGS = `
  garden, dog, engine, hospital, mortgage, tax return, server logs, movie script, release notes,
  server capacity, insurance coverage, currency risk, fire risk, flight risk, credit score,
  soccer score, shoe fit, traffic signals, sleep patterns, game personas, parking slots,
  meeting room, bank account, customer churn, employee handbook, company car, team lunch,
  industry award, code review
`
  .trim()
  .split(/,\s*/)

it('nothing is done to what nobody here knows, whatever it is called by', async () => {
  const goals = VERBS.flatMap((verb) =>
    THINGS.flatMap((thing) => [
      `${verb} the ${thing}`,
      `${verb} my ${thing}`,
      `${verb} the ${thing} of Acme`,
    ]),
  )
  expect(await served(goals)).toEqual([])
})

it('a verb that no tool is described with gets none, whatever it is done to', async () => {
  const verbs = [
    'enrich',
    'archive',
    'bake',
    'bribe',
    'celebrate',
    'notarise',
    'yeet',
    'insure',
    'merge',
    'invoice',
  ]
  const objects = [
    'the account',
    'Acme',
    'the deal',
    'my message',
    'the battlecard',
    'our reps',
    'meeting slots',
    'the risk',
  ]
  const goals = verbs.flatMap((verb) =>
    objects.flatMap((object) => [
      `${verb} ${object}`,
      `please ${verb} ${object} today`,
      `how do I ${verb} ${object}?`,
    ]),
  )
  expect(await served(goals)).toEqual([])
})

it('a name in small letters stays one, and people have business of every kind', async () => {
  expect(await chosenFor('score globex')).toEqual(['score_account_fit'])
  expect(await chosenFor('score the hospital account')).toEqual(['score_account_fit'])
  expect(await chosenFor('assess the risk of the dental deal')).toEqual(['assess_deal_risk'])
  expect(await chosenFor('draft the birthday email to Jane')).toEqual(['draft_outbound_message'])
  expect(await chosenFor('does the product work in a garden?')).toEqual([])
})
