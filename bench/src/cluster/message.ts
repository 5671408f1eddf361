/** Length-delimited protobuf fields by hand: the requests of both systems are built by the same few lines. */

export interface Field {
  readonly number: number
  readonly bytes: Uint8Array
}

const varintBytes = (value: number): number => {
  let bytes = 1
  while (value >= 0x80) {
    value = Math.floor(value / 0x80)
    bytes++
  }
  return bytes
}

const writeVarint = (into: Uint8Array, at: number, value: number): number => {
  while (value >= 0x80) {
    into[at++] = (value % 0x80) | 0x80
    value = Math.floor(value / 0x80)
  }
  into[at++] = value
  return at
}

const lengthDelimited = 2

/** A message of byte fields, in the order given. */
export const message = (fields: ReadonlyArray<Field>): Uint8Array => {
  let length = 0
  for (const { bytes, number } of fields) length += varintBytes(number * 8) + varintBytes(bytes.length) + bytes.length
  const into = new Uint8Array(length)
  let at = 0
  for (const { bytes, number } of fields) {
    at = writeVarint(into, at, number * 8 + lengthDelimited)
    at = writeVarint(into, at, bytes.length)
    into.set(bytes, at)
    at += bytes.length
  }
  return into
}

/** The content of a packed field of varints. */
export const packedVarints = (values: ReadonlyArray<number>): Uint8Array => {
  const into = new Uint8Array(values.reduce((sum, value) => sum + varintBytes(value), 0))
  let at = 0
  for (const value of values) at = writeVarint(into, at, value)
  return into
}
