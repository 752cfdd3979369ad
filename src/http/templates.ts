// The message templates that a tenant's runs can use: those of the operator's folder or the sample, and what the tenant's
// own runs have stored.
import type { z } from 'zod'
import type { Principal } from '../engine/engine.ts'
import type { TemplateLibrary } from '../tools/engagement/templates/template-library.ts'
import { pageOf, template } from './answers.ts'
import { keyLimited, narrowed, reachesProfile, reachesTenant } from './callers/reach.ts'
import { route, type DoorParts, type Route } from './route.ts'
import { templatesQuery } from './schemas.ts'

export const templatePage = pageOf(template)

const presentTemplates = ({ templates, stored, retired }: TemplateLibrary): z.input<typeof template>[] =>
  templates.map((one) => ({
    template_id: one.template_id,
    name: one.name,
    channel: one.channel,
    category: one.category,
    version: one.version,
    template: one.template,
    stored: stored.has(one),
    retired: retired.has(one.template_id),
  }))

/** null: what all tenants have, as the key is for several of them. Errors: KEY_LIMITED. */
function tenantOf(query: { readonly tenant?: string | undefined }, by: Principal): string | null {
  const tenant = narrowed(query, by).tenant ?? 'default'
  if (reachesTenant(by, tenant)) return tenant
  if (query.tenant === undefined) return null
  throw keyLimited(by)
}

export const templatesRoute = ({ templates }: DoorParts): Route =>
  route({
    method: 'get',
    path: '/v1/templates',
    roles: ['viewer', 'operator', 'admin'],
    limitedKeys: 'own',
    summary: "Message templates that a tenant's runs can use, every version",
    query: templatesQuery,
    answers: { 200: { description: 'All of them.', schema: templatePage } },
    errors: ['KEY_LIMITED'],
    answer: async ({ query, principal }) => {
      const library = await templates?.(tenantOf(query, principal), (profile) =>
        reachesProfile(principal, profile),
      )
      return {
        status: 200,
        body: { items: library === undefined ? [] : presentTemplates(library), next_cursor: null },
      }
    },
  })
