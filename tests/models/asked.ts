// What the tests of models ask for, of the shipped registry.
import { readFileSync } from 'node:fs'

export const SHIPPED = readFileSync(new URL('../../registry.yaml', import.meta.url), 'utf8')
export const KEY = 'sk-canary-of-the-key'

export const CONTEXT = {
  account: { name: 'Acme', revenue: 5_000_000, industry: 'software', employees: 200, region: 'EMEA' },
  icp_criteria: { min_revenue: 1_000_000, industries: ['software'] },
}

export const GOAL = 'Score the account'

export const DRAFT_GOAL = 'Draft an email to the prospect'

/** A draft that a language model is asked to word better. */
export const DRAFT_CONTEXT = {
  ...CONTEXT,
  template:
    'A question about {{topic}}\n\nHi {{first_name|there}},\n\nAcme cut onboarding from 12 days to 3. Are you open to a call?',
  prospect: { first_name: 'Zoraida', topic: 'onboarding' },
  improve: true,
}

/** Words that can be proved. */
export const DRAFT_ANSWER = {
  subject: 'A quick question about {{topic}}',
  message:
    'Hi {{first_name|there}},\n\nAcme cut onboarding from 12 days to 3. Would you like to talk about how?',
}

/** The shipped registry with other words for what a language model may do under profile `demo`. */
export const withLlm = (llm: string): string =>
  SHIPPED.replace(/llm: \{ planner: plan, model: gpt-4o-mini, share.*\}/, `llm: ${llm}`)
