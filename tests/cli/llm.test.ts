// Who planned, said by every command; and the demo of it with and without a model, against the scripted server.
import { beforeAll, describe, expect, test } from 'vitest'
import { simpleAnswer } from '../models/double.ts'
import { modelServer, refuses, says, type ModelServer } from '../models/server.ts'
import { ACME, cugar, documents, folder, lines, server } from './hand.ts'

const MODEL = 'LLM: gpt-4o-mini'
const OFFLINE = 'LLM: offline mode (rule-based), no key'

let scripted: ModelServer
beforeAll(async () => {
  scripted = await modelServer((response, received, nth) =>
    says(simpleAnswer(received))(response, received, nth),
  )
  return () => scripted.stop()
})

const fresh = (baseUrl?: string) => ({
  DATA_DIR: folder(),
  PORT: '0',
  ...(baseUrl === undefined ? {} : { OPENAI_BASE_URL: baseUrl }),
})

/** Goals whose words the scripted model has. */
const GOAL = 'Score the account, draft the outreach, assess its quality and qualify the opportunity'

describe('cugar demo --llm', () => {
  test('with a model shows its plan beside that of the rules, then the run that follows it, and what it took', async () => {
    const { code, out, err } = await cugar(['demo', '--llm', '--exit'], fresh(scripted.url))
    expect([code, err]).toEqual([0, ''])
    const [, first] = lines(out)
    expect(first).toBe(MODEL)
    for (const said of [
      /^ +rules +llm$/m,
      /^score_account_fit +s1 +-$/m,
      /^qualify_opportunity +s4 +s3$/m,
      /^tokens +0 +1100$/m,
      /^dollars +\$0.000000 +\$0.000210$/m,
      /^only the rules: score_account_fit$/m,
      /^only the model: nothing$/m,
      /chosen by the language model/,
      /gpt-4o-mini asked \(decompose\): success/,
      /plan by llm: 3 steps/,
      /run succeeded after/,
      /^LLM: gpt-4o-mini$/m,
      /^steps executed: 3 of 3$/m,
      /^language model: 1 question, 1100 tokens, \$0.000210$/m,
    ])
      expect(out).toMatch(said)
  })

  test('without a key says that it is offline, how to have a model, and runs', async () => {
    const { code, out, err } = await cugar(['demo', '--llm', '--exit'], fresh())
    expect([code, err]).toEqual([0, ''])
    expect(lines(out).slice(1, 3)).toEqual([
      OFFLINE,
      'to have a language model plan: set OPENAI_API_KEY, or OPENAI_BASE_URL for a compatible server, and run it again',
    ])
    expect(out).toContain('steps executed: 4 of 4')
    expect(lines(out).filter((line) => line.endsWith(OFFLINE))).toHaveLength(3)
    expect(out).not.toContain('language model: ')
  })

  test('with a model that fails is the run of the rules, and says why, as documents too', async () => {
    const broken = await modelServer(refuses(500, { message: 'oops' }))
    const { code, out } = await cugar(['demo', '--llm', '--exit', '--json'], fresh(broken.url))
    await broken.stop()
    const all = documents(out)
    const why = 'LLM: offline mode (rule-based), the model cannot be reached'
    expect(code).toBe(0)
    expect(all[1]).toMatchObject({ type: 'comparison', llm: { made: { summary: why, model: null } } })
    expect(all.at(-1)).toMatchObject({ planned_by: why, llm: { calls: 2 }, steps_executed: 4 })
  })
})

/** Each command that shows a plan or a run. */
async function everyCommand(env: Readonly<Record<string, string>>) {
  const { url } = await server(env)
  const at = { CUGAR_URL: url }
  const asked = [GOAL, '--profile', 'demo', '--context', ACME]
  const said = async (...args: string[]) => lines((await cugar(args, at)).out)
  const ran = await said('run', ...asked, '--wait', '60')
  const [runId = ''] = ran[0]?.split(' ') ?? []
  return {
    url,
    runId,
    run: ran,
    show: await said('show', runId),
    plan: await said('plan', ...asked),
    graph: await said('plan', ...asked, '--graph'),
    rules: await said('plan', ...asked, '--planner', 'rules'),
    playbook: await said('plan', '--playbook', 'prospecting', '--profile', 'sales_rep', '--context', ACME),
  }
}

const pageOf = async (url: string): Promise<string> =>
  (await fetch(url, { headers: { accept: 'text/html' } })).text()

describe('who planned', () => {
  test('is said by every command and by the console, with a model', async () => {
    const said = await everyCommand({ OPENAI_BASE_URL: scripted.url })
    expect(said.run).toContain(MODEL)
    expect(said.run[0]).toMatch(/; 1 question to a language model, 1100 tokens, \$0\.000210$/)
    expect(said.show).toContain(MODEL)
    expect(said.plan[0]).toBe(MODEL)
    expect(said.graph[0]).toBe(MODEL)
    expect(said.rules[0]).toBe('LLM: offline mode (rule-based), not asked')
    expect(said.playbook[0]).toBe('LLM: not asked, a playbook is the plan')
    const page = await pageOf(`${said.url}/runs/${said.runId}`)
    expect(page).toContain(MODEL)
    expect(page).toContain('1 question to a language model')
  })

  test('and without one', async () => {
    const said = await everyCommand({})
    expect(said.run).toContain(OFFLINE)
    expect(said.run[0]).toMatch(/4 calls, 2\.7 cost units$/)
    expect(said.show).toContain(OFFLINE)
    expect(said.plan[0]).toBe(OFFLINE)
    expect(said.graph[0]).toBe(OFFLINE)
    expect(said.rules[0]).toBe('LLM: offline mode (rule-based), not asked')
    expect(await pageOf(`${said.url}/runs/${said.runId}`)).toContain(OFFLINE)
  })

  test('is told by the doctor: without a question, and with one', async () => {
    const env = fresh(scripted.url)
    const line = async (args: string[], settings: Readonly<Record<string, string>>) =>
      lines((await cugar(['doctor', ...args], settings)).out).at(-1)
    const before = scripted.received.length
    expect(await line([], fresh())).toMatch(
      /^ok +LLM: offline mode \(rule-based\), no key: set OPENAI_API_KEY/,
    )
    expect(await line([], env)).toMatch(
      /^ok +LLM: gpt-4o-mini at 127\.0\.0\.1:\d+: cugar doctor --llm asks it$/,
    )
    expect(scripted.received.length).toBe(before)
    expect(await line(['--llm'], env)).toMatch(
      /^ok +LLM: gpt-4o-mini in \d+ ms, 1100 tokens, \$0\.000210; its server takes json_schema, max_tokens/,
    )
    expect(scripted.received.length).toBe(before + 1)
    const chatty = await modelServer(says('Hello! How can I help?'))
    expect(await line(['--llm'], fresh(chatty.url))).toMatch(
      /^problem +LLM: gpt-4o-mini in \d+ ms: it does not answer in the shape that it is asked for/,
    )
    await chatty.stop()
    const small = await modelServer((response, received, nth) => {
      const { max_tokens: limit } = received.body
      if (Number(limit) > 600) refuses(400, { message: 'max_tokens is too large' })(response, received, nth)
      else says({ ready: true })(response, received, nth)
    })
    expect(await line(['--llm'], fresh(small.url))).toMatch(/seed, answers of 500 tokens at most$/)
    await small.stop()
  })
})
