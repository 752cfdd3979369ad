// What can be done here, and by which vendors: every tool with what it takes, costs and needs a person for.
import { html, type Html } from '../html.ts'
import { facts, pill } from '../parts/bits.ts'
import type { Page, PageContext, Refusal, View } from '../page.ts'
import { adapterPages, adaptersTable } from './adapters.ts'
import { compareAccounts, comparison, type Compared } from './comparison.ts'
import type { Adapters, Tool, Tools } from '../shapes.ts'
import { costUnits, duration, plain } from '../words.ts'

const fields = (title: string, of: Tool['inputs']): Html =>
  html`<h3>${title}</h3>
    <div class="scroll" tabindex="0" role="region" aria-label="${title}">
      <table>
        <tbody>
          ${Object.entries(of).map(
            ([name, field]) =>
              html`<tr>
                <td><code>${name}</code></td>
                <td>${field.type}${field.values.length > 0 ? html`: ${field.values.join(', ')}` : null}</td>
                <td>${field.required ? 'required' : null}</td>
                <td class="dim">${field.description}</td>
              </tr>`,
          )}
        </tbody>
      </table>
    </div>`

const card = (tool: Tool): Html =>
  html`<details class="step" id="tool-${tool.name}">
    <summary>
      <strong>${plain(tool.name)}</strong> ${tool.enabled ? null : pill('disabled')}
      <span class="dim">${tool.side_effects} · ${costUnits(tool.cost)}</span>
    </summary>
    <p>${tool.description}</p>
    ${facts([
      [
        'Needs a person',
        tool.approval.review === 'none' ? null : `${plain(tool.approval.review)}, ${tool.approval.risk} risk`,
      ],
      ['Vendor', tool.adapter],
      ['At most', duration(tool.timeout_ms)],
    ])}
    ${
      tool.approval.consequences.length > 0
        ? html`<ul class="cons">
            ${tool.approval.consequences.map((line) => html`<li>${line}</li>`)}
          </ul>`
        : null
    }
    ${fields('Takes', tool.inputs)}${fields('Gives', tool.outputs)}
  </details>`

type Outcome = { readonly refusal?: Refusal; readonly compared?: Compared }

async function shown(context: PageContext, outcome: Outcome): Promise<View> {
  const { refusal = null, compared = null } = outcome
  const [tools, adapters] = await Promise.all([
    context.need({ method: 'get', path: '/v1/tools' }),
    context.need({ method: 'get', path: '/v1/adapters' }),
  ])
  const { items } = tools as Tools
  const domains = Map.groupBy(items, ({ domain }) => domain)
  return {
    title: 'Tools and adapters',
    status: refusal?.status ?? (compared !== null && 'code' in compared ? compared.status : 200),
    main: html`<div class="sheet wide">
      <h1>Tools and adapters</h1>
      ${[...domains].map(
        ([domain, of]) =>
          html`<section>
            <h2>${domain}</h2>
            ${of.map(card)}
          </section>`,
      )}
      <section>
        <h2>Adapters</h2>
        ${adaptersTable(adapters as Adapters, context, refusal)}
      </section>
      ${comparison(context, compared)}
    </div>`,
  }
}

export const toolsPage: Page = {
  method: 'get',
  path: '/tools',
  section: 'tools',
  view: (context) => shown(context, {}),
}

export const adapterChangePages = adapterPages((context, refusal) => shown(context, { refusal }))

export const compareAdaptersPage: Page = {
  method: 'post',
  path: '/tools/compare',
  section: 'tools',
  view: async (context) => shown(context, { compared: await compareAccounts(context) }),
}
