// Kill -9 around the appends of lists: one process after the other in one folder, each ends the list that the one before
// it has left, and dies in a list of its own.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Moment } from '../mortal.ts'
import { examineLists, type FoundLists } from './examine.ts'

const SCRIPT = fileURLToPath(new URL('./life.ts', import.meta.url))
const NODE = ['--disable-warning=ExperimentalWarning', SCRIPT]

/** Around the append of a list and its runs, counted from 1. */
export type Boundary = { readonly nth: number; readonly moment: Moment }

/** `true`: it was killed. */
async function live(dir: string, name: string, point: string): Promise<boolean> {
  const child = spawn(process.execPath, [...NODE, dir, name, point], {
    stdio: ['ignore', 'ignore', 'inherit'],
  })
  const [code, signal] = (await once(child, 'exit')) as [number | null, string | null]
  if (signal === null && code !== 0) throw new Error(`${name} at ${point}: the process ended with ${code}`)
  return signal === 'SIGKILL'
}

export type ListReport = FoundLists & {
  readonly kills: number
  /** Boundaries that no process came to, because its list was over before. */
  readonly unreached: number
}

/** Kills a process at each boundary, and lets the last one end. */
export async function killLists(boundaries: readonly Boundary[]): Promise<ListReport> {
  const dir = mkdtempSync(join(tmpdir(), 'cugar-lists-'))
  try {
    let kills = 0
    for (const { nth, moment } of boundaries)
      if (await live(dir, `${nth}-${moment}`, `${nth}:${moment}`)) kills += 1
    await live(dir, 'none', 'none')
    return { kills, unreached: boundaries.length - kills, ...(await examineLists(dir)) }
  } finally {
    rmSync(dir, { recursive: true })
  }
}
