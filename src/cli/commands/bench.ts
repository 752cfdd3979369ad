// `cugar bench`: hands its arguments to the benchmarks of a source checkout; an installed package has none.
import { existsSync } from 'node:fs'
import { extname } from 'node:path'
import { Command } from 'commander'
import { exiting } from '../command.ts'
import { cliError, type ExitCode } from '../failure.ts'

type Menu = { readonly main: (args: string[]) => Promise<number> }

async function act(args: string[]): Promise<ExitCode> {
  const menu = new URL(`../../../bench/menu${extname(import.meta.url)}`, import.meta.url)
  if (!existsSync(menu)) throw cliError('NO_BENCH', 'benchmarks are in the source checkout, under bench/')
  const { main } = (await import(menu.href)) as Menu
  const exitCode = await main(args)
  return exitCode === 0 || exitCode === 2 ? exitCode : 1
}

/** Everything after its name goes to the benchmark, --json too. */
export const benchCommand = (): Command =>
  new Command('bench')
    .description('runs a benchmark of the source checkout; without a name, lists them')
    .argument('[args...]', 'name of the benchmark and its options, such as --json')
    .allowUnknownOption()
    .passThroughOptions()
    .addHelpText(
      'after',
      '\nExample:\n  cugar bench journal --json\n  cugar bench compare HEAD~1 work --bench journal',
    )
    .action(exiting(act))
