// What happens in the six hours: steady work, and one thing after the other that goes wrong.
import { readFileSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import { parse } from 'yaml'
import { MODELS, type Outside } from '../chaos/outside.ts'
import { approveAll, ask, finishWith } from '../chaos/runs.ts'
import type { ChaosServer } from '../chaos/server.ts'

type Scene = { readonly server: ChaosServer; readonly outside: Outside; readonly over: AbortSignal }

const { context } = parse(readFileSync(new URL('../../examples/acme.yaml', import.meta.url), 'utf8')) as {
  readonly context: Readonly<Record<string, object>>
}

/** Work of every day: a profile, and what it is asked for. */
const WORK = [
  ['demo', 'Score the fit of the account'],
  ['demo', 'Qualify the opportunity'],
  ['sales_rep', 'Score the fit of the account and qualify the opportunity'],
  ['enterprise', 'Normalize the account record and score the fit of the account'],
  ['technical', 'Retrieve product knowledge and qualify the opportunity'],
  ['sales_manager', 'Qualify the opportunity'],
] as const

/** Seconds of the play: minutes of what is shown. */
const toolDown = [50, 90] as const
const nobodyAnswers = [115, 185] as const
const modelDown = [200, 240] as const
const vendorDown = [250, 290] as const
const RESTART_AT = 310

const isIn = ([from, to]: readonly [number, number], at: number): boolean => at >= from && at < to

/** Until it is over. What fails is part of the play. */
export async function playScenes({ server, outside, over }: Scene): Promise<void> {
  const began = Date.now()
  const now = (): number => (Date.now() - began) / 1000
  const again = async (everyMs: number, act: () => Promise<unknown>): Promise<void> => {
    while (!over.aborted) {
      await Promise.race([act().catch(() => null), sleep(4000)])
      await sleep(everyMs)
    }
  }
  let nth = 0
  let hasRestarted = false
  const work = (): Promise<unknown> => {
    const [profile, goal] = WORK[(nth += 1) % WORK.length] ?? WORK[0]
    return finishWith(server, { profile, goal, context })
  }
  const letters = (): Promise<unknown> => ask(server, 'demo', 'garnet')
  const vendor = async (): Promise<unknown> => {
    outside.hubspot.failBy(() =>
      isIn(vendorDown, now()) ? { kind: 'answer', status: 503, text: '{}' } : null,
    )
    const asked = { account_id: outside.hubspot.accountId, fetch_from_crm: true }
    return finishWith(server, {
      profile: 'sales_rep',
      goal: 'Retrieve buying signals of the account',
      context: asked,
    })
  }
  const faults = async (): Promise<void> => {
    outside.setModel(MODELS.dear, isIn(modelDown, now()) ? 'fails' : 'works')
    if (isIn(toolDown, now())) await finishWith(server, { profile: 'demo', goal: 'fails', context })
    else await finishWith(server, { profile: 'smb', goal: 'Score the fit of the account', context })
  }
  const people = async (): Promise<void> => {
    if (!isIn(nobodyAnswers, now())) await approveAll(server)
  }
  const restart = async (): Promise<void> => {
    if (hasRestarted || now() < RESTART_AT) return
    hasRestarted = true
    await server.kill()
    await sleep(3000)
    await server.start()
  }
  await Promise.all([
    again(250, work),
    again(900, letters),
    again(1200, vendor),
    again(600, faults),
    again(1500, people),
    again(500, restart),
  ])
}
