// What an expression of a plan may say: CEL without regular expressions, without a macro inside another, and without
// names that nobody knows. Pure; promises that what passes ends soon, whatever values it meets.
import { Environment, type ASTNode, EvaluationError, ParseError } from '@marcbachmann/cel-js'

/** Longer ones are programs. */
export const MOST_CHARACTERS = 500
const LIMITS = {
  maxAstNodes: 100,
  maxDepth: 12,
  maxListElements: 30,
  maxMapEntries: 10,
  maxCallArguments: 3,
} as const

/** Macros over a list: what they say of an element is looked at once for each. */
const MACROS: ReadonlySet<string> = new Set(['exists', 'all', 'exists_one', 'filter', 'map'])
const METHODS: ReadonlySet<string> = new Set([
  'size',
  'startsWith',
  'endsWith',
  'contains',
  'lowerAscii',
  'upperAscii',
  'trim',
])
const FUNCTIONS: ReadonlySet<string> = new Set([
  'has',
  'size',
  'int',
  'double',
  'string',
  'timestamp',
  'duration',
])

/** A value that an expression uses: `score.fit_score`, from one character to another. */
export type ValueReference = {
  readonly root: string
  readonly path: readonly string[]
  readonly start: number
  readonly end: number
}

/** What is wrong with an expression, and at which character, counted from 0. */
export type ExpressionFault = { readonly message: string; readonly at: number }

export type Grammar =
  | {
      readonly ok: true
      readonly references: readonly ValueReference[]
      /** It looks at each element of a list, and at something beside it. */
      readonly isProduct: boolean
    }
  | { readonly ok: false; readonly fault: ExpressionFault }

const asNumber = (value: unknown): number => Number(value)
/** CEL has it for whole numbers alone, and every number of JSON is none of those. */
function remainder(a: unknown, b: unknown): number {
  if (asNumber(b) === 0) throw new EvaluationError({ code: 'division_by_zero', message: 'modulo by zero' })
  return asNumber(a) % asNumber(b)
}
const MIXED = {
  '+': (a: unknown, b: unknown) => asNumber(a) + asNumber(b),
  '-': (a: unknown, b: unknown) => asNumber(a) - asNumber(b),
  '*': (a: unknown, b: unknown) => asNumber(a) * asNumber(b),
  '/': (a: unknown, b: unknown) => asNumber(a) / asNumber(b),
} as const

/** JSON has one kind of number: whoever writes 1 means 1.0, too. */
function withNumbers(environment: Environment): Environment {
  for (const [operator, apply] of Object.entries(MIXED))
    for (const sides of [`double ${operator} int`, `int ${operator} double`])
      environment.registerOperator(`${sides}: double`, apply)
  for (const sides of ['double % int', 'int % double', 'double % double'])
    environment.registerOperator(`${sides}: double`, remainder)
  return environment.registerOperator('double == int', (a, b) => asNumber(a) === asNumber(b))
}

/** A new one that knows no name yet; `isOpen`: one in which every name may be anything. */
export const environmentOf = (isOpen: boolean): Environment =>
  withNumbers(new Environment({ unlistedVariablesAreDyn: isOpen, limits: LIMITS }))

class Refusal extends Error {
  readonly at: number
  constructor(message: string, at: number) {
    super(message)
    this.at = at
  }
}

type Found = { readonly references: ValueReference[]; isProduct: boolean }
/** Inside a macro: its variable. */
type Inside = { readonly variable: string | null; readonly found: Found }

const refuse = (node: ASTNode, message: string): never => {
  throw new Refusal(message, node.range.start)
}

const keyOf = (node: ASTNode): string | null =>
  node.op === 'value' && typeof node.args === 'string' ? node.args : null

/** `a.b["c"]` as its root and its path; what is behind the first index that is worked out is not part of it. */
function chainOf(node: ASTNode, indexes: ASTNode[]): { root: ASTNode; path: string[]; isWhole: boolean } {
  if (node.op === '.') {
    const below = chainOf(node.args[0], indexes)
    return below.isWhole ? { ...below, path: [...below.path, node.args[1]] } : below
  }
  if (node.op === '[]') {
    const below = chainOf(node.args[0], indexes)
    const key = keyOf(node.args[1])
    if (key === null) indexes.push(node.args[1])
    if (!below.isWhole) return below
    return key === null ? { ...below, isWhole: false } : { ...below, path: [...below.path, key] }
  }
  return { root: node, path: [], isWhole: true }
}

