// Kill -9 of real processes that carry out plans with branches, groups, lists and rules, one process after the other in
// one folder: each ends what the one before it has left, and dies in a run of its own.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { isDeepStrictEqual } from 'node:util'
import { text } from 'node:stream/consumers'
import { fileURLToPath } from 'node:url'
import * as fc from 'fast-check'
import type { Moment } from '../mortal.ts'
import { examine, type Found } from './examine.ts'
import { nameOf, STORY_END, type Kind } from './scene.ts'

const SCRIPT = fileURLToPath(new URL('./life.ts', import.meta.url))
const NODE = ['--disable-warning=ExperimentalWarning', SCRIPT]

type End = { readonly isKilled: boolean; readonly isBegun: boolean }

async function live(dir: string, name: string, point: string): Promise<End> {
  const child = spawn(process.execPath, [...NODE, dir, name, point], { stdio: ['ignore', 'pipe', 'inherit'] })
  const [said, [code, signal]] = await Promise.all([
    text(child.stdout),
    once(child, 'exit') as Promise<[number | null, string | null]>,
  ])
  if (signal === null && code !== 0) throw new Error(`${name} at ${point}: the process ended with ${code}`)
  return { isKilled: signal === 'SIGKILL', isBegun: said === 'begun' }
}

export type KillReport = Found & {
  readonly kills: number
  /** Plans of random numbers that were refused, and so never began. */
  readonly refused: number
}

async function inFolder(work: (dir: string) => Promise<Omit<KillReport, keyof Found>>): Promise<KillReport> {
  const dir = mkdtempSync(join(tmpdir(), 'cugar-plans-'))
  try {
    const counts = await work(dir)
    return { ...counts, ...(await examine(dir)) }
  } finally {
    rmSync(dir, { recursive: true })
  }
}

/** Every third boundary has a second kill, in the process that ends what the first one left. */
const AGAIN_EVERY = 3

/**
 * Kills a process at each append of the story, one after the other until there is no further one: `moment` says on which
 * side of it. The last run is not harmed.
 */
export const killAtEveryAppend = (moment: Moment): Promise<KillReport> =>
  inFolder(async (dir) => {
    let kills = 0
    for (let nth = 1; ; nth += 1) {
      const { isKilled } = await live(dir, nameOf('story', `${nth}`), `own:${nth}:${moment}`)
      if (!isKilled) return { kills, refused: 0 }
      kills += 1
      if (nth % AGAIN_EVERY !== 0) continue
      const again = await live(dir, 'none', `left:${1 + (nth % 2)}:${moment}`)
      if (again.isKilled) kills += 1
    }
  })

export type RandomKill = { readonly seed: number; readonly nth: number; readonly moment: Moment }

/** The same ones each time; the first so many of them. */
export const randomKills = (count: number): RandomKill[] =>
  fc.sample(
    fc.record({
      seed: fc.integer({ min: 0, max: 1_000_000 }),
      nth: fc.integer({ min: 1, max: 6 }),
      moment: fc.constantFrom<Moment>('before', 'after'),
    }),
    { numRuns: count, seed: 15 },
  )

/** Kills a process at an append of each plan; where it is over before, the plan ends unharmed. */
export const killRandomPlans = (list: readonly RandomKill[]): Promise<KillReport> =>
  inFolder(async (dir) => {
    let kills = 0
    let refused = 0
    for (const [at, { seed, nth, moment }] of list.entries()) {
      const kind: Kind = seed
      const { isKilled, isBegun } = await live(dir, nameOf(kind, `${at}`), `own:${nth}:${moment}`)
      if (isKilled) kills += 1
      else if (!isBegun) refused += 1
    }
    await live(dir, 'none', 'none')
    return { kills, refused }
  })

/** The story at every append, on both sides of it, and so many random plans. */
export async function killPlans(count: number) {
  const before = await killAtEveryAppend('before')
  const after = await killAtEveryAppend('after')
  const random = await killRandomPlans(randomKills(count))
  const { broken: _broken, endings, ...counts } = random
  const figures = { runs: Object.keys(endings).length, ...counts }
  const stories = [...Object.values(before.endings), ...Object.values(after.endings)]
  const otherwise = stories.filter((ending) => !isDeepStrictEqual(ending, STORY_END))
  return {
    broken: [
      ...[before, after, random].flatMap(({ broken }) => broken),
      ...otherwise.map((ending) => `a story ended as ${JSON.stringify(ending)}`),
    ],
    stories: { runs: stories.length, kills: before.kills + after.kills },
    random: figures,
  }
}
