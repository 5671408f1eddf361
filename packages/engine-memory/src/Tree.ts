/**
 * An ordered map of byte strings: a B+tree whose nodes are copied only when a snapshot may still see them.
 *
 * Every node remembers the `edit` it was made in. A tree changes nodes of its own edit in place and copies all others on
 * its way down, so that a write without snapshots allocates nothing but its entry. `clone` is O(1): both trees keep the
 * root and take new edits. Each node carries the number and bytes of the entries below it, so that sizes and cut points
 * of a range cost one walk from the root.
 *
 * `keys[i]` of an inner node is a lower bound of everything below `children[i]`; `keys[0]` is never looked at.
 */
import { assertNodes } from "./assertNodes.ts"
import {
  childIndex,
  compareBytes,
  type Edit,
  emptyBytes,
  emptyLeaf,
  equalBytes,
  type Inner,
  insertKey,
  type Leaf,
  lowerBound,
  makeInner,
  makeLeaf,
  type Node,
  newEdit,
  nodeSizeMax,
  ownInner,
  ownLeaf,
  rehead,
  removeKey
} from "./node.ts"

export interface TreeSums {
  count: number
  bytes: number
}

/** What a change below did, for the parent to add up. One record per tree, so that no call allocates one. */
interface Change {
  count: number
  bytes: number
  /** A new right neighbour of the changed node, when it was split. */
  right: Node | undefined
  rightKey: Uint8Array
}

export class Tree {
  private root: Node
  private edit: Edit
  private readonly nodeSize: number
  private readonly change: Change = { count: 0, bytes: 0, right: undefined, rightKey: emptyBytes }

  /** `nodeSize`: entries of a leaf and children of an inner node, at most; 4 or more. */
  constructor(root?: Node, nodeSize = nodeSizeMax) {
    this.nodeSize = nodeSize
    this.edit = newEdit()
    this.root = root ?? emptyLeaf(this.edit)
  }

  get count(): number {
    return this.root.count
  }
  /** Bytes of all keys and values. */
  get bytes(): number {
    return this.root.bytes
  }

  /** A second tree with the same entries; each goes its own way from here. */
  clone(): Tree {
    this.edit = newEdit()
    return new Tree(this.root, this.nodeSize)
  }

  get(key: Uint8Array): Uint8Array | undefined {
    let node = this.root
    while (!node.leaf) node = node.children[childIndex(node, key)]!
    const at = lowerBound(node, key)
    return at < node.keys.length && equalBytes(node.keys[at]!, key) ? node.values[at] : undefined
  }

  /** Keeps both arrays: they must not change afterwards. */
  put(key: Uint8Array, value: Uint8Array): void {
    const change = this.change
    const root = this.putBelow(this.root, key, value)
    const right = this.takeRight()
    if (right === undefined) {
      this.root = root
    } else {
      this.root = makeInner(this.edit, [emptyBytes, change.rightKey], [root, right])
    }
  }

  delete(key: Uint8Array): boolean {
    // Looked up first, so that deleting what is absent copies nothing.
    if (this.get(key) === undefined) return false
    this.root = this.deleteBelow(this.root, key)
    this.lowerRoot()
    return true
  }

  /** Deletes `[start, end)`, or `[start, +∞)` without `end`. Whole subtrees go at once. */
  deleteRange(start: Uint8Array, end: Uint8Array | undefined): void {
    if (end !== undefined && compareBytes(start, end) >= 0) return
    this.root = this.deleteRangeBelow(this.root, start, end) ?? emptyLeaf(this.edit)
    this.lowerRoot()
  }

  /** Visits `[start, end)` ascending until `visit` answers false; an undefined `end` is +∞. The tree must not change meanwhile. */
  scan(start: Uint8Array, end: Uint8Array | undefined, visit: (key: Uint8Array, value: Uint8Array) => boolean): void {
    const path: Array<Inner> = []
    const indexes: Array<number> = []
    let node = this.root
    while (!node.leaf) {
      const index = childIndex(node, start)
      path.push(node)
      indexes.push(index)
      node = node.children[index]!
    }
    let at = lowerBound(node, start)
    for (;;) {
      const { keys, values }: Leaf = node
      // Inside a leaf that lies wholly below `end` no key is compared.
      const stop: number =
        end === undefined || keys.length === 0 || compareBytes(keys[keys.length - 1]!, end) < 0
          ? keys.length
          : lowerBound(node, end)
      for (let i = at; i < stop; i++) if (!visit(keys[i]!, values[i]!)) return
      if (stop < keys.length) return
      let level = path.length - 1
      while (level >= 0 && indexes[level] === path[level]!.children.length - 1) level--
      if (level < 0) return
      indexes[level]!++
      let next: Node = path[level]!.children[indexes[level]!]!
      for (level++; level < path.length; level++) {
        // All leaves lie at the same depth, so what is above the last level is an inner node.
        path[level] = next as Inner
        indexes[level] = 0
        next = (next as Inner).children[0]!
      }
      node = next as Leaf
      at = 0
    }
  }

