/**
 * The nodes of the tree and the search inside them: plain records, changed in place by the tree that owns their edit.
 *
 * Beside its keys a node keeps their heads: the six bytes after what all its keys begin with, as one number. A search
 * compares numbers that lie side by side and looks at whole keys only where heads are equal; chasing a pointer to each
 * key it passes costs three times as much once the tree outgrows the processor's caches.
 */

/** Entries of a leaf and children of an inner node, at most. 32 to 128 measure alike; larger ones copy more after a snapshot. */
export const nodeSizeMax = 64

interface Keyed {
  readonly edit: Edit
  keys: Array<Uint8Array>
  /** `headOf(keys[i], skip)`, at the same positions. */
  heads: Array<number>
  /** Leading bytes that all keys share (not counting an inner node's first): possibly fewer than they do. */
  skip: number
  count: number
  bytes: number
}

export interface Leaf extends Keyed {
  readonly leaf: true
  values: Array<Uint8Array>
}

/** `keys[0]` and `heads[0]` stand for "anything lower" and are never looked at. */
export interface Inner extends Keyed {
  readonly leaf: false
  children: Array<Node>
}

export type Node = Leaf | Inner

/** A token compared by identity. */
export type Edit = { readonly edit: true }

export const emptyBytes = new Uint8Array(0)

/** Byte order, shorter first on a common prefix. The loop beats `Buffer.compare`, which pays for a call out of the engine. */
export const compareBytes = (a: Uint8Array, b: Uint8Array): number => compareFrom(a, b, 0)

const compareFrom = (a: Uint8Array, b: Uint8Array, from: number): number => {
  const length = Math.min(a.length, b.length)
  for (let i = from; i < length; i++) {
    const difference = a[i]! - b[i]!
    if (difference !== 0) return difference
  }
  return a.length - b.length
}

export const equalBytes = (a: Uint8Array, b: Uint8Array): boolean => {
  if (a.length !== b.length) return false
  for (let i = a.length - 1; i >= 0; i--) if (a[i] !== b[i]) return false
  return true
}

/** Six bytes from `skip` on as a number, zeros past the end: ordered as the keys are, except that it may tie. */
export const headOf = (key: Uint8Array, skip: number): number => {
  if (key.length >= skip + 6) {
    return (
      ((key[skip]! << 8) | key[skip + 1]!) * 0x1_0000_0000 +
      (((key[skip + 2]! << 24) | (key[skip + 3]! << 16) | (key[skip + 4]! << 8) | key[skip + 5]!) >>> 0)
    )
  }
  let head = 0
  for (let i = skip; i < skip + 6; i++) head = head * 256 + (i < key.length ? key[i]! : 0)
  return head
}

/** How the first `skip` bytes of `key` compare with those of `other`, which has as many. */
const comparePrefix = (key: Uint8Array, other: Uint8Array, skip: number): number => {
  for (let i = 0; i < skip; i++) {
    if (i >= key.length) return -1
    const difference = key[i]! - other[i]!
    if (difference !== 0) return difference
  }
  return 0
}

/** Position of the first key from `first` on that is ≥ `key` (`orEqual`), or > `key`. */
const search = (node: Node, key: Uint8Array, first: number, orEqual: boolean): number => {
  const { heads, keys, skip } = node
  const end = keys.length
  if (first >= end) return end
  const prefix = skip === 0 ? 0 : comparePrefix(key, keys[first]!, skip)
  if (prefix !== 0) return prefix < 0 ? first : end
  const head = headOf(key, skip)
  let low = first
  let high = end
  while (low < high) {
    const middle = (low + high) >>> 1
    if (heads[middle]! < head) low = middle + 1
    else high = middle
  }
  if (low === end || heads[low] !== head) return low
  // Among equal heads the whole keys decide; mostly there is one.
  high = low + 1
  while (high < end && heads[high] === head) high++
  while (low < high) {
    const middle = (low + high) >>> 1
    const order = compareFrom(keys[middle]!, key, skip)
    if (order < 0 || (order === 0 && !orEqual)) low = middle + 1
    else high = middle
  }
  return low
}

/** Position of the first key of a leaf that is ≥ `key`. */
export const lowerBound = (leaf: Leaf, key: Uint8Array): number => search(leaf, key, 0, true)

/** Position of the child whose span holds `key`: the last one whose bound is ≤ `key`. */
export const childIndex = (node: Inner, key: Uint8Array): number => search(node, key, 1, false) - 1

/** Computes the heads anew, after keys were moved about. */
export const rehead = (node: Node): void => {
  const keys = node.keys
  const first = node.leaf ? 0 : 1
  let skip = 0
  if (keys.length > first) {
    // Keys are in order: what the first and the last share, all do.
    const low = keys[first]!
    const high = keys[keys.length - 1]!
    const length = Math.min(low.length, high.length)
    while (skip < length && low[skip] === high[skip]) skip++
    // A single key is all prefix; its last bytes are kept apart, or the next one would always have to start over.
    if (keys.length === first + 1) skip = Math.max(0, skip - 6)
  }
  node.skip = skip
  const heads: Array<number> = []
  for (let i = 0; i < keys.length; i++) heads.push(i < first ? 0 : headOf(keys[i]!, skip))
  node.heads = heads
}

/** Puts a key at its position, its value or child put beside it by the caller. */
export const insertKey = (node: Node, at: number, key: Uint8Array): void => {
  const first = node.leaf ? 0 : 1
  const other = node.keys[first]
  const fits = other !== undefined && key.length >= node.skip && comparePrefix(key, other, node.skip) === 0
  node.keys.splice(at, 0, key)
  if (fits) node.heads.splice(at, 0, headOf(key, node.skip))
  else rehead(node)
}

export const removeKey = (node: Node, at: number): void => {
  node.keys.splice(at, 1)
  node.heads.splice(at, 1)
}

export const newEdit = (): Edit => ({ edit: true })

export const emptyLeaf = (edit: Edit): Leaf => makeLeaf(edit, [], [], 0)

export const makeLeaf = (edit: Edit, keys: Array<Uint8Array>, values: Array<Uint8Array>, bytes: number): Leaf => {
  const leaf: Leaf = { leaf: true, edit, keys, heads: [], skip: 0, values, count: keys.length, bytes }
  rehead(leaf)
  return leaf
}

export const makeInner = (edit: Edit, keys: Array<Uint8Array>, children: Array<Node>): Inner => {
  const inner: Inner = { leaf: false, edit, keys, heads: [], skip: 0, children, count: 0, bytes: 0 }
  for (const child of children) {
    inner.count += child.count
    inner.bytes += child.bytes
  }
  rehead(inner)
  return inner
}

export const ownLeaf = (node: Leaf, edit: Edit): Leaf =>
  node.edit === edit
    ? node
    : {
        leaf: true,
        edit,
        keys: node.keys.slice(),
        heads: node.heads.slice(),
        skip: node.skip,
        values: node.values.slice(),
        count: node.count,
        bytes: node.bytes
      }

export const ownInner = (node: Inner, edit: Edit): Inner =>
  node.edit === edit
    ? node
    : {
        leaf: false,
        edit,
        keys: node.keys.slice(),
        heads: node.heads.slice(),
        skip: node.skip,
        children: node.children.slice(),
        count: node.count,
        bytes: node.bytes
      }
