// `cugar monitoring export`: the rules and dashboards in the shape in which another installation keeps them.
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { InvalidArgumentError, Option, type Command } from 'commander'
import { parse } from 'yaml'
import { command, exiting, group, type Common } from '../command.ts'
import type { ExitCode } from '../failure.ts'
import { unwritable } from '../file.ts'
import { makeFolder } from '../../journal/folder.ts'
import { matchersOf } from '../monitoring/matchers.ts'
import { FORMATS, PACKED, type Content, type Format } from '../monitoring/packages.ts'
import { configured, narrowedBoard, type Group } from '../monitoring/rules.ts'
import { outputFor, show } from '../output.ts'

type Numbers = ReadonlyMap<string, number>
type Options = Common & {
  readonly format: Format
  readonly out: string
  readonly selector: string
  readonly runbook?: string
  readonly threshold: Numbers
  readonly objective: Numbers
  readonly models?: boolean
}

const BOARDS = ['overview', 'tools', 'governance', 'slo', 'platform']
const shipped = (name: string): Promise<string> =>
  readFile(new URL(import.meta.resolve(`#dashboards/${name}`)), 'utf8')
const groupsOf = async (name: string): Promise<readonly Group[]> =>
  (parse(await shipped(name)) as { readonly groups: readonly Group[] }).groups

async function contentFor(options: Options): Promise<Content> {
  const { selector, threshold: thresholds, objective: objectives, runbook = null } = options
  const settings = { selector, thresholds, objectives, runbook }
  const [recordings, alerts] = await Promise.all([groupsOf('rules.yml'), groupsOf('alerts.yml')])
  const all = configured([...recordings, ...alerts], settings)
  const names = [...BOARDS, ...(options.models === true ? ['llm'] : [])].map((key) => `cugar-${key}.json`)
  const dashboards = await Promise.all(
    names.map(async (name) => [name, narrowedBoard(await shipped(name), selector)] as const),
  )
  return {
    recordings: all.slice(0, recordings.length),
    alerts: all.slice(recordings.length),
    dashboards: new Map(dashboards),
  }
}

/** Errors: FILE_UNWRITABLE. */
async function writeAll(folder: string, files: ReadonlyMap<string, string>): Promise<readonly string[]> {
  try {
    makeFolder(folder)
  } catch (cause) {
    throw unwritable(folder, cause)
  }
  return Promise.all(
    Array.from(files, async ([name, text]) => {
      const file = join(folder, name)
      await writeFile(file, text).catch((cause: unknown) => {
        throw unwritable(file, cause)
      })
      return file
    }),
  )
}

async function act(options: Options): Promise<ExitCode> {
  const out = outputFor(options)
  const files = PACKED[options.format](await contentFor(options))
  const written = await writeAll(options.out, files)
  show(out, { format: options.format, files: written }, () => {
    for (const file of written) out.line(file)
  })
  return 0
}

/** Collects `name=number`; the number lies within the bounds. */
const numbers =
  (most: number) =>
  (text: string, before: Numbers): Numbers => {
    const [, name = '', value = ''] = /^([\w-]+)=(\d+(?:\.\d+)?)$/.exec(text) ?? []
    if (name === '' || !(Number(value) > 0 && Number(value) < most))
      throw new InvalidArgumentError(
        `It must be name=number, the number above 0${most === 1 ? ' and below 1' : ''}.`,
      )
    if (before.has(name)) throw new InvalidArgumentError(`${name} is there twice.`)
    return new Map([...before, [name, Number(value)]])
  }

function matchers(text: string): string {
  const found = matchersOf(text)
  if (found === null)
    throw new InvalidArgumentError(
      'It must be matchers such as cluster="eu",namespace="sales", of labels that are not le or __name__; patterns as RE2 reads them.',
    )
  return found
}

function address(text: string): string {
  if (!/^https?:$/.test(URL.parse(text)?.protocol ?? '') || text.includes('#'))
    throw new InvalidArgumentError('It must be an http or https URL without #.')
  return text
}

const none: Numbers = new Map()

export function monitoringCommand(): Command {
  const example = 'cugar monitoring export --format prometheusrule --out monitoring'
  const monitoring = group('monitoring', 'hands out rules and dashboards', example)
  monitoring.addCommand(
    command('export', 'writes rules or dashboards for Prometheus, Kubernetes, Jsonnet or Grafana', example)
      .addOption(new Option('--format <format>', 'the shape').choices(FORMATS).makeOptionMandatory())
      .option('--out <folder>', 'where the files are written', '.')
      .option(
        '--selector <matchers>',
        'matchers that every series of rules and dashboards must meet',
        matchers,
        '',
      )
      .option('--threshold <alert=number>', 'the limit of an alert; several times', numbers(Infinity), none)
      .option('--objective <level=number>', 'the target of a service level; several times', numbers(1), none)
      .option('--runbook <url>', 'where docs/runbook.md is read', address)
      .option('--models', 'with the dashboard of language models')
      .action(exiting(act)),
  )
  return monitoring
}
