// How names look that people and programs give: each pattern once, for schemas, requests, files and options alike.
// Whoever refuses a name says the rule beside its pattern.

/** Tools, profiles, adapters, roles: everything that registry.yaml names. */
export const NAME_PATTERN = /^[a-z][a-z0-9_]{0,63}$/
export const NAME_RULE = 'must be 1 to 64 of a-z 0-9 _, and begin with a letter'

/** A variable of the environment. */
export const VARIABLE_PATTERN = /^[A-Z][A-Z0-9_]{0,99}$/

/** Who calls: the id of an API key, or who X-Cugar-Actor names. */
export const ACTOR_PATTERN = /^[A-Za-z0-9_.@-]{1,100}$/
export const ACTOR_RULE = 'must be 1 to 100 of A-Z a-z 0-9 _ . @ -'

/**
 * One spelling of a person's name for all: `Alice`, `ALICE`, a full-width `Ａlice`, and one with a mark, a space or
 * something else that nobody sees are one person.
 */
export const oneSpelling = (name: string): string =>
  // Nearly every name: the rules below would leave of it what this does, and each request asks several times.
  /^[!-~]*$/.test(name)
    ? name.toLowerCase()
    : name
        .normalize('NFKC')
        .toUpperCase()
        .toLowerCase()
        .normalize('NFKC')
        .replaceAll(/[\p{Cc}\p{Cf}\p{Script=Inherited}\p{Default_Ignorable_Code_Point}]/gu, '')
        .replaceAll(/\s+/g, ' ')
        .trim()

/** Who we say acted where nobody called: no caller may be called so. */
const OUR_NAMES: ReadonlySet<string> = new Set(['start', 'sighup', 'anonymous', 'system', 'adapter'])
export const isOurName = (name: string): boolean => OUR_NAMES.has(oneSpelling(name))
export const OUR_NAME_RULE = 'is a name that the program itself uses'

/** What a key or a group may be for, besides the roles that profiles ask of approvers. */
export const ROLES = ['viewer', 'operator', 'approver', 'admin', 'metrics', 'hooks'] as const
export type Role = (typeof ROLES)[number]

/** The customer or team that a run belongs to. */
export const TENANT_PATTERN = /^[A-Za-z0-9_.-]{1,100}$/
export const TENANT_RULE = 'must be 1 to 100 of A-Z a-z 0-9 _ . -'

/** What metrics call those that they do not tell apart: no tenant may be called so. */
export const OTHER = 'other'

/** Whether a new run may be for a tenant of that name. */
export const isTenantName = (name: string): boolean => TENANT_PATTERN.test(name) && name !== OTHER
export const NEW_TENANT_RULE = `${TENANT_RULE}, and not ${OTHER}: metrics call those so that they do not tell apart`

/** Tenants, or with one `*` all that look so: what the registry has an entry for. */
export const TENANTS_PATTERN = /^(?=.{1,100}$)[A-Za-z0-9_.-]*\*?[A-Za-z0-9_.-]*$/
export const TENANTS_RULE = `${TENANT_RULE}, with one * at most for whatever stands there`

/** The methods that metrics tell apart; any other one counts as `other`. */
export const HTTP_METHODS = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'] as const
