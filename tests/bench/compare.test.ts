// Two builds by turns, as real processes; and builds that are made for the test alone, for what goes wrong.
import { execFileSync } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { createInterface } from 'node:readline'
import { describe, expect, test } from 'vitest'
import type { Build } from '../../bench/compare/builds.ts'
import { benchesOf, measure } from '../../bench/compare/child.ts'
import { checkBench } from '../../bench/compare/compare.ts'
import { readLine, type Comparison } from '../../bench/result.ts'
import { begin, bench, ended, folder, resultOf, ROOT, TINY } from './command.ts'

const tiny = (...args: readonly string[]): string[] => [
  'compare',
  ...args,
  '--bench',
  'fold',
  '--events',
  '500',
]
/** Where the lock has changed since the commit, its packages are installed first. */
const PATIENCE = 240_000
const NO_SIGNAL = new AbortController().signal

const workTrees = (): string[] =>
  execFileSync('git', ['worktree', 'list', '--porcelain'], { cwd: ROOT, encoding: 'utf8' })
    .split('\n')
    .filter((line) => line.startsWith('worktree ') && line.includes('.bench-'))
    .map((line) => line.slice('worktree '.length))

const comparisonIn = (out: string): Comparison => {
  const kept = readLine(out.split('\n').findLast((line) => line.startsWith('{')) ?? '')
  if (!('comparison' in kept)) throw new Error('no comparison')
  return kept.comparison
}

describe('bench compare', () => {
  test(
    'measures a commit and the tree as it is by turns, keeps the line and leaves no work tree',
    async () => {
      const file = join(folder(), 'kept.jsonl')
      const before = workTrees()
      const given = ['--rounds', '3', '--bench.rounds', '1', '--out', file]
      const commit = execFileSync('git', ['rev-parse', '--short', 'HEAD'], {
        cwd: ROOT,
        encoding: 'utf8',
      }).trim()
      const { code, out, err } = await bench([...tiny(commit, 'work'), ...given])
      expect({ code, err }).toMatchObject({ code: 0, err: expect.stringContaining('compare fold: 100 %') })
      const compared = comparisonIn(out)
      expect(compared).toMatchObject({
        compare: 'fold',
        rounds: 3,
        settings: { events: 500, rounds: 1 },
        base: { name: commit, commit },
        head: { name: 'work' },
      })
      expect(compared.figures.map(({ name }) => name)).toContain('events, median')
      for (const { base, head, ratio, lowest, highest } of compared.figures) {
        expect(base).toBeGreaterThan(0)
        expect(head).toBeGreaterThan(0)
        expect(lowest).toBeLessThanOrEqual(ratio ?? Number.NaN)
        expect(highest).toBeGreaterThanOrEqual(ratio ?? Number.NaN)
      }
      expect(out).toContain('| figure | base | head | head/base | lowest to highest | differs |')
      expect(comparisonIn(readFileSync(file, 'utf8'))).toEqual(compared)
      expect(workTrees().filter((tree) => !before.includes(tree))).toEqual([])
    },
    PATIENCE,
  )

  test.each(['SIGINT', 'SIGTERM'] as const)(
    'leaves nothing behind after %s',
    async (signal) => {
      const before = workTrees()
      const child = begin([...tiny('HEAD', 'work'), '--rounds', '4', '--bench.rounds', '1'])
      const all = ended(child)
      if (!child.stderr) throw new Error('no stderr')
      for await (const line of createInterface({ input: child.stderr })) if (line.endsWith('25 %')) break
      const own = workTrees().filter((tree) => !before.includes(tree))
      expect(own.length).toBeGreaterThan(0)
      child.kill(signal)
      if (child.exitCode === null) await once(child, 'exit')
      const { code, out } = await all
      expect({ code, out }).toEqual({ code: 1, out: '' })
      expect(workTrees().filter((tree) => own.includes(tree))).toEqual([])
      expect(own.filter((tree) => existsSync(dirname(tree)))).toEqual([])
    },
    PATIENCE,
  )

  test.each([
    ['an unknown commit', ['compare', 'no-such-commit', 'work'], 'there is no commit no-such-commit'],
    ['a tree with changes', ['compare', 'HEAD+', 'work'], 'say work for the tree as it is'],
    ['what git would take for an option', ['compare', '-x', 'work'], 'is no name of a commit'],
    ['a name with a blank', ['compare', 'a b', 'work'], 'is no name of a commit'],
    ['one build alone', ['compare', 'work'], 'compare BASE HEAD'],
    ['three builds', ['compare', 'work', 'work', 'work'], 'compare BASE HEAD'],
    ['no rounds', ['compare', 'work', 'work', '--rounds', '0'], 'a whole number from 1'],
    ['a file that cannot be written', ['compare', 'work', 'work', '--out', '/none/x'], 'cannot be written'],
    ['an unknown benchmark', ['compare', 'work', 'work', '--bench', 'none'], 'no benchmark none; known are '],
    ['an unknown setting', [...tiny('work', 'work'), '--depth', '1'], 'no setting --depth'],
  ])('refuses %s', async (_, args, why) => {
    const { code, out, err } = await bench(args)
    expect({ code, out }).toEqual({ code: 2, out: '' })
    expect(err).toContain(why)
  })
})

