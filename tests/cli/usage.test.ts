import { describe, expect, test } from 'vitest'
import { VERSION } from '../../src/version.ts'
import { cugar, documents, file } from './hand.ts'

const NAMES = [
  'demo serve run plan show runs events approvals approval approve deny request-changes revise resume cancel reconcile budgets signals',
  'tool registry verify doctor keys bench',
].flatMap((line) => line.split(' '))

type Bad = readonly [args: readonly string[], message: string]

/** Wrong usage: nothing is called, nothing is started. */
const BAD: readonly Bad[] = [
  [[], 'USAGE: a command is missing'],
  [['frobnicate'], "USAGE: unknown command 'frobnicate'"],
  [['runs', '--colour'], "USAGE: unknown option '--colour'"],
  [['serve', 'now'], "USAGE: too many arguments for 'serve'"],
  [['run', ' ', '--profile', 'demo'], 'It must not be blank.'],
  [['run', 'Score it', '--profile', 'demo', '--wait', '61'], 'It must be a whole number from 0 to 60.'],
  [['run', 'Score it', '--profile', 'demo', '--wait', 'soon'], 'It must be a whole number from 0 to 60.'],
  [['run', 'Score it', '--profile', 'demo', '--planner', ''], 'It must not be blank.'],
  [
    ['run', 'Score it', '--profile', 'demo', '--context', '/nowhere.json'],
    'FILE_UNREADABLE: /nowhere.json cannot',
  ],
  [['runs', '--status', 'done'], 'Allowed choices are accepted, running'],
  [['runs', '--url', 'ftp://127.0.0.1'], 'USAGE: ftp://127.0.0.1 is not the URL of a server'],
  [['runs', '--as', 'a b'], 'USAGE: --as must be 1 to 100 of'],
  [['events', '../budgets'], 'It is not an id.'],
  [['approve'], "USAGE: missing required argument 'approval'"],
  [['deny', 'apr_1_1'], "USAGE: required option '--reason <text>' not specified"],
  [['revise', 'run_1', 's1'], "USAGE: required option '--inputs <file>' not specified"],
  [
    ['reconcile', 'run_1', 's1', '--outcome', 'perhaps', '--reason', 'x'],
    'Allowed choices are happened, did_not',
  ],
  [['tool', 'score_account_fit'], "USAGE: required option '--input <file>' not specified"],
  [
    ['tool', 'score_deals', '--input', '-'],
    'USAGE: score_deals is not registered. Known: analyze_win_loss_patterns, assess_capacity_coverage,',
  ],
  [['tool', '__proto__', '--input', '-'], 'USAGE: __proto__ is not registered'],
  [['tool', 'score_account_fit', '--input', '-'], 'FILE_INVALID: there is no input: the file is empty'],
  [['registry'], 'USAGE: a command is missing'],
  [
    ['registry', 'check', '/nowhere.yaml'],
    'FILE_UNREADABLE: /nowhere.yaml cannot be read: there is no such file',
  ],
  [['demo', '--approve', 'never'], 'Allowed choices are auto, ask, console.'],
  [['demo', '--approve', 'ask'], 'USAGE: --approve ask needs a terminal'],
  [['demo', '--port', '65536'], 'It must be a whole number from 0 to 65535.'],
  [['demo', '--file', '/nowhere.yaml'], 'FILE_UNREADABLE: /nowhere.yaml cannot be read'],
  [['keys', 'new', '--id', 'a b', '--roles', 'viewer'], 'It must be 1 to 100 of A-Z a-z 0-9 _ . @ -'],
  [['keys', 'new', '--id', 'alice', '--roles', 'viewer,'], 'It must be role names with commas between them'],
]

