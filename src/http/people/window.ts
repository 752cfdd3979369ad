// What pages for people are given: the table of routes as calls, what changes, and who is in front of the browser.
import type { Request, Response } from 'express'
import type { OidcSettings } from '../../config-oidc.ts'
import type { Principal } from '../../engine/engine.ts'
import type { Changed } from './changed.ts'

export type Call = {
  readonly method: 'get' | 'post' | 'put'
  /** As a client writes it, without its query. */
  readonly path: string
  readonly query?: Readonly<Record<string, string>>
  readonly body?: unknown
  /** In place of a body, where the route takes one in several forms. */
  readonly sent?: { readonly contentType: string; readonly text: string }
  /** Names in lower case. */
  readonly headers?: Readonly<Record<string, string>>
}

/** The request that a call is made for: it ends with it. */
export type Within = {
  readonly req: Request
  readonly res: Response
  readonly principal: Principal
  readonly signal: () => AbortSignal
}

/** Body of the answer. Errors: those of the route, UNAUTHENTICATED, FORBIDDEN, ROUTE_NOT_FOUND. */
export type InProcess = (call: Call, within: Within) => Promise<unknown>

export type Changes = {
  /** Of the last event: what is read from now on shows everything up to it. */
  readonly position: () => number
  /** Tells of changes from now on, until the signal is aborted; `fail` when there will be none any more. */
  readonly subscribe: (
    listener: { readonly tell: (changed: Changed) => void; readonly fail: (error: unknown) => void },
    signal: AbortSignal,
  ) => void
}

/** Of the problem that the API would answer with. */
export type Refusal = {
  readonly status: number
  readonly code: string
  readonly detail: string
  readonly errors?: readonly { readonly path: string; readonly message: string }[]
}

/** What pages are made with: the table of routes, and who is in front of the browser. */
export type PagesParts = {
  readonly api: InProcess
  readonly changes: Changes
  readonly refusalOf: (error: unknown, res: Response) => Refusal
  readonly signIn: (key: string) => Principal | null
  readonly personOf: (id: string) => Principal | null
  /** Who somebody is whom the identity provider vouches for; null: no group of theirs has a role here. */
  readonly memberOf: (id: string, groups: readonly string[]) => Principal | null
  /** null: people sign in with keys alone. */
  readonly oidc: OidcSettings | null
  /** A sign-in by way of the identity provider that did not come about. */
  readonly signInFailed: (code: string) => void
  readonly maySee: (person: Principal, tenant: string) => boolean
  readonly isKeyed: boolean
  readonly announce: (
    res: Response,
    page: { readonly path: string; readonly person: Principal | null },
  ) => void
  readonly clock: () => number
  readonly stopping: AbortSignal
}
