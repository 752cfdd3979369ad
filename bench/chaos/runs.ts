// Runs that incidents ask for.
import type { ChaosServer } from './server.ts'

type Run = { readonly run_id: string; readonly status: string }
type Page<T> = { readonly items: readonly T[] }

const OVER: ReadonlySet<string> = new Set(['succeeded', 'partial', 'failed', 'cancelled'])

/** Accepted, or refused: an incident may want either. */
export const ask = (server: ChaosServer, profile: string, goal: string) =>
  server.ask('/v1/runs', { profile, goal, tenant: 'acme' })

/** Starts so many at once. */
export const askMany = (server: ChaosServer, count: number, [profile, goal]: readonly [string, string]) =>
  Promise.all(Array.from({ length: count }, () => ask(server, profile, goal)))

/** Starts one and answers when it is over. */
export const finish = (server: ChaosServer, profile: string, goal: string): Promise<Run> =>
  server.call<Run>('/v1/runs?wait=30', { profile, goal, tenant: 'acme' })

/** As `finish`, with a plan instead of a goal. */
export const finishPlan = (server: ChaosServer, profile: string, plan: object): Promise<Run> =>
  server.call<Run>('/v1/runs?wait=30', { profile, plan, tenant: 'acme' })

/** What a run is about, beside its goal. */
export type Asked = { readonly profile: string; readonly goal: string; readonly context: object }

/** As `finish`. */
export const finishWith = (server: ChaosServer, asked: Asked): Promise<Run> =>
  server.call<Run>('/v1/runs?wait=30', { ...asked, tenant: 'acme' })

export async function cancelAll(server: ChaosServer): Promise<void> {
  const { items } = await server.call<Page<Run>>('/v1/runs?limit=200')
  const open = items.filter(({ status }) => !OVER.has(status))
  await Promise.all(open.map(({ run_id }) => server.ask(`/v1/runs/${run_id}/cancel`, {})))
}

type Approval = { readonly approval_id: string }
export const decideAll = async (server: ChaosServer, decision: object): Promise<number> => {
  const { items } = await server.call<Page<Approval>>('/v1/approvals?status=pending&limit=200')
  await Promise.all(
    items.map(({ approval_id }) =>
      server.ask(`/v1/approvals/${approval_id}/decision`, decision, 'chaos-reviewer'),
    ),
  )
  return items.length
}
export const approveAll = (server: ChaosServer): Promise<number> => decideAll(server, { decision: 'approve' })

type Stepped = {
  readonly run_id: string
  readonly steps: readonly { readonly step_id: string; readonly status: string }[]
}
/** Runs that are not over: other incidents make more than a page of those that are. */
async function openRuns(server: ChaosServer): Promise<readonly Run[]> {
  const pages = await Promise.all(
    ['running', 'waiting'].map((status) => server.call<Page<Run>>(`/v1/runs?status=${status}&limit=200`)),
  )
  return pages.flatMap(({ items }) => items)
}

/** A person says of each unknown outcome that it did happen. */
export async function reconcileAll(server: ChaosServer): Promise<void> {
  for (const { run_id } of await openRuns(server)) {
    const { steps } = await server.call<Stepped>(`/v1/runs/${run_id}`)
    for (const { step_id } of steps.filter(({ status }) => status === 'unknown'))
      await server.call(
        `/v1/runs/${run_id}/steps/${step_id}/reconcile`,
        { outcome: 'happened', output: { value: 'sent' }, reason: 'the vendor has it' },
        'chaos-witness',
      )
  }
}
