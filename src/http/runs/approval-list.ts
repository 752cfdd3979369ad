// GET /v1/approvals: the rows of a caller's reach and roles, those that are looked for.
import type { Engine, Principal } from '../../engine/engine.ts'
import { AppError } from '../../errors.ts'
import type { ApprovalRow } from '../../projections/lists/views.ts'
import { pageOf } from '../answers.ts'
import { narrowed, pageWithin, reaches, type Owned } from '../callers/reach.ts'
import { route, type DoorParts, type Route } from '../route.ts'
import { approvalsQuery } from '../schemas.ts'
import { isApprovalSought, isPast, showApprovalRow } from './rows.ts'
import { approvalRow } from './run-answers.ts'

export const approvalPage = pageOf(approvalRow)

export function forbidden(role: string): never {
  throw new AppError('FORBIDDEN', { role })
}

export const mayRead = (by: Principal, role: string): boolean =>
  by.roles.includes('viewer') || by.roles.includes(role)

/** Who has a role that could be right for some approval is told what there is; nobody else, not even that it is there. */
export const isOfTheDoor = (engine: Engine, { roles }: Principal): boolean =>
  roles.some((role) => role === 'viewer' || rolesOfApprovers(engine).has(role))

const rolesOfApprovers = (engine: Engine): ReadonlySet<string> =>
  new Set(['approver', ...Object.values(engine.registry().profiles).map(({ approvers }) => approvers.role)])

type RowsFor = {
  readonly sees: (row: Owned) => boolean
  /** What is under review, before it is released; and the role that decides about it. */
  readonly sightOf: (row: Owned) => { readonly seesContent: boolean; readonly role: string }
}

/** A viewer sees every row within reach, an approver those of the profiles that ask for a role of theirs. */
function rowsFor(engine: Engine, by: Principal): RowsFor {
  const { profiles } = engine.registry()
  const roleOf = (profile: string): string =>
    Object.hasOwn(profiles, profile) ? (profiles[profile]?.approvers.role ?? '') : ''
  return {
    sees: (row) => reaches(by, row) && mayRead(by, roleOf(row.profile)),
    sightOf: ({ profile }) => {
      const role = roleOf(profile)
      return { seesContent: by.roles.includes(role), role }
    },
  }
}

export const approvalList = ({ engine, views }: DoorParts): Route =>
  route({
    method: 'get',
    path: '/v1/approvals',
    roles: ['viewer', 'approver'],
    byApprovers: true,
    limitedKeys: 'own',
    summary: 'Approvals, newest first',
    query: approvalsQuery,
    answers: { 200: { description: 'One page.', schema: approvalPage } },
    errors: [],
    answer: async ({ query, principal }) => {
      if (!isOfTheDoor(engine, principal)) forbidden('viewer or approver')
      const { q, requester, decided_by, since, until, ...asked } = query
      const search = { q, requester, decided_by, since, until }
      const { sees, sightOf } = rowsFor(engine, principal)
      const take = async (rows: readonly ApprovalRow[]) => {
        const shown = await Promise.all(
          rows.filter(sees).map((row) => showApprovalRow(engine, row, sightOf(row))),
        )
        return shown.filter((row) => isApprovalSought(row, search))
      }
      const taking = { take, isPast: (row: ApprovalRow) => isPast(row.requested_at, search, query.order) }
      return { status: 200, body: await pageWithin(views.approvals, narrowed(asked, principal), taking) }
    },
  })
