/**
 * The nodes of the tree and the search inside them: plain records, changed in place by the tree that owns their edit.
 */

/** Entries of a leaf and children of an inner node, at most. 32 to 128 measure alike; larger ones copy more after a snapshot. */
export const nodeSizeMax = 64

export interface Leaf {
  readonly leaf: true
  readonly edit: Edit
  keys: Array<Uint8Array>
  values: Array<Uint8Array>
  count: number
  bytes: number
}

export interface Inner {
  readonly leaf: false
  readonly edit: Edit
  keys: Array<Uint8Array>
  children: Array<Node>
  count: number
  bytes: number
}

export type Node = Leaf | Inner

/** A token compared by identity. */
export type Edit = { readonly edit: true }

export const emptyBytes = new Uint8Array(0)

/** Byte order, shorter first on a common prefix. The loop beats `Buffer.compare`, which pays for a call out of the engine. */
export const compareBytes = (a: Uint8Array, b: Uint8Array): number => {
  const length = Math.min(a.length, b.length)
  for (let i = 0; i < length; i++) {
    const difference = a[i]! - b[i]!
    if (difference !== 0) return difference
  }
  return a.length - b.length
}

/** Index of the first key that is ≥ `key`. Bytes known to be shared with both neighbours are compared once. */
export const lowerBound = (keys: ReadonlyArray<Uint8Array>, key: Uint8Array): number => {
  let low = 0
  let high = keys.length
  let sharedLow = 0
  let sharedHigh = 0
  const keyLength = key.length
  while (low < high) {
    const middle = (low + high) >>> 1
    const other = keys[middle]!
    const length = Math.min(other.length, keyLength)
    let i = Math.min(sharedLow, sharedHigh)
    while (i < length && other[i] === key[i]) i++
    if (i < length ? other[i]! < key[i]! : other.length < keyLength) {
      low = middle + 1
      sharedLow = i
    } else {
      high = middle
      sharedHigh = i
    }
  }
  return low
}

export const equalBytes = (a: Uint8Array, b: Uint8Array): boolean => {
  if (a.length !== b.length) return false
  for (let i = a.length - 1; i >= 0; i--) if (a[i] !== b[i]) return false
  return true
}

/** Index of the child whose span holds `key`: the last one whose bound is ≤ `key`. */
export const childIndex = (node: Inner, key: Uint8Array): number => {
  const keys = node.keys
  let low = 1
  let high = keys.length
  let sharedLow = 0
  let sharedHigh = 0
  const keyLength = key.length
  while (low < high) {
    const middle = (low + high) >>> 1
    const other = keys[middle]!
    const length = Math.min(other.length, keyLength)
    let i = Math.min(sharedLow, sharedHigh)
    while (i < length && other[i] === key[i]) i++
    if (i < length ? other[i]! < key[i]! : other.length <= keyLength) {
      low = middle + 1
      sharedLow = i
    } else {
      high = middle
      sharedHigh = i
    }
  }
  return low - 1
}

export const newEdit = (): Edit => ({ edit: true })
export const emptyLeaf = (edit: Edit): Leaf => ({ leaf: true, edit, keys: [], values: [], count: 0, bytes: 0 })

export const ownLeaf = (node: Leaf, edit: Edit): Leaf =>
  node.edit === edit
    ? node
    : {
        leaf: true,
        edit,
        keys: node.keys.slice(),
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
        children: node.children.slice(),
        count: node.count,
        bytes: node.bytes
      }
