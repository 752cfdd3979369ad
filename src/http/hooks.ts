// POST /v1/hooks/alertmanager: the alerts as Alertmanager sends them; the registry says what each of them does.
import { z } from 'zod'
import type { Engine } from '../engine/engine.ts'
import { AppError } from '../errors.ts'
import { problemsOf } from '../events/problem.ts'
import type { Alert } from '../run/freeze.ts'
import { alertsApplied } from './answers.ts'
import { route, type Route } from './route.ts'
import { alertBody, alertmanagerBody } from './schemas.ts'

type ReadAlerts = { readonly alerts: readonly Alert[]; readonly malformed: number }

/** Those that can be read. Errors: INVALID_REQUEST where there are some, and none can be. */
function readAlerts(sent: readonly unknown[]): ReadAlerts {
  const each = sent.flatMap((one) => alertBody.safeParse(one).data ?? [])
  if (sent.length > 0 && each.length === 0) {
    const { error } = z.object({ alerts: z.array(alertBody) }).safeParse({ alerts: sent })
    throw new AppError('INVALID_REQUEST', {}, { problems: error ? problemsOf(error) : [] })
  }
  const alerts = each.map(({ status, labels, annotations, startsAt }) => ({
    status,
    labels,
    annotations,
    startsAt: Date.parse(startsAt),
  }))
  return { alerts, malformed: sent.length - each.length }
}

export const hookRoutes = (engine: Engine): Route[] => [
  route({
    method: 'post',
    path: '/v1/hooks/alertmanager',
    roles: ['hooks'],
    limitedKeys: 'refused',
    summary: 'The webhook of Alertmanager: alerts that the registry names freeze a profile or tenant',
    body: alertmanagerBody,
    answers: { 200: { description: 'What the alerts hold frozen.', schema: alertsApplied } },
    errors: [],
    answer: async ({ body, principal }) => {
      const { alerts, malformed } = readAlerts(body.alerts)
      const applied = await engine.applyAlerts(alerts, principal)
      return { status: 200, body: malformed === 0 ? applied : { ...applied, malformed } }
    },
  }),
]
