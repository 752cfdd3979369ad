// One route of the door: what it accepts, who may call it, what it answers. The table of all routes registers the
// calls and makes the OpenAPI document, so that the two cannot drift.
import { MIMEType } from 'node:util'
import type { Request, RequestHandler, Response } from 'express'
import { z } from 'zod'
import type { Logger } from 'pino'
import type { Engine, Principal } from '../engine/engine.ts'
import type { ErrorCode } from '../errors.ts'
import type { Journal } from '../journal/journal.ts'
import type { Verification } from '../journal/verify.ts'
import type { Views } from '../projections/lists/views.ts'
import type { HttpStats } from '../projections/metrics/live.ts'
import type { RegistryDiff } from '../registry/diff.ts'
import type { KeySource } from './callers/keys.ts'
import { checked } from './validation.ts'
import type { Role } from '../events/names.ts'
import type { OidcSettings } from '../config-oidc.ts'
import type { PagesParts } from './people/window.ts'
import type { TemplateLibrary } from '../tools/engagement/templates/template-library.ts'

/** What one process answers at most. */
export type DoorLimits = {
  /** Of one request body, bytes. */
  readonly bodyBytes: number
  /** Requests of one key (without keys: one address) in one second. */
  readonly requestsPerSecond: number
  /** Event streams open at once. */
  readonly streamClients: number
  /** Between two comments on a silent stream; also how long a client may need to read what it was sent. */
  readonly heartbeatMs: number
  /** Events that the slowest projection may be behind while the process calls itself ready. */
  readonly lagEvents: number
}

export const DEFAULT_LIMITS: DoorLimits = {
  bodyBytes: 1_048_576,
  requestsPerSecond: 600,
  streamClients: 100,
  heartbeatMs: 15_000,
  lagEvents: 10_000,
}

/** Everything the door needs; main and runtime build it. */
export type DoorParts = {
  readonly engine: Engine
  readonly journal: Pick<Journal, 'read' | 'readAll' | 'changed' | 'position' | 'accounts' | 'check'>
  /** Recomputes every hash of the journal. */
  readonly verifyJournal: () => Promise<Verification>
  readonly views: Views
  readonly http: HttpStats
  /** null: no keys are set up, only this machine is answered. */
  readonly keys: KeySource | null
  /** The identity provider by which people may sign in; null, as by default: with keys alone. */
  readonly oidc?: OidcSettings | null
  /** Checks a registry and puts it into force; null: reads the file again. Errors: REGISTRY_INVALID. */
  readonly reloadRegistry: (text: string | null, by: Principal) => Promise<RegistryDiff>
  /** What a reload of the file would change now; nothing does. Errors: REGISTRY_INVALID. */
  readonly compareRegistry: () => Promise<RegistryDiff>
  /** The message templates that runs of a tenant and of some profiles can use, null: of any; left out: there are none. */
  readonly templates?: (
    tenant: string | null,
    seesProfile: (profile: string) => boolean,
  ) => Promise<TemplateLibrary>
  readonly logger: Logger
  readonly version: string
  readonly limits?: Partial<DoorLimits>
  /** Epoch milliseconds. */
  readonly clock: () => number
  /** Aborted at shutdown: streams end, waiting calls answer with what there is. */
  readonly stopping: AbortSignal
  /** Makes the pages for people; null: there are none. */
  readonly pages?: ((window: PagesParts) => Promise<RequestHandler>) | null
}

/** What is known of a request while it is answered. */
export type Locals = {
  requestId: string
  /** The template, never the path itself. */
  route: string
  principal: Principal | null
  /** Whether the key with which the request came still opens what it opened then. */
  isStillAllowed: () => boolean
  /** Reports the request to metrics and log; only the first call counts. */
  report: () => void
  /** What a 409 shows as `state`. */
  state: (() => Promise<unknown>) | null
}

export const localsOf = (res: Response): Locals => res.locals as Locals

export type TextAnswer = {
  readonly status: number
  /** A buffer where it is encoded as the headers say. */
  readonly text: string | Buffer
  readonly contentType: string
  readonly headers?: Readonly<Record<string, string>>
}

export type Answer =
  | {
      readonly status: number
      readonly body: unknown
      readonly headers?: Readonly<Record<string, string>>
    }
  | TextAnswer
  | { readonly stream: (res: Response) => Promise<void> }

export type AnswerDoc = {
  readonly description: string
  /** Absent: the answer has no body. */
  readonly schema?: z.ZodType
  /** Besides JSON, or instead of it: media type and what it carries. */
  readonly other?: { readonly contentType: string; readonly instead: boolean }
}

