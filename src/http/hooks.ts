// POST /v1/hooks/alertmanager: the alerts as Alertmanager sends them; the registry says what each of them does.
import type { Engine } from '../engine/engine.ts'
import { alertsApplied } from './answers.ts'
import { route, type Route } from './route.ts'
import { alertmanagerBody } from './schemas.ts'

export const hookRoutes = (engine: Engine): Route[] => [
  route({
    method: 'post',
    path: '/v1/hooks/alertmanager',
    roles: ['hooks'],
    summary: 'The webhook of Alertmanager: alerts that the registry names freeze a profile or tenant',
    body: alertmanagerBody,
    answers: { 200: { description: 'What the alerts hold frozen.', schema: alertsApplied } },
    errors: [],
    answer: async ({ body, principal }) => {
      const alerts = body.alerts.map(({ status, labels, annotations, startsAt }) => ({
        status,
        labels,
        annotations,
        startsAt: Date.parse(startsAt),
      }))
      return { status: 200, body: await engine.applyAlerts(alerts, principal) }
    },
  }),
]
