// What a request may begin with: a shipped sample, an account of the CRM, a template of the library.
import { causeWords } from '../../causes.ts'
import { isRecord } from '../../../events/json.ts'
import { html, type Html } from '../../html.ts'
import type { PageContext, Refusal } from '../../page.ts'
import { note } from '../../parts/bits.ts'
import { readSample, SAMPLE_NAMES } from '../../samples.ts'
import type { AdaptersCompared, Template, Templates } from '../../shapes.ts'
import { number, plain } from '../../words.ts'
import { fromSample, withFact, type Asked } from './asked.ts'

export type Account = { readonly source: string; readonly record: Readonly<Record<string, unknown>> }

/** What the CRM was asked for; null: it was not. */
export type Found = { readonly accounts: readonly Account[]; readonly failed: readonly string[] } | null

/** Those that a draft for this tenant can begin with. */
export async function templatesOf({ api }: PageContext, tenant: string): Promise<readonly Template[]> {
  const reply = await api({ method: 'get', path: '/v1/templates', query: { tenant } })
  return reply.ok ? (reply.body as Templates).items.filter(({ retired }) => !retired) : []
}

/** Looks an account up by words of its name, in every CRM that is on. */
export async function findAccounts(context: PageContext, name: string): Promise<Found | Refusal> {
  const body = { operation: 'findAccounts', input: { name, limit: 10 } }
  const reply = await context.api({ method: 'post', path: '/v1/adapters/compare', body })
  if (!reply.ok) return reply.refusal
  const { answers } = reply.body as AdaptersCompared
  return {
    accounts: answers.flatMap(({ adapter: source, record }) =>
      (Array.isArray(record) ? record : []).filter(isRecord).map((each) => ({ source, record: each })),
    ),
    failed: answers.flatMap(({ adapter, error }) =>
      error === null ? [] : [`${adapter}: ${causeWords(error.mode)}`],
    ),
  }
}

/** An account as a tool takes it: what is not known is left out. */
const factOf = ({ record }: Account): Record<string, unknown> =>
  Object.fromEntries(
    ['account_id', 'name', 'industry', 'revenue', 'employee_count', 'region'].flatMap((field) =>
      record[field] === null || record[field] === undefined ? [] : [[field, record[field]]],
    ),
  )

const nameOf = ({ source, record }: Account): string => `${source} ${String(record['account_id'])}`

/** What was chosen to begin with, put into what is asked. */
export async function begun(context: PageContext, asked: Asked): Promise<Asked> {
  const { form } = context
  const [kind = '', ...rest] = (form.get('do') ?? '').split(':')
  const chosen = rest.join(':')
  if (kind === 'sample') {
    const sample = readSample(chosen)
    return sample === null ? asked : fromSample(asked, sample)
  }
  if (kind === 'template') {
    const key = form.get('template') ?? ''
    const template = (await templatesOf(context, asked.tenant)).find((one) => keyOf(one) === key)
    return template === undefined ? asked : withFact(asked, 'template', `${template.template}\n`)
  }
  if (kind !== 'account') return asked
  const found = await findAccounts(context, form.get('find') ?? '')
  const account =
    found !== null && 'accounts' in found ? found.accounts.find((one) => nameOf(one) === chosen) : undefined
  return account === undefined ? asked : withFact(asked, 'account', factOf(account))
}

const keyOf = ({ template_id: id, version }: Template): string => `${id}@${version}`

const accountRow = (account: Account): Html => {
  const { record, source } = account
  const { name, industry, region, revenue } = record
  const about = [
    industry,
    region,
    typeof revenue === 'number' ? `revenue ${number(revenue)}` : null,
    source,
  ].filter((each) => typeof each === 'string')
  return html`<li>
    <button class="act small" name="do" value="${`account:${nameOf(account)}`}" formnovalidate>
      ${typeof name === 'string' ? name : String(record['account_id'])}
    </button>
    <span class="dim">${about.join(' · ')}</span>
  </li>`
}

const foundList = (found: Found): Html | null =>
  found === null
    ? null
    : html`<div class="found">
        ${found.accounts.length === 0 ? note('warn', 'No CRM knows an account of this name.') : null}
        ${found.failed.length > 0 ? note('warn', `Not answered: ${found.failed.join(', ')}.`) : null}
        <ul class="plainlist">
          ${found.accounts.map(accountRow)}
        </ul>
      </div>`

/** What the page is tried with: each fills the whole form. */
export const samples = (): Html =>
  html`<div class="row samples">
    <span class="dim">Begin with a sample:</span>
    ${SAMPLE_NAMES.map(
      ([name, title]) =>
        html`<button class="act small" name="do" value="${`sample:${name}`}" formnovalidate>
          ${title}
        </button>`,
    )}
  </div>`

/** Part of the form: each choice fills what stands above and below it, and nothing starts. */
export const beginnings = (
  { form }: PageContext,
  { templates, found }: { readonly templates: readonly Template[]; readonly found: Found },
): Html =>
  html`<details class="card begin" ${found === null ? null : html`open`}>
    <summary>Take an account of the CRM, or a template</summary>
    <div class="row">
      <label
        >Account of the CRM
        <input name="find" maxlength="200" placeholder="words of its name" value="${form.get('find') ?? ''}"
      /></label>
      <button class="act small" name="do" value="find" formnovalidate>Find</button>
    </div>
    ${foundList(found)}
    ${
      templates.length === 0
        ? null
        : html`<div class="row">
            <label
              >Template
              <select name="template">
                ${templates.map((one) => html`<option value="${keyOf(one)}">${one.name}, version ${one.version} (${plain(one.channel)})</option>`)}
              </select></label
            >
            <button class="act small" name="do" value="template" formnovalidate>Use the template</button>
          </div>`
    }
  </details>`
