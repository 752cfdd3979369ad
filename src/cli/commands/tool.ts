// `cugar tool`: calls one read-only or propose tool by itself, outside any run: no journal, no budget, no approval, but
// the checks and guardrails of a step.
import { inspect } from 'node:util'
import type { Command } from 'commander'
import { readEnvironment } from '../../config.ts'
import { AppError } from '../../errors.ts'
import { brokenGuardrails } from '../../registry/guardrail.ts'
import type { ToolSpec } from '../../registry/registry.ts'
import type { SingleResult } from '../../tools/single.ts'
import { NO_TEXTS, type OwnTexts } from '../../tools/text-file.ts'
import type { Tool } from '../../tools/tool.ts'
import { command, exiting, TOOLS_OPTION, type WithTools } from '../command.ts'
import { cliError, usage, type ExitCode } from '../failure.ts'
import { readText } from '../file.ts'
import { readRegistryFile } from '../registry-file.ts'
import { outputFor } from '../output.ts'
import { withRegistry } from '../shipped-registry.ts'
import { toolLines, type SingleCall, type RefusedLine, type ToolLine } from '../tool-lines.ts'

type Options = WithTools & { readonly input?: string; readonly help?: true }
type Loaded = { readonly tool: Tool; readonly spec: ToolSpec; readonly texts: OwnTexts }
/** What it throws without declaring it is told to whoever develops it, with stack and causes; the result has the mode alone. */
type Called = Loaded & { readonly onThrown: (error: unknown) => void }

type Named = {
  readonly spec: ToolSpec
  readonly file: string
  readonly toolsDir: string | undefined
  /** The first that may use it. */
  readonly profile: string | undefined
}

async function named(name: string, options: Options): Promise<Named> {
  const { registryFile: file, toolsDir } = withRegistry(readEnvironment())
  const { tools, profiles } = await readRegistryFile(file)
  const spec = Object.hasOwn(tools, name) ? tools[name] : undefined
  if (spec === undefined) {
    const known = Object.keys(tools).sort().join(', ')
    throw usage(new AppError('TOOL_NOT_FOUND', { tool: name, known }).message)
  }
  const allowing = Object.values(profiles).find(({ allowed_tools }) => allowed_tools.includes(name))
  return { spec, file, toolsDir: options.tools ?? toolsDir, profile: allowing?.name }
}

/** Of the folder, or a shipped one. Errors: REGISTRY_INVALID with every problem of the folder. */
async function implementation({ spec: { domain, name }, toolsDir }: Named): Promise<Tool> {
  const own = toolsDir === undefined ? null : await (await import('../../own-parts.ts')).readFolder(toolsDir)
  if (own !== null && own.problems.length > 0)
    throw new AppError('REGISTRY_INVALID', {}, { problems: own.problems })
  const { loadTools } = await import('../../tools/catalogue.ts')
  const tool = (await loadTools([{ domain, name }], own?.tools)).tools.get(name)
  if (tool === undefined) throw cliError('USAGE', `${name} has no implementation`)
  return tool
}

/** Of the operator's own folders. Errors: REGISTRY_INVALID with every problem of them. */
async function ownTexts(): Promise<OwnTexts> {
  const { knowledgeDir, templatesDir } = readEnvironment()
  if ((knowledgeDir ?? templatesDir) === undefined) return NO_TEXTS
  const { texts, problems } = (await import('../../own-texts.ts')).readTexts({
    ...(knowledgeDir !== undefined && { knowledgeDir }),
    ...(templatesDir !== undefined && { templatesDir }),
  })
  if (problems.length > 0) throw new AppError('REGISTRY_INVALID', {}, { problems })
  return texts
}

async function load(name: string, options: Options): Promise<Loaded> {
  const found = await named(name, options)
  const { spec, file } = found
  if (spec.side_effects === 'execute')
    throw usage(
      `${name} has side effects (execute): it runs only inside a run, after a person has approved it`,
    )
  if (!spec.enabled) throw usage(`${name} is not enabled in ${file}`)
  return { tool: await implementation(found), spec, texts: await ownTexts() }
}

/** Of the command, or of a tool. */
async function help(name: string | undefined, options: Options, given: Command): Promise<ExitCode> {
  if (name === undefined) given.outputHelp()
  else {
    const found = await named(name, options)
    const { showToolHelp } = await import('../tool-help.ts')
    const { spec, profile } = found
    showToolHelp(outputFor(options), { spec, profile, tool: await implementation(found) })
  }
  return 0
}

/** Sentences of the registry's guardrails that do not hold, as a step would be refused. */
const refusedBy = (broken: readonly string[]): SingleResult => ({
  error: {
    code: 'policy_security',
    detail: 'A guardrail of the registry refuses it.',
    errors: broken.map((message) => ({ path: '', message })),
  },
})

/** The tool's own checks, and the guardrails of the registry. */
async function callTool(
  { tool, spec, texts, onThrown }: Called,
  { input, context }: SingleCall,
): Promise<SingleResult> {
  const { runSingle } = await import('../../tools/single.ts')
  const inInput = brokenGuardrails(spec.guardrails, { input })
  if (inInput.length > 0) return refusedBy(inInput)
  const result = await runSingle(tool, input, { texts, ...context, on_thrown: onThrown })
  if ('error' in result) return result
  const inOutput = brokenGuardrails(spec.guardrails, { output: result.output })
  return inOutput.length === 0 ? result : refusedBy(inOutput)
}

const answer = async (loaded: Called, line: ToolLine): Promise<SingleResult | RefusedLine> =>
  'refused' in line ? line.refused : callTool(loaded, line.call)

async function act(name: string | undefined, options: Options, given: Command): Promise<ExitCode> {
  if (options.help === true) return help(name, options, given)
  if (name === undefined) throw usage("missing required argument 'name'")
  if (options.input === undefined) throw usage("required option '--input <file>' not specified")
  const out = outputFor(options)
  const loaded = { ...(await load(name, options)), onThrown: (error: unknown) => out.note(inspect(error)) }
  let exitCode: ExitCode = 0
  for (const line of toolLines(await readText(options.input))) {
    const result = await answer(loaded, line)
    if ('error' in result) exitCode = 1
    out.document(result)
  }
  return exitCode
}

export const toolCommand = (): Command =>
  command(
    'tool',
    'calls one tool by itself, outside any run; one line of JSON for each input, exit code 1 when one failed',
    'cugar tool score_account_fit --help',
    'cugar tool score_account_fit --input account.json',
    'echo \'{"input":{"account":{},"icp_criteria":{}}}\' | cugar tool score_account_fit --input -',
  )
    .helpOption(false)
    .argument('[name]', 'name of a read-only or propose tool of the registry')
    .option('-h, --help', 'shows this, or with a name what that tool takes and an example that runs')
    .option(
      '--input <file>',
      'a JSON object, or a line of { input, context? } for each call; - for standard input',
    )
    .option(...TOOLS_OPTION)
    .action(exiting(act))
