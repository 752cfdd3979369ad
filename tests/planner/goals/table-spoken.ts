// As `table-graded.ts`: as people say over a desk what they want; sayings and `sayings/small-words.ts` were
// made with these, so that their figures say nothing of goals that nobody has seen.
import type { GradedRow } from './table-graded.ts'

export const spoken: readonly GradedRow[] = [
  ['research Acme', 'i'],
  ['research the company Brightwater Foods', 'i'],
  ['do some research on Acme Robotics and draft outreach', 'id'],
  ['Research Acme, score it and write an email', 'isd'],
  ['look into our prospect before the call', 'i'],
  ["don't research Acme, just score it", 's'],
  ["research Acme's competitors", '', 'unserved'],
  ['research the market', '', 'unserved'],
  ['research pricing', '', 'unserved'],
  ["what's new at Acme", 'i'],
  ['what changed at Acme lately', 'i'],
  ['what is going on with this account these days?', 'i'],
  ["what's new", '', 'unserved'],
  ['which personas should I target at Acme', 'p'],
  ['what does our product do about SSO?', 'k'],
  ['how risky is the Acme renewal', 'r'],
  ['summarize the win/loss patterns for last quarter', 'w'],
  ['is this lead worth pursuing', 'q'],
  ['score acme adn draft an emial', 'sd'],
  ['score Acme, tehn draft teh email', 'sd'],
  ['draft teh email witout checking it', 'd'],
  ['do it again with the same inputs', 'y'],
  ['book a flight to Berlin', '', 'unserved'],
]
