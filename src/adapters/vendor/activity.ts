// What of an activity reads the same at every vendor.
import type { CrmActivity } from '../crm.ts'

const TITLES = { note: 'Note', call: 'Call', email: 'E-mail', meeting: 'Meeting' } as const satisfies Record<
  CrmActivity['kind'],
  string
>

/** Its subject with its kind before it, for vendors that keep all kinds in one sort of record. */
export const titleOf = ({ kind, subject }: CrmActivity): string =>
  kind === 'note' ? subject : `${TITLES[kind]}: ${subject}`
