import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { cugar, documents, file, REGISTRY } from './hand.ts'

type Vector = {
  readonly name: string
  readonly input: unknown
  readonly context: unknown
  readonly output?: unknown
}

const TOOLS = [
  'assess_message_quality',
  'draft_outbound_message',
  'normalize_account_record',
  'qualify_opportunity',
  'score_account_fit',
  'simulate_territory_change',
]

const vectorsOf = (tool: string): Vector[] =>
  JSON.parse(readFileSync(new URL(`../vectors/${tool}.json`, import.meta.url), 'utf8')) as Vector[]

/** Accepted by the reference, refused by us on purpose: the tests of the tools name the reason. */
const REFUSED = [
  'unknown_channel_skips_length_and_subject',
  'empty_template',
  'missing_template',
  'numeric_truthy_values_inflate_score',
  'opportunity_id_null_accepted',
  'same_from_and_to',
  'empty_territory_names_accepted',
]

/** Refused by the reference, taken by us on purpose. */
const TAKEN = ['status_null_crashes', 'string_revenue_type_error']

const account = { revenue: 10_000_000, industry: 'software', employee_count: 200, region: 'West' }
const FIT = { input: { account, icp_criteria: {} } }

describe('cugar tool', () => {
  test.each(TOOLS)('answers every reference case of %s with one line', async (tool) => {
    const vectors = vectorsOf(tool)
    const text = vectors.map(({ input, context }) => JSON.stringify({ input, context })).join('\n')
    const { code, out, err } = await cugar(['tool', tool, '--input', file('calls.ndjson', text)])
    const answered = documents(out).map((line) => 'output' in line)
    const expected = vectors.map(
      ({ name, output }) => TAKEN.includes(name) || (output !== undefined && !REFUSED.includes(name)),
    )
    expect({ answered, err }).toEqual({ answered: expected, err: '' })
    expect(code).toBe(expected.every(Boolean) ? 0 : 1)
  })

  test('takes one object, on many lines or on one, as input or with its context', async () => {
    const pretty = JSON.stringify(FIT.input, null, 2)
    const plain = await cugar(['tool', 'score_account_fit', '--input', file('input.json', pretty)])
    const enveloped = await cugar(['tool', 'score_account_fit', '--input', '-'], {}, JSON.stringify(FIT))
    const score = [{ output: { fit_score: expect.any(Number) } }]
    expect(plain.code).toBe(0)
    expect(documents(plain.out)).toMatchObject(score)
    expect(enveloped).toEqual(plain)
  })

  test('answers a wrong line with its error and goes on with the others', async () => {
    const good = JSON.stringify(FIT)
    const text = [
      good,
      '{"input": "secret',
      '',
      '{"account":{}}',
      '{"input":{"account":7}}',
      '[]',
      good,
    ].join('\r\n')
    const { code, out, err } = await cugar(['tool', 'score_account_fit', '--input', '-', '--json'], {}, text)
    const answers = documents(out)
    expect({ code, err }).toEqual({ code: 1, err: '' })
    expect(answers).toMatchObject([
      { output: { account_id: null } },
      { error: { code: 'INVALID_JSON', detail: 'line 2 is not JSON.', errors: [{ path: 'line 2' }] } },
      { error: { code: 'INVALID_INPUT', errors: [{ path: 'line 4' }] } },
      { error: { code: 'INVALID_INPUT', errors: [{ path: 'account' }, { path: 'icp_criteria' }] } },
      { error: { code: 'INVALID_INPUT', errors: [{ path: 'line 6' }] } },
      { output: {} },
    ])
    expect(out).not.toContain('secret')
  })

  test('refuses a tool with side effects, a disabled one and one without implementation', async () => {
    const shipped = readFileSync(REGISTRY, 'utf8')
    const ours = (change: (text: string) => string) =>
      cugar(['tool', 'normalize_account_record', '--input', '-'], {
        REGISTRY: file('registry.yaml', change(shipped)),
      })
    const executes = await ours((text) =>
      text.replace('side_effects: read-only\n    inputs', 'side_effects: execute\n    inputs'),
    )
    const disabled = await ours((text) =>
      text
        .replace('domain: intelligence', 'domain: intelligence\n    enabled: false')
        .replaceAll('      - normalize_account_record\n', ''),
    )
    const missing = await ours((text) => text.replace('domain: intelligence', 'domain: governance'))
    expect(executes).toMatchObject({
      code: 2,
      out: '',
      err: expect.stringContaining('has side effects (execute)'),
    })
    expect(disabled).toMatchObject({ code: 2, out: '', err: expect.stringContaining('is not enabled in') })
    expect(missing).toMatchObject({ code: 2, out: '', err: expect.stringContaining('has no implementation') })
  })

  test('holds the output to the guardrails of the registry', async () => {
    const strict = readFileSync(REGISTRY, 'utf8').replace(
      'output.fit_score: { min: 0, max: 1 }',
      'output.fit_score: { min: 2, max: 3 }',
    )
    const { code, out } = await cugar(
      ['tool', 'score_account_fit', '--input', '-'],
      { REGISTRY: file('registry.yaml', strict) },
      JSON.stringify(FIT),
    )
    expect(code).toBe(1)
    expect(documents(out)).toMatchObject([
      {
        error: {
          code: 'policy_security',
          errors: [{ message: 'output.fit_score must be a number of at least 2' }],
        },
      },
    ])
  })
})
