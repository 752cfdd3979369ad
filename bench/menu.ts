// The menu of benchmarks: `npm run bench` lists them, `npm run bench -- NAME [--setting value]` runs one (or `all`),
// `compare` puts two builds side by side, `report` draws what was kept. Each loads what it needs alone.
import { BenchError } from './failure.ts'

async function act(args: readonly string[]): Promise<void> {
  const [name, ...rest] = args
  if (name === 'compare') await (await import('./compare/compare.ts')).compare(rest)
  else if (name === 'report') await (await import('./report/report.ts')).report(rest)
  else {
    const { listBenches, runBenches } = await import('./benches.ts')
    if (name === undefined) listBenches()
    else await runBenches(args)
  }
}

/** Does what the words say; 0 done, 1 it went wrong, 2 wrong words or files. */
export async function main(args: readonly string[]): Promise<number> {
  try {
    await act(args)
    return 0
  } catch (error) {
    if (!(error instanceof BenchError)) throw error
    console.error(error.message)
    return error.exitCode
  }
}