  /** Visits `[start, end)` descending. */
  scanReverse(
    start: Uint8Array,
    end: Uint8Array | undefined,
    visit: (key: Uint8Array, value: Uint8Array) => boolean
  ): void {
    const path: Array<Inner> = []
    const indexes: Array<number> = []
    let node = this.root
    while (!node.leaf) {
      const index = end === undefined ? node.children.length - 1 : childIndex(node, end)
      path.push(node)
      indexes.push(index)
      node = node.children[index]!
    }
    let from = end === undefined ? node.keys.length : lowerBound(node, end)
    for (;;) {
      const { keys, values }: Leaf = node
      const stop: number = keys.length === 0 || compareBytes(keys[0]!, start) >= 0 ? 0 : lowerBound(node, start)
      for (let i = from - 1; i >= stop; i--) if (!visit(keys[i]!, values[i]!)) return
      if (stop > 0) return
      let level = path.length - 1
      while (level >= 0 && indexes[level] === 0) level--
      if (level < 0) return
      indexes[level]!--
      let next: Node = path[level]!.children[indexes[level]!]!
      for (level++; level < path.length; level++) {
        path[level] = next as Inner
        indexes[level] = (next as Inner).children.length - 1
        next = (next as Inner).children[indexes[level]!]!
      }
      node = next as Leaf
      from = node.keys.length
    }
  }

  /** Entries and bytes strictly below `key`, added to `into`; all of them when `key` is undefined. */
  addBelow(key: Uint8Array | undefined, into: TreeSums): void {
    let node = this.root
    if (key === undefined) {
      into.count += node.count
      into.bytes += node.bytes
      return
    }
    while (!node.leaf) {
      const index = childIndex(node, key)
      for (let i = 0; i < index; i++) {
        into.count += node.children[i]!.count
        into.bytes += node.children[i]!.bytes
      }
      node = node.children[index]!
    }
    const at = lowerBound(node, key)
    into.count += at
    for (let i = 0; i < at; i++) into.bytes += node.keys[i]!.length + node.values[i]!.length
  }

  /** The key at position `rank`, counted from 0 in key order. */
  keyAt(rank: number): Uint8Array {
    if (rank < 0 || rank >= this.root.count) throw new Error(`Tree.keyAt: rank ${rank} of ${this.root.count}`)
    let node = this.root
    while (!node.leaf) {
      let index = 0
      while (rank >= node.children[index]!.count) rank -= node.children[index++]!.count
      node = node.children[index]!
    }
    return node.keys[rank]!
  }

  /** Walks everything and throws when order, bounds, sums or depths are wrong. For tests. */
  invariants(): void {
    assertNodes(this.root, this.nodeSize)
  }

  private takeRight(): Node | undefined {
    const right = this.change.right
    this.change.right = undefined
    return right
  }

  private putBelow(node: Node, key: Uint8Array, value: Uint8Array): Node {
    return node.leaf ? this.putLeaf(node, key, value) : this.putInner(node, key, value)
  }

  private putLeaf(shared: Leaf, key: Uint8Array, value: Uint8Array): Leaf {
    const change = this.change
    const node = ownLeaf(shared, this.edit)
    const at = lowerBound(node, key)
    if (at < node.keys.length && equalBytes(node.keys[at]!, key)) {
      change.count = 0
      change.bytes = value.length - node.values[at]!.length
      node.bytes += change.bytes
      node.values[at] = value
      return node
    }
    change.count = 1
    change.bytes = key.length + value.length
    insertKey(node, at, key)
    node.values.splice(at, 0, value)
    node.count++
    node.bytes += change.bytes
    if (node.count > this.nodeSize) {
      // Ascending loads (bulk loads, time-ordered keys) leave full leaves behind instead of halves.
      const cut = at === node.count - 1 ? this.nodeSize - 1 : node.count >>> 1
      const keys = node.keys.splice(cut)
      const values = node.values.splice(cut)
      let bytes = 0
      for (let i = 0; i < keys.length; i++) bytes += keys[i]!.length + values[i]!.length
      node.count -= keys.length
      node.bytes -= bytes
      change.rightKey = keys[0]!
      change.right = makeLeaf(this.edit, keys, values, bytes)
      rehead(node)
    }
    return node
  }

