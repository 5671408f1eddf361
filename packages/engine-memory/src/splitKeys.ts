/** Cut points of a range over several trees by their subtree sums: no entry outside the touched leaves is visited. */
import type { KeyRange, RangeEstimate } from "@reefkv/engine"
import { compareBytes } from "./node.ts"
import type { Tree, TreeSums } from "./Tree.ts"

const endOf = (range: KeyRange): Uint8Array | undefined => (range.end.length === 0 ? undefined : range.end)

const sumsBelow = (trees: ReadonlyArray<Tree>, key: Uint8Array | undefined): TreeSums => {
  const sums = { count: 0, bytes: 0 }
  for (const tree of trees) tree.addBelow(key, sums)
  return sums
}

/** Exact, in time logarithmic in the entries. */
export const rangeSums = (trees: ReadonlyArray<Tree>, range: KeyRange): RangeEstimate => {
  const end = endOf(range)
  if (end !== undefined && compareBytes(range.start, end) >= 0) return { bytes: 0, keys: 0 }
  const low = sumsBelow(trees, range.start)
  const high = sumsBelow(trees, end)
  return { bytes: high.bytes - low.bytes, keys: high.count - low.count }
}

const rankOf = (tree: Tree, key: Uint8Array | undefined): number => {
  const sums = { count: 0, bytes: 0 }
  tree.addBelow(key, sums)
  return sums.count
}

/** The smallest key of `tree` in the range with at least `targetBytes` over all trees below it. */
const firstKeyPast = (
  tree: Tree,
  trees: ReadonlyArray<Tree>,
  range: KeyRange,
  targetBytes: number
): Uint8Array | undefined => {
  let low = rankOf(tree, range.start)
  const end = rankOf(tree, endOf(range))
  let high = end
  while (low < high) {
    const middle = (low + high) >>> 1
    if (sumsBelow(trees, tree.keyAt(middle)).bytes < targetBytes) low = middle + 1
    else high = middle
  }
  return low < end ? tree.keyAt(low) : undefined
}

export const splitKeys = (
  trees: ReadonlyArray<Tree>,
  range: KeyRange,
  pieceBytes: number,
  maxKeys: number
): Array<Uint8Array> => {
  if (!(pieceBytes > 0)) throw new Error(`splitKeys: pieceBytes ${pieceBytes}`)
  const total = rangeSums(trees, range).bytes
  const before = sumsBelow(trees, range.start).bytes
  const cuts: Array<Uint8Array> = []
  // A last piece under half the size is left joined to its neighbour.
  for (let at = pieceBytes; at + pieceBytes / 2 <= total && cuts.length < maxKeys; at += pieceBytes) {
    let cut: Uint8Array | undefined
    for (const tree of trees) {
      const key = firstKeyPast(tree, trees, range, before + at)
      if (key !== undefined && (cut === undefined || compareBytes(key, cut) < 0)) cut = key
    }
    if (cut === undefined) break
    // One large value can hold several cut points.
    if (cuts.length === 0 || compareBytes(cut, cuts[cuts.length - 1]!) > 0) cuts.push(cut)
  }
  return cuts
}
