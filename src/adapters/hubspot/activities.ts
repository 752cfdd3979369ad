// Activities as HubSpot's notes. The key is a property of them that must be unique, so that HubSpot itself refuses a
// second note with it. A note is created together with what it is about: never one that belongs to nobody.
import { CallError } from '../../run/failure.ts'
import type { AdapterCall } from '../adapter.ts'
import type { Receipt } from '../../events/step.ts'
import type { CrmActivity } from '../crm.ts'
import { recordKey } from '../key.ts'
import { titleOf } from '../vendor/activity.ts'
import type { VendorClient } from '../vendor/client.ts'
import { queryText } from '../vendor/query.ts'
import { asHtml } from '../vendor/reading.ts'
import { noteSchema, pageOf } from './records.ts'

export type HubspotActivities = {
  readonly client: VendorClient
  readonly name: string
  readonly portal: string | null
  /** The unique property of notes. */
  readonly property: string
}

/** HubSpot's own numbers of what a note may belong to. */
const NOTE_TO = { companies: 190, deals: 214 } as const

const belongsTo = (type: keyof typeof NOTE_TO, id: string) => ({
  to: { id },
  types: [{ associationCategory: 'HUBSPOT_DEFINED', associationTypeId: NOTE_TO[type] }],
})

type Written = Pick<Receipt, 'id' | 'key' | 'created_or_found'>

const receiptOf = ({ name, portal }: HubspotActivities, { id, key, created_or_found }: Written): Receipt => ({
  vendor: name,
  id,
  url: pageOf(portal, 'notes', id),
  key,
  guarantee: 'exactly_once',
  created_or_found,
})

async function findNote(
  { client, property }: HubspotActivities,
  { key, operation }: { readonly key: string; readonly operation: string },
  call: AdapterCall,
): Promise<string | null> {
  const query = queryText({ idProperty: property, properties: property })
  const { body } = await client.ask(
    {
      operation,
      path: `/crm/v3/objects/notes/${encodeURIComponent(key)}?${query}`,
      answer: noteSchema,
      also: [404],
      hints: { 400: `Notes need the property ${property}, with unique values.` },
    },
    call,
  )
  return body?.id ?? null
}

export async function findActivity(
  of: HubspotActivities,
  idempotencyKey: string,
  call: AdapterCall,
): Promise<Receipt | null> {
  const key = recordKey(idempotencyKey)
  const id = await findNote(of, { key, operation: 'findActivityByKey' }, call)
  return id === null ? null : receiptOf(of, { id, key, created_or_found: 'found' })
}

const createNote = (of: HubspotActivities, activity: CrmActivity, call: AdapterCall) => {
  const { account_id, opportunity_id, body, occurred_at } = activity
  const text = [titleOf(activity), body].filter((part) => part !== '').map(asHtml)
  return of.client.ask(
    {
      operation: 'logActivity',
      method: 'POST',
      path: '/crm/v3/objects/notes',
      body: {
        properties: {
          hs_timestamp: new Date(occurred_at).toISOString(),
          hs_note_body: text.join('<br>'),
          [of.property]: recordKey(call.idempotencyKey),
        },
        associations: [
          belongsTo('companies', account_id),
          ...(opportunity_id === null ? [] : [belongsTo('deals', opportunity_id)]),
        ],
      },
      answer: noteSchema,
    },
    call,
  )
}

/** What HubSpot refuses because another note has the key, in one status or the other. */
const mayBeTaken = (error: unknown): boolean =>
  error instanceof CallError && (error.mode === 'user_conflict' || error.mode === 'user_invalid_input')

export async function logActivity(
  of: HubspotActivities,
  activity: CrmActivity,
  call: AdapterCall,
): Promise<Receipt> {
  const key = recordKey(call.idempotencyKey)
  const found = (id: string): Receipt => receiptOf(of, { id, key, created_or_found: 'found' })
  const asked = { key, operation: 'logActivity' }
  const known = await findNote(of, asked, call)
  if (known !== null) return found(known)
  try {
    const { body } = await createNote(of, activity, call)
    if (body === null)
      throw new CallError('agent_invalid_output', `${of.name}.logActivity: no note came back.`)
    return receiptOf(of, { id: body.id, key, created_or_found: 'created' })
  } catch (error) {
    const taken = mayBeTaken(error) ? await findNote(of, asked, call) : null
    if (taken === null) throw error
    return found(taken)
  }
}