  private putInner(shared: Inner, key: Uint8Array, value: Uint8Array): Inner {
    const change = this.change
    const node = ownInner(shared, this.edit)
    const index = childIndex(node, key)
    node.children[index] = this.putBelow(node.children[index]!, key, value)
    node.count += change.count
    node.bytes += change.bytes
    const added = this.takeRight()
    if (added === undefined) return node
    insertKey(node, index + 1, change.rightKey)
    node.children.splice(index + 1, 0, added)
    if (node.children.length > this.nodeSize) {
      const cut = index + 1 === node.children.length - 1 ? this.nodeSize - 1 : node.children.length >>> 1
      const keys = node.keys.splice(cut)
      const children = node.children.splice(cut)
      const right = makeInner(this.edit, keys, children)
      node.count -= right.count
      node.bytes -= right.bytes
      change.rightKey = keys[0]!
      change.right = right
      rehead(node)
    }
    return node
  }

  /** The key is known to be there. May answer an empty node, which the parent drops. */
  private deleteBelow(shared: Node, key: Uint8Array): Node {
    const change = this.change
    if (shared.leaf) {
      const node = ownLeaf(shared, this.edit)
      const at = lowerBound(node, key)
      change.bytes = node.keys[at]!.length + node.values[at]!.length
      removeKey(node, at)
      node.values.splice(at, 1)
      node.count--
      node.bytes -= change.bytes
      return node
    }
    const node = ownInner(shared, this.edit)
    const index = childIndex(node, key)
    node.children[index] = this.deleteBelow(node.children[index]!, key)
    node.count--
    node.bytes -= change.bytes
    this.joinSmall(node, index)
    return node
  }

  /** Answers undefined when nothing is left. */
  private deleteRangeBelow(shared: Node, start: Uint8Array, end: Uint8Array | undefined): Node | undefined {
    if (shared.leaf) {
      const from = lowerBound(shared, start)
      const to = end === undefined ? shared.keys.length : lowerBound(shared, end)
      if (from >= to) return shared
      if (to - from === shared.keys.length) return undefined
      const node = ownLeaf(shared, this.edit)
      for (let i = from; i < to; i++) node.bytes -= node.keys[i]!.length + node.values[i]!.length
      node.count -= to - from
      node.keys.splice(from, to - from)
      node.values.splice(from, to - from)
      rehead(node)
      return node
    }
    const from = childIndex(shared, start)
    const to = end === undefined ? shared.children.length - 1 : childIndex(shared, end)
    const node = ownInner(shared, this.edit)
    // The children at both edges may keep something; those between them go whole.
    const kept: Array<Node> = []
    const keptKeys: Array<Uint8Array> = []
    for (let i = from; i <= to; i++) {
      const child = node.children[i]!
      // Taken off first: the call below may change the child in place.
      node.count -= child.count
      node.bytes -= child.bytes
      const left = i === from || i === to ? this.deleteRangeBelow(child, start, end) : undefined
      if (left === undefined) continue
      node.count += left.count
      node.bytes += left.bytes
      kept.push(left)
      keptKeys.push(node.keys[i]!)
    }
    node.children.splice(from, to - from + 1, ...kept)
    node.keys.splice(from, to - from + 1, ...keptKeys)
    if (node.children.length === 0) return undefined
    rehead(node)
    if (kept.length === 2) this.joinSmall(node, from + 1)
    if (kept.length > 0) this.joinSmall(node, from)
    return node
  }

  /**
   * Drops `children[index]` when it is empty, or joins it with a neighbour when it is below a quarter of a node and both
   * fit into three quarters of one.
   */
  private joinSmall(node: Inner, index: number): void {
    const child = node.children[index]!
    const size = child.keys.length
    if (size >= this.nodeSize / 4) return
    if (size === 0) {
      node.children.splice(index, 1)
      removeKey(node, index)
      return
    }
    const joinedSizeMax = (this.nodeSize * 3) / 4
    const next = node.children[index + 1]
    if (next !== undefined && next.keys.length + size <= joinedSizeMax) {
      this.join(node, index)
      return
    }
    const previous = node.children[index - 1]
    if (previous !== undefined && previous.keys.length + size <= joinedSizeMax) this.join(node, index - 1)
  }

  /** Joins `children[index]` and the one after it. */
  private join(node: Inner, index: number): void {
    const left = node.children[index]!
    const right = node.children[index + 1]!
    if (left.leaf && right.leaf) {
      const values = [...left.values, ...right.values]
      node.children[index] = makeLeaf(this.edit, [...left.keys, ...right.keys], values, left.bytes + right.bytes)
    } else if (!left.leaf && !right.leaf) {
      // The right node's first key was never looked at; inside the joined node it becomes a real bound.
      const keys = [...left.keys, ...right.keys]
      keys[left.keys.length] = node.keys[index + 1]!
      node.children[index] = makeInner(this.edit, keys, [...left.children, ...right.children])
    } else {
      throw new Error("Tree.join: a leaf beside an inner node")
    }
    node.children.splice(index + 1, 1)
    removeKey(node, index + 1)
  }

  private lowerRoot(): void {
    while (!this.root.leaf && this.root.children.length < 2) {
      this.root = this.root.children[0] ?? emptyLeaf(this.edit)
    }
  }
}
