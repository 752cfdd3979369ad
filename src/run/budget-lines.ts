// The books as one run sees them: a line an account. A run has a handful, so that looking through them all is
// quicker than an index of names that have to be put together first.
import type { BudgetLine } from './state.ts'

type Named = Pick<BudgetLine, 'scope' | 'key' | 'unit'>

export const isSameAccount = (one: Named, other: Named): boolean =>
  one.unit === other.unit && one.scope === other.scope && one.key === other.key

/** Puts a line in the place of the one before it. */
export function setLine(lines: BudgetLine[], line: BudgetLine): void {
  const at = lines.findIndex((other) => isSameAccount(other, line))
  if (at < 0) lines.push(line)
  else lines[at] = line
}
