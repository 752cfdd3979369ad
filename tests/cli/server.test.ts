import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { parse } from 'yaml'
import { ACME, cugar, documents, file, lines, server, type Server } from './hand.ts'

const scenario = parse(readFileSync(ACME, 'utf8')) as { goal: string; context: Record<string, unknown> }
const CONTEXT = JSON.stringify(scenario.context)

const on =
  ({ url }: Server) =>
  (...args: string[]) =>
    cugar(args, { CUGAR_URL: url })

/** A run that waits for its approval. */
async function waiting(call: ReturnType<typeof on>): Promise<{ runId: string; approvalId: string }> {
  const context = file('context.json', CONTEXT)
  const started = await call('run', scenario.goal, '--profile', 'demo', '--context', context, '--json')
  const runId = String(documents(started.out)[0]?.['run_id'])
  for (;;) {
    const [page] = documents((await call('approvals', '--json')).out)
    const items = page?.['items'] as { approval_id: string; run_id: string }[]
    const mine = items.find((item) => item.run_id === runId)
    if (mine) return { runId, approvalId: mine.approval_id }
  }
}

/** The approval that the run waits for, once it does. */
async function pendingOn(call: ReturnType<typeof on>, runId: string): Promise<string> {
  for (;;) {
    const [shown] = documents((await call('show', runId, '--json')).out)
    const pending = shown?.['pending_approvals'] as { approval_id: string }[] | undefined
    if (pending?.[0]) return pending[0].approval_id
  }
}

