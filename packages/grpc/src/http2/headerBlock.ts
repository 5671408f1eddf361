/**
 * Header lists to blocks, without any table: each header says all of itself, so a block can be made once and sent on every
 * connection. Our answers have few headers; what an index would save is not worth state on each connection.
 */

/** A literal header field without indexing (RFC 7541, 6.2.2), its name in full unless the static table has it. */
const literal = (name: string, value: string): Buffer => {
  const nameBytes = Buffer.from(name, "latin1")
  const valueBytes = Buffer.from(value, "latin1")
  return Buffer.concat([Buffer.from([0]), length(nameBytes.length), nameBytes, length(valueBytes.length), valueBytes])
}

/** An integer with a prefix of 7 bits, the first of which says that the text is not Huffman-coded. */
const length = (value: number): Buffer => {
  if (value < 0x7f) return Buffer.from([value])
  const bytes = [0x7f]
  let rest = value - 0x7f
  while (rest >= 0x80) {
    bytes.push((rest & 0x7f) | 0x80)
    rest >>>= 7
  }
  bytes.push(rest)
  return Buffer.from(bytes)
}

/** Entries of the static table with these names and values. */
const indexed: Readonly<Record<string, number>> = {
  ":status 200": 8,
  ":method POST": 3,
  ":scheme http": 6
}

/** Values are bytes as latin1 text. */
export const headerBlock = (headers: ReadonlyArray<readonly [name: string, value: string]>): Buffer =>
  Buffer.concat(
    headers.map(([name, value]) => {
      const index = indexed[`${name} ${value}`]
      return index === undefined ? literal(name, value) : Buffer.from([0x80 | index])
    })
  )
