/**
 * Header blocks to header lists: HPACK's decoding side for one connection. Each block changes the table that later ones
 * refer to, so every block of a connection must be decoded, in order, wanted or not.
 *
 * A block that neither changed the table nor met a changed one decodes to what it did before: clients that repeat a block
 * (most gRPC calls on a connection are of a few methods) are answered from the last such block. Source: RFC 7541.
 */
import { huffmanLengths, staticTable } from "./hpackTables.ts"

/** Why a block cannot be decoded; the connection ends, as its table is out of step from there on. */
export class HpackError extends Error {}

/** In the order sent; names are lower case as the protocol demands, repeated names are repeated. */
export type HeaderList = ReadonlyArray<readonly [name: string, value: string]>

/** What we allow a peer to keep, in RFC 7541's count; the protocol's default, so that no setting needs to say so. */
const tableBytesMax = 4_096
const entryOverheadBytes = 32
const staticCount = staticTable.length

// ---- Huffman: a binary tree in an array, two places for each node

const endMark = 256
const noNode = 0
/** Places hold the next node, or, from here on, a symbol. */
const leafBase = 1 << 16

const makeTree = (): Int32Array => {
  const tree = new Int32Array(2 * 512)
  let nodes = 1
  const symbols = huffmanLengths.map((length, symbol) => ({ length, symbol }))
  symbols.sort((a, b) => a.length - b.length || a.symbol - b.symbol)
  let code = 0
  let lengthBefore = symbols[0]!.length
  for (const { length, symbol } of symbols) {
    code *= 2 ** (length - lengthBefore)
    lengthBefore = length
    let node = 0
    for (let bit = length - 1; bit >= 0; bit--) {
      const place = node * 2 + ((code >>> bit) & 1)
      if (bit === 0) tree[place] = leafBase + symbol
      else {
        if (tree[place] === noNode) tree[place] = nodes++
        node = tree[place]!
      }
    }
    code++
  }
  return tree
}
const tree = makeTree()

/** A Huffman text is at most 8/5 of its code's length, which is never more than a block. */
const decodeHuffman = (bytes: Uint8Array, from: number, to: number): string => {
  const out = Buffer.allocUnsafe(Math.ceil(((to - from) * 8) / 5))
  let length = 0
  let node = 0
  let bitsSince = 0
  let allOnes = true
  for (let at = from; at < to; at++) {
    const byte = bytes[at]!
    for (let bit = 7; bit >= 0; bit--) {
      const one = (byte >>> bit) & 1
      const next = tree[node * 2 + one]!
      bitsSince++
      allOnes = allOnes && one === 1
      if (next < leafBase) {
        node = next
        continue
      }
      if (next === leafBase + endMark) throw new HpackError("the end mark inside a Huffman text")
      out[length++] = next - leafBase
      node = 0
      bitsSince = 0
      allOnes = true
    }
  }
  if (bitsSince > 7 || !allOnes) throw new HpackError("a Huffman text with wrong padding")
  return out.toString("latin1", 0, length)
}

export class HpackDecoder {
  /** Newest first. */
  private readonly entries: Array<readonly [name: string, value: string]> = []
  private bytes = 0
  private maxBytes = tableBytesMax
  /** Counts changes of the table. */
  private generation = 0
  private lastBlock: Buffer | undefined
  private lastList: HeaderList = []
  private lastGeneration = -1
  private block: Buffer = Buffer.alloc(0)
  private at = 0

  /** Throws HpackError. `listBytesMax` bounds what a block can grow to. */
  decode(block: Buffer, listBytesMax: number): HeaderList {
    const last = this.lastBlock
    if (
      last !== undefined &&
      this.lastGeneration === this.generation &&
      last.length === block.length &&
      last.equals(block)
    ) {
      return this.lastList
    }
    const before = this.generation
    const list = this.decodeAnew(block, listBytesMax)
    if (before === this.generation) {
      this.lastBlock = Buffer.from(block)
      this.lastList = list
      this.lastGeneration = before
    }
    return list
  }

  private decodeAnew(block: Buffer, listBytesMax: number): HeaderList {
    this.block = block
    this.at = 0
    const list: Array<readonly [string, string]> = []
    let listBytes = 0
    while (this.at < block.length) {
      const first = block[this.at]!
      let header: readonly [string, string]
      if (first >= 0x80) header = this.entry(this.integer(7))
      else if (first >= 0x40) {
        header = this.literal(6)
        this.add(header)
      } else if (first >= 0x20) {
        if (list.length > 0) throw new HpackError("a change of the table's size after a header")
        this.resize(this.integer(5))
        continue
      } else header = this.literal(4)
      listBytes += header[0].length + header[1].length + entryOverheadBytes
      if (listBytes > listBytesMax) throw new HpackError(`headers of more than ${listBytesMax} bytes`)
      list.push(header)
    }
    return list
  }

  private literal(prefixBits: number): readonly [string, string] {
    const index = this.integer(prefixBits)
    const name = index === 0 ? this.text() : this.entry(index)[0]
    return [name, this.text()]
  }

  private entry(index: number): readonly [string, string] {
    const found = index <= staticCount ? staticTable[index - 1] : this.entries[index - staticCount - 1]
    if (found === undefined)
      throw new HpackError(`header ${index} of a table with ${staticCount + this.entries.length}`)
    return found
  }

  private integer(prefixBits: number): number {
    const mask = (1 << prefixBits) - 1
    let value = this.byte() & mask
    if (value < mask) return value
    for (let shift = 0; ; shift += 7) {
      // Four more bytes are far beyond any length or index that could be right.
      if (shift > 21) throw new HpackError("an integer out of bounds")
      const byte = this.byte()
      value += (byte & 0x7f) * 2 ** shift
      if (byte < 0x80) return value
    }
  }

  private text(): string {
    const huffman = (this.block[this.at] ?? 0) >= 0x80
    const length = this.integer(7)
    const from = this.at
    const to = from + length
    if (to > this.block.length) throw new HpackError("a text that is longer than its block")
    this.at = to
    if (huffman) return decodeHuffman(this.block, from, to)
    return this.block.toString("latin1", from, to)
  }

  private byte(): number {
    const byte = this.block[this.at++]
    if (byte === undefined) throw new HpackError("a block that ends in the middle of a header")
    return byte
  }

  private add(header: readonly [string, string]): void {
    this.generation++
    const size = header[0].length + header[1].length + entryOverheadBytes
    this.evictTo(this.maxBytes - size)
    if (size > this.maxBytes) return
    this.entries.unshift(header)
    this.bytes += size
  }

  private resize(maxBytes: number): void {
    if (maxBytes > tableBytesMax)
      throw new HpackError(`a table of ${maxBytes} bytes where ${tableBytesMax} are allowed`)
    this.generation++
    this.maxBytes = maxBytes
    this.evictTo(maxBytes)
  }

  private evictTo(bytes: number): void {
    while (this.bytes > bytes && this.entries.length > 0) {
      const [name, value] = this.entries.pop()!
      this.bytes -= name.length + value.length + entryOverheadBytes
    }
  }
}
