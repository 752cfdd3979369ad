// Who decided, froze, cancelled or changed what; and whether the journal is what was written.
import { html, type Child, type Html } from '../html.ts'
import { empty, moment, note, pill, refused } from '../parts/bits.ts'
import { table, type Row } from '../parts/table.ts'
import type { Page, PageContext, Refusal, View } from '../page.ts'
import type { AuditEntry, Audit, AuditVerification } from '../shapes.ts'
import { duration, number, plain } from '../words.ts'

const TONES: Readonly<Record<string, string>> = {
  frozen: 'failed',
  lifted: 'ok',
  cancelled: 'medium',
}

const subject = ({ kind, subject: text, run_id }: AuditEntry, base: string): Html => {
  if (kind === 'decision' || kind === 'expiry')
    return html`<a class="mono" href="${base}/inbox/${text}">${text}</a>`
  if (run_id === null) return html`${text}`
  const link = html`<a class="mono" href="${base}/runs/${run_id}">${run_id}</a>`
  return text === run_id ? link : html`${text}<br />${link}`
}

const byItself = ({ kind, action }: AuditEntry): string => {
  if (kind === 'effect') return 'the run, as approved'
  if (kind === 'keys') return 'the file of keys'
  return kind === 'expiry' && action !== 'cancelled' ? 'time ran out' : 'the run'
}

/** Who did it; what no person did says what did. An effect is made by its run, after a person has approved it. */
const doer = (entry: AuditEntry): Child => entry.by ?? html`<span class="dim">${byItself(entry)}</span>`

const COLUMNS = [
  { name: 'When' },
  { name: 'Who' },
  { name: 'Did' },
  { name: 'Kind' },
  { name: 'To', isMain: true },
  { name: 'Tenant' },
  { name: 'Why', isMain: true },
] as const

const row = (entry: AuditEntry, base: string): Row => ({
  cells: [
    moment(entry.at),
    doer(entry),
    pill(TONES[entry.action] ?? entry.action, plain(entry.action)),
    plain(entry.kind),
    subject(entry, base),
    entry.tenant,
    entry.reason === null ? null : html`<span class="words">${entry.reason}</span>`,
  ],
})

const auditTable = (items: readonly AuditEntry[], base: string): Html =>
  table({ label: 'What was done', columns: COLUMNS, rows: items.map((entry) => row(entry, base)) })

const found = (result: AuditVerification): Html => {
  const read = `${number(result.events)} events in ${number(result.streams)} streams, in ${duration(result.took_ms)}`
  if (result.ok)
    return note('ok', html`The journal is what was written: ${read}, ${moment(result.checked_at)}.`)
  return note(
    'bad',
    html`The journal is not what was written: ${number(result.problem_count)} problems in ${read}. Keep a copy
    of it as it is, and see the
    runbook.${result.problems.map(({ run_id, seq, message }) => html`<br /><code>${run_id}</code> event ${seq}: ${message}`)}`,
  )
}

const verifyForm = ({ base, csrf }: PageContext): Html =>
  html`<form class="inline" method="post" action="${base}/audit/verify">
    <input type="hidden" name="_csrf" value="${csrf}" />
    <button class="act">Check the journal</button>
    <span class="dim">Recomputes the hash of every event; a large journal takes a while.</span>
  </form>`

type Checked = { readonly result: AuditVerification | null; readonly refusal: Refusal | null }

async function shown(context: PageContext, { result, refusal }: Checked): Promise<View> {
  const cursor = context.query.get('cursor')
  const query = { limit: '50', ...(cursor === null ? {} : { cursor }) }
  const { items, next_cursor } = (await context.need({ method: 'get', path: '/v1/audit', query })) as Audit
  const { base } = context
  return {
    title: 'Audit',
    status: refusal?.status ?? 200,
    main: html`<div class="sheet wide">
      <h1>Audit</h1>
      <p class="dim">
        Decisions, effects, cancellations, freezes, exports, and changes of keys, registry, adapters and
        libraries, newest first, from the journal itself.
      </p>
      ${verifyForm(context)} ${refusal ? refused(refusal) : null} ${result ? found(result) : null}
      ${
        items.length === 0
          ? empty(
              next_cursor === null ? 'Nobody has decided anything yet.' : 'Nothing in the newest events.',
              next_cursor === null
                ? 'The first decision appears here.'
                : 'What was decided before them is under Older.',
            )
          : auditTable(items, base)
      }
      ${next_cursor === null ? null : html`<p><a class="act" href="${base}/audit?cursor=${next_cursor}">Older</a></p>`}
    </div>`,
  }
}

export const auditPage: Page = {
  method: 'get',
  path: '/audit',
  section: 'audit',
  view: (context) => shown(context, { result: null, refusal: null }),
}

export const verifyPage: Page = {
  method: 'post',
  path: '/audit/verify',
  section: 'audit',
  view: async (context) => {
    const reply = await context.api({ method: 'post', path: '/v1/audit/verify' })
    return reply.ok
      ? shown(context, { result: reply.body as AuditVerification, refusal: null })
      : shown(context, { result: null, refusal: reply.refusal })
  },
}
