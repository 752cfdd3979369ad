// Rounding as every tool promises it: correct from the binary value of the double, exact ties to even. Thresholds are
// compared before it, outputs after it.

/**
 * `x` with a fixed number of decimals. `toFixed` rounds from the binary value too, but exact ties away from zero:
 * a tie at n decimals is an odd multiple of 1/2^(n+1), and then an odd last digit goes down to the even one.
 */
function fixed(x: number, decimals: 0 | 1 | 2): string {
  const text = x.toFixed(decimals)
  const isTie = Math.abs(x * 2 ** (decimals + 1)) % 2 === 1
  const last = Number(text.at(-1))
  return isTie && last % 2 === 1 ? `${text.slice(0, -1)}${last - 1}` : text
}

/** Of numbers up to here the product with a power of ten is off by far less than what lies between these and a tie. */
const LARGEST = 1e9
const NEAR_TIE = 0.499

/** Never gives -0. Where no tie is near, the nearest whole number tells it, without a text. */
function rounded(x: number, decimals: 0 | 1 | 2): number {
  const scale = 10 ** decimals
  const scaled = x * scale
  const whole = Math.round(scaled)
  const isPlain = Math.abs(scaled) < LARGEST && Math.abs(scaled - whole) < NEAR_TIE
  return isPlain ? whole / scale + 0 : Number(fixed(x, decimals)) + 0
}

export const r2 = (x: number): number => rounded(x, 2)
export const r1 = (x: number): number => rounded(x, 1)
export const r0 = (x: number): number => rounded(x, 0)

/** A share as percent text with one decimal: 0.8625 is "86.2%". */
export const percent = (share: number): string => `${fixed(share * 100, 1)}%`
