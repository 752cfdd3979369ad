// A list of 200 items, 20 of which fail.
export const ITEMS = 200
export const isFailing = (n: number): boolean => n % 10 === 3

export const REGISTRY = `
version: v1
metadata: { name: test, version: "1" }
tools:
  greet: { domain: engagement, description: greet, cost: 1,
    inputs: { n: { type: number, required: true } }, binds: { n: context.n }, outputs: { text: { type: string } } }
profiles:
  test: { allowed_tools: [greet], timeout_seconds: 1000, budget: { run: { calls: 20, cost: 50 } } }
`
