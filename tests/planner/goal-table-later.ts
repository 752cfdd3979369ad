// As `goal-table-graded.ts`, for the tools that came after it: what people type for each, and what is near it and asks
// for something else.
import type { GradedRow } from './goal-table-graded.ts'

export const later: readonly GradedRow[] = [
  // Signals of an account
  ['retrieve the account signals', 'i'],
  ['research buying signals for the account', 'i'],
  ['what buying signals does Acme show?', 'i'],
  ['find buying signals for Acme', 'i'],
  ['get the intent signals of this account from the CRM', 'i'],
  ['show me the signals of acme-001', 'i'],
  ['any buying signals at Acme?', 'i'],
  ['fetch account signals, then score the account', 'is'],
  ['pull the buying signals', 'i'],
  ['account signals', 'i'],
  ['retrieve the account', '', 'unserved'],
  ['fetch the account from Salesforce', '', 'unserved'],
  ['signal the team that the deal is won', '', 'unserved'],
  ['send a signal to the prospect', '', 'unserved'],
  ['what is the revenue of Acme?', '', 'unserved'],
  ['find news about Acme', '', 'unserved'],
  // A competitor
  ['generate a battlecard', 'b'],
  ['build a battlecard against Globex', 'b'],
  ['create a battle card for Globex', 'b'],
  ['make a battlecard for our competitor', 'b'],
  ['prepare the battlecard for the Globex deal', 'b'],
  ['how do we answer objections about Globex?', 'b'],
  ['what are the weaknesses of our competitor?', 'b'],
  ['show me the strengths and weaknesses of Globex', 'b'],
  ['I need a battlecard', 'b'],
  ['qualify the deal and generate a battlecard', 'qb'],
  ['search our documentation and build a battlecard', 'kb'],
  ['object to the contract', '', 'unserved'],
  ['build a battle plan', '', 'unserved'],
  ['compare our prices with the competitor', '', 'unserved'],
  ['contact the competitor', '', 'unserved'],
  ['how strong is this email?', '', 'unserved'],
  ['create a deck against Globex', '', 'unserved'],
]
