// The golden signals of a window, as /v1/signals has them: in all, and by profile.
import { html, type Html } from '../html.ts'
import { empty } from '../parts/bits.ts'
import type { Page } from '../page.ts'
import type { SignalsReport } from '../shapes.ts'
import { duration, number, percent } from '../words.ts'

const WINDOWS = ['15m', '1h', '24h', '7d'] as const
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
  html`<div class="scroll">
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

export const signalsPage: Page = {
  method: 'get',
  path: '/signals',
  section: 'signals',
  view: async ({ query, base, need }) => {
    const window = query.get('window') ?? '1h'
    const report = (await need({ method: 'get', path: '/v1/signals', query: { window } })) as SignalsReport
    return {
      title: 'Signals',
      main: html`<div class="sheet wide" data-refresh="5">
        <div class="head">
          <h1>Signals</h1>
          <div class="tabs" role="group" aria-label="Window">
            ${WINDOWS.map((one) => html`<a href="${base}/signals?window=${one}" ${one === window ? html`aria-current="true"` : null}>${one}</a>`)}
          </div>
        </div>
        ${report.all.runs === 0 ? empty('No run ended in this window.', 'Choose a longer one, or start a run.') : null}
        ${tiles(report.all)}
        <section>
          <h2>By profile</h2>
          ${table(report, base)}
        </section>
      </div>`,
    }
  },
}
