// Protocol buffers, as far as writing spans and metrics needs them (https://protobuf.dev/programming-guides/encoding/): written into
// memory that grows, without an object in between. It is never to grow itself, and decoding is not to be written by hand:
// for anything more there are libraries.

/** Bytes that are written one behind the other; `at` is where the next one goes. */
export type Wire = { bytes: Buffer; view: DataView; at: number }

/** How a field's content is laid out, the lower three bits of its tag. */
const TYPE = { varint: 0, fixed64: 1, delimited: 2, fixed32: 5 } as const

export const tagOf = (field: number, type: keyof typeof TYPE): number => (field << 3) | TYPE[type]

/** The longest number that is written: ten groups of seven bits. */
const MOST_VARINT = 10
/** Of a length that is not known yet: right for 128 to 16,383 bytes, others are moved. */
const EXPECTED_LENGTH = 2
const TWO_32 = 2 ** 32
/** Beyond it copying byte by byte takes longer than asking for it to be done. */
const SHORT = 24

const viewOf = (bytes: Buffer): DataView => new DataView(bytes.buffer, bytes.byteOffset, bytes.length)

export function wire(size: number): Wire {
  // Not from the pool, whose memory others use.
  const bytes = Buffer.allocUnsafeSlow(size)
  return { bytes, view: viewOf(bytes), at: 0 }
}

/** Room for `more` bytes: what does not suffice is doubled. */
function room(to: Wire, more: number): void {
  const least = to.at + more
  if (least <= to.bytes.length) return
  const larger = Buffer.allocUnsafeSlow(Math.max(least, 2 * to.bytes.length))
  to.bytes.copy(larger, 0, 0, to.at)
  to.bytes = larger
  to.view = viewOf(larger)
}

export function putByte(to: Wire, byte: number): void {
  room(to, 1)
  to.bytes[to.at] = byte
  to.at += 1
}

/** Negative ones are sent in 64 bits. */
export function varintSize(value: number): number {
  if (value < 0) return MOST_VARINT
  let size = 1
  for (let rest = value; rest >= 128; rest = Math.floor(rest / 128)) size += 1
  return size
}

function putNegative(to: Wire, value: number): void {
  let rest = BigInt.asUintN(64, BigInt(value))
  for (; rest >= 128n; rest >>= 7n) putByte(to, Number(rest & 127n) | 128)
  putByte(to, Number(rest))
}

/** A whole number, from -2^63 to below 2^63. */
export function putVarint(to: Wire, value: number): void {
  if (value < 0) {
    putNegative(to, value)
    return
  }
  room(to, MOST_VARINT)
  let rest = value
  for (; rest >= 128; rest = Math.floor(rest / 128)) {
    to.bytes[to.at] = (rest % 128) | 128
    to.at += 1
  }
  to.bytes[to.at] = rest
  to.at += 1
}

/** A whole number of type sint: small negative ones are short. From -2^52 to 2^52. */
export const putSigned = (to: Wire, value: number): void =>
  putVarint(to, value < 0 ? -2 * value - 1 : 2 * value)

export function putBytes(to: Wire, from: Uint8Array): void {
  const { length } = from
  room(to, length)
  if (length > SHORT) to.bytes.set(from, to.at)
  else for (let index = 0; index < length; index += 1) to.bytes[to.at + index] = from[index] ?? 0
  to.at += length
}

export const textSize = (text: string): number => Buffer.byteLength(text)

/** As UTF-8. `size`: `textSize`. */
export function putText(to: Wire, text: string, size: number): void {
  room(to, size)
  const { bytes, at } = to
  to.at = at + size
  // Of one byte each.
  if (size === text.length && size <= SHORT) {
    for (let index = 0; index < size; index += 1) bytes[at + index] = text.charCodeAt(index)
  } else bytes.write(text, at)
}

/** By their character codes. */
const DIGITS = Uint8Array.from({ length: 128 }, (_, code) => {
  const digit = Number.parseInt(String.fromCharCode(code), 16)
  return Number.isNaN(digit) ? 0 : digit
})

/** Lower-case hexadecimal digits as the bytes they stand for. */
export function putHex(to: Wire, digits: string): void {
  const size = digits.length >> 1
  room(to, size)
  const { bytes, at } = to
  for (let index = 0; index < size; index += 1) {
    const high = DIGITS[digits.charCodeAt(2 * index)] ?? 0
    bytes[at + index] = (high << 4) | (DIGITS[digits.charCodeAt(2 * index + 1)] ?? 0)
  }
  to.at = at + size
}

export function putFixed32(to: Wire, value: number): void {
  room(to, 4)
  to.view.setUint32(to.at, value, true)
  to.at += 4
}

export function putDouble(to: Wire, value: number): void {
  room(to, 8)
  to.view.setFloat64(to.at, value, true)
  to.at += 8
}

/** A thousand times a whole number, of 64 bits: more than a double holds. */
export function putThousandfold(to: Wire, value: number): void {
  room(to, 8)
  const high = Math.floor(value / TWO_32)
  const low = (value - high * TWO_32) * 1000
  const carry = Math.floor(low / TWO_32)
  to.view.setUint32(to.at, low - carry * TWO_32, true)
  to.view.setUint32(to.at + 4, high * 1000 + carry, true)
  to.at += 8
}

/** Begins a message: leaves room for the length of what is written next; `finish` puts it in. */
export function begin(to: Wire, tag: number): number {
  putByte(to, tag)
  return beginDelimited(to)
}

/** As `begin`, for one of a row of messages that stand in no other. */
export function beginDelimited(to: Wire): number {
  room(to, EXPECTED_LENGTH)
  to.at += EXPECTED_LENGTH
  return to.at
}

export function finish(to: Wire, start: number): void {
  const length = to.at - start
  const shift = varintSize(length) - EXPECTED_LENGTH
  room(to, Math.max(0, shift))
  if (shift !== 0) to.bytes.copyWithin(start + shift, start, to.at)
  to.at = start - EXPECTED_LENGTH
  putVarint(to, length)
  to.at += length
}

/** What `write` writes, in memory of its own. */
export function bytesOf(write: (to: Wire) => void): Uint8Array {
  const to = wire(256)
  write(to)
  return new Uint8Array(to.bytes.subarray(0, to.at))
}
