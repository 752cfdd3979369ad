// The golden signals of a window, as /v1/signals has them: in all, by profile, and step by step.
import { MANUAL } from '../../events/control.ts'
import { html, type Html } from '../html.ts'
import { empty, moment, pill } from '../parts/bits.ts'
import { plot } from '../parts/plot.ts'
import { domainQuery, signalQueries } from '../parts/signal-queries.ts'
import { table } from '../parts/table.ts'
import type { Page } from '../page.ts'
import type { Freezes, SignalsReport, SignalsSeries } from '../shapes.ts'
import { duration, number, percent, plain } from '../words.ts'

/** A window, and the step of its plots: about fifty points each. */
const WINDOWS = { '1h': '1m', '6h': '6m', '24h': '30m', '7d': '3h' } as const
type Window = keyof typeof WINDOWS
const isWindow = (text: string | null): text is Window => text !== null && Object.hasOwn(WINDOWS, text)

type Signals = SignalsReport['all']

const share = (value: number | null): string => (value === null ? '–' : percent(value))
const seconds = (value: number | null): string => (value === null ? '–' : duration(value * 1000))

const tiles = (signals: Signals): Html =>
  html`<div class="figures">
    <div class="figure">
      <b>${share(signals.success_rate)}</b><span>of runs succeed<br />not counting refusals</span>
    </div>
    <div class="figure">
      <b>${seconds(signals.latency.p95)}</b
      ><span
        >P95 of working time<br />P50 ${seconds(signals.latency.p50)} · P99
        ${seconds(signals.latency.p99)}</span
      >
    </div>
    <div class="figure"><b>${share(signals.tool_error_rate)}</b><span>of tool calls fail</span></div>
    <div class="figure">
      <b>${signals.mean_steps === null ? '–' : number(signals.mean_steps)}</b><span>steps a run</span>
    </div>
    <div class="figure">
      <b>${seconds(signals.approval_wait.p95)}</b
      ><span>P95 wait for a person<br />${number(signals.approval_wait.count)} approvals</span>
    </div>
    <div class="figure">
      <b>${share(signals.budget_utilisation)}</b><span>of the fullest tenant budget</span>
    </div>
  </div>`

const COLUMNS = [
  { name: 'Profile', isMain: true },
  { name: 'Runs', isNumber: true },
  { name: 'Success', isNumber: true },
  { name: 'P50', isNumber: true },
  { name: 'P95', isNumber: true },
  { name: 'P99', isNumber: true },
  { name: 'Tool errors', isNumber: true },
  { name: 'Budget', isNumber: true },
] as const

const byProfile = (report: SignalsReport, base: string): Html =>
  table({
    label: 'By profile',
    columns: COLUMNS,
    rows: Object.entries(report.by_profile).map(([name, one]) => ({
      cells: [
        html`<a href="${base}/runs?profile=${encodeURIComponent(name)}">${plain(name)}</a>`,
        number(one.runs),
        share(one.success_rate),
        seconds(one.latency.p50),
        seconds(one.latency.p95),
        seconds(one.latency.p99),
        share(one.tool_error_rate),
        share(one.budget_utilisation),
      ],
    })),
  })

const DOMAIN_COLUMNS = [
  { name: 'Domain', isMain: true },
  { name: 'Tool calls', isNumber: true },
  { name: 'Fail', isNumber: true },
] as const

/** Of all profiles: a call knows its domain, whoever asked. */
const byDomain = ({ by_domain: domains }: SignalsReport, window: Window): Html | null =>
  Object.keys(domains).length === 0
    ? null
    : html`<section>
        <h2>By domain</h2>
        ${table({
          label: 'By domain',
          columns: DOMAIN_COLUMNS,
          rows: Object.entries(domains).map(([name, one]) => ({
            cells: [name, number(one.calls), share(one.tool_error_rate)],
          })),
        })}
        <details>
          <summary>In PromQL</summary>
          <p class="query"><code>${domainQuery(window)}</code></p>
        </details>
      </section>`

const tenths = (value: number): string => number(Math.round(value * 10) / 10)
const inSeconds = (value: number): string => duration(value * 1000)

type Shown = { readonly base: string; readonly window: Window; readonly profile: string }

/** The runs that began in a step. */
const runsAt =
  ({ base, profile }: Shown, stepSeconds: number) =>
  (at: string): string => {
    const until = new Date(Date.parse(at) + stepSeconds * 1000).toISOString()
    const query = new URLSearchParams({ since: at, until, ...(profile !== '' && { profile }) })
    return `${base}/runs?${query.toString()}`
  }

