// Where ids come from.
import { randomBytes } from 'node:crypto'

const POOL_BYTES = 4096

/** Random hex digits, drawn from the system many at a time: each draw of its own costs a microsecond and a half. */
export function hexPool(): (digits: number) => string {
  let pool = ''
  return (digits) => {
    if (pool.length < digits) pool = randomBytes(POOL_BYTES).toString('hex')
    const drawn = pool.slice(0, digits)
    pool = pool.slice(digits)
    return drawn
  }
}
