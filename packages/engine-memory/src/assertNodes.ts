/** The dear check of a whole tree, for tests. */
import { compareBytes, headOf, type Node } from "./node.ts"

/** Throws when order, bounds, sums or depths are wrong anywhere below `root`. */
export const assertNodes = (root: Node, nodeSize: number): void => {
  const depths = new Set<number>()
  const walk = (node: Node, low: Uint8Array | undefined, high: Uint8Array | undefined, depth: number): void => {
    const fail = (what: string) => {
      throw new Error(`Tree: ${what} at depth ${depth}`)
    }
    if (node.keys.length > nodeSize) fail(`${node.keys.length} keys`)
    for (let i = node.leaf ? 0 : 1; i < node.keys.length; i++) {
      const key = node.keys[i]!
      if (low !== undefined && compareBytes(key, low) < 0) fail("key below its bound")
      if (high !== undefined && compareBytes(key, high) >= 0) fail("key above its bound")
      if (node.heads[i] !== headOf(key, node.skip)) fail("head of another key")
      if (compareBytes(key.subarray(0, node.skip), node.keys[node.leaf ? 0 : 1]!.subarray(0, node.skip)) !== 0) {
        fail("keys differ within the skipped bytes")
      }
      if (i > (node.leaf ? 0 : 1) && compareBytes(node.keys[i - 1]!, key) >= 0) fail("keys out of order")
    }
    let count = 0
    let bytes = 0
    if (node.leaf) {
      depths.add(depth)
      if (node.values.length !== node.keys.length) fail("keys and values differ in number")
      if (node.keys.length === 0 && depth > 0) fail("empty leaf")
      count = node.keys.length
      for (let i = 0; i < count; i++) bytes += node.keys[i]!.length + node.values[i]!.length
    } else {
      if (node.children.length !== node.keys.length) fail("keys and children differ in number")
      if (depth === 0 && node.children.length < 2) fail("root with one child")
      for (let i = 0; i < node.children.length; i++) {
        const child = node.children[i]!
        walk(child, i === 0 ? low : node.keys[i], node.keys[i + 1] ?? high, depth + 1)
        count += child.count
        bytes += child.bytes
      }
    }
    if (count !== node.count) fail(`count ${node.count}, found ${count}`)
    if (bytes !== node.bytes) fail(`bytes ${node.bytes}, found ${bytes}`)
  }
  walk(root, undefined, undefined, 0)
  if (depths.size > 1) throw new Error(`Tree: leaves at depths ${[...depths]}`)
}
