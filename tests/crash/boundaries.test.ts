// Kill -9 at every boundary between the engine and its journal: right before the store gets an append, and right
// after it is durable and before anybody hears of it. The boundaries are counted by running once unharmed.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { only } from '../engine/story.ts'
import { examine, type Examined } from './examine.ts'
import type { KillPoint, Moment } from './mortal.ts'
import { startLife } from './processes.ts'
import { seen } from './witness.ts'

const AT_ONCE = 2
/** Kills while recovering, one after the other; every third boundary has them. */
const AGAIN: readonly (readonly KillPoint[])[] = [
  ['any:1:before'],
  ['any:1:after'],
  ['any:2:before', 'any:1:after'],
  ['any:2:after', 'any:2:before'],
]

type Told = Examined & { readonly deaths: number; readonly boundaries: readonly string[] }

/** One process after the other in one folder; the last one ends by itself. */
async function live(points: readonly KillPoint[]): Promise<Told> {
  const dir = mkdtempSync(join(tmpdir(), 'cugar-crash-'))
  let deaths = 0
  try {
    for (const point of [...points, 'none' as const]) {
      const { code, signal } = await startLife('story', dir, point).ended
      if (signal === 'SIGKILL') deaths += 1
      // Near the end there may be nothing left to append, and so nothing to die of.
      else if (code !== 0) throw new Error(`${point}: ended with ${code ?? signal}`)
    }
    const acknowledged = seen(dir, 'append')
    const boundaries = acknowledged.map(
      ({ boundary, types }) => `${boundary} ${[...new Set(types)].join(' ')}`,
    )
    return { ...(await examine(dir)), deaths, boundaries }
  } finally {
    rmSync(dir, { recursive: true })
  }
}

type Plan = { readonly boundary: string; readonly points: readonly [KillPoint, ...KillPoint[]] }

function plansFor(boundaries: readonly string[]): Plan[] {
  const moments: readonly Moment[] = ['before', 'after']
  const all = boundaries.flatMap((line) => moments.map((moment) => ({ line, moment })))
  return all.map(({ line, moment }, index) => {
    const boundary = line.split(' ')[0] ?? ''
    const again = index % 3 === 0 ? (AGAIN[(index / 3) % AGAIN.length] ?? []) : []
    return { boundary: line, points: [`${boundary}:${moment}` as KillPoint, ...again] }
  })
}

async function inLanes<T>(items: readonly T[], work: (item: T) => Promise<void>): Promise<void> {
  const left = [...items]
  const lane = async (): Promise<void> => {
    for (let item = left.shift(); item !== undefined; item = left.shift()) await work(item)
  }
  await Promise.all(Array.from({ length: AT_ONCE }, lane))
}

/** What a person had to settle, which no unharmed run has. */
const wasUnknown = ({ events }: Told): boolean =>
  only(events, 'tool_call_error').some(({ data }) => data.mode === 'system_unknown_outcome')

test(
  'a run that is killed at any boundary of the journal ends as it would have',
  { timeout: 900_000 },
  async () => {
    const reference = await live([])
    expect(reference.broken).toEqual([])
    expect(reference.endings).toEqual({
      first: { status: 'succeeded', completed: ['s1', 's2', 's3', 's4', 's5', 's6'] },
      second: { status: 'succeeded', completed: ['s1', 's2', 's3'] },
    })
    expect(only(reference.events, 'approval_received')).toHaveLength(4)
    expect(only(reference.events, 'step_revised')).toHaveLength(1)
    expect(only(reference.events, 'tool_call_error')).toHaveLength(2)
    const plans = plansFor(reference.boundaries)
    expect(reference.boundaries.length).toBeGreaterThan(15)

    const found: unknown[] = []
    let deaths = 0
    let unknown = 0
    await inLanes(plans, async ({ boundary, points }) => {
      const told = await live(points)
      deaths += told.deaths
      if (wasUnknown(told)) unknown += 1
      const same = JSON.stringify(told.endings) === JSON.stringify(reference.endings)
      const ends = same ? [] : [`ended otherwise: ${JSON.stringify(told.endings)}`]
      const survived = told.deaths === 0 ? ['was not killed'] : []
      const broken = [...told.broken, ...ends, ...survived]
      if (broken.length > 0) found.push({ boundary, points, broken })
    })
    console.info(
      `${reference.boundaries.length} append boundaries, ${plans.length} kill points, ${deaths} kills, ` +
        `${unknown} unknown outcomes settled\n${reference.boundaries.join('\n')}`,
    )
    expect(found).toEqual([])
    // The intent of the call with effects is durable and its outcome is not: after the one, before the other.
    expect(unknown).toBeGreaterThanOrEqual(2)
    expect(deaths).toBeGreaterThan(plans.length)
  },
)
