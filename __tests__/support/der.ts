/** One value in DER: its tag, its length, and its parts. https://www.itu.int/rec/T-REC-X.690 */
export function der(tag: number, ...parts: readonly Uint8Array[]): Buffer {
  const value = Buffer.concat(parts)
  const length = value.length < 0x80 ? [value.length] : longLength(value.length)
  return Buffer.concat([Buffer.from([tag, ...length]), value])
}

function longLength(length: number): number[] {
  const digits: number[] = []
  for (let left = length; left > 0; left = Math.floor(left / 256)) digits.unshift(left % 256)
  return [0x80 + digits.length, ...digits]
}

/** What is in one value that holds others. */
export function partsOfDer(bytes: Buffer): Buffer[] {
  const parts: Buffer[] = []
  for (let at = headOf(bytes, 0).head; at < bytes.length; ) {
    const { head, length } = headOf(bytes, at)
    parts.push(bytes.subarray(at, at + head + length))
    at += head + length
  }
  return parts
}

function headOf(bytes: Buffer, at: number): { readonly head: number; readonly length: number } {
  const first = bytes[at + 1] as number
  if (first < 0x80) return { head: 2, length: first }
  const digits = first - 0x80
  return { head: 2 + digits, length: bytes.readUIntBE(at + 2, digits) }
}

const CONSTRUCTED = 0x20

/**
 * Puts one value more before a part of DER, however deep.
 * @param way the number of the part at each level; ends at the first that holds no others
 */
export function withPart(bytes: Buffer, way: readonly number[], put: Buffer): Buffer {
  const tag = bytes[0] as number
  const parts = partsOfDer(bytes)
  const [first = 0, ...rest] = way
  const at = parts.length === 0 ? 0 : first % parts.length
  const part = parts[at]
  const deeper = rest.length > 0 && part !== undefined && ((part[0] as number) & CONSTRUCTED) !== 0
  if (deeper) return der(tag, ...parts.map((one, index) => (index === at ? withPart(one, rest, put) : one)))
  return der(tag, ...parts.slice(0, at), put, ...parts.slice(at))
}
