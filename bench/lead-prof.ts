import { inFolder } from './folder.ts'
import { runRate } from './runs.ts'
console.log(await inFolder((dir) => runRate({ dir, runs: 6000, concurrency: 32, approval: false })))
