// The form of a new list: what is needed for each item, the list, and what its columns become.
import { randomUUID } from 'node:crypto'
import { flag, html, type Html } from '../../html.ts'
import type { PageContext } from '../../page.ts'
import { choiceRow } from '../../parts/choices.ts'
import type { Playbook } from '../../shapes.ts'
import { number } from '../../words.ts'
import { guessPath, type Sheet } from './sheet.ts'

/** Of a file that is read into the page. */
const MOST_FILE = 6 * 1024 * 1024
const CELL_TYPES = ['text', 'number', 'boolean', 'json'] as const

const EXAMPLE = {
  goal: 'Score this account against our ideal customer',
  table:
    'Company,Industry,Annual Revenue,Employees,Region\nAcme Corporation,Software,25000000,320,North-West\nHarbour Freight,Logistics,12500000,180,Central\nGlobex,Retail,1200000000,5400,East\n',
  context:
    'icp_criteria:\n  min_revenue: 5000000\n  industries: [software, logistics]\n  regions: [West, Central]\n',
}

export type Asked = {
  readonly goal: string
  readonly playbook: string
  readonly profile: string
  readonly tenant: string
  readonly context: string
  readonly table: string
  /** Sent twice, it is one list. */
  readonly once: string
}

export function askedOf({ form, query }: PageContext): Asked {
  const said = (name: string, preset: string): string => form.get(name) ?? query.get(name) ?? preset
  return {
    goal: said('goal', ''),
    playbook: said('playbook', ''),
    profile: said('profile', 'demo'),
    tenant: said('tenant', 'default'),
    context: said('context', ''),
    table: said('table', ''),
    once: said('once', randomUUID()),
  }
}

export type Column = { readonly path: string; readonly type: string }

/** What was chosen for each column, or what it probably is. */
export const columnsOf = (headings: readonly string[], form: URLSearchParams): Column[] =>
  headings.map((heading, index) => ({
    path: (form.get(`path.${index}`) ?? guessPath(heading)).trim(),
    type: form.get(`type.${index}`) ?? 'text',
  }))

const mapping = (sheet: Extract<Sheet, { kind: 'table' }>, form: URLSearchParams): Html => {
  const columns = columnsOf(sheet.headings, form)
  return html`<div class="scroll" tabindex="0" role="region" aria-label="Columns">
    <table class="mapping">
      <thead>
        <tr>
          <th>Heading</th>
          <th>First row</th>
          <th>Becomes the fact</th>
          <th>Read as</th>
        </tr>
      </thead>
      <tbody>
        ${sheet.headings.map(
          (heading, index) =>
            html`<tr>
              <td>${heading === '' ? html`<span class="dim">no heading</span>` : heading}</td>
              <td class="dim words">${(sheet.rows[0]?.[index] ?? '').slice(0, 80)}</td>
              <td>
                <input
                  class="mono"
                  name="path.${index}"
                  value="${columns[index]?.path ?? ''}"
                  maxlength="200"
                  placeholder="left out"
                  aria-label="${`Fact of ${heading}`}"
                  ${heading === '' ? html`disabled` : null}
                />
              </td>
              <td>
                <select name="type.${index}" aria-label="${`How ${heading} is read`}">
                  ${CELL_TYPES.map((type) => html`<option ${flag('selected', type === columns[index]?.type)}>${type}</option>`)}
                </select>
              </td>
            </tr>`,
        )}
      </tbody>
    </table>
  </div>`
}

function looked(sheet: Sheet, form: URLSearchParams): Html {
  return html`<section class="card" id="read">
    <h2>What was read</h2>
    ${
      sheet.kind === 'table'
        ? html`<p class="dim">
              Each column becomes a fact of its item, under a name such as <code>account.name</code>; an empty
              name leaves it out.
            </p>
            ${mapping(sheet, form)}`
        : html`<p>
            ${number(sheet.kind === 'json' ? sheet.items.length : sheet.count)} items, each with its own
            facts.
          </p>`
    }
    <button class="act go" name="do" value="start">Start the list</button>
  </section>`
}

type Form = {
  readonly asked: Asked
  readonly profiles: readonly string[]
  readonly playbooks: readonly Playbook[]
  readonly sheet: Sheet | null
}

const aims = ({ asked, profiles, playbooks }: Form): Html =>
  html`<label for="goal">What is needed for each item?</label>
    <textarea
      id="goal"
      name="goal"
      rows="2"
      maxlength="4000"
      placeholder="${EXAMPLE.goal}"
      data-example="${EXAMPLE.goal}"
    >
${asked.goal}</textarea>
    ${choiceRow({ asked, profiles, playbooks })}`

export const startForm = (parts: Form, { base, csrf, form }: PageContext): Html => {
  const { asked, sheet } = parts
  return html`<form class="ask" method="post" action="${base}/lists/new">
    <input type="hidden" name="_csrf" value="${csrf}" />
    <input type="hidden" name="once" value="${asked.once}" />
    ${aims(parts)}
    <label for="table"
      >The list: <span class="dim">a table with headings, a JSON list, or a JSON document a line</span></label
    >
    <textarea
      id="table"
      name="table"
      rows="8"
      class="mono"
      spellcheck="false"
      required
      data-example="${EXAMPLE.table}"
    >
${asked.table}</textarea>
    <div class="row" data-scripted hidden>
      <label
        >or from a file
        <input
          type="file"
          accept=".csv,.tsv,.txt,.json,.ndjson,.jsonl"
          data-reads="table"
          data-most="${MOST_FILE}"
      /></label>
    </div>
    <label for="context"
      >Facts of every item: <span class="dim">names and values, as YAML or JSON</span></label
    >
    <textarea
      id="context"
      name="context"
      rows="4"
      class="mono"
      spellcheck="false"
      data-example="${EXAMPLE.context}"
    >
${asked.context}</textarea>
    <div class="row">
      <button class="act ${sheet === null ? 'go' : ''}" name="do" value="read">
        ${sheet === null ? 'Read the list' : 'Read it again'}
      </button>
      <button class="act" type="button" data-fill hidden>Fill in an example</button>
    </div>
    ${sheet === null ? null : looked(sheet, form)}
  </form>`
}
