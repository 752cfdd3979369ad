// Kill -9 of real processes around the calls of a language model, one process after the other in one folder. What is
// left at the end is examined from outside: the journal, its books, and what the model's server has received.
import { fork } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { DRAFT_ANSWER } from '../asked.ts'
import {
  completion,
  modelServer,
  plan,
  proposed,
  says,
  SCORE,
  type ModelServer,
  type Reply,
} from '../server.ts'
import { examine, type Found } from './examine.ts'
import type { Place } from './place.ts'
import { KILLS, textOf, type Kill, type ServerPoint } from './points.ts'

const SCRIPT = fileURLToPath(new URL('./asker.ts', import.meta.url))

const DRAFT = proposed('s2', 'draft_outbound_message', {
  template: 'context.template',
  prospect_data: 'context.prospect',
  improve: 'context.improve',
})

/** What cannot be held first, and what can be when it is sent back: of a plan, and of better words. */
function answerTo(text: string): unknown {
  if (text.includes('This plan cannot be carried out'))
    return text.includes('Score the account') ? plan(SCORE) : plan(SCORE, DRAFT)
  if (text.includes('You plan the work')) return plan()
  if (text.includes('The text does not say these')) return DRAFT_ANSWER
  return { ...DRAFT_ANSWER, message: `${DRAFT_ANSWER.message} It is free.` }
}

type Killer = { readonly arm: (point: ServerPoint | null, kill: () => void) => void; readonly reply: Reply }

/** Answers everything, and kills whoever asks at the point that it is armed with. */
function killer(): Killer {
  let nth = 0
  let armed: ServerPoint | null = null
  let kill = (): void => undefined
  return {
    arm: (point, how) => {
      nth = 0
      armed = point
      kill = how
    },
    reply: (response, received, number) => {
      nth += 1
      const said = answerTo(received.text)
      const moment = armed?.nth === nth ? armed.moment : null
      if (moment === 'asked') return kill()
      if (moment === 'half') {
        const text = JSON.stringify(completion(JSON.stringify(said)))
        response.writeHead(200, { 'content-type': 'application/json', 'content-length': text.length })
        response.write(text.slice(0, text.length / 2), kill)
        return undefined
      }
      if (moment === 'answered') response.on('finish', kill)
      return says(said)(response, received, number)
    },
  }
}

type Range = Place & { readonly server: ModelServer; readonly by: Killer }

/** One life; `true`: it was killed. */
async function live({ dir, database, server, by }: Range, name: string, { kind, own, server: at }: Kill) {
  const args = [dir, database, server.url, name, kind, textOf(own)]
  const child = fork(SCRIPT, args, { execArgv: ['--disable-warning=ExperimentalWarning'] })
  const exit = once(child, 'exit') as Promise<[number | null, NodeJS.Signals | null]>
  child.once('message', () => {
    by.arm(at, () => void child.kill('SIGKILL'))
    child.send('go on')
  })
  const [code, signal] = await exit
  by.arm(null, () => undefined)
  if (signal === null && code !== 0) throw new Error(`${textOf(own)}: the process ended with ${code}`)
  return signal === 'SIGKILL'
}

const NO_KILL: Kill = { kind: 'draft', own: null, server: null }

export type KillReport = Found & { readonly kills: number; readonly seconds: number }

/**
 * Kills `kills` processes, in the order of `list` and from its beginning again, and lets the last one end. `database`:
 * URL of an empty PostgreSQL database; '': SQLite.
 */
export async function killAskers(
  kills: number,
  { database = '', list = KILLS }: { readonly database?: string; readonly list?: readonly Kill[] } = {},
): Promise<KillReport> {
  const begun = performance.now()
  const dir = mkdtempSync(join(tmpdir(), 'cugar-asker-'))
  const by = killer()
  const server = await modelServer(by.reply)
  const place: Range = { dir, database, server, by }
  try {
    let made = 0
    for (let life = 0; made < kills; life += 1) {
      if (life > 2 * kills) throw new Error(`${made} of ${kills} kills after ${life} processes`)
      if (await live(place, `run-${life}`, list[life % list.length] ?? NO_KILL)) made += 1
    }
    await live(place, 'the-last', NO_KILL)
    const found = await examine(
      place,
      server.received.map(({ text }) => text),
    )
    return { ...found, kills: made, seconds: (performance.now() - begun) / 1000 }
  } finally {
    await server.stop()
    rmSync(dir, { recursive: true })
  }
}
