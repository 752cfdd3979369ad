// The same account as each CRM that is on has it, side by side: where they differ, how old it is, how long it took.
import { causeWords } from '../causes.ts'
import { html, type Html } from '../html.ts'
import { moment, note, pill, refused } from '../parts/bits.ts'
import { table } from '../parts/table.ts'
import { hasRole, type PageContext, type Refusal } from '../page.ts'
import type { AdaptersCompared } from '../shapes.ts'
import { duration, plain } from '../words.ts'

export type Compared = AdaptersCompared | Refusal | null

/** Asks every CRM for the account of the form. */
export async function compareAccounts({ api, form }: PageContext): Promise<Compared> {
  const input = form.get('account')?.trim() ?? ''
  const body = { operation: 'getAccount', input }
  const reply = await api({ method: 'post', path: '/v1/adapters/compare', body })
  return reply.ok ? (reply.body as AdaptersCompared) : reply.refusal
}

const written = (value: unknown): string => {
  if (value === null || value === undefined) return '–'
  return typeof value === 'string' ? value : JSON.stringify(value)
}

type Answer = AdaptersCompared['answers'][number]

const answered = ({ record, error }: Answer): Html => {
  if (error !== null) return html`${pill('failed', causeWords(error.mode))} ${error.message}`
  return record === null ? html`<span class="dim">has no such account</span>` : pill('ok', 'has it')
}

const answersTable = ({ answers }: AdaptersCompared): Html =>
  table({
    label: 'What each of them answered',
    columns: [
      { name: 'Adapter', isMain: true },
      { name: 'Answer' },
      { name: 'Took', isNumber: true },
      { name: 'Changed there' },
    ],
    rows: answers.map((one) => ({
      cells: [one.adapter, answered(one), duration(one.latency_ms), moment(one.updated_at)],
    })),
  })

const fieldsTable = ({ answers, fields }: AdaptersCompared): Html | null =>
  fields.length === 0
    ? null
    : table({
        label: 'Field by field',
        columns: [
          { name: 'Field', isMain: true },
          { name: 'Same' },
          ...answers.map(({ adapter: name }) => ({ name })),
        ],
        rows: fields.map(({ field, same, values }) => ({
          cells: [
            plain(field),
            same ? 'yes' : pill('degraded', 'differs'),
            ...answers.map(({ adapter: name }) => written(values[name])),
          ],
        })),
      })

const result = (compared: Compared): Html | null => {
  if (compared === null) return null
  if ('code' in compared) return refused(compared)
  const isAlone = compared.answers.length < 2
  return html`${
    isAlone
      ? note('warn', 'One CRM alone is on: there is nothing to compare it with.')
      : note(
          compared.agree ? 'ok' : 'warn',
          compared.agree ? 'All of them say the same.' : 'They do not all say the same.',
        )
  }
  ${answersTable(compared)} ${fieldsTable(compared)}`
}

/** null: this person may not ask the vendors. */
export const comparison = (context: PageContext, compared: Compared): Html | null =>
  hasRole(context.person, 'operator', 'admin')
    ? html`<section id="compare">
        <h2>Compare</h2>
        <form class="inline" method="post" action="${context.base}/tools/compare">
          <input type="hidden" name="_csrf" value="${context.csrf}" />
          <label class="reason"
            ><span class="visually-hidden">Id of an account</span
            ><input
              name="account"
              required
              maxlength="200"
              placeholder="id of an account, such as acme-001"
              value="${context.form.get('account') ?? ''}"
          /></label>
          <button class="act">Ask every CRM</button>
        </form>
        ${result(compared)}
      </section>`
    : null
