import { describe, expect, test } from "bun:test"
import { refuseOverlap } from "../../../src/raftstore/snapshot/overlap.ts"
import { SnapshotRegistry } from "../../../src/raftstore/snapshot/SnapshotRegistry.ts"
import { bytes, regionOf } from "../support/values.ts"

const registry = (): SnapshotRegistry =>
  new SnapshotRegistry({ snapshotSendsMax: 2, snapshotReceivesMax: 2, snapshotTimeoutMs: 1000 })
const range = (start: string, end: string) => ({ start: bytes(start), end: bytes(end) })

describe("sends", () => {
  test("one per peer, at most snapshotSendsMax in all", () => {
    const r = registry()
    expect(r.beginSend(1, 11, 2, 0)).toBeUndefined()
    expect(r.beginSend(1, 11, 2, 0)).toContain("already being sent")
    expect(r.beginSend(1, 12, 3, 0)).toBeUndefined()
    expect(r.beginSend(2, 21, 2, 0)).toContain("no more are allowed")
    r.endSend(1, 11)
    r.endSend(1, 11)
    expect(r.isSending(1, 11)).toBe(false)
    expect(r.beginSend(2, 21, 2, 0)).toBeUndefined()
    expect(r.counts().sending).toBe(2)
  })
  test("past the deadline they are taken out once", () => {
    const r = registry()
    r.beginSend(1, 11, 2, 0)
    r.beginSend(1, 12, 3, 500)
    expect(r.takeExpired(999).sends).toEqual([])
    expect(r.takeExpired(1000).sends.map((send) => send.toPeerId)).toEqual([11])
    expect(r.takeExpired(1000).sends).toEqual([])
  })
})

describe("receives", () => {
  test("one per region; only those still arriving count against the limit", () => {
    const r = registry()
    expect(r.beginReceive(1, range("a", "b"), 10, 0)).toBeUndefined()
    expect(r.beginReceive(1, range("a", "b"), 99, 0)).toContain("already receiving")
    expect(r.beginReceive(2, range("b", "c"), 10, 0)).toBeUndefined()
    expect(r.beginReceive(3, range("c", "d"), 10, 0)).toContain("no more are allowed")
    r.onStaged(1, 0)
    expect(r.beginReceive(3, range("c", "d"), 10, 0)).toBeUndefined()
  })
  test("a staged snapshot gives way to a newer one, one being applied to none", () => {
    const r = registry()
    r.beginReceive(1, range("a", "b"), 10, 0)
    r.onStaged(1, 0)
    expect(r.beginReceive(1, range("a", "b"), 10, 0)).toContain("already staged")
    expect(r.beginReceive(1, range("a", "b"), 11, 0)).toBeUndefined()
    r.onStaged(1, 0)
    r.onApplying(1)
    expect(r.beginReceive(1, range("a", "b"), 12, 0)).toContain("already applying")
    r.release(1)
    r.release(1)
    expect(r.beginReceive(1, range("a", "b"), 12, 0)).toBeUndefined()
  })
  test("arriving and staged ones expire, one being applied does not", () => {
    const r = registry()
    r.beginReceive(1, range("a", "b"), 10, 0)
    r.beginReceive(2, range("b", "c"), 10, 0)
    r.onStaged(2, 500)
    expect(r.takeExpired(1200).receives.map(({ regionId }) => regionId)).toEqual([1])
    r.onApplying(2)
    expect(r.takeExpired(1e9).receives).toEqual([])
    expect(r.reservations().map(({ regionId }) => regionId)).toEqual([2])
  })
  test("a step out of order is our bug", () => {
    const r = registry()
    expect(() => r.onStaged(1, 0)).toThrow("cannot become staged")
    r.beginReceive(1, range("a", "b"), 10, 0)
    expect(() => r.onApplying(1)).toThrow("is receiving, cannot become applying")
  })
})

/** FEATURES 5.2: overlapping snapshots are refused explicitly; ranges of queued ones are reserved. */
describe("overlap", () => {
  const child = regionOf(8, "m", "t", [1], { version: 2 })
  test("a parent that has not split yet is in the way", () => {
    expect(refuseOverlap(child, [regionOf(7, "a", "z")], [])).toContain("overlaps region 7")
  })
  test("the region itself, neighbours that touch, and other ranges are not", () => {
    const others = [regionOf(8, "a", "z"), regionOf(7, "a", "m"), regionOf(9, "t", ""), regionOf(10, "", "b")]
    expect(refuseOverlap(child, others, [{ regionId: 8, range: range("m", "t") }])).toBeUndefined()
  })
  test("a range reserved for another region is", () => {
    expect(refuseOverlap(child, [], [{ regionId: 7, range: range("s", "") }])).toContain("under way for region 7")
  })
})
