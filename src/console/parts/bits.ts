// Small pieces that every page uses.
import { html, type Child, type Html } from '../html.ts'
import type { Refusal } from '../page.ts'
import { amount, duration, number, percent, statusWords, toneOf, unitName } from '../words.ts'

export const pill = (word: string, text = statusWords(word)): Html =>
  html`<span class="pill ${toneOf(word)}">${text}</span>`

/** A moment: the reader's browser writes it in the reader's zone, exact when pointed at. */
export const moment = (at: string | null): Html =>
  at === null
    ? html`<span class="dim">–</span>`
    : html`<time datetime="${at}">${at.replace('T', ' ').slice(0, 16)} UTC</time>`

/** How long until then, or how long over; kept right by the reader's browser. */
export function timeLeft(until: string, now: number): Html {
  const left = Date.parse(until) - now
  return html`<time data-left datetime="${until}">${left > 0 ? `${duration(left)} left` : 'over'}</time>`
}

export type Fact = readonly [name: string, value: Child]

/** Names and values under each other; what has no value is left out. */
export const facts = (rows: readonly Fact[]): Html =>
  html`<dl class="facts">
    ${rows.map(([name, value]) =>
      value === null || value === undefined || value === ''
        ? null
        : html`<dt>${name}</dt>
            <dd>${value}</dd>`,
    )}
  </dl>`

export type BudgetFigures = {
  readonly scope: string
  readonly key: string
  readonly unit: string
  readonly spent: number
  readonly reserved: number
  readonly limit: number
  readonly utilisation: number
}

/** One limit: what is used of it. */
export const budgetBar = ({ scope, key, unit, spent, reserved, limit, utilisation }: BudgetFigures): Html => {
  const name = scope === 'run' ? 'this run' : `${scope} ${key}`
  const tone = utilisation >= 1 ? 'bad' : utilisation >= 0.8 ? 'warn' : ''
  return html`<div class="budget">
    <span>${name}<span class="dim"> · ${unitName(unit)}</span></span>
    <span class="num"
      >${amount(unit, spent)}${reserved > 0 ? html`<span class="dim"> + ${amount(unit, reserved)} held</span>` : null}
      <span class="dim">of ${amount(unit, limit)}</span></span
    >
    <progress
      class="bar ${tone}"
      max="1"
      value="${Math.min(1, limit > 0 ? (spent + reserved) / limit : 1)}"
      aria-label="${name}, ${unitName(unit)}: ${percent(utilisation)} used"
    ></progress>
  </div>`
}

export const empty = (title: string, next: Child): Html =>
  html`<div class="empty">
    <p>${title}</p>
    <p class="dim">${next}</p>
  </div>`

export const note = (tone: 'ok' | 'warn' | 'bad', text: Child): Html =>
  html`<div class="note ${tone}" role="${tone === 'bad' ? 'alert' : 'status'}">${text}</div>`

/** Why something was not done, with what is wrong of what was given. */
export const refused = ({ detail, errors }: Refusal): Html =>
  note(
    'bad',
    html`${detail}${errors.map(({ path, message }) => html`<br /><code>${path}</code> ${message}`)}`,
  )

/** A list of facts of any depth, for what has no words of its own. */
export function anything(value: unknown, depth = 0): Html {
  if (value === null || value === undefined) return html`<span class="dim">–</span>`
  if (typeof value === 'number') return html`<span class="num">${number(value)}</span>`
  if (typeof value === 'string') return html`<span class="text">${value}</span>`
  if (typeof value !== 'object') return html`<span>${value === true ? 'yes' : 'no'}</span>`
  if (depth > 6) return html`<code>${JSON.stringify(value)}</code>`
  if (Array.isArray(value))
    return value.length === 0
      ? html`<span class="dim">none</span>`
      : html`<ul class="plainlist">
          ${value.map((item) => html`<li>${anything(item, depth + 1)}</li>`)}
        </ul>`
  return html`<dl class="facts small">
    ${Object.entries(value).map(
      ([key, item]) =>
        html`<dt>${key.replaceAll('_', ' ')}</dt>
          <dd>${anything(item, depth + 1)}</dd>`,
    )}
  </dl>`
}
