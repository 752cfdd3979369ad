// A small registry, one entry a line, to be broken line by line.

type Changes = {
  readonly domain?: string
  readonly cost?: string
  readonly inputs?: string
  readonly outputs?: string
  readonly more?: string
}

const tool = (changes: Changes): string => {
  const inputs = changes.inputs ?? '{ id: { type: string } }'
  const outputs = changes.outputs ?? '{ score: { type: number }, kind: { type: enum, values: [a, b] } }'
  const head = `domain: ${changes.domain ?? 'intelligence'}, description: Looks up.${changes.cost ?? ', cost: 1'}`
  return `  look: { ${head}, inputs: ${inputs}, outputs: ${outputs}${changes.more ?? ''} }`
}

/** The registry with changes to its only tool, which is on line 4. */
export const look = (changes: Changes): string =>
  [
    'version: v1',
    "metadata: { name: test, version: '1' }",
    'tools:',
    tool(changes),
    'profiles:',
    '  solo: { allowed_tools: [look], timeout_seconds: 10 }',
  ].join('\n')

export const GOOD = look({})

/** The good registry and more text, from line 7 on. */
export const plus = (text: string): string => `${GOOD}\n${text}`

/** The good registry with another text at a line, counted from 1. */
export const replaced = (line: number, text: string): string =>
  GOOD.split('\n')
    .map((before, index) => (index === line - 1 ? text : before))
    .join('\n')
