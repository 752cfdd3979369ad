// `cugar verify`: is the stored journal what was written, and do the saved metrics equal it? Works on the data itself,
// so the server has to be stopped.
import type { Command } from 'commander'
import { readEnvironment } from '../../config.ts'
import { AppError } from '../../errors.ts'
import type { Journal } from '../../journal/journal.ts'
import type { ChainProblem } from '../../journal/verify.ts'
import type { Registry } from '../../registry/registry.ts'
import { counted } from '../../run/figures.ts'
import { command, exiting, type Common } from '../command.ts'
import type { ExitCode } from '../failure.ts'
import { readRegistryFile } from '../registry-file.ts'
import { withRegistry } from '../shipped-registry.ts'
import { outputFor, show, type Output } from '../output.ts'
import { openExisting, dataLocationOf, type DataLocation } from '../data-location.ts'

type Findings = DataLocation & {
  readonly runs: number
  readonly events: number
  readonly chain: readonly ChainProblem[]
  /** Events that the saved metrics cover; null: none are saved, or the journal itself is wrong. */
  readonly metrics_up_to: number | null
  readonly metrics: readonly string[]
}

async function examine(journal: Journal, registry: Registry, location: DataLocation): Promise<Findings> {
  const { verifyChains } = await import('../../journal/verify.ts')
  const { savedMetrics, verifyMetrics } = await import('../../projections/metrics/recompute.ts')
  const { runs, events, problems: chain } = await verifyChains(journal)
  const found = { ...location, runs, events, chain }
  // Folding events that are not what was written says nothing about the metrics.
  if (chain.length > 0) return { ...found, metrics_up_to: null, metrics: [] }
  const compared = async (): Promise<Findings> => {
    const saved = await savedMetrics(journal)
    const metrics = await verifyMetrics(journal, registry)
    return { ...found, metrics_up_to: saved?.position ?? null, metrics }
  }
  return compared().catch((error: unknown) => {
    if (error instanceof AppError) throw error
    // Text that is not what a projection saved is what this command is here to find.
    return { ...found, metrics_up_to: null, metrics: ['what is saved of them cannot be read'] }
  })
}

async function examineAndClose(
  journal: Journal,
  registry: Registry,
  location: DataLocation,
): Promise<Findings> {
  try {
    return await examine(journal, registry, location)
  } finally {
    await journal.close()
  }
}

function metricsLine({ chain, metrics, metrics_up_to }: Findings): string {
  if (chain.length > 0) return 'metrics: not compared, the journal is not what was written'
  if (metrics_up_to === null)
    return metrics.length === 0 ? 'metrics: none are saved yet' : 'metrics: not compared'
  const result = metrics.length === 0 ? 'equal to' : `${counted(metrics.length, 'difference')} to`
  return `metrics: ${result} the journal up to event ${metrics_up_to}`
}

function showFindings(out: Output, findings: Findings): void {
  for (const { run_id, seq, position, message } of findings.chain)
    out.line(`chain of ${run_id}, event ${seq} (position ${position}): ${message}`)
  for (const difference of findings.metrics) out.line(`metrics: ${difference}`)
  const { runs, events, chain } = findings
  const result = chain.length === 0 ? 'whole' : counted(chain.length, 'problem')
  out.line(`hash chains: ${result}; ${counted(events, 'event')} in ${counted(runs, 'stream')}`)
  out.line(metricsLine(findings))
}

async function act(options: Common): Promise<ExitCode> {
  const out = outputFor(options)
  const settings = withRegistry(readEnvironment())
  const registry = await readRegistryFile(settings.registryFile)
  const journal = await openExisting(settings, 'verify')
  const findings = await examineAndClose(journal, registry, dataLocationOf(settings))
  show(out, findings, () => showFindings(out, findings))
  return findings.chain.length + findings.metrics.length === 0 ? 0 : 1
}

export const verifyCommand = (): Command =>
  command(
    'verify',
    'checks hash chains, and metrics against the journal, of DATA_DIR or DATABASE_URL while the server is stopped',
    'DATA_DIR=/var/lib/cugar cugar verify',
  ).action(exiting(act))