/** A build whose benchmarks are this program. */
function buildOf(name: string, program: string): Build {
  const root = folder()
  const scratch = join(root, 'scratch')
  mkdirSync(join(root, 'src/cli'), { recursive: true })
  mkdirSync(scratch)
  writeFileSync(join(root, 'src/cli/cugar.ts'), program)
  return { name, commit: `${name}-1`, root, scratch }
}
const listing = (...names: readonly string[]): string =>
  `console.log(${JSON.stringify(names.map((name) => `  ${name} asks\n             --events 1`).join('\n'))})`

describe('a build that is measured', () => {
  test('and fails shows what it wrote', async () => {
    const failing = buildOf('broken', `console.error('the disk is full'); process.exitCode = 1`)
    await expect(measure(failing, ['fold'], NO_SIGNAL)).rejects.toMatchObject({
      exitCode: 1,
      message: 'bench fold failed in broken (broken-1):\nthe disk is full',
    })
  })

  test('without the benchmark that the other has is named', async () => {
    const [base, head] = [buildOf('old', listing('runs')), buildOf('new', listing('runs', 'fold'))]
    expect(await benchesOf(head, NO_SIGNAL)).toEqual(['runs', 'fold'])
    await expect(checkBench({ base, head }, { bench: 'fold', signal: NO_SIGNAL })).rejects.toMatchObject({
      exitCode: 1,
      message: 'old (old-1) does not have the benchmark fold',
    })
    await checkBench({ base, head }, { bench: 'runs', signal: NO_SIGNAL })
  })

  test('answers with results under the name of its commit, and with nothing else', async () => {
    const line = JSON.stringify(resultOf({ commit: 'whatever' }))
    const good = buildOf('good', `console.log(${JSON.stringify(line)})`)
    expect(await measure(good, ['fold'], NO_SIGNAL)).toEqual([resultOf({ commit: 'good-1' })])
    const odd = buildOf('odd', `console.log('{"bench":7}')`)
    await expect(measure(odd, ['fold'], NO_SIGNAL)).rejects.toThrow('odd answers with something else')
  })

  test('is stopped with everything that it started', async () => {
    const stopping = new AbortController()
    const program = `import { spawn } from 'node:child_process'
      import { writeFileSync } from 'node:fs'
      const child = spawn(process.execPath, ['-e', 'setInterval(() => 0, 1000)'], { stdio: 'inherit' })
      writeFileSync('pid', String(child.pid))
      setInterval(() => 0, 1000)`
    const build = buildOf('endless', program)
    const measured = measure(build, ['fold'], stopping.signal)
    const pid = join(build.scratch, 'pid')
    await expect.poll(() => existsSync(pid) && readFileSync(pid, 'utf8') !== '').toBe(true)
    stopping.abort(new Error('enough'))
    // The other process holds the same stdout: the measurement ends when nobody does any more.
    await expect(measured).rejects.toThrow('enough')
  })
})

test('a result is printed as a table and a line, and kept in a file line after line', async () => {
  const file = join(folder(), 'kept.jsonl')
  const first = await bench([...TINY, '--out', file])
  expect(first).toMatchObject({ code: 0, out: expect.stringContaining('| events, median |') })
  const second = await bench([...TINY, '--json', '--out', file])
  expect(second.code).toBe(0)
  const kept = readFileSync(file, 'utf8')
  expect(kept.trimEnd().split('\n').map(readLine)).toMatchObject([
    { result: { bench: 'fold', settings: { events: 500, rounds: 1 } } },
    { result: { bench: 'fold' } },
  ])
  expect(kept).toBe(`${first.out.split('\n').find((line) => line.startsWith('{'))}\n${second.out}`)
})