describe('against a running server', () => {
  test("a scenario of the demo is a context, and the profile is the server's where none is given", async () => {
    const call = on(await server())
    const planned = await call('plan', scenario.goal, '--context', ACME, '--json')
    expect(planned.code).toBe(0)
    expect(documents(planned.out)[0]).toMatchObject({ steps: { length: 4 } })
    const started = await call('run', 'Score the account', '--context', ACME, '--wait', '20', '--json')
    expect(documents(started.out)[0]).toMatchObject({ profile: 'demo', status: 'succeeded' })
    const facts = file('facts.json', '{"goal":"x","revenue":1,"context":{}}')
    expect(await call('plan', 'Score the account', '--context', facts)).toMatchObject({ code: 1 })
  })

  test('whoever does not wait hears why there is no plan, and nothing of how a plan goes on', async () => {
    const call = on(await server())
    const run = (goal: string, ...more: string[]) => call('run', goal, '--context', ACME, ...more)
    const conditional = await run('Draft outreach but only if the fit score is above 0.7')
    expect(conditional).toMatchObject({ code: 1, out: expect.stringMatching(/^run_\w+ failed: 0 calls/) })
    expect(conditional.out).toContain('The goal makes something depend on a condition')
    const unserved = await run('send the email to the prospect', '--json')
    expect(unserved.code).toBe(1)
    expect(documents(unserved.out)[0]).toMatchObject({
      status: 'failed',
      message: expect.stringContaining('Nothing here does what the goal asks for: send: email.'),
    })
    const served = await run('Score the account and draft the email')
    expect(served).toMatchObject({ code: 0, out: expect.stringMatching(/^run_\w+ accepted/) })
    expect(await run('send the email', '--wait', '0')).toMatchObject({
      code: 0,
      out: expect.stringMatching(/^run_\w+ accepted/),
    })
  })

  test('a step that failed by its input says what is wrong, and how it goes on', async () => {
    const call = on(await server())
    const { account, icp_criteria, prospect } = scenario.context
    const given = (template_id: string) =>
      file(`${template_id}.json`, JSON.stringify({ account, icp_criteria, prospect, template_id }))
    const ended = await call(
      'run',
      'Score the account and draft the email',
      '--context',
      given('none'),
      '--wait',
      '60',
    )
    expect(ended).toMatchObject({ code: 1 })
    const [, runId = ''] = /^(run_\w+) partial:/.exec(ended.out) ?? []
    expect(lines(ended.out)).toEqual(
      expect.arrayContaining([
        '  context.template_id: is the id of no template of the library',
        `what is missing is done with: cugar resume ${runId} --context FILE`,
      ]),
    )
    const resumed = await call('resume', runId, '--context', given('close_times'))
    expect(resumed).toMatchObject({ code: 0, out: expect.stringMatching(/^run_\w+ accepted/) })
  })

  test('a run is started, approved as another person, followed to its end and listed', async () => {
    const call = on(await server())
    const { runId, approvalId } = await waiting(call)
    const pending = await call('approvals')
    expect(lines(pending.out)).toEqual([
      expect.stringContaining(`${approvalId}\tpending\tdraft_outbound_message\tmedium`),
    ])
    const following = call('events', runId, '--follow')
    const own = await call('approve', approvalId, '--as', 'local')
    expect(own).toMatchObject({ code: 1, err: expect.stringContaining('APPROVER_IS_REQUESTER') })
    const approved = await call('approve', approvalId)
    expect(approved).toEqual({
      code: 0,
      out: `${approvalId} approved: draft_outbound_message of ${runId}\n`,
      err: 'deciding as reviewer: no key is set; --as NAME says who decides\n',
    })
    const again = await call('deny', approvalId, '--reason', 'Too late', '--as', 'alice', '--json')
    expect(again.code).toBe(1)
    expect(documents(again.err)).toMatchObject([{ error: { code: 'APPROVAL_DECIDED' } }])
    const followed = await following
    expect(followed.code).toBe(0)
    expect(lines(followed.out).at(-1)).toMatch(/ run_finished profile=demo status=succeeded /)
    const listed = await call('events', runId, '--json')
    expect(documents(listed.out)).toHaveLength(lines(followed.out).length)
    const runs = await call('runs', '--status', 'succeeded')
    expect(runs.out).toMatch(new RegExp(`^${runId}\tsucceeded\tdemo\tdefault\t4/4\t2.7\t`))
    expect((await call('budgets')).out).toContain('tenant\tdefault\tcalls\t4\t0\t5000\t0.1 %')
    expect((await call('signals', '--window', '1h')).out).toMatch(/^all\t1\t100 %\t/)
    expect(await call('signals', '--window', 'soon')).toMatchObject({
      code: 1,
      err: expect.stringContaining('query.window'),
    })
  })

  test('a denied run ends with 1, and is resumed; a waiting one is cancelled', async () => {
    const call = on(await server())
    const { runId, approvalId } = await waiting(call)
    await call('deny', approvalId, '--reason', 'Not this one')
    expect(await call('events', runId, '--follow')).toMatchObject({ code: 1 })
    const resumed = await call('resume', runId)
    const next = /^(run_\w+) accepted\n$/.exec(resumed.out)?.[1] ?? ''
    expect(resumed.code).toBe(0)
    expect(await call('cancel', next, '--reason', ' ')).toMatchObject({ code: 2 })
    expect(await call('cancel', next, '--reason', 'The account was closed')).toMatchObject({
      code: 0,
      out: expect.stringContaining(`${next} cancelled`),
    })
    expect(await call('cancel', next)).toMatchObject({
      code: 1,
      err: expect.stringContaining('RUN_FINISHED'),
    })
    const settled = await call('reconcile', runId, 's1', '--outcome', 'happened', '--reason', 'Seen')
    expect(settled).toMatchObject({ code: 1, err: expect.stringContaining('STEP_NOT_UNKNOWN') })
  })

  test('changes are asked for with what they are, and the step waits again', async () => {
    const call = on(await server())
    const { runId, approvalId } = await waiting(call)
    const changes = file('changes.yaml', 'inputs:\n  template: Hello\n  prospect_data: {}\n')
    const asked = await call('request-changes', approvalId, '--reason', 'Too long', '--changes', changes)
    expect(asked).toMatchObject({ code: 0, out: expect.stringContaining('changes_requested') })
    const wrong = file('wrong.yaml', 'neither: {}\n')
    const refused = await call('request-changes', approvalId, '--reason', 'x', '--changes', wrong)
    expect(refused).toMatchObject({ code: 1, err: expect.stringContaining('INVALID_REQUEST') })
    expect((await call('runs', '--json')).out).toContain(runId)
  })

  test(
    'with --wait a run answers as soon as only a person can go on, and says with which command',
    { timeout: 240_000 },
    async () => {
      const call = on(await server())
      const asked = await call('run', scenario.goal, '--context', ACME, '--wait', '60')
      const [, runId = '', approvalId = ''] =
        /^(run_\w+) waiting: 4 calls[^]* {2}cugar approval (apr_\w+)\n/.exec(asked.out) ?? []
      expect(asked).toMatchObject({ code: 0, err: '' })
      expect(asked.out).toContain('fit score: 1.00 (high_priority)')
      expect(asked.out).toContain('s3 assess_message_quality is done, and released with s2')
      expect(asked.out).not.toContain('draft subject')
      const seen = await call('approval', approvalId)
      for (const said of [
        `goal: ${scenario.goal}\nrequester: local`,
        'draft subject: Shorter close times for Acme Corporation\n',
        '    Dear revenue operations team at Acme Corporation,\n',
        'Quality\nassess_message_quality\n  quality grade: A (1.00, ready to send)\n',
        'If approved\nThe message is released',
      ])
        expect(seen.out).toContain(said)

      await call('request-changes', approvalId, '--reason', 'Say less')
      const back = await call('show', runId)
      expect(back.out).toContain('was sent back by reviewer: "Say less"; local may revise it')
      expect(back.out).toContain(`  cugar revise ${runId} s2 --inputs FILE\n`)
      const inputs = file(
        'inputs.yaml',
        'template: |\n  Subject: Hi {{company}}\n\n  How about a call, {{nobody}}?\n',
      )
      const stranger = await call('revise', runId, 's2', '--inputs', inputs, '--as', 'bob')
      expect(stranger).toMatchObject({ code: 1, err: expect.stringContaining('NOT_THE_REQUESTER') })
      expect(await call('revise', runId, 's2', '--inputs', inputs)).toMatchObject({ code: 0, err: '' })
      const second = await pendingOn(call, runId)
      const edit = file('edit.json', '{"output":{"message_draft":"How about a call with Acme Corporation?"}}')
      await call('request-changes', second, '--reason', 'No gaps', '--changes', edit)
      const third = await pendingOn(call, runId)
      const own = await call('approve', third)
      expect(own).toMatchObject({ code: 1, err: expect.stringContaining('APPROVER_IS_REQUESTER') })
      const differing = await call('approval', third)
      for (const said of [
        'revision 2 changes_requested',
        '- draft subject: Shorter close times for Acme Corporation',
        '+ draft subject: Hi Acme Corporation',
        '+ warning: {{nobody}} has no value',
        'revision 3 pending',
        '- warning: {{nobody}} has no value',
        // Its words are counted anew.
        '+ draft for email: 7 words, 100 % of its variables have a value',
      ])
        expect(differing.out).toContain(said)
      expect(await call('approve', third, '--as', 'carol')).toMatchObject({ code: 0 })
      const done = await call('events', runId, '--follow')
      expect(done.code).toBe(0)
      const answer = await call('show', runId)
      expect(answer.out).toMatch(/^run_\w+ succeeded: 7 calls, 4\.7 cost units\n/)
      expect(answer.out).toContain('    How about a call with Acme Corporation?\n')
    },
  )

  test('a run that ends within --wait is shown, one that fails ends with 1, and a key gives the same run', async () => {
    const call = on(await server())
    const context = file('context.json', CONTEXT)
    const score = ['run', 'Score the account', '--profile', 'demo', '--context', context, '--wait', '20']
    const first = await call(...score, '--idempotency-key', 'k1')
    expect(first).toMatchObject({
      code: 0,
      out: expect.stringMatching(
        /^run_\w+ succeeded: 1 call, 0.5 cost units\ngoal: Score the account\nLLM: offline mode \(rule-based\), no key\nResults\ns1 score_account_fit\n {2}fit score: 1\.00 \(high_priority\)\n/,
      ),
    })
    expect(await call(...score, '--idempotency-key', 'k1')).toEqual(first)
    const cake = await call('run', 'Bake a cake', '--profile', 'demo', '--wait', '20')
    expect(cake).toMatchObject({ code: 1, out: expect.stringMatching(/ failed: /) })
    const unknown = await call('run', 'Score the account', '--profile', 'nobody', '--json')
    expect(unknown).toMatchObject({ code: 1, out: '', err: expect.stringContaining('UNKNOWN_PROFILE') })
    const plan = await call('plan', 'Score the account', '--profile', 'demo', '--context', context)
    expect(plan).toMatchObject({
      code: 0,
      out: expect.stringContaining('s1\tscore_account_fit\tintelligence\tread-only\t0.5\t'),
    })
    expect(await call('events', 'run_unknown')).toMatchObject({
      code: 1,
      err: expect.stringContaining('RUN_NOT_FOUND'),
    })
  })

  test('with keys the key says who calls', async () => {
    const made = await Promise.all(
      [
        ['alice', 'viewer,operator'],
        ['bob', 'viewer,approver'],
      ].map(([id = '', roles = '']) => cugar(['keys', 'new', '--id', id, '--roles', roles, '--json'])),
    )
    const keys = made.map(({ out }) => documents(out)[0] as { key: string; entry: unknown })
    const keysFile = file('keys.json', JSON.stringify({ keys: keys.map(({ entry }) => entry) }))
    const { url } = await server({ CUGAR_KEYS_FILE: keysFile })
    const as = (index: number, ...args: string[]) =>
      cugar(args, { CUGAR_URL: url, CUGAR_KEY: keys[index]?.key ?? '' })
    expect(await as(0, 'runs')).toEqual({ code: 0, out: '', err: '' })
    expect(await as(1, 'cancel', 'run_1')).toMatchObject({
      code: 1,
      err: expect.stringContaining('FORBIDDEN'),
    })
    expect(await as(1, 'approve', 'apr_1_1')).toMatchObject({
      code: 1,
      err: expect.stringContaining('APPROVAL_NOT_FOUND'),
    })
    const hint = 'Set CUGAR_KEY to a key of this server.'
    expect(await as(2, 'runs')).toMatchObject({
      code: 1,
      err: expect.stringContaining(`UNAUTHENTICATED: Send a valid API key as a bearer token. ${hint}`),
    })
    expect(await as(2, 'approve', 'apr_1_1')).toMatchObject({ code: 1, err: expect.stringContaining(hint) })
    expect(await cugar(['demo'], { CUGAR_KEYS_FILE: keysFile })).toMatchObject({
      code: 2,
      err: expect.stringContaining('unset CUGAR_KEYS_FILE'),
    })
  })
})
