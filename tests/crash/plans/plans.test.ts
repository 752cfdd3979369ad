// Kill -9 of plans that are more than a sequence, in SQLite and with real processes.
import { expect, test } from 'vitest'
import type { Moment } from '../mortal.ts'
import { killAtEveryAppend, killRandomPlans, randomKills } from './killing.ts'
import { STORY_END } from './scene.ts'

const PATIENCE_MS = 600_000
const MOMENTS: readonly Moment[] = ['before', 'after']

test.concurrent.each(MOMENTS)(
  'a plan with a branch, a group, a list and a change ends as it would have, killed %s any append',
  async (moment) => {
    const { broken, endings, ...found } = await killAtEveryAppend(moment)
    console.info(moment, JSON.stringify(found))
    expect(broken).toEqual([])
    const names = Object.keys(endings)
    expect(names.length).toBeGreaterThan(8)
    expect(endings).toEqual(Object.fromEntries(names.map((name) => [name, STORY_END])))
    expect(found.revisions).toEqual({ first: names.length, expanded: names.length, rule: names.length })
    expect(Math.min(found.cut, found.unknown, found.kills)).toBeGreaterThan(0)
  },
  PATIENCE_MS,
)

test.concurrent(
  'random plans keep what is promised of every plan, whenever their process is killed',
  async () => {
    const { broken, endings, ...found } = await killRandomPlans(randomKills(16))
    console.info(JSON.stringify(found))
    expect(broken).toEqual([])
    expect(found.kills).toBeGreaterThan(8)
    expect(Object.keys(endings).length + found.refused).toBeGreaterThanOrEqual(found.kills)
    expect(Math.min(found.branches, found.failed, found.cut)).toBeGreaterThan(0)
  },
  PATIENCE_MS,
)
