// The only catch of the door: whatever is thrown becomes application/problem+json (RFC 9457). An error that nobody
// expected becomes INTERNAL with a request id, and the log has its details under that id.
import type { Response } from 'express'
import type { Logger } from 'pino'
import { AppError, ERRORS } from '../errors.ts'
import { isRecord } from '../events/json.ts'
import { localsOf } from './route.ts'

/** How the body parser and the router say that a request is not acceptable. */
const refusals = (limit: number): Readonly<Record<string, () => AppError>> => ({
  'entity.too.large': () => new AppError('BODY_TOO_LARGE', { limit }),
  'entity.parse.failed': () => new AppError('INVALID_JSON'),
  'entity.not.utf8': () => new AppError('INVALID_JSON'),
  'request.aborted': () => new AppError('INVALID_REQUEST'),
  'request.size.invalid': () => new AppError('INVALID_REQUEST'),
  'charset.unsupported': () =>
    new AppError('UNSUPPORTED_MEDIA_TYPE', { expected: 'application/json in UTF-8' }),
  'encoding.unsupported': () =>
    new AppError('UNSUPPORTED_MEDIA_TYPE', { expected: 'the body without a content encoding' }),
})

/** The limit that the body parser held the body to. */
const limitOf = (error: unknown, limit: number): number =>
  isRecord(error) && typeof error['limit'] === 'number' ? error['limit'] : limit

const typeOf = (error: unknown): string =>
  isRecord(error) && typeof error['type'] === 'string' ? error['type'] : ''

function appErrorOf(error: unknown, limit: number): AppError {
  if (error instanceof AppError) return error
  const known = refusals(limitOf(error, limit))[typeOf(error)]
  if (known) return known()
  // A path that cannot be percent-decoded: the router's way to say so.
  if (error instanceof URIError) return new AppError('INVALID_REQUEST')
  return new AppError('INTERNAL', {}, { cause: error })
}

export type Problem = {
  readonly type: string
  readonly title: string
  readonly status: number
  readonly code: string
  readonly detail: string
  readonly request_id: string
  readonly errors?: readonly { readonly path: string; readonly message: string }[]
  readonly state?: unknown
}

/** Only the log says what is broken on our side: the text may name files or vendors. */
const problemOf = (error: AppError, requestId: string): Problem => ({
  type: `urn:cugar:error:${error.code.toLowerCase()}`,
  title: error.title,
  status: error.status,
  code: error.code,
  detail: error.status === 500 ? ERRORS.INTERNAL.detail : error.message,
  request_id: requestId,
  ...(error.problems.length > 0 && error.status !== 500 ? { errors: error.problems } : {}),
})

/** What is refused because it changed meanwhile is shown as it is now; not at all where it cannot be read. */
async function stateOf(read: (() => Promise<unknown>) | null): Promise<{ state?: unknown }> {
  if (read === null) return {}
  const [result] = await Promise.allSettled([read()])
  return result.status === 'fulfilled' ? { state: result.value } : {}
}

/** What a caller in this process is told: as over the wire, and logged as there. */
export function refusalOf(logger: Logger, thrown: unknown, res: Response): Problem {
  const { requestId, route } = localsOf(res)
  const error = appErrorOf(thrown, 0)
  if (error.status >= 500) logger.error({ err: error, request_id: requestId, route }, error.code)
  return problemOf(error, requestId)
}

export const answerProblem =
  (logger: Logger, bodyLimit: number) =>
  async (thrown: unknown, res: Response): Promise<void> => {
    const { requestId, route, state } = localsOf(res)
    const error = appErrorOf(thrown, bodyLimit)
    if (error.status >= 500) logger.error({ err: error, request_id: requestId, route }, error.code)
    if (res.headersSent) {
      // Half an answer cannot be undone: the broken connection says that it is not whole.
      res.destroy()
      return
    }
    const problem = problemOf(error, requestId)
    const body = error.status === 409 ? { ...problem, ...(await stateOf(state)) } : problem
    res.status(error.status).type('application/problem+json').send(JSON.stringify(body))
  }
