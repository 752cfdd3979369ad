// A runtime inside another Express app, with one tool of its own: a goal is run to its end over HTTP.
// node examples/embed.ts
import { once } from 'node:events'
import { createServer } from 'node:http'
import { createRuntime, defineTool } from 'cugar-sales'
import express from 'express'
import { z } from 'zod'

const registry = `
version: v1
metadata: { name: greetings, version: '1' }
tools:
  greet_account:
    domain: engagement
    description: Writes a greeting for an account.
    inputs: { name: { type: string, required: true } }
    outputs: { greeting: { type: string, required: true } }
    binds: { name: context.account.name }
    cost: 0.1
profiles:
  demo:
    allowed_tools: [greet_account]
    budget: { run: { cost: 1 } }
    timeout_seconds: 10
`

const greetAccount = defineTool({
  name: 'greet_account',
  input: z.object({ name: z.string() }),
  output: z.object({ greeting: z.string() }),
  run: ({ name }) => ({ greeting: `Hello, ${name}!` }),
})

const runtime = await createRuntime({ registry, dataDir: null, tools: [greetAccount] })
const app = express()
app.get('/hello', (_request, response) => void response.send('This is the app itself.'))
app.use(runtime.router)
const server = createServer(app).listen(0, '127.0.0.1')
await once(server, 'listening')
const address = server.address()
const port = typeof address === 'object' && address !== null ? address.port : 0

const answer = await fetch(`http://127.0.0.1:${port}/v1/runs?wait=10`, {
  method: 'POST',
  headers: { 'content-type': 'application/json' },
  body: JSON.stringify({ goal: 'Greet the account', context: { account: { name: 'Acme' } } }),
})
const runSchema = z.object({ status: z.string(), steps: z.array(z.object({ output: z.unknown() })) })
const run = runSchema.parse(await answer.json())
console.log(run.status, run.steps[0]?.output) // succeeded { greeting: 'Hello, Acme!' }

server.close()
await runtime.stop()
