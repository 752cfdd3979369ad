// Goals as people write them, and the tools they must get, in the order of the steps.

export const context = {
  account: { account_id: 'acme-001', name: 'Acme', industry: 'software' },
  account_data: { Name: 'Acme' },
  icp_criteria: { industries: ['software'] },
  template: 'Hello {{name}}',
  prospect: { name: 'Acme' },
  message: 'Hello Acme',
  opportunity: { opportunity_id: 'o1', criteria: { budget: true } },
  territories: [{ territory_id: 'north', account_count: 90, rep_count: 1 }],
  deals: [{ outcome: 'won' }],
  competitor: 'Globex',
  activity: { account_id: 'acme-001', note: 'They asked for the security paper.' },
  run_id: 'run_019a2b3c4d5e6f7a8b9c0d1e',
  meeting: { time_zone: 'Europe/Berlin' },
  knowledge: { query: 'single sign-on' },
  territory_change: { from_territory: 'north', to_territory: 'south', account_ids: ['a1', 'a2'] },
}

const normalise = 'normalize_account_record'
const score = 'score_account_fit'
const draft = 'draft_outbound_message'
const assess = 'assess_message_quality'
const qualify = 'qualify_opportunity'
const simulate = 'simulate_territory_change'

type Row = readonly [goal: string, tools: readonly string[]]

export const goals: readonly Row[] = [
  ['assess the quality of this message', [assess]],
  ['is this deal qualified?', [qualify]],
  ['simulate moving two accounts', [simulate]],
  ['find product knowledge about single sign-on', ['retrieve_product_knowledge']],
  ['search our documentation', ['retrieve_product_knowledge']],
  [
    'Prioritise Acme, draft the outreach, assess the message and qualify the opportunity',
    [score, draft, assess, qualify],
  ],
  [
    'Score the account, draft an outbound message, assess its quality and qualify the opportunity',
    [score, draft, assess, qualify],
  ],
  [
    'Prioritize Acme Corp: score account fit, draft outreach, check message quality, qualify the deal',
    [score, draft, assess, qualify],
  ],
  ['prioritise Acme and draft the outreach', [score, draft]],
  ['Prioritizing accounts for next quarter', [score]],
  ['prioritize these leads', [score]],
  ['How well does Acme fit our ideal customer profile?', [score]],
  ['score this account', [score]],
  ['which accounts should we target first?', [score]],
  ['draft an email to the prospect', [draft]],
  ['Write personalised outreach for a prospect', [draft]],
  ['Please compose a LinkedIn message from our template', [draft]],
  ['write a cold email', [draft]],
  ['check the tone of my message before I send it', [assess]],
  ['proofread my email', [assess]],
  ['grade this message', [assess]],
  ['assess the quality of this message for the buyer', [assess]],
  ['asess the qualty of this mesage', [assess]],
  ['qualify the opportunity with MEDDICC', [qualify]],
  ['BANT check for the Initech opportunity', [qualify]],
  ['Is the opportunity worth pursuing?', [qualify]],
  ['qualification of the Globex deal', [qualify]],
  ['clean up this CRM record', [normalise]],
  ['normalise the raw account record', [normalise]],
  ['standardize messy company data', [normalise]],
  ['normalize the account and score its fit', [normalise, score]],
  ['what happens if we move these accounts to another territory', [simulate]],
  ['reassign accounts between reps', [simulate]],
  ['rebalance the territories', [simulate]],
  ['draft the outreach and assess its quality', [draft, assess]],
  ['simulate the territory change, then score the accounts', [simulate, score]],
  ['qualify the deal; write the follow-up', [draft, qualify]],
  ['Is my email ready to send?', [assess]],
  ['Make this email better', [assess]],
  ['review this message', [assess]],
  ['what if Berlin moves to the west team', [simulate]],
  ['transfer three accounts from north to south', [simulate]],
  ['check whether the deal passes MEDDICC', [qualify]],
  ['rank my accounts by ICP fit', [score]],
  ['prioritise, draft, check and qualify Acme', [score, draft, assess, qualify]],
  ['order a pizza and qualify the deal', [qualify]],
  ['book a flight to Rome', []],
  ['order a pizza', []],
  ['what is the weather tomorrow', []],
  ['translate this poem into French', []],
  ['', []],
  ['please help me', []],
  ['12345 !!!', []],
  ['constructor __proto__ toString', []],
]

/** Texts for tools that a bigger registry has, to see that they take nothing from the others. */
export const laterTools: readonly (readonly [string, string, string, string])[] = [
  [
    'assess_capacity_coverage',
    'territory',
    'Assesses capacity and coverage of territories and lists the gaps.',
    'Find territories that have no rep, are overloaded or underused.',
  ],
  [
    'retrieve_account_signals',
    'intelligence',
    'Retrieves buying signals of an account from the CRM.',
    'Research an account before reaching out.',
  ],
  [
    'generate_battlecard',
    'knowledge',
    'Generates a battlecard for a named competitor: strengths, weaknesses, objections and answers.',
    'Prepare a seller for a competitive deal.',
  ],
  [
    'manage_template_library',
    'engagement',
    'Lists, reads, creates, updates and deletes message templates, with versions.',
    'Keep proven templates.',
  ],
  [
    'schedule_engagement_touchpoint',
    'engagement',
    'Proposes meeting slots and a calendar invitation in a time zone and working hours.',
    'Schedule a meeting or call with a buyer.',
  ],
  [
    'log_crm_activity',
    'engagement',
    'Logs a note of an activity in the CRM.',
    'Keep the CRM up to date after a conversation.',
  ],
  [
    'assess_deal_risk',
    'qualification',
    'Assesses the risk of a deal and its chance to close.',
    'Spot deals in danger: stalled stage, competition, no champion.',
  ],
  [
    'analyze_win_loss_patterns',
    'governance',
    'Analyses patterns of won and lost deals.',
    'Learn why deals are won or lost.',
  ],
  [
    'extract_buyer_personas',
    'governance',
    'Extracts buyer personas from the contacts of won deals.',
    'Know who buys and who decides.',
  ],
  [
    'explain_recommendation',
    'governance',
    'Explains from the journal why a run recommended what it did.',
    'Give the reasons behind a recommendation.',
  ],
  [
    'replay_run',
    'governance',
    'Replays a past run from its record and reports every difference.',
    'Audit an earlier run.',
  ],
]

export const laterGoals: readonly Row[] = [
  ['what is the risk of this deal?', ['assess_deal_risk']],
  ['which territories are overloaded?', ['assess_capacity_coverage']],
  ['coverage gaps by territory', ['assess_capacity_coverage']],
  ['research buying signals for the account', ['retrieve_account_signals']],
  ['build a battlecard against Globex', ['generate_battlecard']],
  ['analyse win/loss patterns of last year', ['analyze_win_loss_patterns']],
  ['who are our buyer personas?', ['extract_buyer_personas']],
  ['propose slots for a calendar invitation', ['schedule_engagement_touchpoint']],
  ['log a note in the CRM', ['log_crm_activity']],
  ['explain why the run recommended this', ['explain_recommendation']],
  ['list the message templates', ['manage_template_library']],
  ['qualify the deal and assess its risk', ['assess_deal_risk', qualify]],
  ['score the account, then generate a battlecard', [score, 'generate_battlecard']],
]
