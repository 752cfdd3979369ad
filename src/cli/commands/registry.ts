// `cugar registry check`: everything that would stop a start with this file, without a server.
import type { Command } from 'commander'
import { readEnvironment } from '../../config.ts'
import type { Registry } from '../../registry/registry.ts'
import { counted } from '../../run/figures.ts'
import { command, exiting, group, TOOLS_OPTION, type WithTools } from '../command.ts'
import type { ExitCode } from '../failure.ts'
import { checkRegistryFile } from '../registry-file.ts'
import { outputFor, show } from '../output.ts'
import { withRegistry } from '../shipped-registry.ts'

async function summaryOf(registry: Registry): Promise<string> {
  const { labelValues, wholeSeries, worstCaseSeries } =
    await import('../../projections/metrics/cardinality.ts')
  const { collapsed } = labelValues(registry)
  return [
    counted(Object.keys(registry.tools).length, 'tool'),
    counted(Object.keys(registry.profiles).length, 'profile'),
    counted(Object.keys(registry.adapters).length, 'adapter'),
    `at most ${worstCaseSeries(registry)} of ${registry.max_series} series`,
    ...(collapsed.length > 0
      ? [
          `${counted(collapsed.length, 'label')} of metrics collapsed to other: labels.max_series ${wholeSeries(registry)} would keep every one`,
        ]
      : []),
  ].join(', ')
}

async function check(given: string | undefined, options: WithTools): Promise<ExitCode> {
  const out = outputFor(options)
  const { registryFile, toolsDir, knowledgeDir, templatesDir } = withRegistry(readEnvironment())
  const file = given ?? registryFile
  const folder = options.tools ?? toolsDir
  const { registry, problems } = await checkRegistryFile(file, {
    ...(folder !== undefined && { toolsDir: folder }),
    ...(knowledgeDir !== undefined && { knowledgeDir }),
    ...(templatesDir !== undefined && { templatesDir }),
  })
  const valid = problems.length === 0
  const summary = registry === null ? null : await summaryOf(registry)
  show(out, { file, valid, summary, problems }, () => {
    for (const { path, message } of problems) out.line(`${file}: ${path}: ${message}`)
    out.line(valid ? `${file} is valid: ${summary}` : `${file}: ${counted(problems.length, 'problem')}`)
  })
  return valid ? 0 : 1
}

export function registryCommand(): Command {
  const registry = group('registry', 'looks at a registry file', 'cugar registry check registry.yaml')
  registry.addCommand(
    command(
      'check',
      'lists every problem with its line; exit code 1 when there are any',
      'cugar registry check registry.yaml',
    )
      .argument('[file]', 'the registry (default: REGISTRY, else ./registry.yaml; - for standard input)')
      .option(...TOOLS_OPTION)
      .action(exiting(check)),
  )
  return registry
}
