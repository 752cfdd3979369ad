// The two registries of the story: what is in force on the first day, and what replaces it.
const tools = (bookCost: number): string => `
tools:
  lookup_account:
    { domain: intelligence, description: lookup, outputs: { value: { type: string }, count: { type: number } }, cost: 1 }
  score_fit:
    { domain: qualification, description: score, inputs: { account: { type: string, required: true } },
      binds: { account: lookup_account.value }, outputs: { value: { type: string } }, cost: 2 }
  draft_message:
    domain: engagement
    description: draft
    side_effects: propose
    approval: { required: true, review: output, risk: medium }
    inputs: { account: { type: string, required: true }, tone: { type: string } }
    binds: { account: lookup_account.value, tone: context.tone }
    outputs: { value: { type: string }, status: { type: string } }
    guardrails: [{ output.status: draft }]
    cost: 2
  send_mail:
    domain: engagement
    description: send
    side_effects: execute
    idempotent: false
    approval: { risk: high, consequences: [A message leaves the house.] }
    inputs: { text: { type: string, required: true }, account: { type: string, required: true } }
    binds: { text: context.text, account: lookup_account.value }
    outputs: { receipt: { type: string } }
    cost: 3
  book_visit:
    domain: territory
    description: book
    side_effects: execute
    idempotent: true
    inputs: { account: { type: string, required: true } }
    binds: { account: lookup_account.value }
    outputs: { value: { type: string } }
    cost: ${bookCost}
  report_news:
    { domain: knowledge, description: report, inputs: { fit: { type: string } }, binds: { fit: score_fit.value },
      outputs: { value: { type: string } }, cost: 1, retry: slow }`

const ALLOWED = 'lookup_account, score_fit, draft_message, send_mail, book_visit, report_news'

const profiles = (allowed: string): string => `
profiles:
  desk:
    allowed_tools: [${allowed}]
    approval_required: [execute]
    approvers: { timeout_s: 2592000 }
    budget:
      run: { calls: 20, cost: 50 }
      domain: { engagement: { calls: 4, cost: 6 } }
      tool: { send_mail: { calls: 2 } }
      tenant: { window: day, calls: 60, cost: 80 }
      warning_threshold: 0.5
    timeout_seconds: 600
  pair:
    allowed_tools: [${allowed}]
    approval_required: [execute, propose]
    approvers: { quorum: 2, timeout_s: 2592000 }
    budget: { run: { calls: 9 }, tenant: { window: month, cost: 40 } }
    timeout_seconds: 600
  brief:
    allowed_tools: [${allowed}]
    approval_required: [execute]
    approvers: { timeout_s: 60 }
    budget: { run: { calls: 5 } }
    timeout_seconds: 600
  hasty:
    allowed_tools: [report_news]
    approval_required: [execute]
    budget: { run: { calls: 5 } }
    timeout_seconds: 0.3
  tight:
    allowed_tools: [${allowed}]
    approval_required: [execute]
    budget: { run: { calls: 9, cost: 3 }, on_exceeded: skip }
    timeout_seconds: 600
  strict:
    allowed_tools: [${allowed}]
    approval_required: [execute]
    budget: { run: { calls: 9 }, tenant: { window: day, calls: 2 }, warning_threshold: 0.8, on_exceeded: stop }
    timeout_seconds: 600`

const REST = `
retry:
  quick: { strategy: linear, base_ms: 1, cap_ms: 2, jitter: 0, attempts: 3 }
  slow: { strategy: exponential, base_ms: 86400000, factor: 2, cap_ms: 86400000, jitter: 0, attempts: 4 }
alerts:
  TenantOverspends: { freeze: tenant }
`

const HEAD = (version: number): string => `
version: v1
metadata: { name: fixture, version: "${version}" }
defaults: { retry: quick, timeout_ms: 600000 }`

export const FIRST = `${HEAD(1)}${tools(2)}${profiles(ALLOWED)}${REST}`

const ARCHIVE = `
  archive_file:
    { domain: knowledge, description: archive, inputs: { text: { type: string } },
      binds: { text: draft_message.value }, outputs: { value: { type: string } }, cost: 1 }`

export const SECOND = `${HEAD(2)}${tools(3)}${ARCHIVE}${profiles(`${ALLOWED}, archive_file`)}${REST}`
