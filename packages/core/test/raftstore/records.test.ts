import { describe, expect, test } from "bun:test"
import { WriteBatch } from "@reefkv/engine"
import { makeMemoryEngine } from "@reefkv/engine-memory"
import { Effect } from "effect"
import fc from "fast-check"
import {
  allStagedRange,
  applyStateKey,
  decodeApplyState,
  decodeRegionState,
  deletePrepareBootstrap,
  encodeApplyState,
  encodeRegionState,
  parseRegionKey,
  putApplyState,
  putPrepareBootstrap,
  putRegionState,
  putStoreIdent,
  RecordError,
  readAllRegionStates,
  readApplyState,
  readPrepareBootstrap,
  readRegionState,
  readStoreIdent,
  regionRecordsRange,
  regionStateKey,
  stagedChunkKey,
  stagedManifestKey,
  stagedRange
} from "../../src/raftstore/records.ts"
import { runTest } from "./support/run.ts"
import { bytes, regionOf, seeded, text } from "./support/values.ts"

describe("record keys", () => {
  test("can be read by a person and sort by region id", () => {
    expect(text(regionStateKey(42))).toBe("region/0000000000000042/state")
    expect(text(applyStateKey(Number.MAX_SAFE_INTEGER))).toBe("region/9007199254740991/apply")
    expect(Buffer.compare(regionStateKey(9), regionStateKey(10))).toBeLessThan(0)
    expect(parseRegionKey(regionStateKey(42))).toEqual({ regionId: 42, tail: "state" })
    expect(parseRegionKey(stagedChunkKey(7, 3))).toEqual({ regionId: 7, tail: "00000003" })
    expect(parseRegionKey(bytes("store/ident"))).toBeUndefined()
  })

  test("a region's staging range holds its chunks and manifest and nothing of its neighbours", () => {
    const inRange = (key: Uint8Array, range: { start: Uint8Array; end: Uint8Array }): boolean =>
      Buffer.compare(key, range.start) >= 0 && Buffer.compare(key, range.end) < 0
    for (const key of [stagedManifestKey(10), stagedChunkKey(10, 0), stagedChunkKey(10, 99_999_999)]) {
      expect(inRange(key, stagedRange(10))).toBe(true)
      expect(inRange(key, allStagedRange)).toBe(true)
      expect(inRange(key, stagedRange(1))).toBe(false)
      expect(inRange(key, stagedRange(100))).toBe(false)
      expect(inRange(key, regionRecordsRange)).toBe(false)
    }
    expect(Buffer.compare(stagedChunkKey(10, 99_999_999), stagedManifestKey(10))).toBeLessThan(0)
  })
})

test("records come back from the engine as they were put, and region states in order without other records", () =>
  runTest(
    Effect.gen(function* () {
      const engine = makeMemoryEngine()
      expect(readStoreIdent(engine.latest)).toBeUndefined()
      const batch = new WriteBatch()
      putStoreIdent(batch, { clusterId: 77, storeId: 3, apiVersion: "V2" })
      putPrepareBootstrap(batch, regionOf(1, "", ""))
      for (const id of [30, 2, 100]) {
        putRegionState(batch, { kind: "Normal", region: regionOf(id, "a", "b"), removedPeerId: 0 })
        putApplyState(batch, id, { appliedIndex: id + 5, appliedTerm: 6, truncatedIndex: 5, truncatedTerm: 5 })
      }
      putRegionState(batch, { kind: "Tombstone", region: regionOf(4, "", ""), removedPeerId: 9 })
      yield* engine.write(batch, { sync: true })
      expect(readStoreIdent(engine.latest)).toEqual({ clusterId: 77, storeId: 3, apiVersion: "V2" })
      expect(readPrepareBootstrap(engine.latest)).toEqual(regionOf(1, "", ""))
      expect(
        readAllRegionStates(engine.latest).map((state) => [state.region.id, state.kind, state.removedPeerId])
      ).toEqual([
        [2, "Normal", 0],
        [4, "Tombstone", 9],
        [30, "Normal", 0],
        [100, "Normal", 0]
      ])
      expect(readRegionState(engine.latest, 30)?.region).toEqual(regionOf(30, "a", "b"))
      expect(readApplyState(engine.latest, 30)).toEqual({
        appliedIndex: 35,
        appliedTerm: 6,
        truncatedIndex: 5,
        truncatedTerm: 5
      })
      expect(readApplyState(engine.latest, 31)).toBeUndefined()
      const clear = new WriteBatch()
      deletePrepareBootstrap(clear)
      yield* engine.write(clear, { sync: true })
      expect(readPrepareBootstrap(engine.latest)).toBeUndefined()
    })
  ))

describe("decoding is total", () => {
  test("any bytes give a state or a RecordError that names the key", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 64 }), (input) => {
        for (const decode of [decodeRegionState, decodeApplyState]) {
          try {
            decode(42, input)
          } catch (error) {
            expect(error).toBeInstanceOf(RecordError)
            expect((error as RecordError).key).toStartWith("region/0000000000000042/")
          }
        }
      }),
      seeded(500)
    )
  })

  test("a region state under another region's key is refused", () => {
    const encoded = encodeRegionState({ kind: "Normal", region: regionOf(7, "", ""), removedPeerId: 0 })
    expect(() => decodeRegionState(8, encoded)).toThrow("holds region 7")
  })

  test("an apply state truncated past its applied index is refused", () => {
    const encoded = encodeApplyState({ appliedIndex: 6, appliedTerm: 6, truncatedIndex: 7, truncatedTerm: 6 })
    expect(() => decodeApplyState(1, encoded)).toThrow("truncated index 7 is past applied index 6")
  })
})
