// Writes dashboards/generated from the sources beside it: `npm run dashboards`.
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { outputs } from './outputs.ts'

const folder = join(import.meta.dirname, 'generated')
mkdirSync(folder, { recursive: true })
for (const [name, text] of outputs()) writeFileSync(join(folder, name), text)
