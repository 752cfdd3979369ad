// The vendors behind the tools: how each one stands and is called, and the switches for those who may use them.
import { html, type Html } from '../html.ts'
import { moment, note, pill } from '../parts/bits.ts'
import { table, type Row } from '../parts/table.ts'
import { hasRole, type Page, type PageContext, type Refusal } from '../page.ts'
import type { Adapter, Adapters, AdapterChecked } from '../shapes.ts'
import { duration, number, plain } from '../words.ts'

const OPERATORS = ['operator', 'admin'] as const

const failed = ({ error, timeout, rate_limited }: NonNullable<Adapter['calls']>): number =>
  error + timeout + rate_limited

const calls = ({ calls: made, latency }: Adapter): Html => {
  if (made === null) return html`<span class="dim">not shown with a limited key</span>`
  const all = made.success + failed(made)
  if (all + made.refused === 0) return html`<span class="dim">not called yet</span>`
  const slow = latency === null || latency.p95 === null ? '' : `, P95 ${duration(latency.p95 * 1000)}`
  const refused = made.refused === 0 ? '' : `, ${number(made.refused)} not let out`
  return html`${number(all)} calls, ${number(failed(made))} failed${slow}${refused}`
}

const WINDOWS = { burst: 'for now', day: 'today' } as const

/** As the vendor says it. */
const quota = ({ window, remaining, limit }: Adapter['quotas'][number]): string =>
  `${number(remaining)}${limit === null ? '' : ` of ${number(limit)}`} calls left ${WINDOWS[window]}`

const limits = ({ limits: { parallel, per_second }, load, quotas }: Adapter): string => {
  if (load === null) return ''
  return [
    parallel === null ? null : `${load.in_flight} of ${parallel} at once`,
    per_second === null ? null : `${load.last_second} of ${per_second} in a second`,
    load.waiting === 0 ? null : `${load.waiting} waiting`,
    load.paused_ms === 0 ? null : `the vendor wants none for ${duration(load.paused_ms)}`,
    ...quotas.map(quota),
  ]
    .filter((line) => line !== null)
    .join(', ')
}

const lastChange = ({ changed }: Adapter): Html | null =>
  changed &&
  html`${moment(changed.at)} by ${changed.by}${changed.cause ? ` (${changed.cause})` : ''}: ${changed.reason}`

const hidden = (csrf: string, fields: Readonly<Record<string, string>>): Html =>
  html`<input
      type="hidden"
      name="_csrf"
      value="${csrf}"
    />${Object.entries(fields).map(([name, value]) => html`<input type="hidden" name="${name}" value="${value}" />`)}`

const switches = ({ name, state }: Adapter, { base, csrf }: PageContext): Html =>
  html`<form class="inline" method="post" action="${base}/tools/adapter">
      ${hidden(csrf, { adapter: name, enabled: state === 'disabled' ? 'yes' : 'no' })}
      <input name="reason" aria-label="Why" required maxlength="2000" placeholder="Why" />
      <button class="act${state === 'disabled' ? '' : ' no'}">
        ${state === 'disabled' ? 'Switch on' : 'Switch off'}
      </button>
    </form>
    ${
      state === 'disabled'
        ? null
        : html`<form class="inline" method="post" action="${base}/tools/check">
            ${hidden(csrf, { adapter: name })}<button class="act">Check</button>
          </form>`
    }`

const COLUMNS = [
  { name: 'Adapter', isMain: true },
  { name: 'Interface' },
  { name: 'State' },
  { name: 'Falls back to' },
  { name: 'Calls of this process' },
  { name: 'Limits' },
  { name: 'Last change', isMain: true },
] as const
const SWITCH = { name: 'Switch', isMain: true } as const

const row = (one: Adapter, context: PageContext): Row => ({
  id: `adapter-${one.name}`,
  cells: [
    html`<strong>${one.name}</strong
      >${one.module === one.name ? null : html` <span class="dim">by ${one.module}</span>`}${one.problems.map((problem) => html`<small>${problem}</small>`)}`,
    one.interface,
    pill(one.state),
    one.fallback,
    calls(one),
    limits(one),
    lastChange(one),
    hasRole(context.person, ...OPERATORS) ? switches(one, context) : null,
  ],
})

/** `refusal`: why a change was not made. */
export const adaptersTable = ({ items }: Adapters, context: PageContext, refusal: Refusal | null): Html =>
  html`${refusal ? note('bad', [refusal.detail, ...refusal.errors.map(({ path, message }) => `${path} ${message}`)].join(' ')) : null}
  ${table({
    label: 'Adapters',
    columns: hasRole(context.person, ...OPERATORS) ? [...COLUMNS, SWITCH] : COLUMNS,
    rows: items.map((one) => row(one, context)),
  })}`

type Change = (context: PageContext, adapter: string) => Promise<Refusal | null>

const page = (
  path: string,
  change: Change,
  shown: (context: PageContext, refusal: Refusal) => ReturnType<Page['view']>,
): Page => ({
  method: 'post',
  path,
  section: 'tools',
  view: async (context) => {
    const refusal = await change(context, context.form.get('adapter')?.trim() ?? '')
    return refusal === null ? { to: '/tools' } : shown(context, refusal)
  },
})

const turn: Change = async ({ api, form }, adapter) => {
  const body = { enabled: form.get('enabled') === 'yes', reason: form.get('reason')?.trim() ?? '' }
  const reply = await api({ method: 'put', path: `/v1/adapters/${encodeURIComponent(adapter)}`, body })
  return reply.ok ? null : reply.refusal
}

const check: Change = async ({ api }, adapter) => {
  const reply = await api({ method: 'post', path: `/v1/adapters/${encodeURIComponent(adapter)}/check` })
  if (!reply.ok) return reply.refusal
  const { ok, problem } = reply.body as AdapterChecked
  if (ok === true) return null
  const detail =
    ok === null
      ? 'Nothing of it can be asked without a run.'
      : `${plain(adapter)} does not answer: ${problem ?? ''}`
  return { status: 200, code: 'CHECKED', detail, errors: [] }
}

export const adapterPages = (
  shown: (context: PageContext, refusal: Refusal) => ReturnType<Page['view']>,
): readonly Page[] => [page('/tools/adapter', turn, shown), page('/tools/check', check, shown)]
