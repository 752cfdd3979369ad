// How names look that people and programs give: each pattern once, for schemas, requests, files and options alike.
// Whoever refuses a name says the rule beside its pattern.

/** Tools, profiles, adapters, roles: everything that registry.yaml names. */
export const NAME_PATTERN = /^[a-z][a-z0-9_]{0,63}$/

/** Who calls: the id of an API key, or who X-Cugar-Actor names. */
export const ACTOR_PATTERN = /^[A-Za-z0-9_.@-]{1,100}$/
export const ACTOR_RULE = 'must be 1 to 100 of A-Z a-z 0-9 _ . @ -'

/** The customer or team that a run belongs to. */
export const TENANT_PATTERN = /^[A-Za-z0-9_.-]{1,100}$/

/** The methods that metrics tell apart; any other one counts as `other`. */
export const HTTP_METHODS = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'] as const
