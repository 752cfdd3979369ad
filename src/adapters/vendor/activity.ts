// What of an activity reads the same at every vendor.
import { CallError } from '../../run/failure.ts'
import type { CrmActivity } from '../crm.ts'

const TITLES = { note: 'Note', call: 'Call', email: 'E-mail', meeting: 'Meeting' } as const satisfies Record<
  CrmActivity['kind'],
  string
>

/** Its subject with its kind before it, for vendors that keep all kinds in one sort of record. */
export const titleOf = ({ kind, subject }: CrmActivity): string =>
  kind === 'note' ? subject : `${TITLES[kind]}: ${subject}`

/** Refuses an activity about what has an id that is none of the vendor's. Errors: CallError `resource_not_found`. */
export function checkIds(name: string, { account_id, opportunity_id }: CrmActivity, pattern: RegExp): void {
  if (pattern.test(account_id) && (opportunity_id === null || pattern.test(opportunity_id))) return
  throw new CallError('resource_not_found', `${name}.logActivity: the vendor has no such account or deal.`, {
    happened: 'no',
  })
}
