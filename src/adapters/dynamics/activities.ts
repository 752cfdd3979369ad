// Activities as Dynamics' tasks. The key is a column with an alternate key: an upsert by it that may only create
// (`If-None-Match: *`) makes a task, or says that there is one.
import { z } from 'zod'
import { CallError } from '../../run/failure.ts'
import type { AdapterCall } from '../adapter.ts'
import type { Receipt } from '../../events/step.ts'
import type { CrmActivity } from '../crm.ts'
import { recordKey } from '../key.ts'
import { titleOf } from '../vendor/activity.ts'
import type { VendorClient } from '../vendor/client.ts'
import { pageOf } from './records.ts'

export type DynamicsActivities = {
  readonly client: VendorClient
  readonly name: string
  readonly baseUrl: string
  /** Path of the interface's version. */
  readonly api: string
  /** Column of tasks with an alternate key. */
  readonly column: string
}

const taskSchema = z.object({ activityid: z.string().min(1) })

type Written = Pick<Receipt, 'id' | 'key' | 'created_or_found'>

const receiptOf = ({ name, baseUrl }: DynamicsActivities, written: Written): Receipt => ({
  vendor: name,
  url: pageOf(baseUrl, 'task', written.id),
  guarantee: 'exactly_once',
  ...written,
})

const taskPath = ({ api, column }: DynamicsActivities, key: string): string =>
  `${api}/tasks(${column}='${encodeURIComponent(key)}')?$select=activityid`

const hintsOf = ({ column }: DynamicsActivities) => ({
  400: `Table task needs the column ${column} with an alternate key.`,
})

type Asked = { readonly key: string; readonly operation: string }

async function findTask(of: DynamicsActivities, { key, operation }: Asked, call: AdapterCall) {
  const { body } = await of.client.ask(
    { operation, path: taskPath(of, key), answer: taskSchema, also: [404], hints: hintsOf(of) },
    call,
  )
  return body === null ? null : receiptOf(of, { id: body.activityid, key, created_or_found: 'found' })
}

export const findActivity = (
  of: DynamicsActivities,
  idempotencyKey: string,
  call: AdapterCall,
): Promise<Receipt | null> =>
  findTask(of, { key: recordKey(idempotencyKey), operation: 'findActivityByKey' }, call)

const taskOf = (activity: CrmActivity) => {
  const { account_id, opportunity_id, occurred_at } = activity
  const about =
    opportunity_id === null
      ? { 'regardingobjectid_account@odata.bind': `/accounts(${account_id})` }
      : { 'regardingobjectid_opportunity@odata.bind': `/opportunities(${opportunity_id})` }
  return {
    subject: titleOf(activity).slice(0, 200),
    description: activity.body,
    scheduledend: new Date(occurred_at).toISOString(),
    ...about,
  }
}

export async function logActivity(
  of: DynamicsActivities,
  activity: CrmActivity,
  call: AdapterCall,
): Promise<Receipt> {
  const asked = { key: recordKey(call.idempotencyKey), operation: 'logActivity' }
  const { status, body } = await of.client.ask(
    {
      operation: 'logActivity',
      method: 'PATCH',
      path: taskPath(of, asked.key),
      headers: { 'if-none-match': '*', prefer: 'return=representation' },
      body: taskOf(activity),
      answer: taskSchema,
      also: [412],
      hints: hintsOf(of),
    },
    call,
  )
  if (body !== null)
    return receiptOf(of, { id: body.activityid, key: asked.key, created_or_found: 'created' })
  const found = await findTask(of, asked, call)
  if (found !== null) return found
  throw new CallError(
    'user_conflict',
    `${of.name}.logActivity: a task has the key (${status}), and is not there.`,
  )
}
