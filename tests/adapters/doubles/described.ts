// Holds requests and answers of a double against the vendor's own description of its interface.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { OpenAPIBackend, type Document } from 'openapi-backend'
import { parse } from 'yaml'
import type { DoubleAnswer, DoubleRequest } from './server.ts'

export type Operation = {
  readonly id: string
  readonly params: Readonly<Record<string, string>>
}

export type Description = {
  /** Null: the description has no such path, or the request is none that it allows. */
  readonly operationOf: (request: DoubleRequest) => Operation | null
  /** The answer as it is, once it is held against the description. */
  readonly answered: (operation: Operation, answer: DoubleAnswer) => DoubleAnswer
  readonly violations: () => readonly string[]
}

type Told = readonly { instancePath: string; message?: string }[] | null | undefined

const told = (errors: Told): string =>
  (errors ?? []).map(({ instancePath, message }) => `${instancePath} ${message ?? ''}`).join('; ')

export async function openDescription(file: string): Promise<Description> {
  const definition = parse(readFileSync(join(import.meta.dirname, file), 'utf8')) as Document
  const api = new OpenAPIBackend({
    definition,
    quick: true,
    ajvOpts: { strict: false, validateFormats: false },
  })
  await api.init()
  const violations: string[] = []
  return {
    violations: () => violations,
    operationOf: (request) => {
      const [path = '', query] = request.target.split('?')
      const sent = {
        method: request.method,
        path,
        ...(query === undefined ? {} : { query }),
        ...(request.body === undefined ? {} : { body: request.body as object }),
        headers: { 'content-type': request.headers['content-type'] ?? '' },
      }
      const operation = api.matchOperation(sent)
      if (operation?.operationId === undefined) {
        violations.push(`${request.method} ${path} is not in the description`)
        return null
      }
      const { valid, errors } = api.validateRequest(sent, operation)
      if (!valid) violations.push(`${operation.operationId}: ${told(errors)}`)
      const parsed = api.router.parseRequest(sent, operation)
      const params = Object.fromEntries(
        Object.entries(parsed.params).map(([name, value]) => [name, String(value)]),
      )
      return { id: operation.operationId, params }
    },
    answered: ({ id }, answer) => {
      const { valid, errors } = api.validateResponse(answer.body, id, answer.status)
      if (!valid) violations.push(`answer ${answer.status} of ${id}: ${told(errors)}`)
      return answer
    },
  }
}
