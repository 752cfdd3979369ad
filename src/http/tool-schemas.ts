// What the tools of the registry in force take and give, as named parts of the OpenAPI document.
import type { ToolSpec } from '../registry/registry.ts'
import { inputSchemaOf, outputSchemaOf, type JsonSchema } from '../tools/declared/shape.ts'
import type { Tool } from '../tools/tool.ts'

type Json = Readonly<Record<string, unknown>>
export type InstalledTool = { readonly spec: ToolSpec; readonly tool: Tool }

/** `score_account_fit` is `ScoreAccountFit`. */
const titleOf = (name: string): string =>
  name
    .split('_')
    .map((word) => word.charAt(0).toUpperCase() + word.slice(1))
    .join('')

/** A schema's own references are to its root, which is a part of the document here. */
const placed = (schema: JsonSchema, id: string): Json =>
  JSON.parse(JSON.stringify(schema), (key, value: unknown) =>
    key === '$ref' && typeof value === 'string' && value.startsWith('#')
      ? `#/components/schemas/${id}${value.slice(1)}`
      : value,
  ) as Json

function componentsOf({ spec, tool }: InstalledTool): [string, Json][] {
  const title = `Tool${titleOf(spec.name)}`
  const example = spec.example === undefined ? {} : { examples: [spec.example] }
  return [
    [
      `${title}Input`,
      { description: spec.description, ...placed(inputSchemaOf(tool), `${title}Input`), ...example },
    ],
    [`${title}Output`, placed(outputSchemaOf(tool), `${title}Output`)],
  ]
}

/** The document with two components for each tool, such as `ToolScoreAccountFitInput` and `ToolScoreAccountFitOutput`. */
export function withTools(document: Json, tools: readonly InstalledTool[]): Json {
  const components = document['components'] as { readonly schemas: Json }
  const schemas = { ...components.schemas, ...Object.fromEntries(tools.flatMap(componentsOf)) }
  return { ...document, components: { ...components, schemas } }
}
