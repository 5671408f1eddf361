import { describe, expect, test } from "bun:test"
import type { WriteCommand } from "../../src/raftstore/Router.ts"
import { RegionSize } from "../../src/raftstore/regionSize.ts"

const limits = { regionMaxBytes: 1000, regionSplitBytes: 640, regionMaxKeys: 100, regionSplitKeys: 64 }
const put = (bytes: number): WriteCommand => ({
  type: "put",
  cf: "default",
  key: new Uint8Array(10),
  value: new Uint8Array(bytes - 10)
})

describe("RegionSize", () => {
  test("grows with puts, and not with deletes", () => {
    const size = RegionSize.empty()
    size.onWrite(put(100))
    size.onWrite({ type: "delete", cf: "default", key: new Uint8Array(10) })
    expect([size.bytes, size.keys, size.estimated]).toEqual([100, 1, true])
  })

  test("an exact count replaces the estimate; what applied while it ran stays on top", () => {
    const size = RegionSize.empty()
    for (let i = 0; i < 10; i++) size.onWrite(put(100))
    const mark = size.mark()
    size.onWrite(put(50))
    size.onMeasured({ bytes: 300, keys: 3 }, mark)
    expect([size.bytes, size.keys, size.estimated]).toEqual([350, 4, true])
    size.onMeasured({ bytes: 350, keys: 4 }, size.mark())
    expect(size.estimated).toBe(false)
  })

  test("a count from before a split does not touch the pieces", () => {
    const parent = RegionSize.empty()
    for (let i = 0; i < 20; i++) parent.onWrite(put(100))
    const mark = parent.mark()
    const [left] = parent.divide(2)
    left!.onMeasured({ bytes: 2000, keys: 20 }, mark)
    expect(left!.bytes).toBe(1000)
  })

  test("divides evenly at a split and says that it guessed", () => {
    const size = RegionSize.empty()
    for (let i = 0; i < 10; i++) size.onWrite(put(100))
    expect(size.divide(3).map(({ bytes, keys, estimated }) => [bytes, keys, estimated])).toEqual([
      [334, 4, true],
      [334, 4, true],
      [334, 4, true]
    ])
  })

  test("asks for a scan once over a limit, by bytes or by keys", () => {
    const byBytes = RegionSize.empty()
    for (let i = 0; i < 10; i++) byBytes.onWrite(put(100))
    expect(byBytes.needsSplitCheck(limits, 0)).toBe(false)
    byBytes.onWrite(put(10))
    expect(byBytes.needsSplitCheck(limits, 0)).toBe(true)
    expect(RegionSize.estimate({ bytes: 5, keys: 101 }).needsSplitCheck(limits, 0)).toBe(true)
  })

  test("where to cut was found, and no split came: another scan is due later, unless there is nothing to cut by then", () => {
    const size = RegionSize.estimate({ bytes: 2000, keys: 3 })
    size.onMeasured({ bytes: 2000, keys: 3 }, size.mark())
    size.expectSplit(5_000)
    expect([4_999, 5_000].map((nowMs) => size.needsSplitCheck(limits, nowMs))).toEqual([false, true])
    size.onMeasured({ bytes: 2000, keys: 3 }, size.mark())
    expect(size.needsSplitCheck(limits, 9_000)).toBe(false)
    size.expectSplit(9_000)
    size.onMeasured({ bytes: 10, keys: 1 }, size.mark())
    size.expectSplit(9_000)
    expect(size.needsSplitCheck(limits, 9_000)).toBe(false)
  })

  test("a region that could not be cut is not scanned again on every tick, only after a sixteenth of a piece", () => {
    const size = RegionSize.estimate({ bytes: 2000, keys: 3 })
    expect(size.needsSplitCheck(limits, 0)).toBe(true)
    size.onMeasured({ bytes: 2000, keys: 3 }, size.mark())
    expect(size.needsSplitCheck(limits, 0)).toBe(false)
    size.onWrite(put(39))
    expect(size.needsSplitCheck(limits, 0)).toBe(false)
    size.onWrite(put(11))
    expect(size.needsSplitCheck(limits, 0)).toBe(true)
  })
})