type Context = {
  readonly principal: Principal
  readonly req: Request
  readonly res: Response
  /** Aborted when the client has gone, or at shutdown. */
  readonly signal: () => AbortSignal
}

type Shape = z.ZodObject

/** A body that comes in several forms. */
export type RawBody = {
  readonly contentTypes: readonly string[]
  /** At most. */
  readonly bytes: number
  /** What it is where it is JSON. */
  readonly json: z.ZodType
}

/** Such a body as it came in; `charset`: as the request names it. */
export type SentBody = {
  readonly contentType: string
  readonly charset: string | null
  readonly bytes: Buffer
}

/**
 * What a key that is for some tenants or profiles gets. `own`: the route answers what is theirs and knows of nothing
 * else. `refused`: the call is about everybody. `same`: nothing in the answer is anybody's.
 */
export type LimitedKeys = 'own' | 'refused' | 'same'

type Definition<P extends Shape, Q extends Shape, H extends Shape, B extends z.ZodType> = {
  readonly method: 'get' | 'post' | 'put'
  /** `/v1/runs/{run_id}`: as in OpenAPI. */
  readonly path: string
  /** One of them is enough; null: open to everybody. */
  readonly roles: readonly Role[] | null
  /** Who has the role that a profile asks of its approvers is let in as well, and the route looks which profile it is. */
  readonly byApprovers?: boolean
  readonly limitedKeys: LimitedKeys
  readonly summary: string
  readonly params?: P
  readonly query?: Q
  /** Names in lower case; other headers are not looked at. */
  readonly headers?: H
  readonly body?: B
  /** Instead of `body`: the bytes as they are sent, for the route to read. */
  readonly raw?: RawBody
  readonly answers: Readonly<Record<number, AnswerDoc>>
  readonly errors: readonly ErrorCode[]
  readonly answer: (
    input: {
      readonly params: z.output<P>
      readonly query: z.output<Q>
      readonly headers: z.output<H>
      readonly body: z.output<B>
      /** Of a route with `raw`: what was sent. */
      readonly sent: () => SentBody
    } & Context,
  ) => Promise<Answer> | Answer
}

/** What came in, not yet checked. */
export type Incoming = Context & {
  readonly params: unknown
  readonly query: unknown
  readonly headers: unknown
  readonly body: unknown
  /** Of a route with `raw`, from who calls within this process: in place of the request's own bytes. */
  readonly sent?: SentBody
}

export type Route = Pick<
  Definition<Shape, Shape, Shape, z.ZodType>,
  'method' | 'path' | 'roles' | 'byApprovers' | 'limitedKeys' | 'summary' | 'answers' | 'errors'
> & {
  readonly params: Shape
  readonly query: Shape
  readonly headers: Shape
  /** null: the call has no body. */
  readonly body: z.ZodType | null
  /** null: a body is JSON. */
  readonly raw: RawBody | null
  /** Checks what came in, then answers. Errors: INVALID_REQUEST with every problem. */
  readonly answer: (incoming: Incoming) => Promise<Answer>
}

function sentBody(req: Request): SentBody {
  const type = new MIMEType(req.headers['content-type'] ?? 'application/json')
  const body: unknown = req.body
  return {
    contentType: type.essence,
    charset: type.params.get('charset'),
    bytes: Buffer.isBuffer(body) ? body : Buffer.alloc(0),
  }
}

const nothing = z.strictObject({})

/** Declares a route; the schemas give the types of `answer`, which sees only checked input. */
export function route<
  P extends Shape = typeof nothing,
  Q extends Shape = typeof nothing,
  H extends Shape = typeof nothing,
  B extends z.ZodType = typeof nothing,
>(definition: Definition<P, Q, H, B>): Route {
  const { answer, body = null, raw = null, ...rest } = definition
  const params: Shape = definition.params ?? nothing
  const query: Shape = definition.query ?? nothing
  const headers: Shape = definition.headers ?? z.object({})
  const schemas = { path: params, query, header: headers, body: body ?? nothing }
  return {
    ...rest,
    params,
    query,
    headers,
    body,
    raw,
    answer: async (incoming) => {
      const input = checked(schemas, {
        path: incoming.params,
        query: incoming.query,
        header: incoming.headers,
        body: incoming.body,
      })
      return answer({
        params: input.path as z.output<P>,
        query: input.query as z.output<Q>,
        headers: input.header as z.output<H>,
        body: input.body as z.output<B>,
        sent: () => incoming.sent ?? sentBody(incoming.req),
        principal: incoming.principal,
        req: incoming.req,
        res: incoming.res,
        signal: incoming.signal,
      })
    },
  }
}
