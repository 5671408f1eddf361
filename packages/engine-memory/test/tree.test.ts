/** The tree against a naive sorted array, with snapshots taken between the changes. */
import { expect, test } from "bun:test"
import fc from "fast-check"
import { compareBytes } from "../src/node.ts"
import { Tree } from "../src/Tree.ts"

const seed = 20261101

type Entry = readonly [Uint8Array, Uint8Array]
class Twin {
  entries: Array<Entry> = []
  put(key: Uint8Array, value: Uint8Array): void {
    this.delete(key)
    const at = this.entries.findIndex(([other]) => compareBytes(other, key) > 0)
    this.entries.splice(at === -1 ? this.entries.length : at, 0, [key, value])
  }
  delete(key: Uint8Array): void {
    this.entries = this.entries.filter(([other]) => compareBytes(other, key) !== 0)
  }
  deleteRange(start: Uint8Array, end: Uint8Array | undefined): void {
    this.entries = this.entries.filter(([key]) => !within(key, start, end))
  }
}
const within = (key: Uint8Array, start: Uint8Array, end: Uint8Array | undefined) =>
  compareBytes(key, start) >= 0 && (end === undefined || compareBytes(key, end) < 0)

const entriesOf = (tree: Tree, start = new Uint8Array(0), end?: Uint8Array): Array<Entry> => {
  const seen: Array<Entry> = []
  tree.scan(start, end, (key, value) => seen.push([key, value]) > 0)
  return seen
}
const reversed = (tree: Tree, start: Uint8Array, end?: Uint8Array): Array<Entry> => {
  const seen: Array<Entry> = []
  tree.scanReverse(start, end, (key, value) => seen.push([key, value]) > 0)
  return seen
}

// Keys of one to three of few letters collide and neighbour often; a wide number spreads over many leaves.
const key = fc.oneof(
  fc.array(fc.constantFrom(0, 1, 0x61, 0xff), { maxLength: 3 }).map((bytes) => Uint8Array.from(bytes)),
  fc.nat(4000).map((n) => Uint8Array.of(n >> 8, n & 255))
)
const run = fc.record({ type: fc.constant("run" as const), from: fc.nat(3500), count: fc.nat(600) })
const operation = fc.oneof(
  { weight: 6, arbitrary: fc.record({ type: fc.constant("put" as const), key, size: fc.nat(20) }) },
  { weight: 3, arbitrary: fc.record({ type: fc.constant("delete" as const), key }) },
  { weight: 2, arbitrary: fc.record({ type: fc.constant("range" as const), key, end: fc.option(key) }) },
  { weight: 2, arbitrary: run },
  { weight: 1, arbitrary: fc.record({ type: fc.constant("thin" as const), from: fc.nat(3500), count: fc.nat(600) }) },
  { weight: 1, arbitrary: fc.constant({ type: "clone" as const }) }
)
const numbered = (n: number) => Uint8Array.of((n >> 8) & 255, n & 255)

/** Small ones make deep trees of few entries. */
const nodeSize = fc.constantFrom(undefined, 4, 8)

test("random changes, scans, ranks and sums agree with a sorted array; clones stay as they were", () => {
  fc.assert(
    fc.property(
      nodeSize,
      fc.array(operation, { maxLength: 60 }),
      key,
      fc.option(key),
      (size, operations, start, maybeEnd) => {
        const tree = new Tree(undefined, size)
        const twin = new Twin()
        const clones: Array<{ tree: Tree; entries: Array<Entry> }> = []
        for (const op of operations) {
          if (op.type === "put") {
            const value = new Uint8Array(op.size)
            tree.put(op.key, value)
            twin.put(op.key, value)
          } else if (op.type === "delete") {
            tree.delete(op.key)
            twin.delete(op.key)
          } else if (op.type === "range") {
            tree.deleteRange(op.key, op.end ?? undefined)
            twin.deleteRange(op.key, op.end ?? undefined)
          } else if (op.type === "clone") {
            clones.push({ tree: tree.clone(), entries: twin.entries })
            twin.entries = twin.entries.slice()
          } else {
            // A run of neighbours splits leaves; thinning it out joins them.
            for (let n = op.from; n < op.from + op.count; n++) {
              if (op.type === "run") {
                tree.put(numbered(n), numbered(n))
              } else if (n % 7 !== 0) tree.delete(numbered(n))
            }
            const touched = new Map(twin.entries.map((entry) => [Buffer.from(entry[0]).toString("hex"), entry]))
            for (let n = op.from; n < op.from + op.count; n++) {
              const hex = Buffer.from(numbered(n)).toString("hex")
              if (op.type === "run") touched.set(hex, [numbered(n), numbered(n)])
              else if (n % 7 !== 0) touched.delete(hex)
            }
            twin.entries = [...touched.values()].sort((a, b) => compareBytes(a[0], b[0]))
          }
          tree.invariants()
        }
        for (const clone of clones) {
          clone.tree.invariants()
          expect(entriesOf(clone.tree)).toEqual(clone.entries)
        }
        const end = maybeEnd ?? undefined
        const expected = twin.entries.filter(([at]) => within(at, start, end))
        expect(entriesOf(tree)).toEqual(twin.entries)
        expect(entriesOf(tree, start, end)).toEqual(expected)
        expect(reversed(tree, start, end)).toEqual(expected.toReversed())
        const sums = { count: 0, bytes: 0 }
        tree.addBelow(start, sums)
        const below = twin.entries.filter(([at]) => compareBytes(at, start) < 0)
        expect(sums).toEqual({ count: below.length, bytes: below.reduce((n, [k, v]) => n + k.length + v.length, 0) })
        for (const rank of [0, below.length, twin.entries.length - 1]) {
          if (rank >= 0 && rank < twin.entries.length) expect(tree.keyAt(rank)).toEqual(twin.entries[rank]![0])
        }
        for (const [at, value] of twin.entries.slice(0, 50)) expect(tree.get(at)).toEqual(value)
        expect(tree.get(Uint8Array.of(7, 7, 7, 7))).toBeUndefined()
      }
    ),
    { seed, numRuns: 300 }
  )
})

test("a write after a clone changes one tree only, whichever of the two is written", () => {
  const tree = new Tree()
  for (let n = 0; n < 10_000; n++) tree.put(numbered(n), numbered(n))
  const clone = tree.clone()
  clone.put(numbered(5), Uint8Array.of(1))
  tree.delete(numbered(6))
  expect(tree.get(numbered(5))).toEqual(numbered(5))
  expect(clone.get(numbered(6))).toEqual(numbered(6))
  expect(clone.get(numbered(5))).toEqual(Uint8Array.of(1))
  expect(tree.count).toBe(9_999)
  expect(clone.count).toBe(10_000)
})

test("ascending puts leave full leaves", () => {
  const tree = new Tree()
  for (let n = 0; n < 6_300; n++) tree.put(numbered(n), numbered(n))
  tree.invariants()
  expect(entriesOf(tree).length).toBe(6_300)
})