describe('wrong usage ends with 2 and says what is wrong', () => {
  test.each(BAD)('cugar %j', async (args, message) => {
    const { code, out, err } = await cugar(args)
    expect({ code, out }).toEqual({ code: 2, out: '' })
    expect(err).toContain(message)
    expect(err).not.toContain('    at ')
  })

  test('a file that is not UTF-8, not one object or no scenario is refused', async () => {
    const list = file('list.json', '[1]')
    const latin = file('latin.json', Buffer.from([0x22, 0xe9, 0x22]))
    const broken = file('broken.yaml', 'a: [1\nb: 2\n')
    const scenario = file('scenario.yaml', 'goal: x\nprofile: 7\nsecret: y\n')
    const asContext = (path: string) => cugar(['plan', 'x', '--profile', 'demo', '--context', path])
    expect(await asContext(list)).toMatchObject({
      code: 2,
      err: `cugar: FILE_INVALID: ${list} must hold one object\n`,
    })
    expect(await asContext(latin)).toMatchObject({
      code: 2,
      err: `cugar: FILE_INVALID: ${latin} is not UTF-8 text\n`,
    })
    expect(await asContext(broken)).toMatchObject({ code: 2, err: expect.stringContaining('  line 2: ') })
    const demo = await cugar(['demo', '--file', scenario, '--json'])
    expect(demo.code).toBe(2)
    expect(JSON.parse(demo.err)).toMatchObject({
      error: {
        code: 'FILE_INVALID',
        errors: [{ path: 'profile' }, { message: 'Unrecognized key: "secret"' }],
      },
    })
  })

  test('with --json the error is one document on standard error', async () => {
    const { code, out, err } = await cugar(['runs', '--limit', '0', '--json'])
    expect({ code, out }).toEqual({ code: 2, out: '' })
    expect(documents(err)).toMatchObject([{ error: { code: 'USAGE', errors: [] } }])
  })
})

describe('what cannot be done ends with 1', () => {
  const nobody = { CUGAR_URL: 'http://127.0.0.1:9' }

  test.each([
    ['runs'],
    ['budgets'],
    ['signals'],
    ['approvals'],
    ['events run_1 --follow'],
    ['approve apr_1_1'],
    ['resume run_1'],
    ['cancel run_1'],
    ['plan x --profile demo'],
  ])('cugar %s says how to start a server when there is none', async (line) => {
    const { code, err } = await cugar(line.split(' '), nobody)
    expect(code).toBe(1)
    expect(err).toContain('SERVER_UNREACHABLE: no server at http://127.0.0.1:9: start one with `cugar serve`')
  })

  test('settings that are not valid are all listed, without a stack', async () => {
    const env = { PORT: 'x', LOG_LEVEL: 'loud', HOST: '0.0.0.0' }
    const { code, err } = await cugar(['serve'], env)
    expect(code).toBe(1)
    expect(err).toMatch(
      /^cugar: SETTINGS_INVALID: The settings are not valid\n {2}HOST: .*\n {2}PORT: .*\n {2}LOG_LEVEL: .*\n$/,
    )
    expect(await cugar(['runs'], { CUGAR_URL: 'x', CUGAR_KEY: 'a b' })).toMatchObject({
      code: 1,
      err: expect.stringMatching(/CUGAR_KEY: .*\n {2}CUGAR_URL: /),
    })
  })

  test('a name and a key exclude each other', async () => {
    expect(await cugar(['runs', '--as', 'alice'], { ...nobody, CUGAR_KEY: 'k' })).toMatchObject({ code: 2 })
  })
})

describe('help', () => {
  test('every command has one, with an example, and ends with 0', async () => {
    const overview = await cugar(['--help'])
    expect(overview.code).toBe(0)
    for (const name of NAMES) expect(overview.out).toContain(`  ${name} `)
    const helps = await Promise.all(NAMES.map((name) => cugar([name, '--help'])))
    for (const help of helps)
      expect(help).toMatchObject({ code: 0, err: '', out: expect.stringMatching(/Example:\n.*cugar /) })
  })

  test('the version is that of the package', async () => {
    expect(await cugar(['--version'])).toEqual({ code: 0, out: `${VERSION}\n`, err: '' })
  })
})
