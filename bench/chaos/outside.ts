// What stands outside the server `outside`: a language model under three names and two vendors, on loopback. Each does
// what it is asked for until an incident says otherwise.
import { setTimeout as sleep } from 'node:timers/promises'
import type { DoubleServer } from '../../tests/adapters/doubles/server.ts'
import { openHubspot } from '../../tests/adapters/doubles/hubspot.ts'
import { openPipedrive } from '../../tests/adapters/doubles/pipedrive.ts'
import { modelServer, plan, proposed, refuses, says, type Reply } from '../../tests/models/server.ts'

/** The models of the registry, each for an incident of its own. */
export const MODELS = { dear: 'gpt-4o-mini', frail: 'gpt-4o', slow: 'o3' } as const
export type ModelName = (typeof MODELS)[keyof typeof MODELS]

export type Outside = {
  /** What a server needs to reach them: names of variables and their values. */
  readonly environment: Readonly<Record<string, string>>
  /** From now on; `works`: a plan at once. */
  readonly setModel: (model: ModelName, how: ModelMood) => void
  readonly hubspot: Vendor
  readonly pipedrive: Vendor
  readonly stop: () => Promise<void>
}

/** `slow`: answers after 21 seconds. */
export type ModelMood = 'works' | 'fails' | 'slow'

export type Vendor = Pick<DoubleServer, 'failBy'> & {
  /** Of a company that it has. */
  readonly accountId: string
}

const SLOW_MS = 21_000
/** Long answers: this model costs a quarter of a cent a plan. */
const usage = { prompt_tokens: 1000, completion_tokens: 3900, total_tokens: 4900 }
const planned = says(plan(proposed('s1', 'amber_probe', {})), { usage })
const reworded = says({ words: 'In other words.' })
const down = refuses(500, { message: 'The server had an error.', type: 'server_error' })

export async function openOutside(): Promise<Outside> {
  const moods = new Map<unknown, ModelMood>()
  const answer: Reply = (response, received, nth) => {
    const { model } = received.body
    const mood = moods.get(model) ?? 'works'
    if (mood === 'fails') return down(response, received, nth)
    const said = model === MODELS.slow ? reworded : planned
    if (mood === 'works') return said(response, received, nth)
    void sleep(SLOW_MS).then(() => said(response, received, nth))
  }
  const models = await modelServer(answer)
  const [hubspot, pipedrive] = [await openHubspot(), await openPipedrive()]
  return {
    environment: {
      OPENAI_BASE_URL: models.url,
      OPENAI_API_KEY: 'sk-of-an-incident',
      ENABLE_HUBSPOT_ADAPTER: '1',
      ENABLE_PIPEDRIVE_ADAPTER: '1',
      ...hubspot.settings,
      ...pipedrive.settings,
    },
    setModel: (model, mood) => {
      moods.set(model, mood)
    },
    hubspot: { accountId: hubspot.account.id, failBy: hubspot.server.failBy },
    pipedrive: { accountId: pipedrive.account.id, failBy: pipedrive.server.failBy },
    stop: async () => {
      await Promise.all([models.stop(), hubspot.server.close(), pipedrive.server.close()])
    },
  }
}
