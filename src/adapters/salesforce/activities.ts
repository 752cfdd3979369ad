// Activities as Salesforce's tasks. The key is a field of them that is an external id and unique: an upsert by it makes
// a task or finds the one there is, in one request, whoever else asks at the same time.
import { z } from 'zod'
import { CallError } from '../../run/failure.ts'
import type { AdapterCall } from '../adapter.ts'
import type { Receipt } from '../../events/step.ts'
import type { CrmActivity } from '../crm.ts'
import { recordKey } from '../key.ts'
import { titleOf } from '../vendor/activity.ts'
import type { VendorClient } from '../vendor/client.ts'
import { pageOf } from './records.ts'

export type SalesforceActivities = {
  readonly client: VendorClient
  readonly name: string
  readonly baseUrl: string
  /** Path of the interface's version. */
  readonly api: string
  /** Unique external id of tasks. */
  readonly field: string
}

/** An update says nothing, or the same as a creation, by the version of the interface. */
const upserted = z.object({
  id: z.string().min(1),
  success: z.literal(true),
  created: z.boolean().optional(),
})
const found = z.object({ Id: z.string().min(1) })

type Written = Pick<Receipt, 'id' | 'key' | 'created_or_found'>

const receiptOf = ({ name, baseUrl }: SalesforceActivities, written: Written): Receipt => ({
  vendor: name,
  url: pageOf(baseUrl, 'Task', written.id),
  guarantee: 'exactly_once',
  ...written,
})

const taskPath = ({ api, field }: SalesforceActivities, key: string): string =>
  `${api}/sobjects/Task/${field}/${encodeURIComponent(key)}`

const hintsOf = ({ field }: SalesforceActivities) => {
  const hint = `Field ${field} of Task must be External ID and Unique.`
  return { 300: hint, 400: hint }
}

type Asked = { readonly key: string; readonly operation: string }

async function findTask(of: SalesforceActivities, { key, operation }: Asked, call: AdapterCall) {
  const { body } = await of.client.ask(
    {
      operation,
      path: `${taskPath(of, key)}?fields=Id`,
      answer: found,
      also: [404],
      hints: hintsOf(of),
    },
    call,
  )
  return body === null ? null : receiptOf(of, { id: body.Id, key, created_or_found: 'found' })
}

export const findActivity = (
  of: SalesforceActivities,
  idempotencyKey: string,
  call: AdapterCall,
): Promise<Receipt | null> =>
  findTask(of, { key: recordKey(idempotencyKey), operation: 'findActivityByKey' }, call)

const SUBTYPES = { call: 'Call', email: 'Email', meeting: 'Task', note: 'Task' } as const

const taskOf = (activity: CrmActivity) => ({
  Subject: titleOf(activity),
  Description: activity.body,
  WhatId: activity.opportunity_id ?? activity.account_id,
  TaskSubtype: SUBTYPES[activity.kind],
  Status: 'Completed',
  ActivityDate: new Date(activity.occurred_at).toISOString().slice(0, 10),
})

/** A task that has the key already is not written over: somebody may have added to it. */
export async function logActivity(
  of: SalesforceActivities,
  activity: CrmActivity,
  call: AdapterCall,
): Promise<Receipt> {
  const key = recordKey(call.idempotencyKey)
  const known = await findTask(of, { key, operation: 'logActivity' }, call)
  if (known !== null) return known
  const { status, body } = await of.client.ask(
    {
      operation: 'logActivity',
      method: 'PATCH',
      path: taskPath(of, key),
      body: taskOf(activity),
      answer: upserted.nullable(),
      hints: hintsOf(of),
    },
    call,
  )
  if (body !== null)
    return receiptOf(of, { id: body.id, key, created_or_found: status === 201 ? 'created' : 'found' })
  const written = await findTask(of, { key, operation: 'logActivity' }, call)
  if (written !== null) return written
  throw new CallError(
    'agent_invalid_output',
    `${of.name}.logActivity: the task that was written is not there.`,
  )
}
