// When an alert fires in a recording, as promtool sees it with the shipped rules: it is asked at every minute.
import { execFile } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { casesText } from './cases-text.ts'
import type { PromtoolCase } from './case.ts'

type Rehearsed = Pick<PromtoolCase, 'name' | 'interval' | 'input_series'>

/** What it prints of expectations that do not hold, which is how it says what is. */
async function printed(file: string): Promise<string> {
  return new Promise((resolve) => {
    execFile('promtool', ['test', 'rules', file], { maxBuffer: 100_000_000 }, (_, stdout, stderr) =>
      resolve(`${stdout}\n${stderr}`),
    )
  })
}

/** promtool writes 1501m as 1d1h1m. */
const minuteOf = (time: string): number => {
  const [, days = '0', hours = '0', minutes = '0'] = /^(?:(\d+)d)?(?:(\d+)h)?(?:(\d+)m)?$/.exec(time) ?? []
  return (Number(days) * 24 + Number(hours)) * 60 + Number(minutes)
}

/** `every`: minutes between two evaluations. */
type Within = { readonly minutes: readonly number[]; readonly every: number }

/** The minutes at which `expr` has a value. Errors: promtool cannot read the case. */
export async function minutesWith(
  rehearsed: Rehearsed,
  expr: string,
  { minutes, every }: Within,
): Promise<number[]> {
  const dir = await mkdtemp(join(tmpdir(), 'cugar-rehearsal-'))
  const file = join(dir, 'case.yml')
  const asked = minutes.map((minute) => ({ expr, eval_time: `${minute}m`, exp_samples: [] }))
  await writeFile(file, casesText({ cases: [{ ...rehearsed, promql_expr_test: asked }], every, dir }))
  const said = await printed(file)
  await rm(dir, { recursive: true, force: true })
  if (!/SUCCESS|FAILED/.test(said)) throw new Error(`promtool cannot read ${rehearsed.name}: ${said}`)
  if (!said.includes('exp: nil') && !said.includes('SUCCESS')) throw new Error(said)
  return [...said.matchAll(/, time: (\w+),\s+exp: nil\s+got: \{/g)].map(([, time = '']) => minuteOf(time))
}
