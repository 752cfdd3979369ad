// The lists of names at the top of a registry: domains, planners, operations of model calls. What a file leaves out is
// the sales pack's, and what the runtime itself uses is always among them.

/** The domain that the planning of a run is charged to. */
export const PLANNING_DOMAIN = 'governance'

/** The planner that needs nothing but the registry; it makes the plan where another one cannot. */
export const OFFLINE_PLANNER = 'rules'

/** The planner that asks a language model. */
export const ONLINE_PLANNER = 'llm'

/** What a request says where it leaves the choice of the planner to the runtime. Never a planner's name. */
export const AUTO_PLANNER = 'auto'

/** What a request says where it asks for the plans of both planners. Never a planner's name. */
export const COMPARE_PLANNERS = 'compare'

/** As events and metrics name who gave a plan that no planner made. Never a planner's name. */
export const CALLER = 'caller'
export const PLAYBOOK = 'playbook'
export const GIVERS: readonly string[] = [CALLER, PLAYBOOK]

export type NameLists = {
  readonly domains: readonly string[]
  readonly planners: readonly string[]
  readonly operations: readonly string[]
}

/** The lists of a registry that says nothing, and of every registry of version 0.1.0. */
export const DEFAULT_NAMES: NameLists = {
  domains: ['territory', 'intelligence', 'knowledge', 'engagement', 'qualification', PLANNING_DOMAIN],
  planners: [OFFLINE_PLANNER, ONLINE_PLANNER],
  operations: ['decompose', 'rank', 'explain', 'repair', 'improve'],
}

/** The wire protocol of a model that names no provider. */
export const DEFAULT_PROVIDER = 'openai'

const including = (names: readonly string[], own: string): readonly string[] =>
  names.includes(own) ? names : [...names, own]

type Given = { readonly [List in keyof NameLists]?: NameLists[List] | undefined }

/** The lists with what they leave out. */
export function completeNames(given: Given): NameLists {
  return {
    domains: including(given.domains ?? DEFAULT_NAMES.domains, PLANNING_DOMAIN),
    planners: including(given.planners ?? DEFAULT_NAMES.planners, OFFLINE_PLANNER),
    operations: given.operations ?? DEFAULT_NAMES.operations,
  }
}
