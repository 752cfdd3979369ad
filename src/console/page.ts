// One page of the console: its address, who may see it, and how it looks for one request.
import type { Principal } from '../engine/engine.ts'
import { ROLES } from '../events/names.ts'
import type { Html } from './html.ts'

/** What the API said no with. */
export type Refusal = {
  readonly status: number
  readonly code: string
  readonly detail: string
  readonly errors: readonly { readonly path: string; readonly message: string }[]
}

export type Person = Principal

/** A call of the API for the person who asks. */
export type ApiCall = {
  readonly method: 'get' | 'post' | 'put'
  readonly path: string
  readonly query?: Readonly<Record<string, string>>
  readonly body?: unknown
  /** In place of a body: a table, or a document a line. */
  readonly sent?: { readonly contentType: string; readonly text: string }
  readonly headers?: Readonly<Record<string, string>>
}

/** What the API answered, or why it refused. */
export type ApiReply =
  | { readonly ok: true; readonly body: unknown }
  | { readonly ok: false; readonly refusal: Refusal }

export type PageContext = {
  readonly person: Person
  /** true: chosen from personas, as no keys are set up. */
  readonly isPersona: boolean
  /** Under which the console is mounted: empty at the root. */
  readonly base: string
  /** The address of the page, with its query: where a change of persona leads back to. */
  readonly here: string
  readonly csrf: string
  readonly params: Readonly<Record<string, string>>
  readonly query: URLSearchParams
  /** Fields of the form that was sent; empty for a GET. */
  readonly form: URLSearchParams
  /** Epoch milliseconds. */
  readonly now: number
  readonly api: (call: ApiCall) => Promise<ApiReply>
  /** As `api`, for what the page cannot do without. Errors: a `RefusedError`, which becomes a page of its own. */
  readonly need: (call: ApiCall) => Promise<unknown>
}

/** A page that could not be made: the API refused what it needs. */
export class RefusedError extends Error {
  readonly refusal: Refusal
  constructor(refusal: Refusal) {
    super(refusal.detail)
    this.refusal = refusal
  }
}

export type View = {
  /** Of the window, and of the page for who cannot see it. */
  readonly title: string
  readonly main: Html
  /** Between the menu and the page: a list from which the page is one. */
  readonly list?: Html
  /** true: the list is what this page is for; where there is no room for both, it alone is shown. */
  readonly isChoosing?: boolean
  readonly status?: number
  /** true: without the menu, for who came by a link for this page alone. */
  readonly isBare?: boolean
  /** Where the browser goes on by itself, at once. */
  readonly onward?: string
}

/** Where a change leads: the browser is sent there. */
export type Redirect = { readonly to: string }

/** The answer of the API has been sent as it is: a file. */
export type Sent = 'sent'

export type Page = {
  readonly method: 'get' | 'post'
  /** As a route of express; also the name in logs and metrics. */
  readonly path: string
  /** The item of the menu that is marked. */
  readonly section: string
  /** Of the form that is sent to it, at most; absent: a megabyte. */
  readonly bytes?: number
  readonly view: (context: PageContext) => Promise<View | Redirect | Sent>
}

export const hasRole = ({ roles }: Person, ...wanted: readonly string[]): boolean =>
  wanted.some((role) => roles.includes(role))

/** A role that profiles may ask of their approvers: `approver`, or one of their own. */
export const mayApprove = ({ roles }: Person): boolean =>
  roles.some((role) => role === 'approver' || !ROLES.some((known) => known === role))

/** For pages that are a form for some alone. Errors: a `RefusedError` with what the API would say. */
export function needRole(person: Person, role: string): void {
  if (hasRole(person, role)) return
  const detail = `This needs the role ${role}.`
  throw new RefusedError({ status: 403, code: 'FORBIDDEN', detail, errors: [] })
}
