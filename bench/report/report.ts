// `npm run bench -- report`: results that were kept in files, as one page with their plots, or as tables.
import { readFile, writeFile } from 'node:fs/promises'
import { BenchError, reasonOf, wrongWords } from '../failure.ts'
import { readLine, type Kept } from '../result.ts'
import { comparisonText, resultText } from '../table.ts'
import { readWords } from '../words.ts'
import { page, type Content } from './page.ts'

export const REPORT_USAGE = `report FILE... [--html report.html]`

type Line = Kept & { readonly from: string }

/** Errors: BenchError that names the file and the line. */
async function linesOf(file: string): Promise<Line[]> {
  const text = await readFile(file, 'utf8').catch((cause: unknown) => {
    throw new BenchError(2, `${file} cannot be read: ${reasonOf(cause)}`, { cause })
  })
  return text.split('\n').flatMap((line, index): Line[] => {
    if (line.trim() === '') return []
    const from = `${file}:${index + 1}`
    try {
      return [{ ...readLine(line), from }]
    } catch (cause) {
      throw new BenchError(2, `${from} is no result of a benchmark: ${reasonOf(cause)}`, { cause })
    }
  })
}

const contentOf = (lines: readonly Line[]): Content => ({
  results: lines.flatMap((line) => ('result' in line ? [line] : [])),
  comparisons: lines.flatMap((line) => ('comparison' in line ? [line] : [])),
})

/** Writes the page, or prints the tables. Errors: BenchError. */
export async function report(args: readonly string[]): Promise<void> {
  const { names, options } = readWords(args, { flags: [], options: ['html'], settings: false })
  if (names.length === 0) throw wrongWords(`it is: ${REPORT_USAGE}`)
  const lines = (await Promise.all(names.map(linesOf))).flat()
  if (lines.length === 0) throw new BenchError(2, `there is no result in ${names.join(', ')}`)
  const to = options.get('html')
  if (to === undefined) {
    const texts = lines.map((line) =>
      'result' in line ? resultText(line.result) : comparisonText(line.comparison),
    )
    console.log(texts.join('\n\n'))
    return
  }
  await writeFile(to, page(contentOf(lines))).catch((cause: unknown) => {
    throw new BenchError(2, `${to} cannot be written: ${reasonOf(cause)}`, { cause })
  })
  console.error(`${to}: ${lines.length} ${lines.length === 1 ? 'result' : 'results'}`)
}
