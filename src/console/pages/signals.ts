// The golden signals of a window, as /v1/signals has them: in all, by profile, and step by step.
import { MANUAL } from '../../events/control.ts'
import { html, type Html } from '../html.ts'
import { empty, moment, pill } from '../parts/bits.ts'
import { plot } from '../parts/plot.ts'
import type { Page } from '../page.ts'
import type { Freezes, SignalsReport, SignalsSeries } from '../shapes.ts'
import { duration, number, percent } from '../words.ts'

/** A window, and the step of its plots: about fifty points each. */
const WINDOWS = { '1h': '1m', '6h': '6m', '24h': '30m', '7d': '3h' } as const
type Window = keyof typeof WINDOWS
const isWindow = (text: string | null): text is Window => text !== null && Object.hasOwn(WINDOWS, text)

type Signals = SignalsReport['all']

const share = (value: number | null): string => (value === null ? '–' : percent(value))
const seconds = (value: number | null): string => (value === null ? '–' : duration(value * 1000))

const tiles = (signals: Signals): Html =>
  html`<div class="figures">
    <div class="figure"><b>${share(signals.success_rate)}</b><span>of runs succeed</span></div>
    <div class="figure">
      <b>${seconds(signals.latency.p95)}</b
      ><span
        >P95 of working time · P50 ${seconds(signals.latency.p50)} · P99 ${seconds(signals.latency.p99)}</span
      >
    </div>
    <div class="figure"><b>${share(signals.tool_error_rate)}</b><span>of tool calls fail</span></div>
    <div class="figure">
      <b>${signals.mean_steps === null ? '–' : number(signals.mean_steps)}</b><span>steps a run</span>
    </div>
    <div class="figure">
      <b>${seconds(signals.approval_wait.p95)}</b
      ><span>P95 wait for a person · ${number(signals.approval_wait.count)} decisions</span>
    </div>
    <div class="figure">
      <b>${share(signals.budget_utilisation)}</b><span>of the fullest tenant budget</span>
    </div>
  </div>`

const table = (report: SignalsReport, base: string): Html =>
  html`<div class="scroll" tabindex="0" role="region" aria-label="By profile">
    <table>
      <thead>
        <tr>
          <th>Profile</th>
          <th class="num">Runs</th>
          <th class="num">Success</th>
          <th class="num">P50</th>
          <th class="num">P95</th>
          <th class="num">P99</th>
          <th class="num">Tool errors</th>
          <th class="num">Budget</th>
        </tr>
      </thead>
      <tbody>
        ${Object.entries(report.by_profile).map(
          ([name, one]) =>
            html`<tr>
              <td><a href="${base}/runs?profile=${encodeURIComponent(name)}">${name}</a></td>
              <td class="num">${number(one.runs)}</td>
              <td class="num">${share(one.success_rate)}</td>
              <td class="num">${seconds(one.latency.p50)}</td>
              <td class="num">${seconds(one.latency.p95)}</td>
              <td class="num">${seconds(one.latency.p99)}</td>
              <td class="num">${share(one.tool_error_rate)}</td>
              <td class="num">${share(one.budget_utilisation)}</td>
            </tr>`,
        )}
      </tbody>
    </table>
  </div>`

const tenths = (value: number): string => number(Math.round(value * 10) / 10)
const inSeconds = (value: number): string => duration(value * 1000)

const plots = ({ items }: SignalsSeries): Html => {
  const each = (value: (point: SignalsSeries['items'][number]) => number | null) =>
    items.map((point) => ({ at: point.at, value: value(point) }))
  return html`<div class="plots">
    ${plot({ title: 'Runs that ended', points: each(({ runs }) => runs), say: number, top: 5 })}
    ${plot({ title: 'Share that succeeds', points: each((one) => one.success_rate), say: percent, top: 1 })}
    ${plot({ title: 'P95 of working time', points: each((one) => one.latency.p95), say: inSeconds, top: 0.1 })}
    ${plot({ title: 'Tool calls that fail', points: each((one) => one.tool_error_rate), say: percent, top: 0.1 })}
    ${plot({ title: 'Steps a run', points: each((one) => one.mean_steps), say: tenths, top: 5 })}
    ${plot({ title: 'P95 wait for a person', points: each((one) => one.approval_wait.p95), say: inSeconds, top: 1 })}
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
        ${tiles(signals)} ${plots(series as SignalsSeries)}
        ${frozen.ok ? alerts(frozen.body as Freezes, base) : null}
        <section>
          <h2>By profile</h2>
          ${table(report, base)}
        </section>
      </div>`,
    }
  },
}