function walkChain(node: ASTNode, inside: Inside): void {
  const indexes: ASTNode[] = []
  const { root, path } = chainOf(node, indexes)
  for (const index of indexes) walk(index, inside)
  if (root.op !== 'id') return walk(root, inside)
  if (root.args === inside.variable) return
  if (inside.variable !== null) inside.found.isProduct = true
  inside.found.references.push({ root: root.args, path, start: root.range.start, end: node.range.end })
}

function walkMacro(node: ASTNode & { op: 'rcall' }, inside: Inside): void {
  const [name, list, args] = node.args
  if (inside.variable !== null) refuse(node, `${name} cannot stand inside another one`)
  walk(list, inside)
  const [variable, ...bodies] = args
  if (variable?.op !== 'id') return refuse(node, `${name} needs the name of an element first`)
  for (const body of bodies) walk(body, { ...inside, variable: variable.args })
}

function walkCall(node: ASTNode & { op: 'call' | 'rcall' }, inside: Inside): void {
  if (node.op === 'rcall' && MACROS.has(node.args[0])) return walkMacro(node, inside)
  const isKnown = node.op === 'rcall' ? METHODS.has(node.args[0]) : FUNCTIONS.has(node.args[0])
  if (!isKnown) {
    const known = [...(node.op === 'rcall' ? [...METHODS, ...MACROS] : FUNCTIONS)]
    refuse(node, `${node.args[0]} cannot be used here; there are ${known.join(', ')}`)
  }
  const parts = node.op === 'rcall' ? [node.args[1], ...node.args[2]] : node.args[1]
  for (const part of parts) walk(part, inside)
}

function walk(node: ASTNode, inside: Inside): void {
  switch (node.op) {
    case 'value':
      return
    case 'id':
    case '.':
    case '[]':
      return walkChain(node, inside)
    case 'call':
    case 'rcall':
      return walkCall(node, inside)
    case '!_':
    case '-_':
      return walk(node.args, inside)
    case 'list':
    case '?:':
      for (const part of node.args) walk(part, inside)
      return
    case 'map':
    case '.?':
    case '[?]':
      return refuse(node, 'maps and optional values cannot be used here')
    case '||':
    case '&&':
    case '==':
    case '!=':
    case '<':
    case '<=':
    case '>':
    case '>=':
    case 'in':
    case '+':
    case '-':
    case '*':
    case '/':
    case '%':
      walk(node.args[0], inside)
      walk(node.args[1], inside)
  }
}

const READER = environmentOf(true)

const syntaxFault = (error: unknown): ExpressionFault => {
  if (error instanceof Refusal) return { message: error.message, at: error.at }
  if (!(error instanceof ParseError)) throw error
  const { code, summary, range } = error
  const message = code === 'limit_exceeded' ? 'is too large or too deep' : summary
  return { message, at: range?.start ?? 0 }
}

/** What an expression uses, or why it cannot stand in a plan. */
export function readExpression(text: string): Grammar {
  if (text.length > MOST_CHARACTERS)
    return { ok: false, fault: { message: `is longer than ${MOST_CHARACTERS} characters`, at: 0 } }
  const found: Found = { references: [], isProduct: false }
  try {
    walk(READER.parse(text).ast, { variable: null, found })
  } catch (error) {
    return { ok: false, fault: syntaxFault(error) }
  }
  return { ok: true, ...found }
}

/** The expression with other names of steps; one that cannot be read stays as it is. */
export function withRoots(text: string, nameOf: (root: string) => string): string {
  const read = readExpression(text)
  if (!read.ok) return text
  return read.references
    .toSorted((one, other) => other.start - one.start)
    .reduce(
      (before, { root, start }) => before.slice(0, start) + nameOf(root) + before.slice(start + root.length),
      text,
    )
}
