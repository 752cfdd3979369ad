// Deciding: on the page of the inbox, and on a page by link for approvers who need nothing else. Looking never decides.
import { isAmong } from '../../../run/contributors.ts'
import { html, type Html } from '../../html.ts'
import { moment, note, pill, refused, timeLeft } from '../../parts/bits.ts'
import { hasRole, type Page, type PageContext, type Refusal, type View } from '../../page.ts'
import type { Approval } from '../../shapes.ts'
import { withFilters } from '../inbox.ts'
import { bodyOf, CHANGED, decisionForm, isRefusal } from './form.ts'
import { decided, earlierNos, inShort, judged, shownApproval, subject, titleOf, turned } from './page.ts'

const pathOf = ({ params }: PageContext): string =>
  `/v1/approvals/${encodeURIComponent(params['approval_id'] ?? '')}`

type Shown = (context: PageContext, refusal: Refusal | null) => Promise<View>

/** A decision is one on exactly what was shown: the digest of the form is that of what waits now, or none is made. */
const deciding = (path: string, shown: Shown): Page => ({
  method: 'post',
  path,
  section: 'inbox',
  view: async (context) => {
    const approval = (await context.need({ method: 'get', path: pathOf(context) })) as Approval
    if (context.form.get('digest') !== approval.digest) return shown(context, CHANGED)
    const body = bodyOf(context.form, approval)
    if (isRefusal(body)) return shown(context, body)
    const reply = await context.api({ method: 'post', path: `${pathOf(context)}/decision`, body })
    if (!reply.ok) return shown(context, reply.refusal)
    const to = path.replace('{approval_id}', approval.approval_id)
    return { to: withFilters(to, context.query) }
  },
})

function consequences({ consequences: lines, adapter }: Approval): Html {
  return html`<section>
    <h2>If you approve</h2>
    <ul class="cons">
      ${lines.map((line) => html`<li>${line}</li>`)} ${adapter ? html`<li>It goes to ${adapter}.</li>` : null}
    </ul>
  </section>`
}

async function plainly(context: PageContext, refusal: Refusal | null): Promise<View> {
  const approval = (await context.need({ method: 'get', path: pathOf(context) })) as Approval
  const isPending = approval.status === 'pending'
  const mayDecide = isPending && hasRole(context.person, approval.approver_role)
  const { base, now, person } = context
  const to = `/decide/${approval.approval_id}`
  return {
    title: titleOf(approval),
    status: refusal?.status ?? 200,
    isBare: true,
    main: html`<div data-watch="${approval.run_id}">
      <div class="sheet">
        <div class="head">
          <h1>${titleOf(approval)}</h1>
          ${pill(approval.risk, `${approval.risk} risk`)}
          ${isPending ? html`<span class="dim">${timeLeft(approval.expires_at, now)}</span>` : pill(approval.status)}
        </div>
        <p class="dim">
          ${approval.requester} asked for it ${moment(approval.requested_at)}:
          ${approval.goal ?? 'the goal was erased'}
        </p>
        ${refusal ? refused(refusal) : null} ${isPending ? null : decided(approval)}
        ${isPending && isAmong(approval.contributors, person.id) ? note('warn', 'You had a hand in this, so another person has to approve it.') : null}
        ${isPending && !mayDecide ? note('warn', 'Your role may look, and not decide.') : null}
        ${earlierNos(approval)} ${turned(approval)} ${subject(approval, mayDecide)} ${inShort(approval)}
        ${judged(approval)} ${consequences(approval)}
        <p><a href="${base}/inbox/${approval.approval_id}">Everything about it</a></p>
      </div>
      ${mayDecide ? decisionForm(approval, context, to) : null}
    </div>`,
  }
}

export const decidePage = deciding('/inbox/{approval_id}', shownApproval)

/** By link: content, consequences, buttons. */
export const plainPage: Page = {
  method: 'get',
  path: '/decide/{approval_id}',
  section: 'inbox',
  view: (context) => plainly(context, null),
}
export const plainDecidePage = deciding('/decide/{approval_id}', plainly)
