// Scrapes that a server really answered, kept by Prometheus as if they had been made earlier: a day need not be waited
// for. Alerts that compare with yesterday are played on them.
import { execFile } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'

const run = promisify(execFile)

export type PastScrape = {
  /** Prometheus text. */
  readonly body: string
  readonly job: string
  readonly instance: string
  /** By the rules' time. */
  readonly agoMs: number
}

/** `times`: by what the rules' time is divided. */
type Clock = { readonly now: number; readonly times: number }

/** Samples as OpenMetrics with their time. */
function timed({ body, job, instance, agoMs }: PastScrape, { now, times }: Clock): string[] {
  const added = `job="${job}",instance="${instance}"`
  const at = (now - agoMs / times) / 1000
  const samples = body.split('\n').filter((line) => line !== '' && !line.startsWith('#'))
  return samples.map((line) => {
    const [, name = '', own = '', value = ''] = /^([^\s{]+)(?:\{(.*)\})? (\S+)$/.exec(line) ?? []
    return `${name}{${own === '' ? added : `${own},${added}`}} ${value} ${at}`
  })
}

/** Every scrape is said again once a minute of the rules until the next one of its job, as it would have been. */
function repeated(scrapes: readonly PastScrape[]): PastScrape[] {
  const minute = 60_000
  return scrapes.flatMap((scrape) => {
    const later = scrapes.filter(({ job, agoMs }) => job === scrape.job && agoMs < scrape.agoMs)
    const next = later.length === 0 ? scrape.agoMs : Math.max(...later.map(({ agoMs }) => agoMs))
    const count = Math.max(1, Math.ceil((scrape.agoMs - next) / minute))
    return Array.from({ length: count }, (_, index) => ({
      ...scrape,
      agoMs: scrape.agoMs - index * minute,
    }))
  })
}

type Past = {
  readonly dir: string
  /** Folder of Prometheus' data. */
  readonly data: string
  readonly scrapes: readonly PastScrape[]
  readonly times: number
}

/** Writes blocks that Prometheus finds in `data` when it starts. */
export async function writePast({ dir, data, scrapes, times }: Past): Promise<void> {
  if (scrapes.length === 0) return
  const clock = { now: Date.now(), times }
  const file = join(dir, 'past.om')
  writeFileSync(
    file,
    `${repeated(scrapes)
      .flatMap((scrape) => timed(scrape, clock))
      .join('\n')}\n# EOF\n`,
  )
  await run('promtool', ['tsdb', 'create-blocks-from', 'openmetrics', file, data])
}
