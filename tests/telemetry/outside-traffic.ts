// Lists, a playbook with a branch, a model and vendors: what the dashboards show beside plain runs.
import type { Product } from './product.ts'
import { until, type Page, type Run } from './traffic.ts'

/** Not the one whose budget is used up: an alert freezes that one, sooner or later. */
const TENANT = 'initech'

type Batch = { readonly batch_id: string; readonly status: string }
type Approval = { readonly approval_id: string }

const asked = (body: object) => ({ profile: 'sales_manager', tenant: TENANT, ...body })
const finish = ({ call }: Product, body: object): Promise<Run> =>
  call<Run>('operator', '/v1/runs?wait=30', asked(body))

const list = ({ call }: Product, goal: string, names: readonly string[]): Promise<Batch> =>
  call<Batch>('operator', '/v1/batches', {
    profile: 'demo',
    tenant: TENANT,
    goal,
    items: names.map((name) => ({ account: { name } })),
  })

/** One list of two that ends, and one that waits for a person. */
async function lists(product: Product): Promise<void> {
  const { batch_id } = await list(product, 'amber', ['First', 'Second'])
  await until(
    'the list is over',
    async () => (await product.call<Batch>('admin', `/v1/batches/${batch_id}`)).status !== 'running',
  )
  await list(product, 'garnet', ['Third'])
}

/** A branch that is not taken: the account fits nobody. */
const branch = (product: Product): Promise<Run> =>
  finish(product, {
    playbook: 'prospecting',
    context: {
      account: { account_id: product.outside.hubspot.accountId, revenue: 1000, industry: 'farming' },
      icp_criteria: { min_revenue: 5_000_000_000, industries: ['software'] },
      template: 'Hi {{first_name}}',
      prospect: { first_name: 'Kim' },
    },
  })

/** A list that a step gives: its plan is changed when it is known. */
const expanded = (product: Product): Promise<Run> =>
  finish(product, {
    plan: {
      steps: [
        { id: 'fit', tool: 'score_account_fit' },
        {
          for_each: 'fit.unknown',
          at_most: 10,
          steps: [{ id: 'more', tool: 'retrieve_product_knowledge', inputs: { query: 'item' } }],
        },
      ],
    },
    context: { account: { revenue: 10_000_000 }, icp_criteria: { min_revenue: 1_000_000 } },
  })

/** A note that the vendor has written, and whose answer was lost: it is looked up. */
async function lostNote(product: Product): Promise<void> {
  const { hubspot } = product.outside
  let isLost = false
  hubspot.failBy((_, method) => {
    if (isLost || method !== 'POST') return null
    isLost = true
    return { kind: 'lose' }
  })
  const { run_id } = await product.call<Run>(
    'operator',
    '/v1/runs',
    asked({
      plan: { steps: [{ id: 'note', tool: 'log_crm_activity' }] },
      context: { activity: { account_id: hubspot.accountId, note: 'Kim asked for the paper.' } },
    }),
  )
  const pending = () =>
    product.call<Page<Approval>>('approver', '/v1/approvals?status=pending&profile=sales_manager')
  await until('the note waits for a person', async () => (await pending()).items.length === 1)
  const [approval] = (await pending()).items
  await product.call('approver', `/v1/approvals/${approval?.approval_id}/decision`, { decision: 'approve' })
  await until(
    'the note is looked up',
    async () => (await product.call<Run>('admin', `/v1/runs/${run_id}`)).status === 'succeeded',
  )
}

const signals = (product: Product, accountId: string): Promise<Run> =>
  finish(product, {
    profile: 'demo',
    goal: 'Retrieve buying signals of the account',
    context: { account_id: accountId, fetch_from_crm: true },
  })

/** Two failures in a row cut the vendor off; then another one stands in for it. */
async function cutOff(product: Product): Promise<void> {
  const { pipedrive, hubspot } = product.outside
  pipedrive.failBy(() => ({ kind: 'answer', status: 503, text: '{}' }))
  await signals(product, pipedrive.accountId)
  await signals(product, hubspot.accountId)
}

/** What became of them: each is one more of these. */
export const MORE_OUTCOMES = { success: 7, error: 1 } as const

export async function driveOutside(product: Product): Promise<void> {
  await Promise.all([finish(product, { goal: 'amber' }), lists(product), cutOff(product)])
  await branch(product)
  await expanded(product)
  await lostNote(product)
}
