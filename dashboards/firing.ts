// The list of alerts that fire, made from what Prometheus itself says of them: no other data source is asked.
import type { Row } from './dashboard.ts'
import { table } from './table.ts'
import * as q from './promql.ts'

const firing = { severity: q.oneOf('critical', 'warning') }
const perAlert = ['severity', 'alertname'] as const
const everywhere = q.within('')

export const firingNow: Row = {
  title: 'Alerts',
  panels: [
    table({
      title: 'Firing now',
      text: 'Alerts of ours that fire, and for how long, the longest first; those of a process that is gone are among them. Their runbook says what to do.',
      unit: 's',
      width: 24,
      height: 5,
      queries: [
        {
          expr: q.joined(
            q.minus(
              q.time,
              q.calc(
                q.min(
                  perAlert,
                  everywhere.outside('ALERTS_FOR_STATE', { ...firing, alertname: q.oneOf('Cugar.*') }),
                ),
                '>',
                0,
              ),
            ),
            { op: 'and', on: perAlert },
            q.max(
              perAlert,
              everywhere.outside('ALERTS', {
                ...firing,
                alertname: q.oneOf('Cugar.*'),
                alertstate: 'firing',
              }),
            ),
          ),
          legend: 'for',
        },
      ],
      columns: [{ title: 'For', unit: 's' }],
      sortBy: 'For',
      noValue: 'No alert fires',
    }),
  ],
}
