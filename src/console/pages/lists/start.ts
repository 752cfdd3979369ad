// A list started from the page: pasted or read from a file, its columns mapped by their headings, looked at, started.
import { isRecord } from '../../../events/json.ts'
import { readFacts, UNREADABLE } from '../../facts.ts'
import { html } from '../../html.ts'
import type { ApiCall, Page, PageContext, Refusal, View } from '../../page.ts'
import { refused } from '../../parts/bits.ts'
import { playbooksOf, profilesOf } from '../../parts/choices.ts'
import { isPath, readSheet, type Sheet } from './sheet.ts'
import { askedOf, columnsOf, startForm, type Asked, type Column } from './start-form.ts'

/** Of the form: a list of ten thousand rows fits, and what is larger is for the command line. */
const MOST_BYTES = 16 * 1024 * 1024

const NO_LIST: Refusal = {
  status: 422,
  code: 'INVALID_REQUEST',
  detail: 'Paste a list or choose a file: a table with headings, a JSON list, or a JSON document a line.',
  errors: [],
}
const NO_AIM: Refusal = {
  status: 422,
  code: 'INVALID_REQUEST',
  detail: 'Say what is needed for each item: a goal in words, or a playbook.',
  errors: [],
}

const mapOf = (headings: readonly string[], columns: readonly Column[]): string =>
  columns
    .flatMap(({ path, type }, index) => (path === '' ? [] : [`${path}:${headings[index] ?? ''}:${type}`]))
    .join(',')

/** Names that are none; null: all are. */
function misnamed(sheet: Sheet, form: URLSearchParams): Refusal | null {
  if (sheet.kind !== 'table') return null
  const errors = columnsOf(sheet.headings, form).flatMap(({ path }, index) =>
    path === '' || isPath(path)
      ? []
      : [
          {
            path: sheet.headings[index] ?? '',
            message: 'becomes no fact: write a name such as account.name',
          },
        ],
  )
  const detail = 'Some columns have names that no fact can have.'
  return errors.length === 0 ? null : { status: 422, code: 'INVALID_REQUEST', detail, errors }
}

/** The call that starts it. */
function callOf(
  asked: Asked,
  sheet: Sheet,
  { form, facts }: { form: URLSearchParams; facts: object },
): ApiCall {
  const aim = asked.playbook === '' ? { goal: asked.goal } : { playbook: asked.playbook }
  const common = { ...aim, profile: asked.profile, tenant: asked.tenant }
  const call = { method: 'post', path: '/v1/batches', headers: { 'idempotency-key': asked.once } } as const
  if (sheet.kind === 'json') return { ...call, body: { ...common, context: facts, items: sheet.items } }
  const query = { ...common, ...(Object.keys(facts).length > 0 && { context: JSON.stringify(facts) }) }
  if (sheet.kind === 'lines')
    return { ...call, query, sent: { contentType: 'application/x-ndjson', text: asked.table } }
  const map = mapOf(sheet.headings, columnsOf(sheet.headings, form))
  return {
    ...call,
    query: { ...query, ...(map !== '' && { map }) },
    sent: { contentType: 'text/csv', text: asked.table },
  }
}

async function shown(context: PageContext, sheet: Sheet | null, refusal: Refusal | null): Promise<View> {
  const asked = askedOf(context)
  const [profiles, playbooks] = await Promise.all([profilesOf(context, asked.profile), playbooksOf(context)])
  return {
    title: 'New list',
    status: refusal?.status ?? 200,
    main: html`<div class="sheet wide">
      <h1>New list</h1>
      ${refusal ? refused(refusal) : null} ${startForm({ asked, profiles, playbooks, sheet }, context)}
    </div>`,
  }
}

export const newListPage: Page = {
  method: 'get',
  path: '/lists/new',
  section: 'lists',
  view: (context) => shown(context, null, null),
}

export const startListPage: Page = {
  method: 'post',
  path: '/lists/new',
  section: 'lists',
  bytes: MOST_BYTES,
  view: async (context) => {
    const asked = askedOf(context)
    const sheet = readSheet(asked.table)
    if (sheet === null) return shown(context, null, NO_LIST)
    if (context.form.get('do') !== 'start') return shown(context, sheet, null)
    if (asked.playbook === '' && asked.goal.trim() === '') return shown(context, sheet, NO_AIM)
    const wrong = misnamed(sheet, context.form)
    if (wrong !== null) return shown(context, sheet, wrong)
    const facts = readFacts(asked.context)
    if (facts === null) return shown(context, sheet, UNREADABLE)
    const reply = await context.api(callOf(asked, sheet, { form: context.form, facts }))
    if (!reply.ok) return shown(context, sheet, reply.refusal)
    const id = isRecord(reply.body) ? reply.body['batch_id'] : null
    return { to: `/lists/${String(id)}` }
  },
}
