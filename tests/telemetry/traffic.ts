// Runs that end in every way there is, and one that goes on waiting.
import { vi } from 'vitest'
import type { Product } from './product.ts'

export type Run = { readonly run_id: string; readonly trace_id: string; readonly status: string }
type Approval = { readonly approval_id: string; readonly run_id: string }
export type Page<T> = { readonly items: readonly T[] }

/** Asks again until it is so. */
export const until = (what: string, isSo: () => Promise<boolean>): Promise<void> =>
  vi.waitFor(
    async () => {
      if (!(await isSo())) throw new Error(`not yet: ${what}`)
    },
    { timeout: 110_000, interval: 100 },
  )

const asked = (profile: string, goal: string) => ({ profile, goal, tenant: 'acme' })

/** Starts a run and answers when it has ended. */
export async function run(product: Product, profile: string, goal: string): Promise<Run> {
  const ended = await product.call<Run>('operator', '/v1/runs?wait=30', asked(profile, goal))
  if (ended.status === 'accepted') throw new Error(`the run of ${profile} for ${goal} does not end`)
  return ended
}

const begin = ({ call }: Product, profile: string, goal: string): Promise<Run> =>
  call<Run>('operator', '/v1/runs', asked(profile, goal))

/** One is approved, one refused, one cancelled, and one still waits. */
async function decide(product: Product): Promise<void> {
  const runs = await Promise.all(['', '', '', ''].map(() => begin(product, 'demo', 'garnet')))
  const pending = () => product.call<Page<Approval>>('approver', '/v1/approvals?status=pending&profile=demo')
  await until('four approvals wait', async () => (await pending()).items.length === runs.length)
  const [first, second, third] = (await pending()).items
  if (!first || !second || !third) throw new Error('there are four')
  const decision = ({ approval_id }: Approval, body: object) =>
    product.call('approver', `/v1/approvals/${approval_id}/decision`, body)
  await decision(first, { decision: 'approve' })
  await decision(second, { decision: 'deny', reason: 'not now' })
  await product.call('operator', `/v1/runs/${third.run_id}/cancel`, {})
}

/** The tenant's budget of `smb` is 3 calls: the fourth is refused. */
async function exhaust(product: Product): Promise<void> {
  for (let calls = 1; calls <= 4; calls += 1) await run(product, 'smb', 'amber')
}

/** What became of them, as `sum by (outcome) (cugar_runs_total)` must say. */
export const OUTCOMES = {
  success: 8,
  error: 2,
  timeout: 1,
  rejected: 1,
  budget_exceeded: 2,
  approval_denied: 1,
  approval_timeout: 1,
  cancelled: 1,
} as const

export async function drive(product: Product): Promise<void> {
  await Promise.all([
    run(product, 'demo', 'amber'),
    run(product, 'demo', 'amber'),
    run(product, 'demo', 'amber'),
    run(product, 'demo', 'zyzzyva'),
    run(product, 'demo', 'beryl'),
    run(product, 'demo', 'coral'),
    run(product, 'demo', 'dolomite'),
    run(product, 'technical', 'ember'),
    run(product, 'sales_rep', 'amber and fossil'),
    run(product, 'enterprise', 'garnet'),
    decide(product),
    exhaust(product),
  ])
}
