// What the browser tests ask of the real server by its API: runs that wait, and decisions.
import { readFileSync } from 'node:fs'
import { parse } from 'yaml'
import { z } from 'zod'
import { ACME } from '../cli/hand.ts'

export const EXAMPLE = z
  .object({ goal: z.string(), context: z.record(z.string(), z.unknown()) })
  .parse(parse(readFileSync(ACME, 'utf8')))

const waitingRun = z.object({
  run_id: z.string(),
  pending_approvals: z.array(z.object({ approval_id: z.string() })).min(1),
})

/** As `who`, where no keys are set up. */
export async function post(url: string, body: object, who: 'requester' | 'reviewer'): Promise<unknown> {
  const answer = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'x-cugar-actor': who },
    body: JSON.stringify(body),
  })
  if (!answer.ok) throw new Error(`${url}: ${await answer.text()}`)
  return answer.json()
}

/** A run of the example that waits for a person; what is given replaces the example's. */
export async function waitingFor(
  base: string,
  given: { readonly goal?: string; readonly context?: object; readonly tenant?: string } = {},
): Promise<{ runId: string; approvalId: string }> {
  const { goal = EXAMPLE.goal, context = {}, tenant = 'default' } = given
  const body = { goal, tenant, profile: 'demo', context: { ...EXAMPLE.context, ...context } }
  const asked = await post(`${base}/v1/runs?wait=60&until=person`, body, 'requester')
  const { run_id, pending_approvals } = waitingRun.parse(asked)
  return { runId: run_id, approvalId: pending_approvals[0]?.approval_id ?? '' }
}