const plots = ({ items, step_seconds: step }: SignalsSeries, chosen: Shown): Html => {
  const each = (value: (point: SignalsSeries['items'][number]) => number | null) =>
    items.map((point) => ({ at: point.at, value: value(point) }))
  const query = signalQueries(chosen.window, chosen.profile)
  const hrefOf = runsAt(chosen, step)
  return html`<div class="plots">
    ${plot({ title: 'Runs that ended', points: each(({ runs }) => runs), say: number, top: 5, hrefOf, query: query.runs })}
    ${plot({ title: 'Share that succeeds', points: each((one) => one.success_rate), say: percent, top: 1, hrefOf, query: query.success })}
    ${plot({ title: 'P95 of working time', points: each((one) => one.latency.p95), say: inSeconds, top: 0.1, hrefOf, query: query.p95 })}
    ${plot({ title: 'Tool calls that fail', points: each((one) => one.tool_error_rate), say: percent, top: 0.1, hrefOf, query: query.errors })}
    ${plot({ title: 'Steps a run', points: each((one) => one.mean_steps), say: tenths, top: 5, hrefOf, query: query.steps })}
    ${plot({ title: 'P95 wait for a person', points: each((one) => one.approval_wait.p95), say: inSeconds, top: 1, hrefOf, query: query.waits })}
  </div>`
}

/** What alerts have frozen: they came by the webhook, and only a person lifts what they hold. */
const alerts = ({ items }: Freezes, base: string): Html => {
  const held = items.filter(({ cause }) => cause !== MANUAL)
  return html`<section>
    <h2>Alerts</h2>
    ${
      held.length === 0
        ? html`<p class="dim">No alert holds anything frozen.</p>`
        : html`<ul class="plainlist">
            ${held.map(
              (one) =>
                html`<li>
                  ${pill('failed', one.cause)} ${one.scope} ${one.key} takes no new runs since
                  ${moment(one.at)}.
                  <a href="${base}/budgets">Look at its budgets</a>
                </li>`,
            )}
          </ul>`
    }
  </section>`
}

const chooser = (base: string, chosen: { window: Window; profile: string }, report: SignalsReport): Html =>
  html`<form class="filters" method="get" action="${base}/signals">
    <label
      ><span class="visually-hidden">Window</span
      ><select name="window" data-submits>
        ${Object.keys(WINDOWS).map((one) => html`<option value="${one}" ${one === chosen.window ? html`selected` : null}>last ${one}</option>`)}
      </select></label
    >
    <label
      ><span class="visually-hidden">Profile</span
      ><select name="profile" data-submits>
        <option value="">every profile</option>
        ${Object.keys(report.by_profile).map((one) => html`<option ${one === chosen.profile ? html`selected` : null}>${one}</option>`)}
      </select></label
    >
    <noscript><button class="act small">Show</button></noscript>
  </form>`

export const signalsPage: Page = {
  method: 'get',
  path: '/signals',
  section: 'signals',
  view: async ({ query, base, need, api }) => {
    const asked = query.get('window')
    const window = isWindow(asked) ? asked : '1h'
    const profile = query.get('profile') ?? ''
    const steps = { window, step: WINDOWS[window], ...(profile === '' ? {} : { profile }) }
    const [whole, series, frozen] = await Promise.all([
      need({ method: 'get', path: '/v1/signals', query: { window } }),
      need({ method: 'get', path: '/v1/signals/series', query: steps }),
      api({ method: 'get', path: '/v1/freezes' }),
    ])
    const report = whole as SignalsReport
    const signals = report.by_profile[profile] ?? report.all
    return {
      title: 'Signals',
      main: html`<div class="sheet wide" data-refresh="5">
        <div class="head">
          <h1>Signals</h1>
          ${chooser(base, { window, profile }, report)}
        </div>
        ${
          signals.runs === 0
            ? empty(
                'No run ended in this window.',
                html`Choose a longer one, or <a href="${base}/">start a run</a>.`,
              )
            : null
        }
        ${tiles(signals)} ${plots(series as SignalsSeries, { base, window, profile })}
        ${frozen.ok ? alerts(frozen.body as Freezes, base) : null}
        <section>
          <h2>By profile</h2>
          ${byProfile(report, base)}
        </section>
        ${byDomain(report, window)}
      </div>`,
    }
  },
}
