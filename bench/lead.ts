import { mkdtempSync } from 'node:fs'
import { runRate } from './runs.ts'
const approval = process.argv[2] === 'approval'
const runs = Number(process.argv[3] ?? 4000)
console.log(await runRate({ dir: mkdtempSync('/tmp/bench-'), runs, concurrency: 32, approval }))
