import { Validator } from '@seriousme/openapi-schema-validator'
import type { Router } from 'express'
import { expect, it } from 'vitest'
import { ERRORS } from '../../src/errors.ts'
import { createApp, createRouter, routeTable } from '../../src/http/app.ts'
import { DEFAULT_LIMITS, type DoorParts } from '../../src/http/route.ts'
import { openDoor } from './door.ts'

type Operation = {
  readonly operationId: string
  readonly security?: readonly unknown[]
  readonly 'x-roles'?: readonly string[]
  readonly parameters: readonly { readonly name: string; readonly in: string }[]
  readonly requestBody?: { readonly required: boolean }
  readonly responses: Readonly<Record<string, unknown>>
}
type Document = {
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>
  readonly components: { readonly schemas: Readonly<Record<string, unknown>> }
  readonly 'x-errors': readonly { readonly code: string; readonly status: number }[]
}

async function documentOf(): Promise<Document> {
  const door = await openDoor()
  const value: unknown = await (await door.get('/v1/openapi.json')).json()
  return value as Document
}

/** What express answers, from its own stack: `get /v1/runs/{run_id}`. */
const registered = (router: Router): string[] =>
  router.stack.flatMap(({ route }) => {
    if (!route) return []
    const path = route.path.replaceAll(/:(\w+)/g, '{$1}')
    const methods = route.stack.map((layer) => layer.method).filter((method) => method !== undefined)
    return [...new Set(methods)].map((method) => `${method} ${path}`)
  })

const partsOf = async (): Promise<DoorParts> => (await openDoor()).parts

it('the document is valid OpenAPI 3.1', async () => {
  const validator = new Validator()
  const result = await validator.validate({ ...(await documentOf()) })
  expect(result.errors ?? []).toEqual([])
  expect([result.valid, validator.version]).toEqual([true, '3.1'])
  expect(validator.resolveRefs()).toBeDefined()
})

it('the document has every route that express answers, and no other', async () => {
  const given = await partsOf()
  const documented = Object.entries((await documentOf()).paths).flatMap(([path, operations]) =>
    Object.keys(operations).map((method) => `${method} ${path}`),
  )
  expect(documented.sort()).toEqual(registered(createRouter(given, DEFAULT_LIMITS)).sort())
  expect(documented).toHaveLength(routeTable(given, DEFAULT_LIMITS).length)
})

it('every operation says who may call it, and has its own id', async () => {
  const operations = Object.values((await documentOf()).paths).flatMap((path) => Object.values(path))
  for (const operation of operations) {
    expect(operation.security !== undefined || operation['x-roles'] !== undefined).toBe(true)
    expect(Object.keys(operation.responses)).toContain('400')
  }
  const ids = operations.map((operation) => operation.operationId)
  expect(new Set(ids).size).toBe(ids.length)
})

it('every parameter of a path is declared', async () => {
  for (const [path, operations] of Object.entries((await documentOf()).paths)) {
    const named = [...path.matchAll(/\{(\w+)\}/g)].map((match) => match[1])
    for (const { parameters } of Object.values(operations)) {
      expect(parameters.filter((item) => item.in === 'path').map((item) => item.name)).toEqual(named)
    }
  }
})

it('a body is required where the call cannot do without one', async () => {
  const { paths } = await documentOf()
  const required = Object.entries(paths).flatMap(([path, { post }]) =>
    post?.requestBody === undefined ? [] : [[path.replace(/^.*\//, ''), post.requestBody.required]],
  )
  expect(Object.fromEntries(required)).toEqual({
    runs: true,
    batches: true,
    cancel: false,
    reconcile: true,
    resume: false,
    revise: true,
    plans: true,
    decision: true,
    freezes: true,
    lift: true,
    compare: true,
    alertmanager: true,
  })
})

it('every reference leads to a schema, and every schema is used', async () => {
  const document = await documentOf()
  const text = JSON.stringify(document)
  const used = new Set([...text.matchAll(/#\/components\/schemas\/(\w+)/g)].map((match) => match[1]))
  expect(used).toEqual(new Set(Object.keys(document.components.schemas)))
})

it('the table of errors is the one of the source', async () => {
  const table = (await documentOf())['x-errors'].map(({ code, status }) => [code, status])
  expect(table).toEqual(Object.entries(ERRORS).map(([code, { status }]) => [code, status]))
})

it('two doors can stand side by side', async () => {
  const given = await partsOf()
  expect(createApp(given)).not.toBe(createApp(given))
})
