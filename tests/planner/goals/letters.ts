// The tools of the graded goals, by the letters that stand for them there.

const LETTERS: Readonly<Record<string, string>> = {
  n: 'normalize_account_record',
  s: 'score_account_fit',
  d: 'draft_outbound_message',
  a: 'assess_message_quality',
  q: 'qualify_opportunity',
  t: 'simulate_territory_change',
  r: 'assess_deal_risk',
  w: 'analyze_win_loss_patterns',
  c: 'assess_capacity_coverage',
  p: 'extract_buyer_personas',
  k: 'retrieve_product_knowledge',
  i: 'retrieve_account_signals',
  b: 'generate_battlecard',
  m: 'schedule_engagement_touchpoint',
  x: 'log_crm_activity',
  e: 'explain_recommendation',
  y: 'replay_run',
  l: 'manage_template_library',
}

export const toolOfLetter = (letter: string): string => LETTERS[letter] ?? letter
