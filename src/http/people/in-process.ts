// The same door for a caller in this process: route, roles, checks and answers are those of the table, without a
// connection. What the console shows and does is what the API answers to the same person.
import { AppError } from '../../errors.ts'
import { checkAllowed } from '../callers/auth.ts'
import { localsOf, type Route } from '../route.ts'
import type { Call, InProcess } from './window.ts'

type Matcher = { readonly route: Route; readonly pattern: RegExp; readonly names: readonly string[] }

function matcherOf(route: Route): Matcher {
  const names = [...route.path.matchAll(/\{(\w+)\}/g)].map(([, name = '']) => name)
  const pattern = new RegExp(`^${route.path.replaceAll('.', '\\.').replaceAll(/\{\w+\}/g, '([^/]+)')}$`)
  return { route, pattern, names }
}

const sentOf = ({ sent, body }: Call) => {
  const { contentType, text } = sent ?? {
    contentType: 'application/json',
    text: JSON.stringify(body ?? {}),
  }
  return { contentType, charset: 'utf-8', bytes: Buffer.from(text) }
}

/** Calls the routes of a table. One that streams writes to the response of who asks; there is no body then. */
export function inProcess(table: readonly Route[]): InProcess {
  const matchers = table.map(matcherOf)
  return async (call, within) => {
    const { method, path, query = {}, body = {}, headers = {} } = call
    for (const { route, pattern, names } of matchers) {
      const values = route.method === method ? pattern.exec(path) : null
      if (values === null) continue
      checkAllowed(route, within.principal)
      const params = Object.fromEntries(
        names.map((name, index) => [name, decodeURIComponent(values[index + 1] ?? '')]),
      )
      // The bytes that are sent are checked by the route that reads them.
      const given = route.raw === null ? { body } : { body: {}, sent: sentOf(call) }
      const answer = await route.answer({ ...within, params, query, headers, ...given })
      if ('stream' in answer && route.method === 'get') {
        // A file goes to the browser as it is.
        await answer.stream(within.res)
        return null
      }
      if (!('body' in answer)) throw new TypeError(`${route.path} has no answer in JSON`)
      // As it would arrive over the wire: what has no value is not there.
      return JSON.parse(JSON.stringify(answer.body)) as unknown
    }
    localsOf(within.res).state = null
    throw new AppError('ROUTE_NOT_FOUND', { method: method.toUpperCase(), path })
  }
}
