// A step that was sent back: what the reviewer said, and what it is made of, to be written anew by whoever asked for it.
import { isDeepStrictEqual } from 'node:util'
import { isRecord } from '../../../events/json.ts'
import { readValue, writeValue } from '../../facts.ts'
import { html, type Html } from '../../html.ts'
import { note, refused } from '../../parts/bits.ts'
import { RefusedError, type Page, type PageContext, type Refusal, type View } from '../../page.ts'
import type { Approval, Run } from '../../shapes.ts'
import { plain } from '../../words.ts'
import { pathOf } from './forms.ts'

type SentBack = { readonly run: Run; readonly approval: Approval; readonly inputs: Record<string, unknown> }

const NOTHING: Refusal = {
  status: 409,
  code: 'NOTHING_TO_REVISE',
  detail: 'This step was not sent back, or was revised meanwhile. Look at the run.',
  errors: [],
}

async function sentBack(context: PageContext): Promise<SentBack> {
  const run = (await context.need({ method: 'get', path: pathOf(context) })) as Run
  const step = run.steps.find(({ step_id }) => step_id === context.params['step_id'])
  const id = step?.approvals.at(-1)
  if (step?.status !== 'changes_requested' || id === undefined) throw new RefusedError(NOTHING)
  const path = `/v1/approvals/${encodeURIComponent(id)}`
  const approval = (await context.need({ method: 'get', path })) as Approval
  return { run, approval, inputs: isRecord(approval.inputs) ? approval.inputs : {} }
}

const field = (name: string, value: unknown, typed: string | null): Html => {
  const isText = typeof value === 'string'
  const text = typed ?? (isText ? value : writeValue(value))
  return html`<label for="input-${name}"
      >${plain(name)}${isText ? null : html` <span class="dim">as YAML or JSON</span>`}</label
    >
    <textarea
      id="input-${name}"
      name="input.${name}"
      rows="${Math.min(14, text.split('\n').length + 1)}"
      class="${isText ? '' : 'mono'}"
    >
${text}</textarea>`
}

async function shown(context: PageContext, refusal: Refusal | null): Promise<View> {
  const { run, approval, inputs } = await sentBack(context)
  const { base, csrf, form } = context
  const action = `${base}/runs/${run.run_id}/steps/${approval.step_id}/revise`
  const said = approval.votes.filter(({ decision }) => decision === 'changes_requested')
  return {
    title: `Change: ${plain(approval.tool)}`,
    status: refusal?.status ?? 200,
    main: html`<div class="sheet">
      <h1>Change: ${plain(approval.tool)}</h1>
      <p class="dim">${run.goal} · <a href="${base}/runs/${run.run_id}">the run</a></p>
      ${said.map(({ by, reason }) => note('warn', html`${by} sent this back: ${typeof reason === 'string' ? reason : 'the reason was erased'}`))}
      ${refusal ? refused(refusal) : null}
      <form class="ask" method="post" action="${action}">
        <input type="hidden" name="_csrf" value="${csrf}" />
        ${Object.entries(inputs).map(([name, value]) => field(name, value, form.get(`input.${name}`)))}
        <div class="row"><button class="act go">Try again with this</button></div>
      </form>
    </div>`,
  }
}

type Changed = { readonly next: Readonly<Record<string, unknown>> } | { readonly refusal: Refusal }

/** Only what was changed is sent; a refusal names the fields that cannot be read. */
function changed(form: URLSearchParams, inputs: Record<string, unknown>): Changed {
  const next: Record<string, unknown> = {}
  const errors: { path: string; message: string }[] = []
  for (const [name, before] of Object.entries(inputs)) {
    const typed = form.get(`input.${name}`)?.replaceAll('\r\n', '\n')
    if (typed === undefined) continue
    const now = typeof before === 'string' ? typed : readValue(typed)
    if (now === undefined) errors.push({ path: name, message: 'cannot be read as YAML or JSON' })
    else if (!isDeepStrictEqual(now, before)) next[name] = now
  }
  const refusal = { status: 422, code: 'INVALID_REQUEST', errors }
  if (errors.length > 0) return { refusal: { ...refusal, detail: 'Some of it cannot be read.' } }
  if (Object.keys(next).length === 0) return { refusal: { ...refusal, detail: 'Nothing was changed yet.' } }
  return { next }
}

export const revisePage: Page = {
  method: 'get',
  path: '/runs/{run_id}/steps/{step_id}/revise',
  section: 'runs',
  view: (context) => shown(context, null),
}

export const reviseStepPage: Page = {
  method: 'post',
  path: '/runs/{run_id}/steps/{step_id}/revise',
  section: 'runs',
  view: async (context) => {
    const { inputs, run, approval } = await sentBack(context)
    const asked = changed(context.form, inputs)
    if ('refusal' in asked) return shown(context, asked.refusal)
    const path = `${pathOf(context)}/steps/${encodeURIComponent(approval.step_id)}/revise`
    const reply = await context.api({ method: 'post', path, body: { inputs: asked.next } })
    return reply.ok ? { to: `/runs/${run.run_id}` } : shown(context, reply.refusal)
  },
}
