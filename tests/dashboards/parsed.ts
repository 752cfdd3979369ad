// PromQL as Prometheus' own grammar reads it.
import type { SyntaxNode } from '@lezer/common'
import { parser } from '@prometheus-io/lezer-promql'

export type Parsed = { readonly text: string; readonly top: SyntaxNode }

/** Grafana's own variables stand for durations that the grammar knows. */
export const filledIn = (text: string): string =>
  text.replaceAll('$__rate_interval', '5m').replaceAll('$__range', '6h')

export function parse(raw: string): Parsed {
  const text = filledIn(raw)
  return { text, top: parser.parse(text).topNode }
}

export const textOf = ({ text }: Parsed, node: SyntaxNode): string => text.slice(node.from, node.to)

export function children(node: SyntaxNode): SyntaxNode[] {
  const found: SyntaxNode[] = []
  for (let child = node.firstChild; child; child = child.nextSibling) found.push(child)
  return found
}

export function all(node: SyntaxNode, name: string): SyntaxNode[] {
  const below = children(node).flatMap((child) => all(child, name))
  return node.name === name ? [node, ...below] : below
}

export const has = (node: SyntaxNode, name: string): boolean => all(node, name).length > 0

/** What the grammar could not read. */
export const errors = ({ top }: Parsed): SyntaxNode[] => all(top, '⚠')

export const isExpr = ({ name }: SyntaxNode): boolean =>
  /Expr$|^(FunctionCall|VectorSelector|MatrixSelector|NumberDurationLiteral|StringLiteral)$/.test(name) &&
  name !== 'DurationExpr' &&
  name !== 'OffsetDurationExpr'

/** Left and right of a binary expression. */
export function sides(node: SyntaxNode): { left: SyntaxNode; right: SyntaxNode } {
  const [left, right] = children(node).filter(isExpr)
  if (!left || !right) throw new Error('A binary expression has two sides.')
  return { left, right }
}

export const functionName = (parsed: Parsed, call: SyntaxNode): string => {
  const name = call.getChild('FunctionIdentifier')
  return name ? textOf(parsed, name) : ''
}

export const argumentsOf = (call: SyntaxNode): SyntaxNode[] => {
  const body = call.getChild('FunctionCallBody')
  return body ? children(body).filter(isExpr) : []
}

export const labelNames = (parsed: Parsed, node: SyntaxNode): string[] =>
  all(node, 'LabelName').map((label) => textOf(parsed, label))

/** Number that the expression is compared with at the end: `(… > 0)`. */
export function isAboveZero(parsed: Parsed, node: SyntaxNode): boolean {
  const [inner] = node.name === 'ParenExpr' ? children(node).filter(isExpr) : []
  return inner?.name === 'BinaryExpr' && has(inner, 'Gtr') && textOf(parsed, inner).endsWith('> 0')
}

export const selectors = ({ top }: Parsed): SyntaxNode[] => all(top, 'VectorSelector')
export const nameOf = (parsed: Parsed, selector: SyntaxNode): string => {
  const name = selector.getChild('Identifier')
  return name ? textOf(parsed, name) : ''
}
