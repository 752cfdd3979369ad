// Values that a tool cannot read, as they come over HTTP: the goal that plans the tool, the context, and what is told.
type Row = {
  readonly tool: string
  readonly goal: string
  readonly context: Readonly<Record<string, unknown>>
  /** Path, and the kind of what came. */
  readonly told: readonly (readonly [string, string])[]
}

const qualify = (opportunity: unknown): Pick<Row, 'tool' | 'goal' | 'context'> => ({
  tool: 'qualify_opportunity',
  goal: 'is this deal qualified?',
  context: { opportunity },
})
const score = (account: unknown, icp_criteria: unknown = { min_revenue: 1 }) => ({
  tool: 'score_account_fit',
  goal: 'Score the account',
  context: { account, icp_criteria },
})
const normalize = (context: Row['context']) => ({
  tool: 'normalize_account_record',
  goal: 'Normalise the account record',
  context,
})
const draft = (context: Row['context']) => ({
  tool: 'draft_outbound_message',
  goal: 'Draft an email',
  context,
})
const assess = (context: Row['context']) => ({
  tool: 'assess_message_quality',
  goal: 'Assess the quality of this message',
  context,
})
const move = (territory_change: unknown) => ({
  tool: 'simulate_territory_change',
  goal: 'Simulate the territory change',
  context: { territory_change },
})

/** Never repeated by any answer: it may be personal. */
export const SECRET = 'Zyxw'

export const UNREADABLE: readonly Row[] = [
  {
    ...qualify({
      opportunity_id: 'o-1',
      criteria: { budget: `perhaps, ${SECRET} said`, need: {}, timing: 7, champion: [1] },
    }),
    told: [
      ['context.opportunity.criteria.budget', 'a text'],
      ['context.opportunity.criteria.need', 'an object'],
      ['context.opportunity.criteria.timing', 'a number'],
      ['context.opportunity.criteria.champion', 'a list'],
    ],
  },
  {
    ...qualify({ opportunity_id: '', criteria: {} }),
    told: [['context.opportunity.opportunity_id', 'an empty text']],
  },
  {
    ...qualify({ opportunity_id: {}, criteria: SECRET }),
    told: [
      ['context.opportunity.opportunity_id', 'an object'],
      ['context.opportunity.criteria', 'a text'],
    ],
  },
  { ...qualify({ opportunity_id: 1, criteria: [] }), told: [['context.opportunity.criteria', 'a list']] },
  {
    ...qualify({ opportunity_id: 1, criteria: {}, notes: 5 }),
    told: [['context.opportunity.notes', 'a number']],
  },
  {
    ...score({ revenue: `${SECRET} has 5 or 6`, employees: [3], industry: { a: 1 } }),
    told: [
      ['context.account.revenue', 'a text'],
      ['context.account.employees', 'a list'],
      ['context.account.industry', 'an object'],
    ],
  },
  {
    ...score(SECRET, 7),
    told: [
      ['context.account', 'a text'],
      ['context.icp_criteria', 'a number'],
    ],
  },
  {
    ...score({ revenue: 1 }, { min_revenue: SECRET, industries: { a: 1 }, regions: [1, {}] }),
    told: [
      ['context.icp_criteria.min_revenue', 'a text'],
      ['context.icp_criteria.industries', 'an object'],
      ['context.icp_criteria.regions.1', 'an object'],
    ],
  },
  { ...normalize({ account_data: SECRET }), told: [['context.account_data', 'a text']] },
  {
    ...normalize({
      account_data: { 'Company Name': {}, 'Annual Revenue': [5] },
      locale: 'x',
      source_type: '',
    }),
    told: [
      ['context.account_data.Company Name', 'an object'],
      ['context.account_data.Annual Revenue', 'a list'],
      ['context.source_type', 'an empty text'],
      ['context.locale', 'a text'],
    ],
  },
  {
    ...draft({ template: 7, prospect: SECRET }),
    told: [
      ['context.template', 'a number'],
      ['context.prospect', 'a text'],
    ],
  },
  {
    ...draft({ template: 'Hi {{name}}', prospect: { name: { a: 1 } }, tone: '' }),
    told: [
      ['context.tone', 'an empty text'],
      ['context.prospect.name', 'an object'],
    ],
  },
  {
    ...assess({ message: '', subject: 5, channel: SECRET, prospect: [] }),
    told: [
      ['context.message', 'an empty text'],
      ['context.subject', 'a number'],
      ['context.channel', 'a text'],
      ['context.prospect', 'a list'],
    ],
  },
  {
    ...move({ from_territory: 'w', to_territory: 5, account_ids: 'a', effective_date: `in ${SECRET}` }),
    told: [
      ['context.territory_change.to_territory', 'a number'],
      ['context.territory_change.account_ids', 'a text'],
      ['context.territory_change.effective_date', 'a text'],
    ],
  },
  {
    ...move({ from_territory: 'w', to_territory: 'W', account_ids: ['a', 'a'] }),
    told: [
      ['context.territory_change.account_ids.1', 'a text'],
      ['context.territory_change.to_territory', 'a text'],
    ],
  },
]
