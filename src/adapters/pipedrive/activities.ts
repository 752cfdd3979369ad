// Activities as Pipedrive's notes. Pipedrive knows neither an upsert nor a key that must be unique, and its notes have no
// fields of one's own: the key stands at the end of the note, and is looked for before one is written. Two calls at the
// same time can both find none, which the receipt says (`at_least_once`).
import { z } from 'zod'
import { CallError } from '../../run/failure.ts'
import type { AdapterCall } from '../adapter.ts'
import type { Receipt } from '../../events/step.ts'
import type { CrmActivity } from '../crm.ts'
import { recordKey } from '../key.ts'
import { titleOf } from '../vendor/activity.ts'
import type { VendorClient } from '../vendor/client.ts'
import { queryText } from '../vendor/query.ts'
import { asHtml } from '../vendor/reading.ts'
import { answered, pageOf, searchSchema } from './records.ts'

export type PipedriveActivities = {
  readonly client: VendorClient
  readonly name: string
  readonly baseUrl: string
}

const noteSchema = z.object({ id: z.int().positive(), content: z.string(), org_id: z.int().nullish() })
type Note = z.output<typeof noteSchema>

const paging = z.object({ more_items_in_collection: z.boolean(), next_start: z.int().optional() })
const notesSchema = z.object({
  success: z.literal(true),
  data: z.array(noteSchema).nullable(),
  additional_data: z.object({ pagination: paging }).nullish(),
})

const PAGE = 500
/**
 * Of an account's notes, those written last first: the key is of a run, and no run is older than so many. By their ids:
 * a note's own time is when it happened, which may be long ago.
 */
const MOST_PAGES = 4
/** Accounts that a search by the key may find: one has it. */
const MOST_ACCOUNTS = 5

const ID = /^[1-9]\d{0,15}$/

const markOf = (key: string): string => `[cugar:${key}]`

const receiptOf = (
  { name, baseUrl }: PipedriveActivities,
  { id, org_id }: Pick<Note, 'id' | 'org_id'>,
  written: Pick<Receipt, 'key' | 'created_or_found'>,
): Receipt => ({
  vendor: name,
  id: String(id),
  url: org_id == null ? null : pageOf(baseUrl, `organization/${org_id}`),
  guarantee: 'at_least_once',
  ...written,
})

type Asked = { readonly key: string; readonly operation: string }

type Page = { readonly notes: readonly Note[]; readonly next: number | null }

async function notesOf(
  { client }: PipedriveActivities,
  { accountId, start, operation }: { accountId: string; start: number; operation: string },
  call: AdapterCall,
): Promise<Page> {
  const query = { org_id: accountId, start: String(start), limit: String(PAGE), sort: 'id DESC' }
  const path = `/v1/notes?${queryText(query)}`
  const { body } = await client.ask({ operation, path, answer: notesSchema }, call)
  const pages = body?.additional_data?.pagination
  return {
    notes: body?.data ?? [],
    next: pages?.more_items_in_collection === true ? (pages.next_start ?? start + PAGE) : null,
  }
}

async function findOf(
  of: PipedriveActivities,
  accountId: string,
  { asked, call }: { readonly asked: Asked; readonly call: AdapterCall },
): Promise<Note | null> {
  let start: number | null = 0
  for (let pages = 0; pages < MOST_PAGES && start !== null; pages += 1) {
    const page: Page = await notesOf(of, { accountId, start, operation: asked.operation }, call)
    const found = page.notes.find(({ content }) => content.includes(markOf(asked.key)))
    if (found !== undefined) return found
    start = page.next
  }
  return null
}

/** Pipedrive's search is some seconds behind what is written. */
async function accountsWith(
  { client }: PipedriveActivities,
  { key, operation }: Asked,
  call: AdapterCall,
): Promise<string[]> {
  const query = { term: key, item_types: 'organization', fields: 'notes', limit: String(MOST_ACCOUNTS) }
  const path = `/api/v2/itemSearch?${queryText(query)}`
  const { body } = await client.ask({ operation, path, answer: searchSchema }, call)
  return (body?.data.items ?? []).map(({ item }) => String(item.id))
}

export async function findActivity(
  of: PipedriveActivities,
  lookup: { readonly key: string; readonly account_id: string | null },
  call: AdapterCall,
): Promise<Receipt | null> {
  const asked = { key: recordKey(lookup.key), operation: 'findActivityByKey' }
  const accounts = lookup.account_id === null ? await accountsWith(of, asked, call) : [lookup.account_id]
  for (const accountId of accounts.filter((id) => ID.test(id))) {
    const note = await findOf(of, accountId, { asked, call })
    if (note !== null) return receiptOf(of, note, { key: asked.key, created_or_found: 'found' })
  }
  return null
}

/** As Pipedrive writes an instant: UTC, without its letters. */
const timeOf = (instant: string): string => new Date(instant).toISOString().slice(0, 19).replace('T', ' ')

function noteOf(activity: CrmActivity, key: string) {
  const text = [titleOf(activity), activity.body].filter((part) => part !== '').map(asHtml)
  const deal = activity.opportunity_id === null ? {} : { deal_id: Number(activity.opportunity_id) }
  return {
    content: [...text, markOf(key)].join('<br>'),
    org_id: Number(activity.account_id),
    add_time: timeOf(activity.occurred_at),
    ...deal,
  }
}

/** The ids are numbers by now. */
export async function logActivity(
  of: PipedriveActivities,
  activity: CrmActivity,
  call: AdapterCall,
): Promise<Receipt> {
  const { account_id: accountId } = activity
  const asked = { key: recordKey(call.idempotencyKey), operation: 'logActivity' }
  const known = await findOf(of, accountId, { asked, call })
  if (known !== null) return receiptOf(of, known, { key: asked.key, created_or_found: 'found' })
  const { body } = await of.client.ask(
    {
      operation: 'logActivity',
      method: 'POST',
      path: '/v1/notes',
      body: noteOf(activity, asked.key),
      answer: answered(noteSchema),
    },
    call,
  )
  if (body === null) throw new CallError('agent_invalid_output', `${of.name}.logActivity: no note came back.`)
  return receiptOf(of, body.data, { key: asked.key, created_or_found: 'created' })
}
