// What people do about a run: each is one call of the API, and leads back to the run or says why not.
import { isRecord } from '../../../events/json.ts'
import { readFacts, UNREADABLE } from '../../facts.ts'
import type { Page, PageContext, Refusal } from '../../page.ts'
import { shownRun } from './answer.ts'
import { pathOf } from './forms.ts'

type Change = {
  readonly path: string
  /** What is sent; a refusal where the form says nothing that could be. */
  readonly call: (context: PageContext) => { path: string; body: unknown } | Refusal
  readonly to: (context: PageContext, body: unknown) => string
}

const changes = ({ path, call, to }: Change): Page => ({
  method: 'post',
  path,
  section: 'runs',
  view: async (context) => {
    const asked = call(context)
    if ('code' in asked) return shownRun(context, asked)
    const reply = await context.api({ method: 'post', ...asked })
    return reply.ok ? { to: to(context, reply.body) } : shownRun(context, reply.refusal)
  },
})

const here = ({ params }: PageContext): string => `/runs/${encodeURIComponent(params['run_id'] ?? '')}`

export const cancelPage = changes({
  path: '/runs/{run_id}/cancel',
  call: (context) => {
    const reason = context.form.get('reason')?.trim() ?? ''
    return { path: `${pathOf(context)}/cancel`, body: reason === '' ? {} : { reason } }
  },
  to: here,
})

export const resumePage = changes({
  path: '/runs/{run_id}/resume',
  call: (context) => {
    const corrected = readFacts(context.form.get('context') ?? '')
    if (corrected === null) return UNREADABLE
    const body = Object.keys(corrected).length === 0 ? {} : { context: corrected }
    return { path: `${pathOf(context)}/resume`, body }
  },
  to: (context, body) =>
    isRecord(body) && typeof body['run_id'] === 'string' ? `/runs/${body['run_id']}` : here(context),
})

export const reconcilePage = changes({
  path: '/runs/{run_id}/steps/{step_id}/reconcile',
  call: (context) => ({
    path: `${pathOf(context)}/steps/${encodeURIComponent(context.params['step_id'] ?? '')}/reconcile`,
    body: { outcome: context.form.get('outcome'), reason: context.form.get('reason') ?? '' },
  }),
  to: here,
})
